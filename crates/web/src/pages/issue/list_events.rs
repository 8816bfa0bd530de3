//! Lists the events of an issue, newest first, a page at a time.

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use watchfire_event::Timestamp;
use watchfire_store::event::EventRow;
use watchfire_store::{self as store, Conn, Cursor, Database};

use super::header::{Badge, badge};
use super::load::{self, Found};
use super::view::Stored;
use super::view::budget::first_chars;
use super::view::highlight::{Highlight, highlights};
use super::view::message::Message;
use super::view::node::Node;
use crate::Web;
use crate::error::WebError;
use crate::pages::issues::selection::Selection;
use crate::sampled::Sampled;
use crate::session::CurrentUser;

/// Events a page.
const EVENTS_PER_PAGE: usize = 25;
/// Characters of a message that are shown.
const MESSAGE_CHARS_MAX: usize = 200;
/// The facts that have a column.
const COLUMNS: [&str; 5] = ["environment", "release", "transaction", "user", "server"];

/// Where the page begins.
#[derive(Deserialize)]
pub(super) struct Place {
    cursor: Option<String>,
}

#[derive(Serialize)]
struct EventsPage {
    href: String,
    newest_href: String,
    list_href: String,
    short_id: String,
    title: String,
    state: Badge,
    count: i64,
    /// What is said of them when some have no body.
    sampled: Option<Sampled>,
    events: Vec<EventLine>,
    newer_href: Option<String>,
    older_href: Option<String>,
}

/// One row of the table.
#[derive(Serialize)]
struct EventLine {
    href: String,
    short_event_id: String,
    at: Timestamp,
    message: String,
    /// One for each of [`COLUMNS`], absent where the event has no such fact.
    facts: Vec<Option<Highlight>>,
}

/// `GET …/issues/{id}/events`.
pub(super) async fn list_events(
    web: Data<Web>,
    user: CurrentUser,
    request: HttpRequest,
    place: Query<Place>,
    selection: Query<Selection>,
) -> Result<HttpResponse, WebError> {
    let name = load::issue_name(&request);
    let cursor = place.cursor.as_deref().map(read_cursor).transpose()?;
    // The cursor is that of the events, not of the list that led here.
    let selection = selection.with(|_| ());
    let database = web.database.clone();
    let (page, frame, user) = web
        .database
        .read(move |conn| {
            let found = load::issue(conn, &user.account, &name)?;
            let page = page(conn, &database, &found, cursor, &selection)?;
            let title = format!("Events of {}", page.short_id);
            let frame = load::frame(conn, &user, &found, title, &selection)?;
            Ok((page, frame, user))
        })
        .await?;
    web.page(&user.visitor, "pages/issue_events", &frame, &page)
}

fn page(
    conn: &mut Conn<'_>,
    database: &Database,
    found: &Found,
    cursor: Option<Cursor>,
    selection: &Selection,
) -> store::Result<EventsPage> {
    let issue = &found.issue;
    let rows = store::event::list(conn, issue.id, cursor, EVENTS_PER_PAGE)?;
    let href = found.address();
    let mut events = Vec::with_capacity(rows.events.len());
    for row in &rows.events {
        let body = store::event::body(conn, database.dictionaries(), row.project_id, row.event_id)?;
        events.push(EventLine::of(
            row,
            selection.address_at(&format!("{href}/events/{}", row.event_id)),
            body.as_deref().unwrap_or_default(),
        ));
    }
    let to = |cursor: Option<Cursor>| {
        cursor.map(|cursor| {
            let mut place = selection.clone();
            place.cursor = cursor.to_string();
            place.address_at(&format!("{href}/events"))
        })
    };
    Ok(EventsPage {
        newer_href: to(rows.previous),
        older_href: to(rows.next),
        list_href: selection.address(&found.project.slug),
        short_id: found.short_id(),
        title: first_chars(&issue.title, MESSAGE_CHARS_MAX).to_owned(),
        state: badge(issue.status, issue.substatus),
        count: issue.event_count,
        sampled: Sampled::of(issue, None),
        events,
        href: selection.address_at(&href),
        newest_href: selection.address_at(&format!("{href}/events")),
    })
}

impl EventLine {
    fn of(row: &EventRow, href: String, body: &str) -> Self {
        let event_id = row.event_id.to_string();
        let stored = Stored::read(body).ok();
        let root = stored.as_ref().map(Stored::root).unwrap_or_default();
        let mut found = highlights(root);
        let mut take = |name: &str| {
            let place = found.iter().position(|fact| fact.name == name)?;
            Some(found.swap_remove(place))
        };
        Self {
            href,
            short_event_id: event_id.chars().take(8).collect(),
            at: row.timestamp,
            message: first_chars(&message(root), MESSAGE_CHARS_MAX).to_owned(),
            facts: COLUMNS.iter().map(|name| take(name)).collect(),
        }
    }
}

/// The value of the reported exception, or the message.
fn message(event: Node<'_>) -> String {
    let exception = event
        .key("exception")
        .values()
        .rev()
        .find_map(|exception| exception.key("value").scalar());
    exception
        .or_else(|| Message::of(event).map(|message| message.formatted.plain))
        .unwrap_or_default()
}

fn read_cursor(text: &str) -> Result<Cursor, WebError> {
    text.parse().map_err(|error: store::ParseCursorError| {
        WebError::BadRequest(format!(
            "The address of this page of events is broken ({error}). Start at the first page."
        ))
    })
}
