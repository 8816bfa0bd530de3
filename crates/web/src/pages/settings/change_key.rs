use actix_web::{HttpResponse, web};
use watchfire_event::{ProjectId, Timestamp};
use watchfire_store::quota::{self, Scope};
use watchfire_store::{self as store, Conn, key};

use super::guard::guard;
use super::keys::{FIELDS, KeyProblem};
use super::quantity;
use super::show::{Refused, refuse};
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::stats::category::{ERRORS, Unit};
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access, address};

/// The longest name of a key in characters.
const LABEL_CHARS_MAX: usize = 64;

/// What a form asks of a key.
enum Change {
    Rename(String),
    SetActive(bool),
    Rotate,
    Delete,
    /// The limits of [`FIELDS`]; nothing where there shall be none.
    Limit(Vec<(i64, Option<i64>)>),
}

impl Change {
    /// What is told when it is done.
    fn told(&self) -> &'static str {
        match self {
            Self::Rename(_) => "Renamed the key",
            Self::SetActive(true) => "Switched the key on",
            Self::SetActive(false) => {
                "Switched the key off: what it sends is refused in a few seconds"
            }
            Self::Rotate => "The key has a new DSN; the old one ends in a few seconds",
            Self::Delete => "Deleted the key",
            Self::Limit(_) => "Saved the limits of the key",
        }
    }
}

/// `POST /projects/{slug}/keys/{id}` with `action`: `rename` (and `label`), `enable`, `disable`,
/// `rotate`, `delete`, `limit` (and `minute`, `hour`, `month`).
pub(crate) async fn change_key(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, i64)>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let (slug, id) = path.into_inner();
    guard(&web, &user, &slug).await?;
    let change = match read(&form)? {
        Ok(change) => change,
        Err(problem) => return refuse(&web, user, slug, Refused::Key { id, problem }).await,
    };
    let back = match change {
        Change::Delete => format!("{}#keys", address::settings(&slug)),
        _ => address::key_of_settings(&slug, id),
    };
    let now = user.visitor.now;
    let toast = Toast::plain(change.told().to_owned(), &slug, now);
    let cookie = toast.cookie(&web, &user.visitor.csrf);
    web.database
        .write(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            if apply(conn, project.id, id, change, now)? {
                Ok(())
            } else {
                Err(store::Error::NotFound)
            }
        })
        .await?;
    Ok(see_other(&back, [cookie]))
}

/// What the form asks for, or what is wrong with what was typed.
fn read(form: &Posted) -> Result<Result<Change, KeyProblem>, WebError> {
    Ok(match form.one("action") {
        "rename" => {
            let label = form.one("label").trim();
            let typed = label.to_owned();
            match label_problem(label) {
                Some(problem) => Err(KeyProblem::Label { typed, problem }),
                None => Ok(Change::Rename(typed)),
            }
        }
        "enable" => Ok(Change::SetActive(true)),
        "disable" => Ok(Change::SetActive(false)),
        "rotate" => Ok(Change::Rotate),
        "delete" => Ok(Change::Delete),
        "limit" => limits(form),
        other => {
            return Err(WebError::BadRequest(format!(
                "“{other}” is no action. Use rename, enable, disable, rotate, delete or limit."
            )));
        }
    })
}

/// The limits as they were typed, or all of them with what is wrong beside each.
fn limits(form: &Posted) -> Result<Change, KeyProblem> {
    let mut limits = Vec::with_capacity(FIELDS.len());
    let mut typed = Vec::with_capacity(FIELDS.len());
    for (name, seconds, _) in FIELDS {
        let text = form.one(name);
        let read = quantity::read(text, Unit::Count);
        typed.push((text.to_owned(), read.as_ref().err().cloned()));
        limits.extend(read.map(|limit| (seconds, limit)));
    }
    if limits.len() == FIELDS.len() {
        Ok(Change::Limit(limits))
    } else {
        Err(KeyProblem::Limits(typed))
    }
}

/// Does it; `false` when the project has no such key.
fn apply(
    conn: &mut Conn<'_>,
    project: ProjectId,
    id: i64,
    change: Change,
    now: Timestamp,
) -> store::Result<bool> {
    match change {
        Change::Rename(label) => key::rename(conn, project, id, &label),
        Change::SetActive(is_active) => key::set_active(conn, project, id, is_active),
        Change::Rotate => Ok(key::rotate(conn, project, id, now)?.is_some()),
        Change::Delete => key::delete(conn, project, id),
        Change::Limit(limits) => {
            if key::get(conn, project, id)?.is_none() {
                return Ok(false);
            }
            for (seconds, limit) in limits {
                match limit {
                    Some(limit) => quota::set(conn, Scope::Key, id, ERRORS, seconds, limit)?,
                    None => {
                        quota::remove(conn, project, Scope::Key, id, ERRORS, seconds)?;
                    }
                }
            }
            Ok(true)
        }
    }
}

/// What is wrong with the name of a key.
pub(super) fn label_problem(label: &str) -> Option<String> {
    if label.is_empty() {
        return Some("Give the key a name, for example the application that uses it.".to_owned());
    }
    (label.chars().count() > LABEL_CHARS_MAX || label.contains(char::is_control))
        .then(|| format!("Use at most {LABEL_CHARS_MAX} characters on one line."))
}
