//! The head of the issue page: what broke, its state, and what can be done about it.

use serde::Serialize;
use watchfire_store::issue::{Issue, Status, Substatus};

use super::load::Found;
use super::view::budget::{TITLE_CHARS_MAX, first_chars};
use super::view::text::Text;
use crate::address;
use crate::frame::Key;
use crate::pages::issues::asked;
use crate::pages::issues::remove::Removal;
use crate::pages::issues::selection::Selection;

/// The head as the page shows it.
#[derive(Debug, Serialize)]
pub(super) struct Header {
    /// The issue's address.
    pub(super) href: String,
    /// The issue list that it is in, as it was left.
    pub(super) list_href: String,
    /// What keeps the list's selection in links to this page, `&query=…`; often empty.
    pub(super) carry: String,
    /// `SHOP-1A`.
    pub(super) short_id: String,
    /// The exception's type, or the whole title where there is none.
    pub(super) kind: String,
    /// The exception's value.
    pub(super) value: Option<Text>,
    /// Where it happened.
    pub(super) culprit: String,
    /// `error`, `warning` …
    pub(super) level: &'static str,
    /// The state.
    pub(super) state: Badge,
    /// Whether nobody caught one of its exceptions.
    pub(super) is_unhandled: bool,
    /// What can be done, the likeliest first.
    pub(super) actions: Vec<Action>,
    /// The form that makes an ignore rule for its events.
    pub(super) ignore_href: String,
    /// The pages that ask before the issue is deleted, and before its kind is discarded too.
    pub(super) delete_href: String,
    pub(super) discard_href: String,
    /// Where the scrubbing rules are applied to its stored events.
    pub(super) rescrub_href: String,
    /// How events of the project are sampled and counted.
    pub(super) sampling_href: String,
}

/// A word with a colour.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Badge {
    /// The word.
    pub(super) label: &'static str,
    /// The end of a style class: `good`, `attention`, `bad`, `quiet`.
    pub(super) tone: &'static str,
}

/// A button that changes the status.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Action {
    /// What the form sends.
    pub(super) value: &'static str,
    /// What the button says.
    pub(super) label: &'static str,
    /// The key that presses it.
    pub(super) key: &'static str,
    /// Whether it is the likeliest.
    pub(super) is_primary: bool,
}

impl Header {
    /// The head of an issue that was found by this selection.
    pub(super) fn of(found: &Found, selection: &Selection) -> Self {
        let issue = &found.issue;
        let (kind, value) = title(issue);
        let list = selection.address(&found.project.slug);
        let removal = |removal: Removal| {
            let page = removal.address(&found.project.slug);
            asked::address(&page, &[issue.id], &list)
        };
        Self {
            href: found.address(),
            list_href: list.clone(),
            carry: selection.address_at("").replacen('?', "&", 1),
            short_id: found.short_id(),
            kind,
            value,
            culprit: issue.culprit.clone(),
            level: issue.level.as_str(),
            state: badge(issue.status, issue.substatus),
            is_unhandled: issue.is_unhandled,
            actions: actions(issue.status),
            rescrub_href: address::with_query(
                &address::rescrub(&found.project.slug),
                &[("issue", &issue.id.to_string())],
            ),
            sampling_href: format!("{}#method", address::sampling(&found.project.slug)),
            ignore_href: address::new_ignore_rule(
                &found.project.slug,
                &[("issue", &issue.id.to_string())],
            ),
            delete_href: removal(Removal::Delete),
            discard_href: removal(Removal::Discard),
        }
    }
}

/// The two lines of the title. A message stands alone in the first.
fn title(issue: &Issue) -> (String, Option<Text>) {
    let cut = |text: &str| {
        let shown = first_chars(text, TITLE_CHARS_MAX);
        let dots = if shown.len() < text.len() { "…" } else { "" };
        format!("{shown}{dots}")
    };
    if issue.kind.is_empty() {
        return (cut(&issue.title), None);
    }
    let value = Some(issue.value.as_str()).filter(|value| !value.is_empty());
    (
        cut(&issue.kind),
        value.map(|value| Text::plain(&cut(value))),
    )
}

/// The one badge of a state (reference/PRODUCT.md section 1.1).
pub(super) fn badge(status: Status, substatus: Option<Substatus>) -> Badge {
    let (label, tone) = match (status, substatus) {
        (Status::Resolved, _) => ("resolved", "good"),
        (Status::Ignored, Some(Substatus::ArchivedUntilEscalating)) => {
            ("archived until it escalates", "quiet")
        }
        (Status::Ignored, _) => ("archived", "quiet"),
        (Status::Merged, _) => ("merged", "quiet"),
        (Status::Deleting, _) => ("being deleted", "quiet"),
        (Status::Unresolved, Some(Substatus::New)) => ("new", "attention"),
        (Status::Unresolved, Some(Substatus::Regressed)) => ("regressed", "bad"),
        (Status::Unresolved, Some(Substatus::Escalating)) => ("escalating", "bad"),
        (Status::Unresolved, Some(Substatus::Ongoing)) => ("ongoing", "quiet"),
        (Status::Unresolved, _) => ("unresolved", "quiet"),
    };
    Badge { label, tone }
}

/// The keys of the page, as the help lists them: those of its buttons and of its event bar.
pub(super) fn keys(status: Status) -> Vec<Key> {
    let (e, a) = match status {
        Status::Unresolved => ("resolve", Some("archive")),
        Status::Resolved => ("unresolve", None),
        Status::Ignored => ("resolve", Some("unarchive")),
        // Nobody sees the page of an issue that is hidden.
        Status::Merged | Status::Deleting => return Vec::new(),
    };
    let mut keys = vec![
        Key::new(&["[", "]"], "older, newer event"),
        Key::new(&["e"], e),
    ];
    keys.extend(a.map(|does| Key::new(&["a"], does)));
    keys
}

fn actions(status: Status) -> Vec<Action> {
    let action = |value, label, key, is_primary| Action {
        value,
        label,
        key,
        is_primary,
    };
    match status {
        Status::Unresolved => vec![
            action("resolve", "Resolve", "e", true),
            action("archive", "Archive", "a", false),
        ],
        Status::Resolved => vec![action("unresolve", "Unresolve", "e", false)],
        Status::Ignored => vec![
            action("resolve", "Resolve", "e", false),
            action("unresolve", "Unarchive", "a", false),
        ],
        Status::Merged | Status::Deleting => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_one_badge() {
        let badge = |status, substatus| badge(status, substatus).label;
        assert_eq!(
            badge(Status::Unresolved, Some(Substatus::Regressed)),
            "regressed"
        );
        assert_eq!(badge(Status::Resolved, None), "resolved");
        assert_eq!(
            badge(Status::Ignored, Some(Substatus::ArchivedForever)),
            "archived"
        );
        assert_eq!(badge(Status::Unresolved, None), "unresolved");
    }

    #[test]
    fn a_state_offers_what_leaves_it() {
        let values = |status| -> Vec<_> {
            actions(status)
                .into_iter()
                .map(|action| action.value)
                .collect()
        };
        assert_eq!(values(Status::Unresolved), ["resolve", "archive"]);
        assert_eq!(values(Status::Resolved), ["unresolve"]);
        assert_eq!(values(Status::Ignored), ["resolve", "unresolve"]);
    }
}
