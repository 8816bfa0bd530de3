//! Merges the ticked issues of the list, after a page that asks.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_store as store;
use watchfire_store::issue::WHY_CHARS_MAX;

use super::asked::{self, Asked, AskedIssue};
use super::merging;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::{Web, access, address};

/// The page that asks.
#[derive(Serialize)]
struct View {
    /// The issues, the one with the most events first.
    issues: Vec<AskedIssue>,
    /// `3 issues with 1,204 events`.
    sum: String,
    /// Where the form is posted to.
    href: String,
    /// Where to go instead.
    back: String,
    /// What the button says.
    button: String,
    /// Whether there is more than one issue to merge.
    can_merge: bool,
    /// Characters that the reason may have.
    why_chars_max: usize,
}

/// `GET /projects/{slug}/merge?issues=12,13`: asks which of the issues the others go into.
pub(crate) async fn ask(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    let visitor = user.visitor.clone();
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let issues = merging::visible(conn, &project, &asked.issues())?;
            let section = Some((&project, Section::Issues));
            let mut frame = Frame::of_project(conn, &user, section, "Merge issues")?;
            frame.styles.push("list.css");
            let view = View {
                sum: asked::sum(&issues),
                href: address::merge_issues(&slug),
                back: asked.back(address::issues(&slug)),
                button: format!("Merge {}", asked::issues_word(issues.len())),
                can_merge: issues.len() > 1,
                why_chars_max: WHY_CHARS_MAX,
                issues: asked::rows(&issues, &slug),
            };
            Ok((frame, view))
        })
        .await?;
    web.page(&visitor, "pages/merge_issues", &frame, &view)
}

/// `POST /projects/{slug}/merge`: the fields `issue` name the issues, `target` the one that the
/// others go into, `why` the reason, `sure` is `yes`, `back` is where to go on. Without `sure` the
/// page asks.
pub(crate) async fn merge(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    let back = form.back(&address::issues(&slug)).to_owned();
    let ids = asked::posted(&form);
    if form.one("sure") != "yes" {
        let page = asked::address(&address::merge_issues(&slug), &ids, &back);
        return Ok(see_other(&page, []));
    }
    let target = form.one("target").parse().ok();
    let why = form.one("why").trim().to_owned();
    let (account, now) = (user.account, user.visitor.now);
    let toast = web
        .database
        .write(move |conn| {
            let project = access::project(conn, &account, &slug)?;
            let mut issues = merging::visible(conn, &project, &ids)?;
            let place = issues.iter().position(|issue| Some(issue.id) == target);
            if issues.is_empty() {
                return Err(store::Error::NotFound);
            }
            let target = issues.remove(place.unwrap_or(0));
            merging::merge(conn, &project, &target, &issues, &why, (account.id, now))
        })
        .await?;
    Ok(see_other(&back, [toast.cookie(&web, &user.visitor.csrf)]))
}
