//! Deletes the ticked issues of the list, or deletes them and discards what comes of their kind,
//! after a page that asks.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_event::{IssueId, Timestamp, UserId};
use watchfire_store::{self as store, Conn, issue};

use super::asked::{self, Asked, AskedIssue};
use super::merging;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access, address};

/// What becomes of later events of the same kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Removal {
    /// They make a new issue.
    Delete,
    /// They are dropped and counted.
    Discard,
}

/// The page that asks.
#[derive(Serialize)]
struct View {
    heading: String,
    /// The issues, the one with the most events first.
    issues: Vec<AskedIssue>,
    /// Whether later events are dropped.
    discards: bool,
    /// Where discarded issues are listed and let in again.
    discarded_href: String,
    /// Where the form is posted to.
    href: String,
    /// Where to go instead.
    back: String,
    /// What the button says.
    button: String,
}

/// `GET /projects/{slug}/delete?issues=12,13`
pub(crate) async fn ask_delete(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, WebError> {
    Removal::Delete
        .ask(&web, user, slug.into_inner(), asked.into_inner())
        .await
}

/// `GET /projects/{slug}/discard?issues=12,13`
pub(crate) async fn ask_discard(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, WebError> {
    Removal::Discard
        .ask(&web, user, slug.into_inner(), asked.into_inner())
        .await
}

/// `POST /projects/{slug}/delete`: the fields `issue` name the issues, `sure` is `yes`, `back` is
/// where to go on. Without `sure` the page asks.
pub(crate) async fn delete(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let ids = asked::posted(&form);
    let slug = slug.into_inner();
    Removal::Delete.answer(&web, user, slug, ids, &form).await
}

/// `POST /projects/{slug}/discard`: as [`delete`], and later events of the kind are dropped.
pub(crate) async fn discard(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let ids = asked::posted(&form);
    let slug = slug.into_inner();
    Removal::Discard.answer(&web, user, slug, ids, &form).await
}

impl Removal {
    /// The address of the page that asks.
    pub(crate) fn address(self, slug: &str) -> String {
        match self {
            Self::Delete => address::delete_issues(slug),
            Self::Discard => address::discard_issues(slug),
        }
    }

    async fn ask(
        self,
        web: &Web,
        user: CurrentUser,
        slug: String,
        asked: Asked,
    ) -> Result<HttpResponse, WebError> {
        let visitor = user.visitor.clone();
        let (frame, view) = web
            .database
            .read(move |conn| {
                let project = access::project(conn, &user.account, &slug)?;
                let issues = merging::visible(conn, &project, &asked.issues())?;
                let section = Some((&project, Section::Issues));
                let mut frame = Frame::of_project(conn, &user, section, "Delete issues")?;
                frame.styles.push("list.css");
                let count = asked::issues_word(issues.len());
                let (heading, button) = match self {
                    Self::Delete => ("Delete", format!("Delete {count}")),
                    Self::Discard => ("Delete and discard", format!("Delete and discard {count}")),
                };
                let view = View {
                    heading: format!("{heading} {}?", asked::sum(&issues)),
                    discards: self == Self::Discard,
                    discarded_href: format!("{}#discarded", address::grouping(&slug)),
                    href: self.address(&slug),
                    back: asked.back(address::issues(&slug)),
                    button,
                    issues: asked::rows(&issues, &slug),
                };
                Ok((frame, view))
            })
            .await?;
        web.page(&visitor, "pages/remove_issues", &frame, &view)
    }

    /// Does it to these issues of a project when the form is sure, else asks.
    pub(crate) async fn answer(
        self,
        web: &Web,
        user: CurrentUser,
        slug: String,
        ids: Vec<IssueId>,
        form: &Posted,
    ) -> Result<HttpResponse, WebError> {
        let back = form.back(&address::issues(&slug)).to_owned();
        if form.one("sure") != "yes" {
            let page = asked::address(&self.address(&slug), &ids, &back);
            return Ok(see_other(&page, []));
        }
        let (account, now) = (user.account, user.visitor.now);
        let toast = web
            .database
            .write(move |conn| {
                let project = access::project(conn, &account, &slug)?;
                let issues = merging::visible(conn, &project, &ids)?;
                let ids: Vec<IssueId> = issues.iter().map(|issue| issue.id).collect();
                let count = self.remove(conn, &ids, account.id, now)?;
                let text = self.sentence(count);
                Ok(Toast::plain(text, &slug, now))
            })
            .await?;
        Ok(see_other(&back, [toast.cookie(web, &user.visitor.csrf)]))
    }

    fn remove(
        self,
        conn: &mut Conn<'_>,
        ids: &[IssueId],
        author: UserId,
        now: Timestamp,
    ) -> store::Result<usize> {
        match self {
            Self::Delete => issue::delete(conn, ids, Some(author), now),
            Self::Discard => issue::discard(conn, ids, Some(author), now),
        }
    }

    fn sentence(self, count: usize) -> String {
        match (self, count) {
            (_, 0) => "Nothing changed: no issue was selected".to_owned(),
            (Self::Delete, count) => format!("Deleted {}", asked::issues_word(count)),
            (Self::Discard, count) => format!(
                "Deleted {}; what comes of their kind is discarded",
                asked::issues_word(count)
            ),
        }
    }
}
