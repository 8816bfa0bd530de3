use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_event::IssueId;
use watchfire_store::issue::{self, IssuePage, IssueQuery, Status};
use watchfire_store::project::{self, Project};
use watchfire_store::sampling;
use watchfire_store::{self as store, Conn};

use super::empty::{self, Empty};
use super::filters;
use super::row::Row;
use super::selection::{ReadSearch, SORTS, STATUS_TABS, Selection};
use super::spark;
use crate::error::WebError;
use crate::frame::{Frame, Key, Section};
use crate::pages::sampling::spike_view::SpikeView;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::{Web, access, address};

const HOUR_MICROS: i64 = 3_600 * 1_000_000;

/// The issue list of a project.
#[derive(Debug, Serialize)]
struct View {
    rows: Vec<Row>,
    tabs: Vec<StatusTab>,
    columns: Columns,
    total: i64,
    previous: Option<String>,
    next: Option<String>,
    /// What an unchanged list has; another number means that it is worth loading again.
    marker: i64,
    /// Where the marker is asked for.
    marker_href: String,
    /// Where the form of the rows is posted to.
    change_href: String,
    /// Where its buttons that ask first lead.
    merge_href: String,
    delete_href: String,
    discard_href: String,
    /// How long the graphs are, in words.
    graph: &'static str,
    empty: Option<Empty>,
    /// The spike that the project has.
    spike: Option<SpikeView>,
    error: Option<String>,
    /// Which changes make sense for what is shown.
    can_resolve: bool,
    can_archive: bool,
    can_unresolve: bool,
}

#[derive(Debug, Serialize)]
struct StatusTab {
    label: &'static str,
    count: i64,
    href: String,
    is_current: bool,
}

/// The heads of columns that sort.
#[derive(Debug, Serialize)]
struct Columns {
    last_seen: Column,
    first_seen: Column,
    events: Column,
    users: Column,
}

#[derive(Debug, Serialize)]
struct Column {
    href: String,
    is_sorted: bool,
}

/// `GET /projects/{slug}/issues`
pub(crate) async fn list(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    selection: web::Query<Selection>,
) -> Result<HttpResponse, WebError> {
    let (slug, selection) = (slug.into_inner(), selection.into_inner());
    if !selection.add.is_empty() {
        return add_words(&web, user, slug, selection).await;
    }
    let is_part = selection.part == "1";
    let visitor = user.visitor.clone();
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            load(conn, &user, &project, &selection)
        })
        .await?;
    if is_part {
        web.part("partials/issues/region", &frame, &view)
    } else {
        web.page(&visitor, "pages/issues", &frame, &view)
    }
}

/// Joins what was typed to the search, so that the address says it once; a short id or event id
/// alone leads to its issue.
async fn add_words(
    web: &Web,
    user: CurrentUser,
    slug: String,
    selection: Selection,
) -> Result<HttpResponse, WebError> {
    let mut joined = selection.with(|joined| {
        joined.query = selection.joined_query();
        joined.add.clear();
    });
    joined.part.clear();
    let typed = selection.add.trim().to_owned();
    let target = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            Ok(match named_issue(conn, &project, &typed)? {
                Some(id) => address::issue(&slug, id),
                None => joined.address(&slug),
            })
        })
        .await?;
    Ok(see_other(&target, []))
}

fn named_issue(
    conn: &mut Conn<'_>,
    project: &Project,
    text: &str,
) -> store::Result<Option<IssueId>> {
    if let Some((slug, number)) = issue::parse_short_id(text)
        && slug == project.slug.to_lowercase()
    {
        return Ok(issue::by_short_number(conn, project.id, number)?.map(|issue| issue.id));
    }
    match text.parse() {
        Ok(id) => Ok(store::event::get(conn, project.id, id)?.map(|event| event.issue_id)),
        Err(_) => Ok(None),
    }
}

fn load(
    conn: &mut Conn<'_>,
    user: &CurrentUser,
    project: &Project,
    selection: &Selection,
) -> store::Result<(Frame, View)> {
    let now = user.visitor.now;
    let slug = &project.slug;
    let read = selection.read_search(now);
    let (query, conflict) = selection.to_query(project.id, &read.search, now);
    // Asked before the list: what comes in between makes the page load again, never too late.
    let marker = project::change_marker(conn, &[project.id])?;
    let page = if conflict.is_some() {
        IssuePage::default()
    } else {
        issue::list(conn, &query)?
    };
    let counts = issue::counts_by_status(conn, &query)?;
    let error = read.error.as_ref().or(conflict.as_ref());
    let error = error.map(ToString::to_string);
    let mut frame = Frame::of_project(conn, user, Some((project, Section::Issues)), "Issues")?;
    frame.title = format!("Issues of {}", project.name);
    // Not the request's own address: a part of a page is no place to come back to.
    frame.path = selection.address(slug);
    frame.filters = Some(filters::build(
        conn,
        project,
        selection,
        &read,
        error.clone(),
    )?);
    frame.styles.push("list.css");
    frame.scripts.push("js/list.js");
    frame.keys.push(Key::SEARCH);
    frame.keys.splice(..0, Key::LIST);
    let to = |cursor: store::Cursor| {
        selection
            .with(|other| other.cursor = cursor.to_string())
            .address(slug)
    };
    let empty = page
        .issues
        .is_empty()
        .then(|| empty::explain(project, selection, &read));
    let view = View {
        tabs: tabs(slug, selection, &read, &query, &counts),
        columns: columns(slug, selection),
        total: page.total,
        previous: page.previous.map(to),
        next: page.next.map(to),
        marker,
        marker_href: address::marker(slug),
        change_href: address::change(slug),
        merge_href: address::merge_issues(slug),
        delete_href: address::delete_issues(slug),
        discard_href: address::discard_issues(slug),
        graph: selection.period().graph,
        empty,
        spike: SpikeView::current(conn, project, now)?,
        error,
        can_resolve: page.issues.iter().any(|one| one.status != Status::Resolved),
        can_archive: page.issues.iter().any(|one| one.status != Status::Ignored),
        can_unresolve: page
            .issues
            .iter()
            .any(|one| one.status != Status::Unresolved),
        rows: rows(conn, user, project, selection, page)?,
    };
    Ok((frame, view))
}

fn rows(
    conn: &mut Conn<'_>,
    user: &CurrentUser,
    project: &Project,
    selection: &Selection,
    page: IssuePage,
) -> store::Result<Vec<Row>> {
    let ids: Vec<IssueId> = page.issues.iter().map(|issue| issue.id).collect();
    let seen = issue::seen_by(conn, &ids, user.account.id)?;
    let (bars, hours_per_bar) = selection.period().bars;
    let hours = bars * hours_per_bar;
    let this_hour = user.visitor.now.0.div_euclid(HOUR_MICROS);
    let from_hour = this_hour + 1 - i64::try_from(hours).unwrap_or(0);
    let sparklines = issue::sparklines(conn, &ids, from_hour, hours)?;
    let estimates = sampling::estimates(conn, &page.issues, user.visitor.now)?;
    Ok(page
        .issues
        .into_iter()
        .zip(sparklines)
        .map(|(issue, hourly)| {
            let is_seen = seen.contains(&issue.id);
            let estimate = estimates.get(&issue.id);
            Row::new(
                issue,
                &project.slug,
                selection,
                is_seen,
                spark::draw(&hourly, hours_per_bar),
                estimate,
            )
        })
        .collect())
}

fn tabs(
    slug: &str,
    selection: &Selection,
    read: &ReadSearch,
    query: &IssueQuery,
    counts: &[(Status, i64)],
) -> Vec<StatusTab> {
    STATUS_TABS
        .into_iter()
        .map(|(word, label, status)| StatusTab {
            label,
            count: counts
                .iter()
                .filter(|(one, _)| status.is_none_or(|status| status == *one))
                .map(|(_, count)| count)
                .sum(),
            href: selection.in_tab(&read.search, word).address(slug),
            is_current: match status {
                Some(status) => query.statuses == [status],
                None => query.statuses.len() != 1,
            },
        })
        .collect()
}

fn columns(slug: &str, selection: &Selection) -> Columns {
    let current = selection.sort();
    let column = |wanted| {
        let word = SORTS
            .into_iter()
            .find(|(_, sort)| *sort == wanted)
            .map_or("date", |(word, _)| word);
        Column {
            href: selection
                .with(|other| word.clone_into(&mut other.sort))
                .address(slug),
            is_sorted: current == wanted,
        }
    };
    Columns {
        last_seen: column(issue::Sort::LastSeen),
        first_seen: column(issue::Sort::FirstSeen),
        events: column(issue::Sort::Events),
        users: column(issue::Sort::Users),
    }
}
