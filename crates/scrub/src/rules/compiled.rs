use std::sync::LazyLock;

use regex::Regex;

use super::regexes::{self, user_regex};
use super::{assigned, by_hand, improved, spare, url_user};
use crate::config::{Mode, Redaction, RuleKind};
use crate::text::{Hint, Hints};

/// A rule ready to run.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// The id that remarks carry: the rule's own, or that of the rule that hides it.
    pub(crate) origin: String,
    /// Whether the rule is of the kind `anything`, which also removes what is not text.
    pub(crate) anything: bool,
    /// The searches, one after the other.
    pub(crate) matches: Vec<Match>,
    pub(crate) redaction: Redaction,
    /// Hints of which a text must have one for a search in it …
    pub(crate) in_text: Hints,
    /// … and a key for a search in that.
    pub(crate) in_key: Hints,
}

impl Rule {
    /// The rule that makes these searches, one or more.
    pub(crate) fn new(origin: String, kind: &RuleKind, redaction: Redaction, mode: Mode) -> Self {
        let matches = matches_of(kind, mode);
        let (mut in_text, mut in_key) = (Hints::NONE, Hints::NONE);
        for search in &matches {
            let hint = Hints::of(search.hint);
            if search.target != Target::Key {
                in_text = in_text.and(hint);
            }
            if search.target != Target::Value {
                in_key = in_key.and(hint);
            }
        }
        Self {
            origin,
            anything: matches!(kind, RuleKind::Anything),
            matches,
            redaction,
            in_text,
            in_key,
        }
    }
}

/// One search of a rule.
#[derive(Clone, Debug)]
pub(crate) struct Match {
    pub(crate) target: Target,
    pub(crate) groups: Groups,
    /// What a text must have before the regex is worth a try.
    pub(crate) hint: Hint,
    /// What a match must be besides; `None` when every match counts.
    pub(crate) check: Option<fn(&str) -> bool>,
    /// Whether matches in harmless words do not count.
    pub(crate) spares: bool,
    /// What takes the value behind a match, where that is what is redacted.
    value_at: Option<assigned::At>,
    /// What finds in ASCII what the regex does, where there is such.
    by_hand: Option<by_hand::Search>,
    regex: RegexRef,
}

#[derive(Clone, Debug)]
enum RegexRef {
    Fixed(&'static LazyLock<Regex>),
    Own(Regex),
}

/// Where a search looks (reference/SCRUBBING.md section 2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// In the text.
    Value,
    /// In the key of the value.
    Key,
    /// In the key, and if it is not there, in the text.
    KeyValue,
}

/// What of a match is redacted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Groups {
    /// These groups of each match; group 0 is the match itself.
    Of(Vec<usize>),
    /// Not the match but the whole text.
    WholeText,
}

impl Match {
    pub(crate) fn regex(&self) -> &Regex {
        match &self.regex {
            RegexRef::Fixed(regex) => regex,
            RegexRef::Own(regex) => regex,
        }
    }

    /// The matches of the regex in a text, or the values behind them, from left to right.
    pub(crate) fn find_in<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, usize)> {
        let values = self
            .value_at
            .map(|at| assigned::values(self.regex(), text, at));
        let by_hand = self.by_hand.filter(|_| text.is_ascii());
        let is_plain = by_hand.is_none() && values.is_none();
        let regex = is_plain.then(|| self.regex().find_iter(text));
        let mut place = 0;
        let by_hand = by_hand.into_iter().flat_map(move |search| {
            std::iter::from_fn(move || {
                let found = search(text.as_bytes(), place)?;
                place = found.1;
                Some(found)
            })
        });
        let regex = regex.into_iter().flatten();
        let found = by_hand.chain(regex.map(|found| (found.start(), found.end())));
        found.chain(values.into_iter().flatten())
    }

    /// Whether the search hits a key.
    pub(crate) fn is_in_key(&self, key: &str) -> bool {
        self.regex().is_match(key) && !(self.spares && spare::spares_key(self.regex(), key))
    }

    /// Whether the search hits a text only in harmless words.
    pub(crate) fn spares_text(&self, text: &str) -> bool {
        self.spares && spare::spares_text(self.regex(), text)
    }

    /// Whether a text under a key that the search hits says nothing.
    pub(crate) fn spares_value(&self, text: &str) -> bool {
        self.spares && spare::is_literal(text)
    }

    fn value(regex: &'static LazyLock<Regex>, group: usize, hint: Hint) -> Self {
        Self::groups(RegexRef::Fixed(regex), vec![group], hint)
    }

    fn groups(regex: RegexRef, groups: Vec<usize>, hint: Hint) -> Self {
        Self {
            target: Target::Value,
            groups: Groups::Of(groups),
            hint,
            check: None,
            spares: false,
            value_at: None,
            by_hand: None,
            regex,
        }
    }

    fn whole(target: Target, regex: RegexRef, hint: Hint) -> Self {
        Self {
            groups: Groups::WholeText,
            target,
            ..Self::groups(regex, Vec::new(), hint)
        }
    }

    /// This search, with what finds the same in ASCII.
    fn by_hand(mut self, search: by_hand::Search) -> Self {
        self.by_hand = Some(search);
        self
    }

    /// This search for what stands behind its matches.
    fn behind(mut self, value_at: assigned::At) -> Self {
        self.value_at = Some(value_at);
        self
    }

    /// This search for matches that pass a check.
    fn if_is(mut self, check: fn(&str) -> bool) -> Self {
        self.check = Some(check);
        self
    }
}

/// The searches of a kind of rule, in order; none for the kinds that only refer to other rules
/// and for patterns that do not compile.
pub(crate) fn matches_of(kind: &RuleKind, mode: Mode) -> Vec<Match> {
    match mode {
        Mode::Improved => improved_matches_of(kind).unwrap_or_else(|| relay_matches_of(kind)),
        Mode::Compatible => relay_matches_of(kind),
    }
}

/// The searches of a kind of rule where they are not Relay's.
fn improved_matches_of(kind: &RuleKind) -> Option<Vec<Match>> {
    let fixed = |regex, groups: &[usize], hint| {
        Match::groups(RegexRef::Fixed(regex), groups.to_vec(), hint)
    };
    Some(match kind {
        RuleKind::Ip => {
            let mut matches = vec![
                fixed(&improved::IPV6, &[1], Hint::Ipv6).if_is(improved::is_ipv6),
                fixed(&improved::IPV6_OPEN, &[1], Hint::Ipv6).if_is(improved::is_ipv6),
            ];
            matches.extend(relay_matches_of(kind).into_iter().map(|search| {
                // Also true of every address of version 4.
                search.if_is(improved::has_digit)
            }));
            matches
        }
        RuleKind::Creditcard => vec![
            card().if_is(improved::is_card),
            fixed(&improved::CARD, &[0], Hint::CardNumber).if_is(improved::is_card),
        ],
        RuleKind::Uuid => {
            vec![Match::value(&regexes::UUID, 0, Hint::Length(32)).if_is(improved::is_uuid)]
        }
        RuleKind::UrlAuth => vec![
            fixed(&improved::URL_SCHEME, &[0], Hint::UrlAuth).behind(url_user::auth_at),
            Match::value(&regexes::URL_AUTH, 1, Hint::UrlAuth),
        ],
        RuleKind::UrlAuthLegacy => vec![
            fixed(&improved::URL_SCHEME, &[0], Hint::UrlAuth).behind(url_user::password_at),
            Match::value(&regexes::URL_AUTH_LEGACY, 2, Hint::UrlAuth),
        ],
        RuleKind::Cookies => vec![
            fixed(&improved::COOKIES, &[2], Hint::Equals),
            Match::value(&regexes::COOKIES, 2, Hint::Equals),
        ],
        RuleKind::Userpath => {
            vec![Match::value(&regexes::USERPATH_SPACED, 1, Hint::UserPath)]
        }
        RuleKind::Password => {
            let mut matches = relay_matches_of(kind);
            for search in &mut matches {
                search.spares = search.groups == Groups::WholeText;
            }
            matches
        }
        _ => return None,
    })
}

/// The searches of a kind of rule in Relay.
fn relay_matches_of(kind: &RuleKind) -> Vec<Match> {
    match kind {
        RuleKind::Anything => vec![Match::value(&regexes::ANYTHING, 0, Hint::Always)],
        RuleKind::Imei => vec![Match::value(&regexes::IMEI, 0, Hint::Digits(15))],
        RuleKind::Mac => vec![Match::value(&regexes::MAC, 0, Hint::Mac)],
        RuleKind::Uuid => vec![Match::value(&regexes::UUID, 0, Hint::Length(32))],
        RuleKind::Email => {
            vec![Match::value(&regexes::EMAIL, 0, Hint::At).by_hand(by_hand::email)]
        }
        RuleKind::Ip => vec![
            Match::value(&regexes::IPV4, 0, Hint::Ipv4),
            Match::value(&regexes::IPV6, 1, Hint::Ipv6),
        ],
        RuleKind::Creditcard => vec![card()],
        RuleKind::Iban => vec![Match::value(&regexes::IBAN, 0, Hint::Iban)],
        RuleKind::Userpath => vec![Match::value(&regexes::USERPATH, 1, Hint::UserPath)],
        RuleKind::Pemkey => vec![Match::value(&regexes::PEMKEY, 1, Hint::Pem)],
        RuleKind::UrlAuth => vec![Match::value(&regexes::URL_AUTH, 1, Hint::UrlAuth)],
        RuleKind::UrlAuthLegacy => {
            vec![Match::value(&regexes::URL_AUTH_LEGACY, 2, Hint::UrlAuth)]
        }
        RuleKind::UsSsn => vec![Match::value(&regexes::US_SSN, 0, Hint::Ssn)],
        RuleKind::Bearer => vec![bearer()],
        RuleKind::Cookies => vec![Match::value(&regexes::COOKIES, 2, Hint::Equals)],
        RuleKind::Password => vec![
            bearer(),
            Match::whole(
                Target::Key,
                RegexRef::Fixed(&regexes::TOKEN_KEY),
                Hint::Token,
            ),
            Match::whole(
                Target::KeyValue,
                RegexRef::Fixed(&regexes::PASSWORD),
                Hint::Password,
            ),
        ],
        RuleKind::Pattern {
            pattern,
            replace_groups,
        } => {
            let groups = || replace_groups.clone().unwrap_or_else(|| vec![0]);
            let own = |regex| Match::groups(RegexRef::Own(regex), groups(), Hint::Always);
            user_regex(pattern).ok().map(own).into_iter().collect()
        }
        RuleKind::RedactPair { key_pattern } => {
            let own = |regex| Match::whole(Target::KeyValue, RegexRef::Own(regex), Hint::Always);
            user_regex(key_pattern).ok().map(own).into_iter().collect()
        }
        RuleKind::RedactKey { .. } | RuleKind::Assignment { .. } | RuleKind::HomeFolder => {
            own_matches_of(kind)
        }
        RuleKind::Multiple { .. } | RuleKind::Alias { .. } => Vec::new(),
    }
}

/// The searches of the kinds that Relay does not have.
fn own_matches_of(kind: &RuleKind) -> Vec<Match> {
    match kind {
        RuleKind::RedactKey { key_pattern } => {
            let own = |regex| Match::whole(Target::Key, RegexRef::Own(regex), Hint::Always);
            user_regex(key_pattern).ok().map(own).into_iter().collect()
        }
        RuleKind::Assignment { names } => {
            let regex = match names {
                None => Some(RegexRef::Fixed(&improved::ASSIGNMENT)),
                Some(names) => user_regex(&improved::assignment(names))
                    .ok()
                    .map(RegexRef::Own),
            };
            let hint = if names.is_none() {
                Hint::Assignment
            } else {
                Hint::Always
            };
            let search = |regex| {
                let names = Match::groups(regex, vec![0], hint);
                names
                    .behind(assigned::value_at)
                    .if_is(improved::is_assigned)
            };
            regex.map(search).into_iter().collect()
        }
        RuleKind::HomeFolder => vec![Match::groups(
            RegexRef::Fixed(&improved::HOME_FOLDER),
            vec![1, 2, 3],
            Hint::UserPath,
        )],
        _ => Vec::new(),
    }
}

fn bearer() -> Match {
    Match::value(&regexes::BEARER, 0, Hint::Bearer).by_hand(by_hand::bearer)
}

fn card() -> Match {
    Match::value(&regexes::CREDITCARD, 0, Hint::CardNumber).by_hand(by_hand::card)
}
