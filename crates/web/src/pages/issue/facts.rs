//! The rail: the facts of the issue beside the evidence of one event.

use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_store::activity::Activity;
use watchfire_store::issue::Issue;
use watchfire_store::sampling::Estimate;
use watchfire_store::tag::TagKey;

use super::happening::{Happening, Names};
use super::view::budget::first_chars;
use crate::sampled::Sampled;
use crate::{address, number};

/// Tags that are shown without unfolding.
const TAGS_OPEN: usize = 8;
/// Tags that are shown at all.
const TAGS_MAX: usize = 60;
/// Values of a tag that are shown.
pub(super) const TAG_VALUES: usize = 3;
/// Characters of a tag's value that are shown.
const VALUE_CHARS_MAX: usize = 200;
/// Activities that are shown.
pub(super) const ACTIVITIES: i64 = 10;

/// The facts as the page shows them.
#[derive(Debug, Serialize)]
pub(super) struct Facts {
    pub(super) first_seen: Timestamp,
    pub(super) first_release: Option<String>,
    pub(super) last_seen: Timestamp,
    pub(super) last_release: Option<String>,
    pub(super) events: i64,
    /// What is said of them when some never came or have no body.
    pub(super) sampled: Option<Sampled>,
    pub(super) users: i64,
    /// Shares of the tags' values.
    pub(super) tags: Vec<TagShares>,
    /// The tags that are folded away.
    pub(super) more_tags: Vec<TagShares>,
    /// What happened to the issue, latest first.
    pub(super) activity: Vec<Happening>,
}

/// A tag with the shares of its most frequent values.
#[derive(Debug, Serialize)]
pub(super) struct TagShares {
    pub(super) key: String,
    pub(super) shares: Vec<Share>,
}

/// One value's share.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Share {
    /// The value; `other` for the rest together.
    pub(super) value: String,
    /// `62 %`, `<1 %`.
    pub(super) percent: String,
    /// The length of the bar, of 100.
    pub(super) length: i64,
    /// How many events.
    pub(super) count: i64,
    /// The issues that have the value; absent for the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) href: Option<String>,
}

impl Facts {
    /// The facts of an issue of the project `slug`; `names` are those of the activities.
    pub(super) fn of(
        issue: &Issue,
        slug: &str,
        tags: &[TagKey],
        activity: &[Activity],
        names: &Names,
        estimate: Option<&Estimate>,
    ) -> Self {
        // A tag that never differs tells less than one that does.
        let (differing, constant): (Vec<_>, Vec<_>) =
            tags.iter().partition(|tag| tag.value_count > 1);
        let mut shares: Vec<TagShares> = differing
            .into_iter()
            .chain(constant)
            .take(TAGS_MAX)
            .map(|tag| TagShares::of(tag, slug))
            .collect();
        let more_tags = shares.split_off(shares.len().min(TAGS_OPEN));
        Self {
            first_seen: issue.first_seen,
            first_release: issue.first_release.clone(),
            last_seen: issue.last_seen,
            last_release: issue.last_release.clone(),
            events: issue.event_count,
            sampled: Sampled::of(issue, estimate),
            users: issue.user_count,
            tags: shares,
            more_tags,
            activity: activity
                .iter()
                .map(|item| Happening::of(item, slug, names))
                .collect(),
        }
    }
}

impl TagShares {
    fn of(tag: &TagKey, slug: &str) -> Self {
        let total = tag.event_count.max(1);
        let mut shares: Vec<Share> = tag
            .top
            .iter()
            .take(TAG_VALUES)
            .map(|value| Share {
                href: search(slug, &tag.key, &value.value),
                value: first_chars(&value.value, VALUE_CHARS_MAX).to_owned(),
                percent: number::share(value.count, total),
                length: length(value.count, total),
                count: value.count,
            })
            .collect();
        let rest = total - shares.iter().map(|share| share.count).sum::<i64>();
        if rest > 0 {
            shares.push(Share {
                value: "other".to_owned(),
                percent: number::share(rest, total),
                length: length(rest, total),
                count: rest,
                href: None,
            });
        }
        Self {
            key: tag.key.clone(),
            shares,
        }
    }
}

/// The issues of the project whose events have the value; `None` where the search cannot say it.
fn search(slug: &str, key: &str, value: &str) -> Option<String> {
    let sayable = !value.contains(['"', '*', '\\']) && !value.chars().any(char::is_control);
    let plain_key = key
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    if !sayable || !plain_key || value.chars().count() > VALUE_CHARS_MAX {
        return None;
    }
    let query = format!("{key}:\"{value}\"");
    Some(address::with_query(
        &address::issues(slug),
        &[("query", &query)],
    ))
}

fn length(count: i64, total: i64) -> i64 {
    (count.saturating_mul(100) / total).clamp(1, 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use watchfire_store::tag::TagValue;

    fn tag(counts: &[(&str, i64)], event_count: i64) -> TagKey {
        TagKey {
            key: "browser".to_owned(),
            event_count,
            value_count: 9,
            top: counts
                .iter()
                .map(|(value, count)| TagValue {
                    value: (*value).to_owned(),
                    count: *count,
                    first_seen: Timestamp(0),
                    last_seen: Timestamp(0),
                })
                .collect(),
        }
    }

    #[test]
    fn the_rest_of_a_tag_is_one_share() {
        let shares =
            TagShares::of(&tag(&[("Firefox 1", 620), ("Chrome", 3)], 1_000), "shop").shares;
        let outline: Vec<_> = shares
            .iter()
            .map(|share| (share.value.as_str(), share.percent.as_str(), share.length))
            .collect();
        assert_eq!(
            outline,
            [
                ("Firefox 1", "62 %", 62),
                ("Chrome", "<1 %", 1),
                ("other", "37 %", 37)
            ]
        );
        assert_eq!(
            shares[0].href.as_deref(),
            Some("/projects/shop/issues?query=browser:%22Firefox%201%22")
        );
    }

    #[test]
    fn a_value_that_the_search_cannot_say_is_no_link() {
        assert_eq!(search("shop", "k", "a\"b"), None);
        assert_eq!(search("shop", "k y", "a"), None);
    }
}
