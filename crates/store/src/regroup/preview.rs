//! What a change would do.

use std::collections::{BTreeMap, HashMap, HashSet};

use watchfire_event::{IssueId, Timestamp};
use watchfire_grouping::Grouper;

use super::event::Rules;
use super::plan::Place;
use super::sample::{self, Sample, Sampled, Slow};
use super::{Change, EXAMPLES_MAX, Example, Move, Preview, Target, owners, rules};
use crate::conn::Conn;
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::grouping_rules::RuleSet;
use crate::project::Project;

/// Runs a change over recent events and tells which of them would go to another issue.
///
/// They are the newest [`super::PREVIEW_EVENTS_MIN`] of the project, and of the issue in question
/// its newest [`super::PREVIEW_ISSUE_EVENTS`]. Nothing is written. Take `dictionaries` from
/// [`crate::Database::dictionaries`].
///
/// # Errors
/// [`crate::Error::NotFound`] when the change is about a rule, an organisation or an issue that is
/// not the project's; [`crate::Error::Refused`] when the rules take too long over the events.
pub fn preview(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: &Project,
    change: &Change,
    focus: Option<IssueId>,
) -> Result<Preview> {
    let now = Timestamp::now();
    let before = RuleSet::read(conn, project, now)?;
    let after = rules::changed(&before, project, change, now)?;
    let focus = sample::focus(conn, project, &before, change, focus)?;
    let both = Rules {
        before: Grouper::new(&before.settings()),
        after: Grouper::new(&after.settings()),
    };
    let slow = Slow::of(change);
    let sample = Sample::take(conn, dictionaries, project, &both, focus, slow)?;
    let issues: HashSet<i64> = sample.events.iter().map(|event| event.issue).collect();
    Ok(Preview {
        events: sample.events.len(),
        issues: issues.len(),
        oldest: sample.events.iter().map(|event| event.timestamp).min(),
        changed_events: sample.events.iter().filter(|it| it.is_changed).count(),
        moves: moves(conn, &sample)?,
        problems: rules::problems(&before, change),
    })
}

/// The events that would leave their issues, most of them first.
pub(super) fn moves(conn: &mut Conn<'_>, sample: &Sample) -> Result<Vec<Move>> {
    let mut leaving: BTreeMap<(i64, Place), Vec<&Sampled>> = BTreeMap::new();
    for event in &sample.events {
        if let Some(place) = sample.place(event) {
            leaving.entry((event.issue, place)).or_default().push(event);
        }
    }
    let issues = leaving.keys().flat_map(|(from, place)| match place {
        Place::Issue(id) => vec![*from, *id],
        Place::Stay | Place::New(_) => vec![*from],
    });
    let briefs = owners::briefs(conn, issues)?;
    let titles = new_titles(&leaving);
    let mut moves = Vec::new();
    for ((from, place), events) in &leaving {
        let to = match place {
            Place::Issue(id) => briefs.get(id).cloned().map(Target::Issue),
            Place::New(number) => Some(Target::New {
                title: titles.get(number).cloned().unwrap_or_default(),
                place: *number,
            }),
            Place::Stay => None,
        };
        let (Some(from), Some(to)) = (briefs.get(from).cloned(), to) else {
            continue;
        };
        let newest = events.iter().rev().take(EXAMPLES_MAX);
        moves.push(Move {
            from,
            to,
            events: events.len(),
            examples: newest
                .map(|event| Example {
                    event_id: event.event_id,
                    title: event.title.clone(),
                })
                .collect(),
        });
    }
    moves.sort_by_key(|it| std::cmp::Reverse(it.events));
    Ok(moves)
}

/// The titles of the new issues: those of their newest events.
fn new_titles(leaving: &BTreeMap<(i64, Place), Vec<&Sampled>>) -> HashMap<usize, String> {
    let mut newest: HashMap<usize, &Sampled> = HashMap::new();
    for ((_, place), events) in leaving {
        let (Place::New(number), Some(last)) = (place, events.last()) else {
            continue;
        };
        let known = newest.entry(*number).or_insert(last);
        if known.row_id < last.row_id {
            *known = last;
        }
    }
    newest
        .into_iter()
        .map(|(number, event)| (number, event.title.clone()))
        .collect()
}
