//! What scrubbing may take out of a text, wherever in an event it stands. Normalisation asks
//! before it cuts one, so that no part of it stays behind for which no rule has eyes.

use watchfire_event::{Sensitive, SensitivePart};

use crate::rules::{Groups, Match, Target};
use crate::scrubber::Scrubber;
use crate::secrets::Finder;
use crate::text::{Features, Hints, Look};

/// The number of the secrets catalogue among the rules.
const CATALOGUE: usize = 0;

impl Sensitive for Scrubber {
    /// The secrets of the catalogue and the matches of every rule that redacts parts of texts, at
    /// whatever place it applies. Rules for whole values have the cut text to go by.
    fn parts(&self, text: &str) -> Vec<SensitivePart> {
        let mut parts = Vec::new();
        let mut add = |rule, (start, end)| parts.push(SensitivePart { rule, start, end });
        if self.finds_secrets() {
            let mut found = Vec::new();
            Finder::shared().find(text, &mut found);
            found
                .iter()
                .for_each(|it| add(CATALOGUE, (it.start, it.end)));
        }
        // The NUL behind a text that was cut has no features of its own.
        let kept = text.trim_end_matches('\0');
        let is_cut = kept.len() < text.len();
        let mut features = Features::of(Look::at(kept), is_cut, Hints::ALL);
        for (rule, search) in (CATALOGUE + 1..).zip(self.searches()) {
            if let (Target::Value, Groups::Of(groups)) = (search.target, &search.groups)
                && features.allow(search.hint, kept)
            {
                each(search, groups, text, |range| add(rule, range));
            }
        }
        parts
    }
}

/// Calls `add` with each part of a text that a search finds.
fn each(search: &Match, groups: &[usize], text: &str, mut add: impl FnMut((usize, usize))) {
    let counts = |(start, end): &(usize, usize)| {
        let part = text.get(*start..*end).unwrap_or_default();
        !part.is_empty() && search.check.is_none_or(|check| check(part))
    };
    if groups == [0] {
        search.find_in(text).filter(counts).for_each(add);
        return;
    }
    for captures in search.regex().captures_iter(text) {
        let chosen = groups.iter().filter_map(|group| captures.get(*group));
        let ranges = chosen.map(|group| (group.start(), group.end()));
        ranges.filter(counts).for_each(&mut add);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Mode, PiiConfig};
    use crate::policy::Policy;
    use crate::settings::Settings;

    #[track_caller]
    fn check(scrubber: &Scrubber, text: &str, expected: &[&str]) {
        let mut parts = scrubber.parts(text);
        parts.sort_unstable_by_key(|part| (part.start, part.end));
        let mut found: Vec<&str> = parts
            .iter()
            .map(|it| text.get(it.start..it.end).unwrap())
            .collect();
        found.dedup();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn secrets_and_what_rules_find_are_told() {
        let scrubber = Scrubber::default();
        let token = format!(
            "{}{}",
            concat!("gh", "p_"),
            "a8Kq2Lm9Zx4Vb7Nc1Rt6Yw3Ps5Df0GhJkLuQe"
        );
        check(&scrubber, &format!("a {token} b"), &[&token]);
        check(&scrubber, "to ann@example.com", &["ann@example.com"]);
        check(
            &scrubber,
            "postgres://bob:hunter2@db/x",
            &["bob:hunter2", "hunter2"],
        );
        check(&scrubber, "nothing to see here", &[]);
    }

    #[test]
    fn rules_of_a_team_are_told_too_and_what_is_off_is_not() {
        let config: PiiConfig = serde_json::from_str(
            r#"{"rules":{"n":{"type":"pattern","pattern":"no-([0-9]+)","replaceGroups":[1]},
            "all":{"type":"anything"}},"applications":{"extra.x":["n"],"extra.y":["all"]}}"#,
        )
        .unwrap();
        let policy = Policy::new(Settings::off(), config, Mode::Improved).with_secrets(false);
        let scrubber = Scrubber::of_policy(&policy);
        check(&scrubber, "is no-123, ann@example.com", &["123"]);
    }
}
