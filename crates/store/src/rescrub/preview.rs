use std::time::{Duration, Instant};

use watchfire_event::IssueId;
use watchfire_grouping::Grouper;
use watchfire_scrub::Policy;

use super::finding::Findings;
use super::hits::Hits;
use super::rules::Rules;
use super::{Preview, PreviewedEvent};
use crate::conn::Conn;
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::grouping_rules;
use crate::project::Project;
use crate::stored::Newest;

/// How long rules may take over the events; a connection and a person wait meanwhile.
const TIME_MAX: Duration = Duration::from_secs(3);
/// How many events are looked at, whatever is asked for.
const EVENTS_MAX: usize = 1_000;
/// After how many changes no further event is looked at.
const CHANGES_MAX: usize = 10_000;

/// Runs rules over the newest `limit` events of a project and tells what they would change.
///
/// It takes at most three seconds and ten thousand changes. Nothing is written. Take `dictionaries`
/// from [`crate::Database::dictionaries`].
///
/// The events are as they are stored: what earlier rules removed is gone, so that only further
/// changes are seen. A rule that changed something before is none that matches nothing.
///
/// # Errors
/// When the database fails.
pub fn preview(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: &Project,
    policy: &Policy,
    limit: usize,
) -> Result<Preview> {
    let settings = grouping_rules::settings(conn, project)?;
    let rules = Rules::new(policy, Grouper::new(&settings));
    let limit = limit.min(EVENTS_MAX);
    let began = Instant::now();
    let mut preview = Preview::default();
    let mut findings = Findings::default();
    let mut hits = Hits::new(policy);
    let mut told = 0;
    let mut newest = Newest::new(project.id, limit);
    preview.is_complete = loop {
        let stored = newest.next(conn, dictionaries)?;
        if stored.is_empty() {
            break true;
        }
        for one in &stored {
            if began.elapsed() > TIME_MAX || told > CHANGES_MAX {
                break;
            }
            let Some(event) = one.event() else { continue };
            preview.looked_at += 1;
            let Some((after, changes)) = rules.changed(&event) else {
                hits.note_remarks(&event);
                continue;
            };
            hits.note_remarks(after.event());
            findings.add(None, Some(one.event_id), &changes);
            hits.note_changes(&event, &changes);
            told += changes.len();
            preview.events.push(PreviewedEvent {
                event_id: one.event_id,
                issue_id: IssueId(one.issue),
                title: rules.grouper.describe(&event).title,
                changes,
            });
        }
        if began.elapsed() > TIME_MAX || told > CHANGES_MAX {
            break false;
        }
    };
    preview.by = findings.into_list();
    if preview.looked_at > 0 && preview.is_complete {
        preview.warnings = hits.warnings();
    }
    Ok(preview)
}
