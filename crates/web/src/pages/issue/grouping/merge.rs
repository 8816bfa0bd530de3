//! Merges other issues into the one of the page.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use watchfire_store as store;
use watchfire_store::issue::Issue;

use crate::Web;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::issue::load;
use crate::pages::issues::merging::{self, ISSUES_MAX};
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;

/// `POST …/issues/{id}/merge`: each field `with` is the number or short id of an issue of the
/// project, `why` the reason; `back` is where to go on.
pub(in crate::pages::issue) async fn merge(
    web: Data<Web>,
    user: CurrentUser,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let name = load::issue_name(&request);
    let words: Vec<String> = form
        .all("with")
        .flat_map(|words| words.split([',', ' ']))
        .filter(|word| !word.is_empty())
        .take(ISSUES_MAX)
        .map(str::to_owned)
        .collect();
    let why = form.one("why").trim().to_owned();
    let (account, now) = (user.account, user.visitor.now);
    let (toast, address) = web
        .database
        .write(move |conn| {
            let found = load::issue(conn, &account, &name)?;
            let address = found.address();
            let mut others: Vec<Issue> = Vec::new();
            for word in &words {
                let known = load::by_name(conn, &found.project, word)?;
                let Some(issue) = known.filter(|issue| issue.id != found.issue.id) else {
                    let text = unknown(&found.short_id(), word, known_here(conn, &found, word)?);
                    return Ok((Toast::plain(text, &found.project.slug, now), address));
                };
                if !others.iter().any(|other| other.id == issue.id) {
                    others.push(issue);
                }
            }
            let (project, target) = (&found.project, &found.issue);
            let toast = merging::merge(conn, project, target, &others, &why, (account.id, now))?;
            Ok((toast, address))
        })
        .await?;
    let cookie = toast.cookie(&web, &user.visitor.csrf);
    Ok(see_other(form.back(&address), [cookie]))
}

/// Whether a word names the issue of the page itself.
fn known_here(conn: &mut store::Conn<'_>, found: &load::Found, word: &str) -> store::Result<bool> {
    let known = load::by_name(conn, &found.project, word)?;
    Ok(known.is_some_and(|issue| issue.id == found.issue.id))
}

fn unknown(short_id: &str, word: &str, is_here: bool) -> String {
    let word: String = word.chars().take(40).collect();
    if is_here {
        format!("Nothing changed: “{word}” is {short_id} itself")
    } else {
        format!("Nothing changed: the project has no issue “{word}”")
    }
}
