use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn, set_up};

use super::snippet::PLATFORMS;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::frame::{Choice, Frame};
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::{Web, access, address};

/// The longest name in characters.
const NAME_CHARS_MAX: usize = 50;
/// Slugs that would hide the pages of projects.
const RESERVED: [&str; 1] = ["new"];

#[derive(Default, Serialize)]
struct View {
    name: String,
    problem: Option<String>,
    platforms: Vec<Choice>,
}

/// `GET /projects/new`
pub(crate) async fn show(web: web::Data<Web>, user: CurrentUser) -> Result<HttpResponse, WebError> {
    page(&web, user, String::new(), None, "").await
}

/// `POST /projects/new` with `name` and `platform`: makes the project with its first key.
pub(crate) async fn create(
    web: web::Data<Web>,
    user: CurrentUser,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let name = form.one("name").trim().to_owned();
    let platform = PLATFORMS
        .iter()
        .map(|platform| platform.word)
        .find(|word| *word == form.one("platform"));
    let problem = match problem(&name) {
        Some(problem) => problem,
        None => {
            let (account, now) = (user.account.clone(), user.visitor.now);
            let wanted = name.clone();
            let made = web
                .database
                .write(move |conn| {
                    let organization = access::organizations(conn, &account)?;
                    let organization = organization.first().ok_or(store::Error::NotFound)?;
                    if is_taken(conn, &account, &wanted)? {
                        return Ok(None);
                    }
                    let (project, _) =
                        set_up::make_project(conn, organization.id, &wanted, platform, now)?;
                    Ok(Some(project))
                })
                .await?;
            match made {
                Some(Project { slug, .. }) => return Ok(see_other(&address::start(&slug), [])),
                None => format!("There is a project called “{name}” already."),
            }
        }
    };
    let mut response = page(&web, user, name, Some(problem), form.one("platform")).await?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn problem(name: &str) -> Option<String> {
    match set_up::slug_of(name) {
        None => Some("Give it a name with at least one letter or digit.".to_owned()),
        Some(slug) if RESERVED.contains(&slug.as_str()) => Some(format!(
            "“{name}” is a word of Watchfire's own. Choose another one."
        )),
        Some(_) if name.chars().count() > NAME_CHARS_MAX => {
            Some(format!("Use at most {NAME_CHARS_MAX} characters."))
        }
        Some(_) => None,
    }
}

/// Whether a project that the person sees has the slug of this name: addresses name projects by
/// their slug alone.
fn is_taken(conn: &mut Conn<'_>, account: &store::user::User, name: &str) -> store::Result<bool> {
    let slug = set_up::slug_of(name).unwrap_or_default();
    match access::project(conn, account, &slug) {
        Ok(_) => Ok(true),
        Err(store::Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn page(
    web: &Web,
    user: CurrentUser,
    name: String,
    problem: Option<String>,
    platform: &str,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let view = View {
        name,
        problem,
        platforms: PLATFORMS
            .iter()
            .map(|known| Choice {
                value: known.word.to_owned(),
                label: known.label.to_owned(),
                selected: known.word == platform,
            })
            .collect(),
    };
    let frame = web
        .database
        .read(move |conn| Frame::of_project(conn, &user, None, "New project"))
        .await?;
    web.page(&visitor, "pages/new_project", &frame, &view)
}
