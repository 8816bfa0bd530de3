use actix_web::{HttpResponse, web};
use watchfire_event::IssueId;
use watchfire_store::issue::{self, FormerStatus, format_short_id};
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn};

use super::action;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::{FORMER_MAX, Toast};
use crate::{Web, access, address};

/// `POST /projects/{slug}/change`: resolves, archives or unresolves the ticked issues.
///
/// Fields: `action` (`resolve`, `unresolve`, `archive`, `archive_forever`), `issue` once for each
/// issue, `back`.
pub(crate) async fn change(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    let (change, verb) = action::read(form.one("action"))?;
    let ids: Vec<IssueId> = form
        .all("issue")
        .filter_map(|id| id.parse().ok())
        .take(FORMER_MAX)
        .collect();
    let list = address::issues(&slug);
    let back = form.back(&list).to_owned();
    let visitor = user.visitor.clone();
    let toast = web
        .database
        .write(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let names = names(conn, &project, &ids)?;
            let ids: Vec<IssueId> = names.iter().map(|(id, _)| *id).collect();
            let now = user.visitor.now;
            let former = issue::change_status(conn, &ids, change, Some(user.account.id), now)?;
            let text = sentence(verb, &names, &former);
            Ok(Toast::new(text, &project.slug, former, now))
        })
        .await?;
    Ok(see_other(&back, [toast.cookie(&web, &visitor.csrf)]))
}

/// The issues of the project among these, with their short ids: nobody changes issues of projects
/// that are not theirs.
fn names(
    conn: &mut Conn<'_>,
    project: &Project,
    ids: &[IssueId],
) -> store::Result<Vec<(IssueId, String)>> {
    Ok(issue::get_many(conn, ids)?
        .into_iter()
        .filter(|issue| issue.project_id == project.id)
        .map(|issue| (issue.id, format_short_id(&project.slug, issue.short_number)))
        .collect())
}

fn sentence(verb: &str, names: &[(IssueId, String)], former: &[FormerStatus]) -> String {
    match former {
        [] if names.is_empty() => "Nothing changed: no issue was selected".to_owned(),
        [] => "Nothing changed: it was so already".to_owned(),
        [one] => names.iter().find(|(id, _)| *id == one.id).map_or_else(
            || format!("{verb} 1 issue"),
            |(_, name)| format!("{verb} {name}"),
        ),
        many => format!("{verb} {} issues", many.len()),
    }
}
