use actix_web::{HttpResponse, web};

use crate::Web;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::respond::see_other;
use crate::theme::Theme;

/// `POST /theme` with `theme` and `back`: keeps the choice in a cookie, for anyone.
pub(crate) async fn change_theme(
    web: web::Data<Web>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let theme = Theme::parse(form.one("theme"));
    Ok(see_other(form.back("/"), [theme.cookie(&web)]))
}
