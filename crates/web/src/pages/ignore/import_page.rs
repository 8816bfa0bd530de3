//! The page that takes a file of rules over: the text, what is wrong with it, and what it would
//! change.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;
use sha2::{Digest, Sha256};
use watchfire_filter::ignore::Rule;
use watchfire_store::ignore_rule::{self, Import, Imported};
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn};

use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::pages::grouping::rights::{Rights, who};
use crate::pages::issue::view::budget::counted;
use crate::pages::owner::Owner;
use crate::session::CurrentUser;
use crate::{Web, access, address};

/// What the page is asked to show.
pub(super) struct Draft {
    pub(super) owner: Owner,
    pub(super) text: String,
    pub(super) how: Import,
    /// The rules of the text.
    pub(super) rules: Vec<Rule>,
    pub(super) problems: Vec<String>,
    pub(super) is_posted: bool,
    pub(super) is_save: bool,
}

impl Draft {
    /// The page before anything was typed.
    pub(super) fn empty(owner: Owner) -> Self {
        Self {
            owner,
            text: String::new(),
            how: Import::Merge,
            rules: Vec::new(),
            problems: Vec::new(),
            is_posted: false,
            is_save: false,
        }
    }
}

#[derive(Serialize)]
struct View {
    heading: String,
    can_change: bool,
    who: &'static str,
    list_href: String,
    action: String,
    text: String,
    is_replace: bool,
    problems: Vec<String>,
    plan: Option<Plan>,
    /// Why it was not saved although that was asked for.
    save_problem: Option<&'static str>,
}

/// What would change.
#[derive(Serialize)]
struct Plan {
    digest: String,
    sentence: String,
    added: Vec<String>,
    changed: Vec<String>,
    removed: Vec<String>,
    /// Rules that stay, as they cannot be read.
    unreadable: Vec<String>,
}

/// The page with this draft.
pub(super) async fn page(
    web: &Web,
    user: CurrentUser,
    slug: String,
    draft: Draft,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let is_save = draft.is_save;
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let section = Some((&project, Section::Settings));
            let mut frame = Frame::of_project(conn, &user, section, "Import ignore rules")?;
            frame
                .styles
                .extend(["settings.css", "grouping.css", "ignore.css"]);
            frame.path = address::import_ignore_rules(&project.slug, draft.owner.word());
            let rights = Rights::of(conn, &user.account, &project)?;
            let view = view(conn, &project, draft, rights)?;
            Ok((frame, view))
        })
        .await?;
    let mut response = web.page(&visitor, "pages/ignore_import", &frame, &view)?;
    if is_save {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn view(
    conn: &mut Conn<'_>,
    project: &Project,
    mut draft: Draft,
    rights: Rights,
) -> store::Result<View> {
    let (owner, scope) = (draft.owner, draft.owner.scope(project));
    let mut plan = None;
    if draft.is_posted && draft.problems.is_empty() {
        match ignore_rule::plan_import(conn, scope, &draft.rules, draft.how) {
            Ok(imported) => plan = Some(Plan::of(imported, digest(&draft.text, draft.how))),
            Err(store::Error::Refused(reason)) => draft.problems.push(reason),
            Err(other) => return Err(other),
        }
    }
    Ok(View {
        heading: match owner {
            Owner::Project => format!("Import ignore rules of {}", project.name),
            Owner::Organization => "Import ignore rules of all projects".to_owned(),
        },
        can_change: rights.may_change(scope),
        who: who(scope),
        list_href: address::ignore_rules(&project.slug),
        action: address::import_ignore_rules(&project.slug, owner.word()),
        is_replace: draft.how == Import::Replace,
        save_problem: (draft.is_save && plan.is_some()).then_some(
            "Not saved yet: nobody had seen what exactly this text would change. Look at it, then \
             import.",
        ),
        text: draft.text,
        problems: draft.problems,
        plan,
    })
}

impl Plan {
    fn of(imported: Imported, digest: String) -> Self {
        Self {
            digest,
            sentence: words(&imported),
            added: imported.added,
            changed: imported.changed,
            removed: imported.removed,
            unreadable: imported.unreadable,
        }
    }
}

/// What an import does, in words.
pub(super) fn words(imported: &Imported) -> String {
    let mut parts: Vec<String> = [
        (imported.added.len(), "new"),
        (imported.changed.len(), "changed"),
        (imported.removed.len(), "removed"),
        (imported.unreadable.len(), "kept that cannot be read"),
        (imported.same, "the same as before"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{} {what}", counted(count, "rule")))
    .collect();
    if imported.is_reordered {
        parts.push("in another order".to_owned());
    }
    match parts.is_empty() {
        true => "no rule.".to_owned(),
        false => format!("{}.", parts.join(", ")),
    }
}

/// Names what was checked: a form carries it, so that another text is checked before it is saved.
pub(super) fn digest(text: &str, how: Import) -> String {
    let hash = Sha256::digest(format!("{how:?} {text}").as_bytes());
    let bytes = hash.iter().take(16);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}
