//! Finds the issue and the event that an address names, for a person who may see them.

use actix_web::HttpRequest;
use watchfire_event::{EventId, IssueId};
use watchfire_store::event::EventRow;
use watchfire_store::issue::Issue;
use watchfire_store::project::Project;
use watchfire_store::user::User;
use watchfire_store::{self as store, Conn};

use crate::access;
use crate::address;
use crate::frame::{Frame, Key, Section};
use crate::pages::issues::filters;
use crate::pages::issues::selection::Selection;
use crate::session::CurrentUser;

/// An issue with the project that it belongs to.
pub(super) struct Found {
    /// The issue.
    pub(super) issue: Issue,
    /// Its project.
    pub(super) project: Project,
    /// The number that the address named, where that issue was merged into this one.
    pub(super) named: Option<IssueId>,
}

/// Which of an issue's events an address asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// The latest.
    Latest,
    /// The oldest that is kept.
    Oldest,
    /// The one of this id.
    Id(EventId),
}

impl Which {
    /// Reads the part of the address after `events/`; Sentry's word `recommended` is the latest
    /// here. `None` when it is neither a word nor an id.
    pub(super) fn read(text: &str) -> Option<Self> {
        match text {
            "" | "latest" | "recommended" => Some(Self::Latest),
            "oldest" => Some(Self::Oldest),
            id => id.parse().ok().map(Self::Id),
        }
    }

    /// What the request's address asks for.
    pub(super) fn of(request: &HttpRequest) -> Option<Self> {
        Self::read(request.match_info().get("event").unwrap_or_default())
    }
}

/// The part of the address that names the issue.
pub(super) fn issue_name(request: &HttpRequest) -> String {
    request
        .match_info()
        .get("id")
        .unwrap_or_default()
        .to_owned()
}

/// The issue of a number or short id, with its project. A merged issue leads to the one that has
/// its events now.
///
/// # Errors
/// [`store::Error::NotFound`] when there is none, or none that the person may know of.
pub(super) fn issue(conn: &mut Conn<'_>, user: &User, name: &str) -> store::Result<Found> {
    let projects = access::projects(conn, user)?;
    let issue = match name.parse::<IssueId>() {
        Ok(id) => store::issue::get(conn, id)?,
        Err(_) => by_short_id(conn, &projects, name)?,
    };
    let named = issue.ok_or(store::Error::NotFound)?;
    let named_id = named.id;
    let issue = followed(conn, named)?.ok_or(store::Error::NotFound)?;
    let project = projects
        .into_iter()
        .find(|project| project.id == issue.project_id)
        .ok_or(store::Error::NotFound)?;
    Ok(Found {
        named: (named_id != issue.id).then_some(named_id),
        issue,
        project,
    })
}

/// The issue itself, or the one that it was merged into; `None` while it is being deleted.
fn followed(conn: &mut Conn<'_>, issue: Issue) -> store::Result<Option<Issue>> {
    if issue.status.is_visible() {
        return Ok(Some(issue));
    }
    let target = store::issue::follow(conn, issue.id)?;
    if target == issue.id {
        return Ok(None);
    }
    let target = store::issue::get(conn, target)?;
    Ok(target.filter(|issue| issue.status.is_visible()))
}

/// The issue of a project that a number or short id names, with its events wherever they are now.
pub(super) fn by_name(
    conn: &mut Conn<'_>,
    project: &Project,
    name: &str,
) -> store::Result<Option<Issue>> {
    let issue = match name.parse::<IssueId>() {
        Ok(id) => store::issue::get(conn, id)?.filter(|issue| issue.project_id == project.id),
        Err(_) => by_short_id(conn, std::slice::from_ref(project), name)?,
    };
    match issue {
        Some(issue) => followed(conn, issue),
        None => Ok(None),
    }
}

fn by_short_id(
    conn: &mut Conn<'_>,
    projects: &[Project],
    name: &str,
) -> store::Result<Option<Issue>> {
    let Some((slug, number)) = store::issue::parse_short_id(name) else {
        return Ok(None);
    };
    for project in projects.iter().filter(|project| project.slug == slug) {
        if let Some(issue) = store::issue::by_short_number(conn, project.id, number)? {
            return Ok(Some(issue));
        }
    }
    Ok(None)
}

/// The event that was asked for; `None` when the issue keeps no event at all.
///
/// # Errors
/// [`store::Error::NotFound`] when the issue has no event of that id.
pub(super) fn event(
    conn: &mut Conn<'_>,
    issue: &Issue,
    which: Which,
) -> store::Result<Option<EventRow>> {
    match which {
        Which::Latest => store::event::latest(conn, issue.id),
        Which::Oldest => store::event::oldest(conn, issue.id),
        Which::Id(id) => {
            let row = store::event::get(conn, issue.project_id, id)?;
            let row = row.filter(|row| row.issue_id == issue.id);
            row.map(Some).ok_or(store::Error::NotFound)
        }
    }
}

/// The frame of a page about the issue, with the search that led there.
pub(super) fn frame(
    conn: &mut Conn<'_>,
    user: &CurrentUser,
    found: &Found,
    title: String,
    selection: &Selection,
) -> store::Result<Frame> {
    let project = (&found.project, Section::Issues);
    let mut frame = Frame::of_project(conn, user, Some(project), title)?;
    let read = selection.read_search(user.visitor.now);
    frame.filters = Some(filters::build(
        conn,
        &found.project,
        selection,
        &read,
        None,
    )?);
    frame.styles.extend(["issue.css", "feedback.css"]);
    frame.keys.push(Key::SEARCH);
    Ok(frame)
}

impl Found {
    /// Where a page of the issue is, when the address named one that was merged into it: `tail` is
    /// what follows the address of the issue.
    pub(super) fn moved(&self, tail: &str) -> Option<String> {
        let page = format!("{}{tail}", self.address());
        let named = self.named?.to_string();
        Some(address::with_query(&page, &[("merged", &named)]))
    }

    /// The address of the issue's page.
    pub(super) fn address(&self) -> String {
        address::issue(&self.project.slug, self.issue.id)
    }

    /// The id that people say, for example `SHOP-1A`.
    pub(super) fn short_id(&self) -> String {
        store::issue::format_short_id(&self.project.slug, self.issue.short_number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_an_event_by_word_or_id() {
        assert_eq!(Which::read(""), Some(Which::Latest));
        assert_eq!(Which::read("oldest"), Some(Which::Oldest));
        let id = "a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4";
        assert_eq!(Which::read(id), id.parse().ok().map(Which::Id));
        assert_eq!(Which::read("../../x"), None);
    }
}
