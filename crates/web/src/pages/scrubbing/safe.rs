//! Makes a field safe, from the mark of a value that was removed.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use watchfire_scrub::{Selector, SelectorItem};

use super::change::put;
use super::save::{self, Refusal};
use super::state::{State, Which};
use crate::csrf::{Posted, is_own_path};
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::pages::owner::Owner;
use crate::pages::settings::guard::guard;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::{Web, address};

/// Characters of a field that is made safe.
const FIELD_CHARS_MAX: usize = 1_000;

/// Which field is asked about.
#[derive(Deserialize)]
pub(super) struct Parameters {
    /// Its selector.
    #[serde(default)]
    field: String,
    /// Where to go afterwards.
    #[serde(default)]
    back: String,
}

#[derive(Serialize)]
struct View {
    /// The ways to name the field, the narrowest first.
    choices: Vec<ChoiceView>,
    /// Whether it is safe already.
    is_safe: bool,
    action: String,
    back: String,
    settings_href: String,
}

#[derive(Serialize)]
struct ChoiceView {
    field: String,
    meaning: String,
    is_first: bool,
}

/// `GET /projects/{slug}/settings/scrubbing/safe?field=&back=`
pub(super) async fn ask(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    parameters: web::Query<Parameters>,
) -> Result<HttpResponse, WebError> {
    let slug = slug.into_inner();
    guard(&web, &user, &slug).await?;
    let Parameters { field, back } = parameters.into_inner();
    let field = checked(&field)?;
    let visitor = user.visitor.clone();
    let (frame, view) = web
        .database
        .read(move |conn| {
            let which = project(&slug);
            let state = State::read(conn, &user.account, &which)?;
            let section = Some((&state.project, Section::Settings));
            let mut frame = Frame::of_project(conn, &user, section, "Make a field safe")?;
            frame.styles.extend(["grouping.css", "scrubbing.css"]);
            let draft = state.draft();
            let home = address::scrubbing(&slug);
            let view = View {
                is_safe: super::draft::entries(&draft.safe_fields).contains(&field.as_str()),
                choices: choices(&field),
                action: address::scrubbing_safe(&slug),
                back: if is_own_path(&back) {
                    back
                } else {
                    home.clone()
                },
                settings_href: format!("{home}#safe-fields"),
            };
            Ok((frame, view))
        })
        .await?;
    web.page(&visitor, "pages/scrubbing_safe", &frame, &view)
}

/// `POST /projects/{slug}/settings/scrubbing/safe` with `field` and `back`.
pub(super) async fn add(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let which = project(&slug);
    guard(&web, &user, &which.slug).await?;
    let field = checked(form.one("field"))?;
    let (account, place) = (user.account.clone(), which.clone());
    let read = web
        .database
        .read(move |conn| State::read(conn, &account, &place));
    let state = read.await?;
    let base = state.base();
    let mut draft = state.draft();
    draft.add_safe_field(&field);
    let now = user.visitor.now;
    let saved = put(&web, &user, &which, draft, base).await?;
    let saved = saved.map_err(|refusal| {
        WebError::BadRequest(match refusal {
            Refusal::Overtaken(_) => {
                "Somebody else changed the settings at the same moment. Go back \
                                   and try again."
                    .to_owned()
            }
            Refusal::Problems => "A part of the stored settings is broken, so that nothing can be \
                                  added to them. Open the scrubbing settings: what is wrong \
                                  stands at the top."
                .to_owned(),
        })
    })?;
    let text = format!("{field} is safe from now on");
    let toast = save::told(text, &which, (base, saved), now).with_link(
        "Safe fields",
        format!("{}#safe-fields", address::scrubbing(&which.slug)),
    );
    let cookie = toast.cookie(&web, &user.visitor.csrf);
    let home = address::scrubbing(&which.slug);
    Ok(see_other(form.back(&home), [cookie]))
}

fn project(slug: &str) -> Which {
    Which {
        slug: slug.to_owned(),
        owner: Owner::Project,
    }
}

fn checked(field: &str) -> Result<String, WebError> {
    let field = field.trim();
    if field.is_empty() || field.lines().count() > 1 {
        return Err(WebError::BadRequest(
            "Name one field, for example $frame.vars.author.".to_owned(),
        ));
    }
    if field.chars().count() > FIELD_CHARS_MAX {
        return Err(WebError::BadRequest(format!(
            "A field has at most {FIELD_CHARS_MAX} characters."
        )));
    }
    field.parse::<Selector>().map_err(|error| {
        WebError::BadRequest(format!("“{field}” cannot be read as a selector: {error}."))
    })?;
    Ok(field.to_owned())
}

/// The field itself and, where it ends in a key, the key wherever it stands.
fn choices(field: &str) -> Vec<ChoiceView> {
    let mut choices = vec![ChoiceView {
        field: field.to_owned(),
        meaning: "only at this place of an event".to_owned(),
        is_first: true,
    }];
    if let Some(key) = last_key(field) {
        choices.push(ChoiceView {
            meaning: "every field of this name, wherever it stands".to_owned(),
            field: key,
            is_first: false,
        });
    }
    choices
}

fn last_key(field: &str) -> Option<String> {
    let Ok(Selector::Path(mut items)) = field.parse() else {
        return None;
    };
    let last = items.pop().filter(|_| !items.is_empty())?;
    matches!(last, SelectorItem::Key(_)).then(|| last.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_can_be_named_by_its_place_or_by_its_key() {
        let fields: Vec<String> = choices("$frame.vars.'pass word'")
            .into_iter()
            .map(|choice| choice.field)
            .collect();
        assert_eq!(fields, ["$frame.vars.'pass word'", "'pass word'"]);
        assert_eq!(choices("extra.list.*").len(), 1);
        assert_eq!(choices("author").len(), 1);
    }

    #[test]
    fn what_is_no_selector_is_refused() {
        for field in ["", "a b", "a\nb", "$nothing"] {
            assert!(checked(field).is_err(), "{field:?}");
        }
    }
}
