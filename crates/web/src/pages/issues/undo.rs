use actix_web::{HttpResponse, web};
use watchfire_event::IssueId;
use watchfire_store::issue;

use crate::csrf::Posted;
use crate::error::WebError;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access, address};

/// `POST /projects/{slug}/undo`: gives the issues of the last action their former status back.
///
/// What they were is in the signed cookie, so the form has no field but `back`.
pub(crate) async fn undo(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    let list = address::issues(&slug);
    let back = form.back(&list).to_owned();
    let visitor = user.visitor.clone();
    let toast = web
        .database
        .write(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let now = user.visitor.now;
            let mut former = match user.visitor.toast {
                Some(toast) if toast.project == slug => toast.former,
                _ => Vec::new(),
            };
            let ids: Vec<IssueId> = former.iter().map(|one| one.id).collect();
            let known = issue::get_many(conn, &ids)?;
            former.retain(|one| {
                known
                    .iter()
                    .any(|issue| issue.id == one.id && issue.project_id == project.id)
            });
            issue::restore_status(conn, &former, Some(user.account.id), now)?;
            let text = match former.len() {
                0 => "Nothing to undo any more".to_owned(),
                1 => "Undone".to_owned(),
                count => format!("Undone for {count} issues"),
            };
            Ok(Toast::new(text, &slug, Vec::new(), now))
        })
        .await?;
    Ok(see_other(&back, [toast.cookie(&web, &visitor.csrf)]))
}
