//! *Merge these, and future events like them.*

use serde::Serialize;
use watchfire_event::{Event, IssueId};
use watchfire_grouping::{Grouper, suggest};
use watchfire_store::issue::Issue;
use watchfire_store::project::Project;
use watchfire_store::similar::{self, Similar};
use watchfire_store::{self as store, Conn, Database};

use super::choices::{Choices, ISSUES_MAX};
use super::draft::Made;
use super::events::{Body, of_each_hash};
use crate::pages::grouping::issue_link::{IssueLink, events_word};
use crate::pages::issue::load::Found;

/// The choices as the form shows them.
#[derive(Debug, Serialize)]
pub(super) struct MergeView {
    this_issue: IssueLink,
    issues: Vec<Candidate>,
    /// What stands in the field for another issue.
    add: String,
    add_problem: Option<String>,
}

/// An issue that could be merged.
#[derive(Debug, Serialize)]
struct Candidate {
    id: i64,
    short_id: String,
    title: String,
    events: i64,
    events_word: &'static str,
    /// Why it is named.
    note: String,
    chosen: bool,
}

/// An issue that was chosen: a whole one, or what came into this one by a merge.
struct Chosen {
    issue: Issue,
    was_merged: bool,
}

/// Makes lines that give the chosen issues one fingerprint. Completes `choices`: what was typed
/// into the field joins the list.
pub(super) fn make(
    conn: &mut Conn<'_>,
    database: &Database,
    found: &Found,
    grouper: &Grouper,
    choices: &mut Choices,
) -> store::Result<(MergeView, Made)> {
    let project = &found.project;
    let (mut chosen, mut add_problem) = (Vec::new(), None);
    for name in choices.with.clone() {
        chosen.extend(find(conn, found, &name)?);
    }
    let typed = std::mem::take(&mut choices.add);
    if !typed.is_empty() {
        match find(conn, found, &typed)? {
            Some(other) if chosen.len() < ISSUES_MAX => chosen.push(other),
            Some(_) => add_problem = Some(format!("At most {ISSUES_MAX} issues at a time.")),
            None => {
                add_problem = Some(format!(
                    "“{typed}” is no other issue of {}. Take the number or short id of its page.",
                    project.name
                ));
            }
        }
        if add_problem.is_some() {
            choices.add = typed;
        }
    }
    chosen.sort_by_key(|one| one.issue.id.0);
    chosen.dedup_by_key(|one| one.issue.id.0);
    choices.with = chosen.iter().map(|one| one.issue.id.to_string()).collect();
    let lines = lines(conn, database, found, grouper, &chosen)?;
    let similar = similar::find(conn, database.dictionaries(), found.issue.id)?;
    let made = if chosen.is_empty() {
        Made::nothing("Choose at least one other issue.")
    } else if lines.is_empty() {
        Made::nothing("The events of these issues carry a checksum, which no rule can change.")
    } else {
        Made::of(lines.join("\n"))
    };
    let view = MergeView {
        this_issue: IssueLink::of(&found.issue, &project.slug),
        issues: candidates(&chosen, similar, project),
        add: choices.add.clone(),
        add_problem,
    };
    Ok((view, made))
}

/// Another issue of the project, by number or short id; one that was merged into this issue
/// already counts as another.
fn find(conn: &mut Conn<'_>, found: &Found, name: &str) -> store::Result<Option<Chosen>> {
    let issue = match name.parse::<IssueId>() {
        Ok(id) => store::issue::get(conn, id)?,
        Err(_) => match store::issue::parse_short_id(name) {
            Some((slug, number)) if slug == found.project.slug => {
                store::issue::by_short_number(conn, found.project.id, number)?
            }
            _ => None,
        },
    };
    let Some(issue) = issue.filter(|issue| issue.project_id == found.project.id) else {
        return Ok(None);
    };
    let target = store::issue::follow(conn, issue.id)?;
    let was_merged = target == found.issue.id && issue.id != target;
    if was_merged {
        return Ok(Some(Chosen { issue, was_merged }));
    }
    let issue = store::issue::get(conn, target)?
        .filter(|issue| issue.status.is_visible() && issue.id != found.issue.id);
    Ok(issue.map(|issue| Chosen { issue, was_merged }))
}

fn lines(
    conn: &mut Conn<'_>,
    database: &Database,
    found: &Found,
    grouper: &Grouper,
    chosen: &[Chosen],
) -> store::Result<Vec<String>> {
    let mut bodies = of_each_hash(conn, database, &found.issue, None)?;
    for one in chosen {
        bodies.extend(if one.was_merged {
            of_each_hash(conn, database, &found.issue, Some(one.issue.id))?
        } else {
            of_each_hash(conn, database, &one.issue, None)?
        });
    }
    let events: Vec<Event<'_>> = bodies.iter().filter_map(Body::event).collect();
    let events: Vec<&Event<'_>> = events.iter().collect();
    // A fingerprint that nobody else uses, and that says where it came from.
    let name = format!("merged-{}", found.short_id().to_lowercase());
    Ok(suggest::merge(grouper, &events, &name))
}

fn candidates(chosen: &[Chosen], similar: Vec<Similar>, project: &Project) -> Vec<Candidate> {
    let is_chosen = |id: IssueId| chosen.iter().any(|one| one.issue.id == id);
    let others = similar
        .into_iter()
        .filter(|other| !is_chosen(other.issue.id))
        .map(|other| candidate(&other.issue, project, other.reason.clone(), false));
    let mut candidates: Vec<Candidate> = chosen
        .iter()
        .map(|one| {
            let note = if one.was_merged { "merged already" } else { "" };
            candidate(&one.issue, project, note.to_owned(), true)
        })
        .collect();
    candidates.extend(others);
    candidates
}

fn candidate(issue: &Issue, project: &Project, note: String, chosen: bool) -> Candidate {
    let link = IssueLink::of(issue, &project.slug);
    Candidate {
        id: link.id,
        short_id: link.short_id,
        title: link.title,
        events: link.events,
        events_word: events_word(link.events),
        note,
        chosen,
    }
}
