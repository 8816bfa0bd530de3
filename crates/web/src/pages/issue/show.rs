//! Shows an issue with one of its events.

use std::collections::HashMap;

use actix_web::cookie::{Cookie, time::Duration};
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use watchfire_event::UserId;
use watchfire_store::activity::Activity;
use watchfire_store::attachment::Attachment;
use watchfire_store::event::{EventRow, Neighbours};
use watchfire_store::tag::TagKey;
use watchfire_store::{self as store, Conn, Database};

use super::choice::Choices;
use super::facts::{ACTIVITIES, Facts, TAG_VALUES};
use super::grouping::Grouping;
use super::header::{self, Header};
use super::histogram::{Histogram, Span};
use super::load::{self, Found, Which};
use super::navigation::Navigation;
use super::view::{Evidence, Stored, sampling};
use super::voices::Voices;
use crate::Web;
use crate::error::WebError;
use crate::pages::attachments::{self, AttachmentView};
use crate::pages::issues::selection::Selection;
use crate::session::{CurrentUser, cookie, own_cookie};

const CHOICES_COOKIE: &str = "watchfire_view";
const CHOICES_KEPT_DAYS: i64 = 365;

/// The whole page.
#[derive(Serialize)]
struct IssuePage {
    header: Header,
    histogram: Histogram,
    facts: Facts,
    /// What of the event; absent when none is kept.
    event: Option<EventPart>,
    /// What users wrote about the issue.
    voices: Option<Voices>,
    /// The files that came with the event.
    attachments: Vec<AttachmentView>,
}

/// What the page shows of one event.
#[derive(Serialize)]
struct EventPart {
    navigation: Navigation,
    evidence: Evidence,
    sampling: String,
    grouping: Option<Grouping>,
}

/// What the database tells about an issue and one of its events.
struct Rows {
    found: Found,
    event: Option<(EventRow, Neighbours, String)>,
    hours: Vec<i64>,
    span: Span,
    tags: Vec<TagKey>,
    activity: Vec<Activity>,
    names: HashMap<UserId, String>,
    voices: Option<Voices>,
    attachments: Vec<Attachment>,
    is_seen: bool,
}

/// `GET /projects/{slug}/issues/{id}` and `…/events/{latest|oldest|id}`.
pub(super) async fn show(
    web: Data<Web>,
    user: CurrentUser,
    request: HttpRequest,
    query: Query<Choices>,
    selection: Query<Selection>,
) -> Result<HttpResponse, WebError> {
    let which = Which::of(&request).ok_or(WebError::NotFound)?;
    let name = load::issue_name(&request);
    let remembered = cookie(&request, CHOICES_COOKIE)
        .and_then(|text| Query::<Choices>::from_query(&text).ok())
        .map(Query::into_inner)
        .unwrap_or_default();
    let choices = query.into_inner().or(remembered);
    let database = web.database.clone();
    let (mut page, frame, user, unseen, files) = web
        .database
        .read(move |conn| {
            let rows = rows(conn, &database, &user, &name, which)?;
            let title = format!("{} {}", rows.found.short_id(), rows.found.issue.title);
            let mut frame = load::frame(conn, &user, &rows.found, title, &selection)?;
            frame.scripts.push("js/issue.js");
            frame
                .keys
                .splice(..0, header::keys(rows.found.issue.status));
            let unseen = (!rows.is_seen).then_some(rows.found.issue.id);
            let mut page = page(&rows, choices, &selection);
            page.voices = rows.voices;
            let files = (rows.attachments, rows.found.project.slug);
            Ok((page, frame, user, unseen, files))
        })
        .await?;
    let (attachments, slug) = files;
    page.attachments = attachments::with_texts(&web.blobs, &attachments, &slug).await;
    if let Some(issue) = unseen {
        let (account, now) = (user.account.id, user.visitor.now);
        web.database
            .write(move |conn| store::issue::mark_seen(conn, issue, account, now))
            .await?;
    }
    let mut response = web.page(&user.visitor, "pages/issue", &frame, &page)?;
    if choices != remembered
        && let Err(error) = response.add_cookie(&choices_cookie(&web, choices))
    {
        tracing::debug!("a choice is forgotten: {error}");
    }
    Ok(response)
}

fn rows(
    conn: &mut Conn<'_>,
    database: &Database,
    user: &CurrentUser,
    name: &str,
    which: Which,
) -> store::Result<Rows> {
    let found = load::issue(conn, &user.account, name)?;
    let issue = &found.issue;
    let event = match load::event(conn, issue, which)? {
        Some(row) => {
            let around = store::event::neighbours(conn, &row)?;
            store::event::body(conn, database.dictionaries(), row.project_id, row.event_id)?
                .map(|body| (row, around, body))
        }
        None => None,
    };
    let span = Span::of(issue.first_seen, issue.last_seen, user.visitor.now);
    let hours = usize::try_from(span.hours).unwrap_or(0);
    let hours = store::issue::sparklines(conn, &[issue.id], span.from_hour, hours)?;
    let activity = store::activity::list(conn, issue.id, ACTIVITIES)?;
    let attachments = match &event {
        Some((row, ..)) => store::attachment::of_event(conn, row.project_id, row.event_id)?,
        None => Vec::new(),
    };
    Ok(Rows {
        voices: Voices::of(conn, issue.id, &found.project.slug)?,
        attachments,
        event,
        hours: hours.into_iter().next().unwrap_or_default(),
        span,
        tags: store::tag::distribution(conn, issue.id, TAG_VALUES)?,
        names: names(conn, &activity)?,
        activity,
        is_seen: !store::issue::seen_by(conn, &[issue.id], user.account.id)?.is_empty(),
        found,
    })
}

fn names(conn: &mut Conn<'_>, activity: &[Activity]) -> store::Result<HashMap<UserId, String>> {
    let mut names = HashMap::new();
    for id in activity.iter().filter_map(|item| item.user_id) {
        if names.contains_key(&id) {
            continue;
        }
        if let Some(user) = store::user::get(conn, id)? {
            let name = if user.name.is_empty() {
                user.email
            } else {
                user.name
            };
            names.insert(id, name);
        }
    }
    Ok(names)
}

fn page(rows: &Rows, choices: Choices, selection: &Selection) -> IssuePage {
    let header = Header::of(&rows.found, selection);
    let issue = &rows.found.issue;
    let event = rows.event.as_ref().and_then(|(row, around, body)| {
        // The store hands out only JSON that it wrote; anything else is shown as a lost event.
        let stored = Stored::read(body).ok()?;
        let sampling = sampling::sentence(stored.root(), issue.event_count, around.total);
        let mut evidence = Evidence::of(&stored, row.timestamp, &issue.title, choices);
        if let Some(chain) = &mut evidence.chain {
            chain.titled(&header.kind, header.value.as_ref());
        }
        let (body, notes) = stored.into_parts();
        Some(EventPart {
            navigation: Navigation::of(row, around, &header.href, selection),
            evidence,
            sampling,
            grouping: Grouping::of(body, notes, row.received_at),
        })
    });
    IssuePage {
        histogram: Histogram::of(rows.span, &rows.hours),
        facts: Facts::of(
            issue,
            &rows.found.project.slug,
            &rows.tags,
            &rows.activity,
            &rows.names,
        ),
        // The caller's, who has read them.
        voices: None,
        attachments: Vec::new(),
        header,
        event,
    }
}

fn choices_cookie(web: &Web, choices: Choices) -> Cookie<'static> {
    let mut cookie = own_cookie(web, CHOICES_COOKIE, choices.to_query());
    cookie.set_max_age(Duration::days(CHOICES_KEPT_DAYS));
    cookie
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::choice::StackView;
    use crate::templates::Templates;
    use serde_json::json;
    use watchfire_event::{EventId, IssueId, Level, OrganizationId, ProjectId, Timestamp};
    use watchfire_store::issue::{Issue, Status, Substatus};
    use watchfire_store::project::Project;

    const NOW: Timestamp = Timestamp(1_790_000_000_000_000);

    fn issue(kind: &str, value: &str) -> Issue {
        Issue {
            id: IssueId(7),
            project_id: ProjectId(1),
            short_number: 42,
            title: format!("{kind}: {value}"),
            culprit: "shop.views in load_order".to_owned(),
            kind: kind.to_owned(),
            value: value.to_owned(),
            filename: String::new(),
            function: String::new(),
            logger: None,
            platform: Some("python".to_owned()),
            level: Level::Error,
            status: Status::Unresolved,
            substatus: Some(Substatus::Regressed),
            is_unhandled: true,
            first_seen: NOW.plus_micros(-3 * 24 * 3_600_000_000),
            last_seen: NOW,
            event_count: 1_204,
            user_count: 214,
            first_release: Some("1.4.0".to_owned()),
            last_release: None,
            resolved_at: None,
        }
    }

    fn project() -> Project {
        Project {
            id: ProjectId(1),
            organization_id: OrganizationId(1),
            slug: "shop".to_owned(),
            name: "Shop".to_owned(),
            platform: None,
            first_event_at: None,
            settings: "{}".to_owned(),
            created_at: NOW,
        }
    }

    fn rows(body: Option<&str>, kind: &str, value: &str) -> Rows {
        let row = EventRow {
            id: 1,
            project_id: ProjectId(1),
            event_id: EventId::random(),
            issue_id: IssueId(7),
            timestamp: NOW,
            received_at: NOW,
        };
        let issue = issue(kind, value);
        let span = Span::of(issue.first_seen, issue.last_seen, NOW);
        Rows {
            found: Found {
                issue,
                project: project(),
            },
            event: body.map(|body| (row, Neighbours::default(), body.to_owned())),
            hours: vec![1; 73],
            span,
            tags: Vec::new(),
            activity: Vec::new(),
            names: HashMap::new(),
            voices: None,
            attachments: Vec::new(),
            is_seen: true,
        }
    }

    fn render(body: Option<&str>, kind: &str, value: &str, choices: Choices) -> String {
        let page = page(&rows(body, kind, value), choices, &Selection::default());
        let frame = json!({"now": NOW, "csrf": "secret", "path": "/projects/shop/issues/7"});
        Templates::new()
            .expect("compiles")
            .part("pages/issue", &frame, &page)
            .expect("renders")
    }

    #[test]
    fn an_issue_without_events_says_why() {
        assert!(render(None, "E", "v", Choices::default()).contains("No event is kept"));
    }

    /// Every string of the event, every key that may be anything, and the title hold markup.
    #[test]
    fn markup_in_every_field_is_shown_as_text() {
        const X: &str = "<script>alert('x')</script>";
        let pairs = json!([[X, X], ["b", X]]);
        let frame = json!({"filename": X, "abs_path": X, "function": X, "module": X, "lineno": 7,
            "pre_context": [X], "context_line": X, "post_context": [X], "in_app": true,
            "vars": {X: X, "o": {X: [X, {X: X}]}}});
        let exception = json!({"type": X, "value": X, "module": X,
            "mechanism": {"type": X, "description": X, "help_link": X, "handled": false, "data": {X: X}},
            "stacktrace": {"frames": [frame, {"filename": X, "function": X, "instruction_addr": X}]}});
        let body = json!({
            "event_id": X, "platform": X, "level": X, "logger": X, "release": X, "environment": X,
            "transaction": X, "server_name": X, "dist": X, "fingerprint": [X],
            "exception": {"values": [exception, exception]},
            "logentry": {"message": format!("{X}1"), "formatted": X, "params": [X]},
            "breadcrumbs": {"values": [{"type": X, "category": X, "level": X, "message": X,
                "timestamp": 1_789_999_999, "data": {X: X}}]},
            "request": {"url": X, "method": X, "query_string": pairs, "cookies": pairs,
                "headers": pairs, "env": {X: X}, "data": {X: X}, "fragment": X, "other": X},
            "user": {"id": X, X: X}, "tags": pairs, "contexts": {X: {X: X}, "runtime": {"name": X, "version": X}},
            "extra": {X: {X: X}}, "modules": {X: X}, "sdk": {"name": X, "version": X, "packages": [{X: X}]},
            "errors": [{"type": X, "name": X, "reason": X, "value": X}],
            "csp": {"effective_directive": X, "blocked_uri": X, "document_uri": X, "source_file": X,
                "original_policy": X, "script_sample": X, "referrer": X, "disposition": X},
            "_dsc": {"trace_id": X, "sample_rate": X, "sample_rand": X, "sampled": X, "replay_id": X},
            "_meta": {"extra": {X: {"": {"rem": [[X, "s"]]}}, "gone": {"": {"err": [[X, {"reason": X}]]}}},
                "user": {"id": {"": {"rem": [[X, "x", 0, 3]]}}}},
        });
        for stack in [StackView::InApp, StackView::Full, StackView::Raw] {
            let choices = Choices {
                stack: Some(stack),
                ..Choices::default()
            };
            let html = render(Some(&body.to_string()), X, X, choices);
            assert!(html.contains("&lt;script&gt;"));
            assert!(!html.contains("<script"), "{stack:?}");
        }
        let threads = json!({"threads": {"values": [{"id": X, "name": X, "state": X,
            "stacktrace": {"frames": [frame]}}]}, "stacktrace": null});
        let html = render(Some(&threads.to_string()), "", X, Choices::default());
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script"));
    }

    #[test]
    fn an_event_of_monsters_stays_a_page() {
        let vars: serde_json::Map<_, _> = (0..50)
            .map(|n| {
                (
                    format!("v{n}"),
                    json!({"text": "x".repeat(400), "list": vec![n; 20]}),
                )
            })
            .collect();
        let frames: Vec<_> = (0..2_000)
            .map(|n| {
                json!({"filename": format!("f{n}.py"), "lineno": n, "function": "f",
                "in_app": n % 3 == 0, "vars": if n % 40 == 0 { json!(vars) } else { json!({}) }})
            })
            .collect();
        let tags: Vec<_> = (0..300).map(|n| json!([format!("t{n}"), "v"])).collect();
        let body = json!({"exception": {"values": [{"type": "E", "value": "y".repeat(100_000),
            "stacktrace": {"frames": frames}}]}, "tags": tags});
        let html = render(
            Some(&body.to_string()),
            "E",
            &"t".repeat(5_000),
            Choices::default(),
        );
        assert!(html.len() < 1_500_000, "{} bytes", html.len());
        assert!(html.contains("1,750 older of 2,000 frames are not shown here"));
        assert!(html.contains("200 more tags"));
    }
}
