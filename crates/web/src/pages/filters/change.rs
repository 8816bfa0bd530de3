use actix_web::{HttpResponse, web};
use watchfire_filter::RuleError;
use watchfire_store::project::{self, SettingBase};
use watchfire_store::{self as store};

use super::form::Typed;
use super::show::page;
use super::summary::{SETTING, in_force};
use super::undo;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::settings::guard::guard;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::{Toast, Undo};
use crate::{Web, access, address};

/// `POST /projects/{slug}/settings/filters` with the boxes that are ticked and the lists, one entry
/// a line. What cannot be read is refused as a whole; what cannot be read of the stored filters stays
/// unless `clean` is on. `base` is the version that the form was made from: when somebody else saved
/// since, nothing is saved.
pub(super) async fn change(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    guard(&web, &user, &slug).await?;
    let (account, wanted) = (user.account.clone(), slug.clone());
    let project = web
        .database
        .read(move |conn| access::project(conn, &account, &wanted))
        .await?;
    let mut typed = Typed::read(&form, &in_force(&project.settings).0);
    if !typed.problems.is_empty() {
        return page(&web, user, slug, Some(typed)).await;
    }
    let base = SettingBase {
        version: Some(form.one("base").to_owned()).filter(|base| !base.is_empty()),
        author: Some(user.account.id),
        now: user.visitor.now,
    };
    let is_clean = typed.is_clean;
    let (settings, account, wanted) = (typed.settings.clone(), user.account.clone(), slug.clone());
    let saved = web.database.write(move |conn| {
        let project = access::project(conn, &account, &wanted)?;
        let mut former = None;
        let saved = project::save_setting(conn, project.id, SETTING, &base, |said| {
            let written = match is_clean {
                true => serde_json::to_value(&settings).unwrap_or_default(),
                false => settings.write_over(said).map_err(unreadable)?,
            };
            former = Some(said.clone()).filter(|former| *former != written);
            Ok(written)
        })?;
        let way_back = former.map_or(Undo::Nothing, |former| undo::way_back(former, saved));
        Ok((project.slug, way_back))
    });
    let (name, way_back) = match saved.await {
        Err(store::Error::Refused(reason)) => {
            typed.refused = Some(reason);
            return page(&web, user, slug, Some(typed)).await;
        }
        Err(store::Error::Overtaken(reason)) => {
            typed.refused = Some(format!(
                "Not saved: {reason}. What you chose is still here. To put it in the place of theirs, \
                 save again; to see theirs, open the page again."
            ));
            return page(&web, user, slug, Some(typed)).await;
        }
        saved => saved?,
    };
    let text = "Saved the filters".to_owned();
    let toast = Toast::with_undo(text, &slug, way_back, user.visitor.now);
    let cookie = toast.cookie(&web, &user.visitor.csrf);
    Ok(see_other(&address::filters(&name), [cookie]))
}

/// Why filters of another form are not written over.
fn unreadable(problems: Vec<RuleError>) -> store::Error {
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    store::Error::Refused(format!(
        "Nothing was saved, because it would lose what cannot be read of the stored filters: {}.",
        problems.join("; ")
    ))
}
