use actix_web::{HttpResponse, web};
use serde::Deserialize;
use watchfire_event::{EventId, IssueId};
use watchfire_filter::ignore::draft_of;
use watchfire_store::issue::Issue;
use watchfire_store::{self as store, Conn, Database};

use super::form::Form;
use super::rule_page::{self, Asked, Draft};
use crate::error::WebError;
use crate::pages::issue::view::Stored;
use crate::pages::owner::Owner;
use crate::session::CurrentUser;
use crate::{Web, access};

/// What the form begins with.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct Parameters {
    /// `project` or `organization`.
    scope: String,
    /// The issue that a rule is made on.
    issue: Option<i64>,
    /// Its event that the rule is filled in from; the latest without.
    event: Option<String>,
}

/// `GET …/ignore-rules/new?scope=&issue=&event=`
pub(super) async fn show_new(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    parameters: web::Query<Parameters>,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    let issue = parameters.issue.map(IssueId);
    let form = match issue {
        Some(issue) => filled(&web, &user, &slug, (issue, parameters.event.clone())).await?,
        None => None,
    };
    let draft = Draft {
        id: None,
        owner: Owner::of(&parameters.scope).unwrap_or(Owner::Project),
        issue,
        step: if form.is_some() {
            Asked::LookAndTry
        } else {
            Asked::Look
        },
        form,
        tried: String::new(),
        refused: None,
        base: None,
    };
    rule_page::page(&web, user, slug, draft).await
}

/// A form filled in from an event of an issue of the project; nothing when no event is kept.
async fn filled(
    web: &Web,
    user: &CurrentUser,
    slug: &str,
    (issue, event): (IssueId, Option<String>),
) -> Result<Option<Form>, WebError> {
    let (database, account, slug) = (web.database.clone(), user.account.clone(), slug.to_owned());
    let found = web.database.read(move |conn| {
        let project = access::project(conn, &account, &slug)?;
        let issue = store::issue::get(conn, issue)?.ok_or(store::Error::NotFound)?;
        if issue.project_id != project.id {
            return Err(store::Error::NotFound);
        }
        let id = event.and_then(|id| id.parse().ok());
        of_event(conn, &database, &issue, id)
    });
    Ok(found.await?)
}

fn of_event(
    conn: &mut Conn<'_>,
    database: &Database,
    issue: &Issue,
    id: Option<EventId>,
) -> store::Result<Option<Form>> {
    let asked = match id {
        Some(id) => store::event::get(conn, issue.project_id, id)?,
        None => None,
    };
    let row = match asked.filter(|row| row.issue_id == issue.id) {
        Some(row) => Some(row),
        None => store::event::latest(conn, issue.id)?,
    };
    let Some(row) = row else { return Ok(None) };
    let dictionaries = database.dictionaries();
    let json = store::event::body(conn, dictionaries, issue.project_id, row.event_id)?;
    let Some(json) = json else { return Ok(None) };
    let event = Stored::read(&json).ok();
    let event = event.and_then(|stored| stored.into_event(row.received_at));
    Ok(event.map(|event| Form::of_rule(&draft_of(&event))))
}
