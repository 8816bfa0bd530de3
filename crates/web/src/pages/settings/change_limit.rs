use actix_web::{HttpResponse, web};
use watchfire_store::quota::{self, Scope};

use super::guard::guard;
use super::limits::{CATEGORIES, WINDOWS};
use super::quantity;
use super::show::{Refused, refuse};
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::stats::category;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::Toast;
use crate::{Web, access, address};

/// `POST /projects/{slug}/limits` with `action` (`set` or `remove`), `category`, `window` in
/// seconds and, to set, `quantity`: a limit of the project.
pub(crate) async fn change_limit(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    guard(&web, &user, &slug).await?;
    let category = form.one("category").to_owned();
    let window: i64 = form.one("window").parse().unwrap_or(0);
    let is_set = form.one("action") == "set";
    let limit = if is_set {
        match read(&category, window, form.one("quantity")) {
            Ok(limit) => Some(limit),
            Err(problem) => {
                let refused = Refused::Limit {
                    window: window.to_string(),
                    quantity: form.one("quantity").to_owned(),
                    category,
                    problem,
                };
                return refuse(&web, user, slug, refused).await;
            }
        }
    } else {
        None
    };
    let back = format!("{}#limits", address::settings(&slug));
    let text = if is_set {
        "Set the limit"
    } else {
        "Removed the limit"
    };
    let toast = Toast::plain(text.to_owned(), &slug, user.visitor.now);
    let cookie = toast.cookie(&web, &user.visitor.csrf);
    web.database
        .write(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let (scope, id) = (Scope::Project, project.id.0);
            match limit {
                Some(limit) => quota::set(conn, scope, id, &category, window, limit),
                None => quota::remove(conn, project.id, scope, id, &category, window).map(|_| ()),
            }
        })
        .await?;
    Ok(see_other(&back, [cookie]))
}

fn read(category: &str, window: i64, quantity: &str) -> Result<i64, String> {
    if !CATEGORIES.contains(&category) {
        return Err("Choose what is counted from the list.".to_owned());
    }
    if !WINDOWS.iter().any(|(seconds, _)| *seconds == window) {
        return Err("Choose the time from the list.".to_owned());
    }
    quantity::read(quantity, category::unit(category))?
        .ok_or_else(|| "Say how many are taken; 0 takes none.".to_owned())
}
