//! What recent events tell the editor: the places that rules could name, and whether safe fields
//! occur at all.

use std::collections::BTreeMap;

use watchfire_event::{Event, Timestamp};
use watchfire_scrub::{Selector, suggestions};
use watchfire_store::issue::{self, IssueQuery};
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn, Database, event};

use super::builder::SuggestionView;
use super::draft::{Draft, entries};
use crate::pages::issue::view::Stored;
use crate::pages::issue::view::budget::{counted, first_chars};

/// Issues whose latest event is read: different kinds of events have different places.
const ISSUES_MAX: usize = 40;
/// Characters of an example that are shown.
const VALUE_CHARS_MAX: usize = 60;

/// The latest events of the newest issues of a project.
#[derive(Default)]
pub(super) struct Sample(Vec<Recent>);

/// One event.
struct Recent {
    json: String,
    received_at: Timestamp,
}

impl Recent {
    /// The event in it; nothing where what is stored cannot be read.
    fn event(&self) -> Option<Event<'_>> {
        Stored::read(&self.json).ok()?.into_event(self.received_at)
    }
}

impl Sample {
    /// Reads the latest events of the newest issues.
    pub(super) fn read(
        conn: &mut Conn<'_>,
        database: &Database,
        project: &Project,
    ) -> store::Result<Self> {
        let query = IssueQuery {
            projects: vec![project.id],
            limit: ISSUES_MAX,
            ..IssueQuery::default()
        };
        let mut events = Vec::with_capacity(ISSUES_MAX);
        for issue in issue::list(conn, &query)?.issues {
            let Some(row) = event::latest(conn, issue.id)? else {
                continue;
            };
            let dictionaries = database.dictionaries();
            if let Some(json) = event::body(conn, dictionaries, row.project_id, row.event_id)? {
                events.push(Recent {
                    json,
                    received_at: row.received_at,
                });
            }
        }
        Ok(Self(events))
    }

    /// The places of these events with an example each, by name.
    pub(super) fn suggestions(&self) -> Vec<SuggestionView> {
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        for event in self.0.iter().filter_map(Recent::event) {
            for suggestion in suggestions(&event) {
                let value = suggestion.value.unwrap_or_default();
                let example = found.entry(suggestion.path).or_default();
                if example.is_empty() {
                    *example = first_chars(value.trim(), VALUE_CHARS_MAX).to_owned();
                }
            }
        }
        let view = |(path, value)| SuggestionView { path, value };
        found.into_iter().map(view).collect()
    }

    /// What is odd about the safe fields of a draft; without events, whether they are selectors.
    pub(super) fn hints(&self, draft: &Draft) -> Vec<String> {
        let fields = entries(&draft.safe_fields);
        fields
            .into_iter()
            .filter_map(|field| self.hint(field))
            .collect()
    }

    fn hint(&self, field: &str) -> Option<String> {
        let read: Result<Selector, _> = field.parse();
        let Ok(selector) = read else {
            return Some(format!(
                "“{field}” is no selector, so it is taken for a key of exactly this name."
            ));
        };
        let mut events = self.0.iter().filter_map(Recent::event).peekable();
        events.peek()?;
        let occurs = events.any(|event| selector.occurs_in(&event));
        (!occurs).then(|| {
            format!(
                "“{field}” does not occur in the latest events of the newest {}. Is it spelled as \
                 in the event?",
                counted(self.0.len(), "issue")
            )
        })
    }
}
