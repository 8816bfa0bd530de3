use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};

use super::choices::Choices;
use super::page::{self, Answer};
use crate::Web;
use crate::error::WebError;
use crate::pages::issue::load;
use crate::session::CurrentUser;

/// `GET …/issues/{id}/grouping/change/?kind=merge|split|ignore_frame|variable&event=…`, with `with`
/// (issues, separated by commas), `by`, `tag`, `frame` or `text`.
pub(super) async fn show(
    web: Data<Web>,
    user: CurrentUser,
    request: HttpRequest,
    query: Query<Vec<(String, String)>>,
) -> Result<HttpResponse, WebError> {
    let name = load::issue_name(&request);
    let database = web.database.clone();
    let visitor = user.visitor.clone();
    let answer = web.database.read(move |conn| {
        let fields = query.iter().map(|(name, value)| {
            // In addresses the text that differs is called what it is; in the form, `text` is the rule.
            let name = if name == "text" { "part" } else { name };
            (name, value.as_str())
        });
        let choices = Choices::read(fields);
        page::answer(conn, &database, &user, &name, choices, None)
    });
    match answer.await? {
        Answer::Page(page) => web.page(&visitor, "pages/grouping_change", &page.0, &page.1),
        // Nothing was posted.
        Answer::Save(_) => Err(WebError::NotFound),
    }
}
