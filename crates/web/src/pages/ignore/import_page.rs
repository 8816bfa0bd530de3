//! The page that takes a file of rules over: the text, what is wrong with it, and what it would
//! change.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;
use sha2::{Digest, Sha256};
use watchfire_filter::ignore::Rule;
use watchfire_store::ignore_rule::{self, Import, Imported};
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn, organization};

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
    /// Why it was not saved although that was asked for.
    pub(super) save_problem: Option<String>,
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
            save_problem: None,
        }
    }
}

/// Why a text is not taken over at once.
const UNSEEN: &str = "Not saved yet: nobody had seen what exactly this text would change. Look at it, \
                      then import.";

#[derive(Serialize)]
struct View {
    heading: String,
    can_change: bool,
    who: &'static str,
    list_href: String,
    action: String,
    /// The scope that a token needs to do the same.
    scope: &'static str,
    /// How a script does the same.
    curl: String,
    text: String,
    is_replace: bool,
    problems: Vec<String>,
    plan: Option<Plan>,
    /// Why it was not saved although that was asked for.
    save_problem: Option<String>,
}

/// What would change.
#[derive(Serialize)]
struct Plan {
    digest: String,
    /// The rules that it would change, as they are.
    state: String,
    sentence: String,
    /// Whether the rules are those of the file already.
    is_nothing: bool,
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
    let public_url = web.config.public_url.clone();
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let section = Some((&project, Section::Settings));
            let mut frame = Frame::of_project(conn, &user, section, "Import ignore rules")?;
            frame
                .styles
                .extend(["settings.css", "grouping.css", "ignore.css"]);
            frame.scripts.push("js/ignore_import.js");
            frame.path = address::import_ignore_rules(&project.slug, draft.owner.word());
            let rights = Rights::of(conn, &user.account, &project)?;
            let view = view(conn, (&project, &public_url), draft, rights)?;
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
    (project, public_url): (&Project, &str),
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
        scope: match owner {
            Owner::Project => "project:write",
            Owner::Organization => "org:write",
        },
        curl: curl(conn, project, owner, public_url)?,
        is_replace: draft.how == Import::Replace,
        save_problem: (draft.is_save && plan.is_some())
            .then(|| draft.save_problem.unwrap_or_else(|| UNSEEN.to_owned())),
        text: draft.text,
        problems: draft.problems,
        plan,
    })
}

/// How a script looks what a file would change, and takes it over.
fn curl(
    conn: &mut Conn<'_>,
    project: &Project,
    owner: Owner,
    public_url: &str,
) -> store::Result<String> {
    let organization = organization::get(conn, project.organization_id)?;
    let organization = organization.map(|it| it.slug).unwrap_or_default();
    let place = match owner {
        Owner::Project => format!("projects/{organization}/{}", project.slug),
        Owner::Organization => format!("organizations/{organization}"),
    };
    let send = "curl --fail-with-body -X PUT --data-binary @ignore-rules.toml \\\n  \
                -H \"Content-Type: application/toml\" \\\n  \
                -H \"Authorization: Bearer $WATCHFIRE_TOKEN\"";
    Ok(format!(
        "RULES={public_url}/api/0/{place}/ignore-rules/toml/\n# what it would change\n{send} \
         \"$RULES?dryRun=1\"\n# all of it or nothing\n{send} \"$RULES\"\n# the rules as they are \
         now\ncurl --fail-with-body -H \"Authorization: Bearer $WATCHFIRE_TOKEN\" \"$RULES\""
    ))
}

impl Plan {
    fn of(imported: Imported, digest: String) -> Self {
        Self {
            digest,
            sentence: words(&imported),
            is_nothing: imported.added.len() + imported.changed.len() + imported.removed.len() == 0
                && !imported.is_reordered,
            state: imported.state,
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
