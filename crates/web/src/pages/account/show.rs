use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use crate::Web;
use crate::error::WebError;
use crate::frame::Frame;
use crate::session::CurrentUser;

/// The account page, with what was wrong about the form.
#[derive(Default, Serialize)]
pub(super) struct View {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) current_problem: Option<String>,
    pub(super) new_problem: Option<String>,
    pub(super) is_changed: bool,
}

/// The query of the account page.
#[derive(Deserialize)]
pub(crate) struct Parameters {
    /// `1` after the password was changed.
    #[serde(default)]
    changed: String,
}

/// `GET /account`
pub(crate) async fn show(
    web: web::Data<Web>,
    user: CurrentUser,
    parameters: web::Query<Parameters>,
) -> Result<HttpResponse, WebError> {
    let view = View {
        is_changed: parameters.changed == "1",
        ..View::default()
    };
    page(&web, user, view).await
}

/// The account page of this person.
pub(super) async fn page(
    web: &Web,
    user: CurrentUser,
    view: View,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let view = View {
        name: user.account.name.clone(),
        email: user.account.email.clone(),
        ..view
    };
    let frame = web
        .database
        .read(move |conn| Frame::of_project(conn, &user, None, "Account"))
        .await?;
    web.page(&visitor, "pages/account", &frame, &view)
}
