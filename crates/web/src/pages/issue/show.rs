//! Shows an issue with one of its events.

use actix_web::cookie::{Cookie, time::Duration};
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use watchfire_grouping::Grouper;
use watchfire_scrub::Policy;
use watchfire_store::activity::Activity;
use watchfire_store::attachment::Attachment;
use watchfire_store::event::{EventRow, Neighbours};
use watchfire_store::sampling::Estimate;
use watchfire_store::tag::TagKey;
use watchfire_store::{self as store, Conn, Database};

use super::choice::Choices;
use super::facts::{ACTIVITIES, Facts, TAG_VALUES};
use super::grouping;
use super::grouping::similar::{self, SimilarRow};
use super::grouping::summary::Summary;
use super::happening::Names;
use super::header::{self, Header};
use super::histogram::{Histogram, Span};
use super::jobs::{self, JobView};
use super::load::{self, Found, Which};
use super::navigation::Navigation;
use super::view::frame_rules::FrameRules;
use super::view::sources::Sources;
use super::view::{Evidence, Stored, context, sampling};
use super::voices::Voices;
use crate::Web;
use crate::error::WebError;
use crate::pages::attachments::{self, AttachmentView};
use crate::pages::issues::selection::Selection;
use crate::respond::see_other;
use crate::session::{CurrentUser, cookie, own_cookie};
use crate::{access, address};

const CHOICES_COOKIE: &str = "watchfire_view";
const CHOICES_KEPT_DAYS: i64 = 365;
/// Similar issues that the page shows; the grouping page shows more.
const SIMILAR_MAX: usize = 3;

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
    /// What is being done to the issue in the background.
    jobs: Vec<JobView>,
    /// Issues that look like this one, the likest.
    similar: Vec<SimilarRow>,
    /// The issue that the address named, where it was merged into this one.
    merged: Option<String>,
    /// Why the events are one issue, similar ones, and its fingerprints.
    grouping_href: String,
    /// Where the forms that merge other issues into this one are posted to.
    merge_href: String,
}

/// What the page shows of one event.
#[derive(Serialize)]
struct EventPart {
    navigation: Navigation,
    evidence: Evidence,
    sampling: String,
    grouping: Summary,
    /// Where all data of the event's user can be deleted; nothing for those who may not.
    erase_href: Option<String>,
}

/// What the database tells about an issue and one of its events.
struct Rows {
    found: Found,
    event: Option<(EventRow, Neighbours, String)>,
    hours: Vec<i64>,
    span: Span,
    tags: Vec<TagKey>,
    activity: Vec<Activity>,
    names: Names,
    voices: Option<Voices>,
    attachments: Vec<Attachment>,
    is_seen: bool,
    /// How many events there were, where clients lost some.
    estimate: Option<Estimate>,
    grouper: Grouper,
    /// How the project's events are scrubbed now.
    policy: Policy,
    /// Whether the person may change the project's settings.
    may_change: bool,
    jobs: Vec<JobView>,
    similar: Vec<SimilarRow>,
    merged: Option<String>,
}

/// What an address says beside the choices and the selection.
#[derive(Deserialize)]
pub(super) struct Asked {
    /// The number of an issue that was merged into this one and led here.
    #[serde(default)]
    merged: String,
}

/// `GET /projects/{slug}/issues/{id}` and `…/events/{latest|oldest|id}`.
pub(super) async fn show(
    web: Data<Web>,
    user: CurrentUser,
    request: HttpRequest,
    query: Query<Choices>,
    selection: Query<Selection>,
    asked: Query<Asked>,
) -> Result<HttpResponse, WebError> {
    let which = Which::of(&request).ok_or(WebError::NotFound)?;
    let name = load::issue_name(&request);
    let remembered = cookie(&request, CHOICES_COOKIE)
        .and_then(|text| Query::<Choices>::from_query(&text).ok())
        .map(Query::into_inner)
        .unwrap_or_default();
    let choices = query.into_inner().or(remembered);
    let event = request.match_info().get("event");
    let tail = event.map_or_else(String::new, |event| format!("/events/{event}"));
    let database = web.database.clone();
    let answer = web
        .database
        .read(move |conn| {
            let found = load::issue(conn, &user.account, &name)?;
            if let Some(moved) = found.moved(&tail) {
                return Ok(Err(moved));
            }
            let rows = rows(conn, &database, &user, found, which, &asked.merged)?;
            let title = format!("{} {}", rows.found.short_id(), rows.found.issue.title);
            let mut frame = load::frame(conn, &user, &rows.found, title, &selection)?;
            frame.scripts.push("js/issue.js");
            frame
                .keys
                .splice(..0, header::keys(rows.found.issue.status));
            let unseen = (!rows.is_seen).then_some(rows.found.issue.id);
            let mut page = page(&rows, choices, &selection);
            page.voices = rows.voices;
            (page.jobs, page.similar, page.merged) = (rows.jobs, rows.similar, rows.merged);
            let files = (rows.attachments, rows.found.project.slug);
            Ok(Ok((page, frame, user, unseen, files)))
        })
        .await?;
    let (mut page, frame, user, unseen, files) = match answer {
        Ok(shown) => shown,
        Err(moved) => return Ok(see_other(&moved, [])),
    };
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
    found: Found,
    which: Which,
    merged: &str,
) -> store::Result<Rows> {
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
    let issues = std::slice::from_ref(issue);
    let mut estimates = store::sampling::estimates(conn, issues, user.visitor.now)?;
    Ok(Rows {
        estimate: estimates.remove(&issue.id),
        voices: Voices::of(conn, issue.id, &found.project.slug)?,
        attachments,
        event,
        hours: hours.into_iter().next().unwrap_or_default(),
        span,
        tags: store::tag::distribution(conn, issue.id, TAG_VALUES)?,
        names: Names::of(conn, &found.project, &activity)?,
        activity,
        grouper: grouping::grouper(conn, &found.project)?,
        policy: store::scrubbing::policy(conn, &found.project)?.0,
        may_change: access::may_change_settings(
            conn,
            &user.account,
            found.project.organization_id,
        )?,
        jobs: jobs::of_issue(conn, issue.id, &found.project.slug)?,
        similar: similar::rows(conn, database, &found, SIMILAR_MAX)?,
        merged: merged_name(conn, &found, merged)?,
        is_seen: !store::issue::seen_by(conn, &[issue.id], user.account.id)?.is_empty(),
        found,
    })
}

/// The short id of the issue that an address named, if it was merged into this one.
fn merged_name(conn: &mut Conn<'_>, found: &Found, number: &str) -> store::Result<Option<String>> {
    let Ok(id) = number.parse() else {
        return Ok(None);
    };
    let named = store::issue::get(conn, id)?;
    let named = named.filter(|issue| issue.project_id == found.project.id);
    match named {
        Some(issue) if store::issue::follow(conn, issue.id)? == found.issue.id => Ok(Some(
            store::issue::format_short_id(&found.project.slug, issue.short_number),
        )
        .filter(|_| issue.id != found.issue.id)),
        _ => Ok(None),
    }
}

fn page(rows: &Rows, choices: Choices, selection: &Selection) -> IssuePage {
    let header = Header::of(&rows.found, selection);
    let issue = &rows.found.issue;
    let event = rows.event.as_ref().and_then(|(row, around, body)| {
        // The store hands out only JSON that it wrote; anything else is shown as a lost event.
        let event = Stored::read(body).ok()?.into_event(row.received_at)?;
        let rules = FrameRules::of(&rows.grouper, &event, issue.id);
        let grouping = Summary::of(&rows.grouper, &event, &rows.found.project.slug, issue.id);
        let slug = &rows.found.project.slug;
        let here = format!("{}/events/{}", rows.found.address(), row.event_id);
        let sources = Sources::new(slug, here, rows.may_change);
        let stored = Stored::of_scrubbed(event, &rows.policy, sources);
        let person = context::person(stored.root()).filter(|_| rows.may_change);
        let sampling = sampling::sentence(stored.root(), issue, around.total);
        let mut evidence = Evidence::of(&stored, row.timestamp, &issue.title, choices, &rules);
        if let Some(chain) = &mut evidence.chain {
            chain.titled(&header.kind, header.value.as_ref());
        }
        Some(EventPart {
            navigation: Navigation::of(row, around, &header.href, selection),
            evidence,
            sampling,
            grouping,
            erase_href: person.map(|(kind, value)| {
                let fields = [("kind", kind), ("value", value)];
                address::with_query(&address::erase(slug), &fields)
            }),
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
            rows.estimate.as_ref(),
        ),
        // The caller's, who has read them.
        voices: None,
        attachments: Vec::new(),
        jobs: Vec::new(),
        similar: Vec::new(),
        merged: None,
        merge_href: format!("{}/merge", header.href),
        grouping_href: address::issue_grouping(&rows.found.project.slug, issue.id),
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
pub(super) mod tests;
