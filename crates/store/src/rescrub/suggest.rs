use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use watchfire_event::Event;
use watchfire_scrub::suggestions as of_event;

use super::Suggested;
use crate::conn::Conn;
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::project::Project;
use crate::stored::{Newest, StoredEvent};

/// How long looking at events may take; a connection and a person wait meanwhile.
const TIME_MAX: Duration = Duration::from_secs(2);
/// How many events are looked at, whatever is asked for.
const EVENTS_MAX: usize = 1_000;
/// How many selectors are told, those of most events first.
const SUGGESTED_MAX: usize = 500;

/// The selectors that the newest `limit` events of a project offer, those of most events first
/// (reference/SCRUBBING.md section 4.5). Take `dictionaries` from
/// [`crate::Database::dictionaries`].
///
/// # Errors
/// When the database fails.
pub fn suggestions(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    project: &Project,
    limit: usize,
) -> Result<Vec<Suggested>> {
    let began = Instant::now();
    let mut found: BTreeMap<String, Suggested> = BTreeMap::new();
    let mut newest = Newest::new(project.id, limit.min(EVENTS_MAX));
    while began.elapsed() <= TIME_MAX {
        let stored = newest.next(conn, dictionaries)?;
        if stored.is_empty() {
            break;
        }
        for event in stored.iter().filter_map(StoredEvent::event) {
            if began.elapsed() > TIME_MAX {
                break;
            }
            add(&event, &mut found);
        }
    }
    let mut list: Vec<Suggested> = found.into_values().collect();
    list.sort_by_key(|one| std::cmp::Reverse(one.events));
    list.truncate(SUGGESTED_MAX);
    Ok(list)
}

/// Adds what an event offers.
fn add(event: &Event<'_>, found: &mut BTreeMap<String, Suggested>) {
    let mut former = None;
    for suggestion in of_event(event) {
        let known = found
            .entry(suggestion.path.clone())
            .or_insert_with(|| Suggested {
                selector: suggestion.path.clone(),
                events: 0,
                example: None,
            });
        // They are sorted by selector, each value of an event by itself.
        if former.as_ref() != Some(&suggestion.path) {
            known.events += 1;
            former = Some(suggestion.path);
        }
        if known.example.is_none() {
            known.example = suggestion.value;
        }
    }
}
