use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_store::feedback::{self, Feedback};
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn, Cursor, key};

use super::entry::{Entry, name_issues, with_files};
use super::selection::{Selection, TABS};
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::session::CurrentUser;
use crate::{Web, access};

/// Messages a page.
const PER_PAGE: usize = 25;

/// The feedback of a project.
#[derive(Serialize)]
struct View {
    project: String,
    tabs: Vec<Tab>,
    entries: Vec<Entry>,
    previous: Option<String>,
    next: Option<String>,
    /// What an empty tab says.
    nothing: &'static str,
    /// How feedback is sent, where the project has none at all.
    how: Option<How>,
}

#[derive(Serialize)]
struct Tab {
    label: &'static str,
    href: String,
    is_current: bool,
}

/// What to paste to get feedback.
#[derive(Serialize)]
struct How {
    dialog: String,
    capture: &'static str,
}

/// `GET /projects/{slug}/feedback`
pub(crate) async fn list(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    selection: web::Query<Selection>,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let public_url = web.config.public_url.clone();
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let section = Some((&project, Section::Feedback));
            let mut frame = Frame::of_project(conn, &user, section, "Feedback")?;
            frame.title = format!("Feedback on {}", project.name);
            frame.styles.push("feedback.css");
            Ok((frame, load(conn, &project, &selection, &public_url)?))
        })
        .await?;
    web.page(&visitor, "pages/feedback", &frame, &view)
}

fn load(
    conn: &mut Conn<'_>,
    project: &Project,
    selection: &Selection,
    public_url: &str,
) -> store::Result<View> {
    let slug = &project.slug;
    let (tab, _, status) = selection.tab();
    let cursor: Option<Cursor> = selection.cursor.parse().ok();
    // One more than the page shows says whether there is another page.
    let found = feedback::list(conn, &[project.id], status, cursor.as_ref(), PER_PAGE + 1)?;
    let page = Page::of(found, cursor);
    let to = |cursor: Option<Cursor>| cursor.map(|at| selection.address(slug, tab, Some(at)));
    let is_bare =
        page.entries.is_empty() && feedback::list(conn, &[project.id], None, None, 1)?.is_empty();
    let how = match is_bare {
        true => Some(how(conn, project, public_url)?),
        false => None,
    };
    let mut entries = with_files(conn, page.entries, slug)?;
    name_issues(conn, &mut entries, slug)?;
    Ok(View {
        project: project.name.clone(),
        tabs: TABS
            .into_iter()
            .map(|(word, label, _)| Tab {
                label,
                href: selection.address(slug, word, None),
                is_current: word == tab,
            })
            .collect(),
        previous: to(page.previous),
        next: to(page.next),
        entries,
        nothing: match status {
            Some(false) => "Every message is resolved",
            Some(true) => "No message is resolved",
            None => "No message on this page",
        },
        how,
    })
}

/// A page of feedback, and where its neighbours begin.
struct Page {
    entries: Vec<Feedback>,
    previous: Option<Cursor>,
    next: Option<Cursor>,
}

impl Page {
    /// The page out of what was found from the cursor on or before it, one more than fits if
    /// there are so many.
    fn of(mut entries: Vec<Feedback>, cursor: Option<Cursor>) -> Self {
        let is_more = entries.len() > PER_PAGE;
        let is_backwards = cursor.is_some_and(|cursor| cursor.is_previous);
        if is_more && is_backwards {
            entries.remove(0);
        } else {
            entries.truncate(PER_PAGE);
        }
        let at = |entry: Option<&Feedback>, is_previous| {
            entry.map(|entry| Cursor {
                value: entry.created_at.0,
                id: entry.id,
                is_previous,
            })
        };
        let has_previous = if is_backwards {
            is_more
        } else {
            cursor.is_some()
        };
        let has_next = is_backwards || is_more;
        Self {
            previous: at(entries.first(), true).filter(|_| has_previous),
            next: at(entries.last(), false).filter(|_| has_next),
            entries,
        }
    }
}

fn how(conn: &mut Conn<'_>, project: &Project, public_url: &str) -> store::Result<How> {
    let keys = key::list(conn, project.id)?;
    let dsn = keys
        .iter()
        .find(|key| key.is_active)
        .map_or_else(|| "…".to_owned(), |key| key.dsn(public_url));
    Ok(How {
        dialog: format!(
            "Sentry.init({{\n  dsn: \"{dsn}\",\n  beforeSend(event) {{\n    \
             if (event.exception && event.event_id) {{\n      \
             Sentry.showReportDialog({{ eventId: event.event_id }});\n    }}\n    return event;\n  \
             }},\n}});"
        ),
        capture: "Sentry.captureFeedback({\n  message: \"The button does nothing.\",\n  \
                  name: \"Ana\",                 // optional\n  \
                  email: \"ana@example.com\",    // optional\n  \
                  associatedEventId: Sentry.lastEventId(),  // optional\n});",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use watchfire_event::{EventId, ProjectId, Timestamp};
    use watchfire_store::feedback::Source;

    fn feedback(id: i64) -> Feedback {
        Feedback {
            id,
            project_id: ProjectId(1),
            feedback_id: EventId::random(),
            event_id: None,
            issue_id: None,
            source: Source::Widget,
            name: String::new(),
            email: String::new(),
            message: String::new(),
            url: String::new(),
            replay_id: None,
            environment: None,
            release: None,
            created_at: Timestamp(id),
            is_resolved: false,
        }
    }

    fn outline(ids: std::ops::RangeInclusive<i64>, cursor: Option<&str>) -> [Option<i64>; 4] {
        let cursor = cursor.map(|cursor| cursor.parse().unwrap());
        let page = Page::of(ids.rev().map(feedback).collect(), cursor);
        [
            page.previous.map(|cursor| cursor.id),
            page.entries.first().map(|one| one.id),
            page.entries.last().map(|one| one.id),
            page.next.map(|cursor| cursor.id),
        ]
    }

    #[test]
    fn pages_know_their_neighbours() {
        assert_eq!(outline(1..=3, None), [None, Some(3), Some(1), None]);
        assert_eq!(outline(5..=30, None), [None, Some(30), Some(6), Some(6)]);
        let (next, previous) = ("31:31:0", "4:4:1");
        assert_eq!(
            outline(1..=9, Some(next)),
            [Some(9), Some(9), Some(1), None]
        );
        assert_eq!(
            outline(5..=30, Some(previous)),
            [Some(29), Some(29), Some(5), Some(5)]
        );
        assert_eq!(
            outline(5..=9, Some(previous)),
            [None, Some(9), Some(5), Some(5)]
        );
    }
}
