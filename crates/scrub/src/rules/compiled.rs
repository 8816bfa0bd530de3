use std::sync::LazyLock;

use regex::Regex;

use super::regexes::{self, user_regex};
use crate::config::{Redaction, RuleKind};
use crate::text::Hint;

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
}

/// One search of a rule.
#[derive(Clone, Debug)]
pub(crate) struct Match {
    pub(crate) target: Target,
    pub(crate) groups: Groups,
    /// What a text must have before the regex is worth a try.
    pub(crate) hint: Hint,
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

    fn value(regex: &'static LazyLock<Regex>, group: usize, hint: Hint) -> Self {
        Self {
            target: Target::Value,
            groups: Groups::Of(vec![group]),
            hint,
            regex: RegexRef::Fixed(regex),
        }
    }

    fn whole(target: Target, regex: RegexRef, hint: Hint) -> Self {
        Self {
            target,
            groups: Groups::WholeText,
            hint,
            regex,
        }
    }
}

/// The searches of a kind of rule, in order; none for the kinds that only refer to other rules
/// and for patterns that do not compile.
pub(crate) fn matches_of(kind: &RuleKind) -> Vec<Match> {
    match kind {
        RuleKind::Anything => vec![Match::value(&regexes::ANYTHING, 0, Hint::Always)],
        RuleKind::Imei => vec![Match::value(&regexes::IMEI, 0, Hint::Digits(15))],
        RuleKind::Mac => vec![Match::value(&regexes::MAC, 0, Hint::Mac)],
        RuleKind::Uuid => vec![Match::value(&regexes::UUID, 0, Hint::Length(32))],
        RuleKind::Email => vec![Match::value(&regexes::EMAIL, 0, Hint::At)],
        RuleKind::Ip => vec![
            Match::value(&regexes::IPV4, 0, Hint::Digits(4)),
            Match::value(&regexes::IPV6, 1, Hint::Ipv6),
        ],
        RuleKind::Creditcard => vec![Match::value(&regexes::CREDITCARD, 0, Hint::CardNumber)],
        RuleKind::Iban => vec![Match::value(&regexes::IBAN, 0, Hint::Iban)],
        RuleKind::Userpath => vec![Match::value(&regexes::USERPATH, 1, Hint::UserPath)],
        RuleKind::Pemkey => vec![Match::value(&regexes::PEMKEY, 1, Hint::Pem)],
        RuleKind::UrlAuth => vec![Match::value(&regexes::URL_AUTH, 1, Hint::UrlAuth)],
        RuleKind::UrlAuthLegacy => {
            vec![Match::value(&regexes::URL_AUTH_LEGACY, 2, Hint::UrlAuth)]
        }
        RuleKind::UsSsn => vec![Match::value(&regexes::US_SSN, 0, Hint::Ssn)],
        RuleKind::Bearer => vec![bearer()],
        RuleKind::Cookies => vec![Match::value(&regexes::COOKIES, 2, Hint::Always)],
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
            let own = |regex| Match {
                target: Target::Value,
                groups: Groups::Of(replace_groups.clone().unwrap_or_else(|| vec![0])),
                hint: Hint::Always,
                regex: RegexRef::Own(regex),
            };
            user_regex(pattern).map(own).into_iter().collect()
        }
        RuleKind::RedactPair { key_pattern } => {
            let own = |regex| Match::whole(Target::KeyValue, RegexRef::Own(regex), Hint::Always);
            user_regex(key_pattern).map(own).into_iter().collect()
        }
        RuleKind::Multiple { .. } | RuleKind::Alias { .. } | RuleKind::Unknown => Vec::new(),
    }
}

fn bearer() -> Match {
    Match::value(&regexes::BEARER, 0, Hint::Bearer)
}
