//! The page of another version of the grouping: what it does differently, and what that would
//! change here.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_grouping::Version;
use watchfire_store::grouping_rules;
use watchfire_store::project::Project;
use watchfire_store::regroup::Change;
use watchfire_store::{self as store, Conn, Database};

use super::form::{Asked, SaveView, Sent};
use super::preview::{self, ADVICE, PreviewView};
use super::version_view::{changes, fallback_day};
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::session::CurrentUser;
use crate::{Web, access, address};

#[derive(Serialize)]
struct View {
    can_change: bool,
    heading: String,
    changes_heading: String,
    changes: Vec<&'static str>,
    /// What becomes of known issues.
    fallback: String,
    action: String,
    /// The version's name.
    to: &'static str,
    preview: Option<PreviewView>,
    preview_advice: &'static str,
    save: SaveView,
    overview_href: String,
}

/// The page about the change to a version; `sent` is what was posted, `problem` why it was not
/// saved.
pub(super) async fn page(
    web: &Web,
    user: CurrentUser,
    slug: String,
    to: Version,
    sent: Option<Sent>,
    problem: Option<String>,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let database = web.database.clone();
    let is_refused = sent.as_ref().is_some_and(|sent| sent.asked == Asked::Save);
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let section = Some((&project, Section::Settings));
            let mut frame = Frame::of_project(conn, &user, section, "Grouping version")?;
            frame.styles.extend(["settings.css", "grouping.css"]);
            frame.scripts.push("js/grouping.js");
            frame.path = address::grouping_version(&project.slug);
            let mut view = view(conn, &project, to, user.visitor.now)?;
            view.can_change =
                access::may_change_settings(conn, &user.account, project.organization_id)?;
            if let Some(sent) = sent {
                view.show(conn, &database, &project, to, &sent)?;
            }
            view.save.problem = problem.or(view.save.problem);
            Ok((frame, view))
        })
        .await?;
    let mut response = web.page(&visitor, "pages/grouping_version", &frame, &view)?;
    if is_refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn view(
    conn: &mut Conn<'_>,
    project: &Project,
    to: Version,
    now: Timestamp,
) -> store::Result<View> {
    let current = grouping_rules::version(conn, project.id)?.version;
    let (heading, button, changes_heading) = if to < current {
        (
            format!("Go back to {to}"),
            format!("Go back to {to}"),
            format!("What {current} does differently, and {to} does not"),
        )
    } else {
        (
            format!("Upgrade to {to}"),
            format!("Upgrade to {to}"),
            format!("What {to} does differently"),
        )
    };
    let fallback = if to == current {
        format!("{to} is in force already; saving it changes nothing.")
    } else {
        format!(
            "No known issue is split by the change: fingerprints of {current} are still recognised \
             until {}, and an issue that is met in that time is known by both.",
            fallback_day(now)
        )
    };
    let mut save = SaveView::new(button);
    // Known issues stay what they are; only who wants them sorted anew ticks the box.
    save.past = false;
    Ok(View {
        can_change: false,
        heading,
        changes_heading,
        changes: changes(current, to),
        fallback,
        action: address::grouping_version(&project.slug),
        to: to.id(),
        preview: None,
        preview_advice: ADVICE,
        save,
        overview_href: address::grouping(&project.slug),
    })
}

impl View {
    /// Tries the change.
    fn show(
        &mut self,
        conn: &mut Conn<'_>,
        database: &Database,
        project: &Project,
        to: Version,
        sent: &Sent,
    ) -> store::Result<()> {
        self.save.past = sent.past;
        let change = Change::SetVersion(to);
        self.save.problem = sent.not_tried(&change);
        match preview::run(conn, database, project, &change, None) {
            Ok(shown) => self.preview = Some(shown),
            Err(store::Error::Refused(reason)) => self.save.problem = Some(reason),
            Err(other) => return Err(other),
        }
        Ok(())
    }
}
