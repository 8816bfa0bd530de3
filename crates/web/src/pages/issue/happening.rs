//! What happened to an issue, in words.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use watchfire_event::{IssueId, Timestamp, UserId};
use watchfire_store::activity::{Activity, ActivityKind};
use watchfire_store::issue::MergedIssue;
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn};

use super::view::budget::first_chars;
use crate::pages::issues::asked::{events_word, issues_word};
use crate::{address, people};

/// Characters of a text that somebody wrote that are shown.
const TEXT_CHARS_MAX: usize = 300;
/// Issues that one activity names.
const ISSUES_MAX: usize = 3;

/// One thing that happened.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Happening {
    /// `Ana merged SHOP-13 into this issue`.
    pub(super) text: String,
    /// More about it: titles, the rule behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) detail: Option<String>,
    /// What it leads to: the rule, or the issue that events went to or came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) link: Option<Link>,
    pub(super) at: Timestamp,
}

/// A page that an activity is about.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Link {
    pub(super) label: String,
    pub(super) href: String,
}

/// What the data of activities may hold; each kind has its own fields.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Data {
    issues: Vec<MergedIssue>,
    into: Option<MergedIssue>,
    from: Option<MergedIssue>,
    text: String,
    why: String,
    rule_id: Option<i64>,
    action: String,
    direction: String,
    other_issue_id: Option<i64>,
    events: Option<i64>,
}

/// What activities name by number: the accounts and the short ids of other issues.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Who did it.
    pub(super) users: HashMap<UserId, String>,
    /// The other issues.
    pub(super) issues: HashMap<IssueId, String>,
}

impl Names {
    /// What these activities of an issue of the project name.
    pub(super) fn of(
        conn: &mut Conn<'_>,
        project: &Project,
        activity: &[Activity],
    ) -> store::Result<Self> {
        let others = activity.iter().filter_map(|item| data(item).other_issue_id);
        let others: Vec<IssueId> = others.map(IssueId).collect();
        let issues = store::issue::get_many(conn, &others)?;
        let name = |number| store::issue::format_short_id(&project.slug, number);
        Ok(Self {
            users: people::names(conn, activity.iter().filter_map(|item| item.user_id))?,
            issues: issues
                .into_iter()
                .map(|issue| (issue.id, name(issue.short_number)))
                .collect(),
        })
    }
}

fn data(item: &Activity) -> Data {
    serde_json::from_str(&item.data).unwrap_or_default()
}

impl Happening {
    /// An activity of an issue of the project `slug`.
    pub(super) fn of(item: &Activity, slug: &str, names: &Names) -> Self {
        let data = data(item);
        let who = item.user_id.and_then(|user| names.users.get(&user));
        let it = |verb: &str| match who {
            Some(name) => format!("{name} {verb} it"),
            None => format!("{verb} by itself or a script"),
        };
        let did = |what: String| match who {
            Some(name) => format!("{name} {what}"),
            None => format!("A rule or a script {what}"),
        };
        let text = match item.kind {
            ActivityKind::SetResolved => it("resolved"),
            ActivityKind::SetUnresolved => it("reopened"),
            ActivityKind::SetIgnored => it("archived"),
            ActivityKind::SetRegression => "came back after it was resolved".to_owned(),
            ActivityKind::FirstSeen => "first seen".to_owned(),
            ActivityKind::Note => did("wrote".to_owned()),
            ActivityKind::Merge => did(match &data.into {
                Some(into) => format!("merged it into {}", into.short_id),
                None => format!("merged {} into this issue", named(&data.issues)),
            }),
            ActivityKind::UnmergeSource => {
                did(format!("took events out into {}", named(&data.issues)))
            }
            ActivityKind::UnmergeDestination => did(match &data.from {
                Some(from) => format!("took its events out of {}", from.short_id),
                None => "took its events out of another issue".to_owned(),
            }),
            ActivityKind::Regrouped => did(regrouped(&data, names)),
        };
        Self {
            detail: detail(item.kind, &data),
            link: link(item.kind, &data, slug),
            text,
            at: item.created_at,
        }
    }
}

/// `SHOP-13`, `SHOP-13, SHOP-14 and 2 more`, `3 issues`.
fn named(issues: &[MergedIssue]) -> String {
    let names: Vec<&str> = issues.iter().map(|issue| issue.short_id.as_str()).collect();
    match names.as_slice() {
        [] => "another issue".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] if names.len() <= ISSUES_MAX => {
            format!("{} and {last}", first.join(", "))
        }
        many => issues_word(many.len()),
    }
}

/// What a change of the grouping rules did to the issue.
fn regrouped(data: &Data, names: &Names) -> String {
    let events = data.events.map_or_else(|| "events".to_owned(), events_word);
    let other = data
        .other_issue_id
        .and_then(|id| names.issues.get(&IssueId(id)));
    let other = other.map_or("another issue", String::as_str);
    match data.direction.as_str() {
        "out" => format!("moved {events} from here to {other} by changed rules"),
        "in" => format!("moved {events} here from {other} by changed rules"),
        "undone" => format!("moved {events} back here from {other}"),
        _ => match data.action.as_str() {
            "merge" => "made a rule that merges events like these".to_owned(),
            "split" => "made a rule that splits this issue".to_owned(),
            "ignore_frame" => "made a rule that ignores a frame".to_owned(),
            "variable" => "made a rule that treats a text as variable".to_owned(),
            "edit" => "changed a grouping rule".to_owned(),
            "switch_on" => "switched a grouping rule on".to_owned(),
            "switch_off" => "switched a grouping rule off".to_owned(),
            "remove" => "removed a grouping rule".to_owned(),
            "version" => "changed the grouping version".to_owned(),
            _ => "changed the grouping rules".to_owned(),
        },
    }
}

fn detail(kind: ActivityKind, data: &Data) -> Option<String> {
    let text = match kind {
        ActivityKind::Merge | ActivityKind::UnmergeSource => {
            let titles = data.issues.iter().take(ISSUES_MAX);
            let titles: Vec<String> = titles
                .map(|issue| format!("{} ({})", issue.title, events_word(issue.events)))
                .collect();
            let why = Some(data.why.clone()).filter(|why| !why.is_empty());
            why.into_iter()
                .chain(titles)
                .collect::<Vec<_>>()
                .join(" · ")
        }
        _ => data.text.clone(),
    };
    let shown = first_chars(text.trim(), TEXT_CHARS_MAX);
    (!shown.is_empty()).then(|| shown.to_owned())
}

fn link(kind: ActivityKind, data: &Data, slug: &str) -> Option<Link> {
    if let Some(rule) = data.rule_id {
        return Some(Link {
            label: format!("rule {rule}"),
            href: address::grouping_rule(slug, rule),
        });
    }
    let issue = match kind {
        // What was merged into this one leads back here.
        ActivityKind::Merge => data.into.as_ref(),
        _ => data
            .into
            .as_ref()
            .or(data.from.as_ref())
            .or(data.issues.first()),
    };
    let issue = issue
        .map(|issue| IssueId(issue.id))
        .or(data.other_issue_id.map(IssueId))?;
    Some(Link {
        label: "open".to_owned(),
        href: address::issue(slug, issue),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn happening(kind: ActivityKind, data: &str) -> Happening {
        let item = Activity {
            id: 1,
            issue_id: IssueId(1),
            user_id: Some(UserId(4)),
            kind,
            data: data.to_owned(),
            created_at: Timestamp(5),
        };
        let names = Names {
            users: HashMap::from([(UserId(4), "Ana".to_owned())]),
            issues: HashMap::from([(IssueId(8), "SHOP-8".to_owned())]),
        };
        Happening::of(&item, "shop", &names)
    }

    #[test]
    fn activity_says_who() {
        let resolved = happening(ActivityKind::SetResolved, "{}");
        assert_eq!(resolved.text, "Ana resolved it");
        assert_eq!((resolved.detail, resolved.link), (None, None));
    }

    #[test]
    fn a_merge_names_the_issues_and_their_titles() {
        let data =
            r#"{"issues":[{"id":13,"short_id":"SHOP-13","title":"KeyError: 'a'","events":12}]}"#;
        let merged = happening(ActivityKind::Merge, data);
        assert_eq!(merged.text, "Ana merged SHOP-13 into this issue");
        assert_eq!(merged.detail.as_deref(), Some("KeyError: 'a' (12 events)"));
        let out = happening(ActivityKind::UnmergeSource, data);
        assert_eq!(out.text, "Ana took events out into SHOP-13");
        assert_eq!(
            out.link.expect("leads there").href,
            "/projects/shop/issues/13"
        );
    }

    #[test]
    fn a_rule_says_what_it_did_and_leads_to_it() {
        let moved = happening(
            ActivityKind::Regrouped,
            r#"{"direction":"out","rule_id":3,"job_id":1,"events":7,"other_issue_id":8}"#,
        );
        assert_eq!(
            moved.text,
            "Ana moved 7 events from here to SHOP-8 by changed rules"
        );
        let link = moved.link.expect("leads to the rule");
        assert_eq!(
            (link.label.as_str(), link.href),
            ("rule 3", address::grouping_rule("shop", 3))
        );
        let made = happening(
            ActivityKind::Regrouped,
            r#"{"direction":"rule","rule_id":3,"action":"split","text":"a -> b"}"#,
        );
        assert_eq!(made.text, "Ana made a rule that splits this issue");
        assert_eq!(made.detail.as_deref(), Some("a -> b"));
    }

    #[test]
    fn broken_data_is_no_reason_to_be_silent() {
        let merged = happening(ActivityKind::Merge, "not json");
        assert_eq!(merged.text, "Ana merged another issue into this issue");
    }
}
