//! Words for the reasons of outcomes (reference/PROTOCOL.md sections 9.6, 10 and 12): what a
//! reason means, and what to do about it.

mod invalid;
mod refused;

use std::borrow::Cow;

use watchfire_store::outcome::Outcome;
use watchfire_store::sampling::Why;

use invalid::INVALID;
use refused::{CLIENT_DISCARD, FILTERED, RATE_LIMITED};

/// A reason in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    /// What happened, as a short sentence without its stop.
    pub(crate) text: Cow<'static, str>,
    /// What to do about it; empty where there is nothing to do.
    pub(crate) advice: &'static str,
}

/// The reason of items that arrive, are counted and answered, but not kept yet.
pub(crate) const NOT_KEPT: &str = "feature_disabled";

/// The reason, what it means, and what to do.
type Row = (&'static str, &'static str, &'static str);

/// A reason of an outcome in words; one that is not known is shown as it is.
pub(crate) fn words(outcome: Outcome, reason: &str) -> Words {
    let (table, nameless): (&[Row], &str) = match outcome {
        Outcome::Accepted => (&[], "Stored"),
        Outcome::Filtered => (&FILTERED, "Left out by a filter"),
        Outcome::RateLimited => (&RATE_LIMITED, "Over a rate limit"),
        Outcome::Invalid => (&INVALID, "Could not be used"),
        Outcome::ClientDiscard => (&CLIENT_DISCARD, "The SDK did not say why"),
    };
    let known = table.iter().find(|(code, _, _)| *code == reason);
    if let Some((_, text, advice)) = known {
        return Words {
            text: Cow::Borrowed(text),
            advice,
        };
    }
    if reason.is_empty() {
        return plain(Cow::Borrowed(nameless), "");
    }
    by_prefix(outcome, reason).unwrap_or_else(|| plain(Cow::Owned(reason.replace('_', " ")), ""))
}

fn plain(text: Cow<'static, str>, advice: &'static str) -> Words {
    Words { text, advice }
}

/// Reasons that carry a name or number behind a colon.
fn by_prefix(outcome: Outcome, reason: &str) -> Option<Words> {
    let (kind, detail) = reason.split_once(':')?;
    let detail_words = detail.replace('_', " ");
    match (outcome, kind) {
        (Outcome::Invalid, "too_large") => Some(plain(
            Cow::Owned(format!(
                "Larger than the limit: {}",
                detail_words.replace(':', ", ")
            )),
            "Send less of it, or raise the limit; the settings list every limit and its name.",
        )),
        (Outcome::Filtered, "Sampled") => Some(plain(
            Cow::Owned(format!("Sampled away by rule {detail}")),
            "",
        )),
        (Outcome::Filtered, "ignore-rule") => {
            Some(plain(Cow::Owned(format!("Ignored by rule {detail}")), ""))
        }
        (Outcome::Accepted, "sampled") => Some(accepted_without_body(reason)),
        _ => None,
    }
}

/// Events that are counted without a body.
fn accepted_without_body(reason: &str) -> Words {
    match Why::of_reason(reason) {
        Some(Why::Rule(rule)) => plain(
            Cow::Owned(format!("Counted without its body by ignore rule {rule}")),
            "",
        ),
        Some(Why::IssueBudget) => plain(
            Cow::Borrowed("Counted without its body: its issue is over the issue budget"),
            "The settings of the project say how many bodies are kept, under Sampling.",
        ),
        Some(Why::Spike) => plain(
            Cow::Borrowed("Counted without its body: the project had a spike"),
            "The page Sampling tells of the project's spikes.",
        ),
        None => plain(Cow::Owned(reason.replace('_', " ")), ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_sentences() {
        let text = |outcome, reason: &str| words(outcome, reason).text.into_owned();
        assert_eq!(text(Outcome::Accepted, ""), "Stored");
        assert_eq!(
            text(Outcome::Filtered, "web-crawlers"),
            "Came from a web crawler"
        );
        assert_eq!(
            text(Outcome::RateLimited, "key_quota"),
            "Over the limit of the client key"
        );
        assert_eq!(
            text(Outcome::Invalid, "too_large:attachment:minidump"),
            "Larger than the limit: attachment, minidump"
        );
        assert_eq!(
            text(Outcome::Filtered, "Sampled:12"),
            "Sampled away by rule 12"
        );
        assert_eq!(
            text(Outcome::Accepted, "sampled:ignore-rule 12"),
            "Counted without its body by ignore rule 12"
        );
        assert_eq!(
            text(Outcome::Accepted, "sampled:spike"),
            "Counted without its body: the project had a spike"
        );
        assert_eq!(text(Outcome::Invalid, "brand_new"), "brand new");
        assert_eq!(text(Outcome::ClientDiscard, ""), "The SDK did not say why");
    }

    #[test]
    fn no_reason_is_listed_twice() {
        let tables: [&[Row]; 4] = [&FILTERED, &RATE_LIMITED, &INVALID, &CLIENT_DISCARD];
        for table in tables {
            let mut codes: Vec<_> = table.iter().map(|(code, _, _)| code).collect();
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), table.len());
        }
    }
}
