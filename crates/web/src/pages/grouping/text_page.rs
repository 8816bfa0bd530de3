//! The page of a text of rules: the form that changes it, and its history.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_grouping::{RULE_TEXT_CHARS_MAX, RuleKind};
use watchfire_store::grouping_rules::{self, TextVersion};
use watchfire_store::project::Project;
use watchfire_store::regroup::Change;
use watchfire_store::{self as store, Conn, Database};

use super::form::{Asked, RuleField, SaveView, Sent, name_of};
use super::kind::{self, Help};
use super::preview::{self, ADVICE, PreviewView, Problems};
use super::rights::{Rights, who};
use super::text_view::rule_words;
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::pages::issue::view::budget::grouped_count;
use crate::pages::owner::{Owner, OwnerLink};
use crate::session::CurrentUser;
use crate::{Web, access, address, people};

/// Earlier texts that are listed, the newest.
const HISTORY_MAX: usize = 30;

/// Which text an address names.
#[derive(Clone, Debug)]
pub(super) struct Which {
    pub(super) slug: String,
    pub(super) owner: Owner,
    pub(super) kind: RuleKind,
}

impl Which {
    /// Reads the parts of the address: the project's slug, `project` or `organization`, and the
    /// kind of rules.
    pub(super) fn read((slug, owner, kind): (String, String, String)) -> Result<Self, WebError> {
        Ok(Self {
            slug,
            owner: Owner::of(&owner).ok_or(WebError::NotFound)?,
            kind: kind.parse().or(Err(WebError::NotFound))?,
        })
    }

    /// Its page.
    pub(super) fn address(&self) -> String {
        address::grouping_text(&self.slug, self.owner.word(), self.kind.as_str())
    }

    /// The change that puts a text in its place.
    pub(super) fn change(&self, project: &Project, text: String) -> Change {
        Change::SetText {
            scope: self.owner.scope(project),
            kind: self.kind,
            text,
        }
    }
}

/// What the form holds.
#[derive(Default)]
pub(super) struct Draft {
    /// The text as it was typed; the one in force without.
    pub(super) text: Option<String>,
    /// The number of an earlier text that is to be in the field.
    pub(super) restore: Option<i64>,
    /// What was posted; nothing where the page is only looked at.
    pub(super) sent: Option<Sent>,
    /// Why it was not saved.
    pub(super) problem: Option<String>,
}

#[derive(Serialize)]
struct View {
    can_change: bool,
    /// Who does, at the beginning of a sentence.
    who: &'static str,
    heading: &'static str,
    anchor: &'static str,
    lead: String,
    scopes: Vec<OwnerLink>,
    action: String,
    /// Whether the form changes something as it is opened, so that it is worth trying.
    auto: bool,
    rule: RuleField,
    help: Help,
    preview: Option<PreviewView>,
    preview_advice: &'static str,
    /// The lines in the field that cannot be used.
    bad: Option<Problems>,
    save: SaveView,
    history: Vec<Earlier>,
    history_left_out: Option<String>,
    overview_href: String,
}

/// A text that is or was in force.
#[derive(Serialize)]
struct Earlier {
    words: String,
    author: Option<String>,
    at: Timestamp,
    is_current: bool,
    text: String,
    restore_href: Option<String>,
}

/// The page with this draft in its form.
pub(super) async fn page(
    web: &Web,
    user: CurrentUser,
    which: Which,
    draft: Draft,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let database = web.database.clone();
    let is_refused = draft
        .sent
        .as_ref()
        .is_some_and(|sent| sent.asked == Asked::Save);
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &which.slug)?;
            let section = Some((&project, Section::Settings));
            let title = kind::words(which.kind).heading;
            let mut frame = Frame::of_project(conn, &user, section, title)?;
            frame.styles.extend(["settings.css", "grouping.css"]);
            frame.scripts.push("js/grouping.js");
            frame.path = which.address();
            let rights = Rights::of(conn, &user.account, &project)?;
            let view = view(conn, &database, &project, &which, draft, rights)?;
            Ok((frame, view))
        })
        .await?;
    let mut response = web.page(&visitor, "pages/grouping_text", &frame, &view)?;
    if is_refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn view(
    conn: &mut Conn<'_>,
    database: &Database,
    project: &Project,
    which: &Which,
    draft: Draft,
    rights: Rights,
) -> store::Result<View> {
    let scope = which.owner.scope(project);
    let past = grouping_rules::text_history(conn, scope, which.kind)?;
    let restored = |id| past.iter().find(|text| text.id == id);
    let text = draft.text.unwrap_or_else(|| {
        let shown = draft.restore.and_then(restored).or(past.first());
        shown.map_or_else(String::new, |text| text.text.clone())
    });
    let words = kind::words(which.kind);
    let mut save = SaveView::new(format!("Save the {}", words.heading.to_lowercase()));
    let mut preview = None;
    if let Some(sent) = &draft.sent {
        save.past = sent.past;
        let change = which.change(project, text.clone());
        save.problem = draft.problem.or_else(|| sent.not_tried(&change));
        match preview::run(conn, database, project, &change, None) {
            Ok(shown) => preview = Some(shown),
            Err(store::Error::Refused(reason)) => save.problem = Some(reason),
            Err(other) => return Err(other),
        }
    }
    let left_out = past.len().saturating_sub(HISTORY_MAX);
    let scopes = OwnerLink::all(which.owner, |owner| {
        let which = which.clone();
        Which { owner, ..which }.address()
    });
    let everywhere = match which.owner {
        Owner::Project => "",
        Owner::Organization => {
            " These hold for every project of the organisation; the preview looks at this one."
        }
    };
    Ok(View {
        can_change: rights.may_change(scope),
        who: who(scope),
        heading: words.heading,
        anchor: words.anchor,
        lead: format!("{}{everywhere}", words.lead),
        scopes,
        action: which.address(),
        auto: draft.restore.is_some(),
        bad: Problems::of_text(which.kind, &text),
        rule: RuleField::new(which.kind, text, RULE_TEXT_CHARS_MAX),
        help: kind::help(which.kind, past.is_empty()),
        preview,
        preview_advice: ADVICE,
        save,
        history: earlier(conn, past, &which.address())?,
        history_left_out: (left_out > 0).then(|| format!("and {} more", grouped_count(left_out))),
        overview_href: address::grouping(&project.slug),
    })
}

fn earlier(
    conn: &mut Conn<'_>,
    mut past: Vec<TextVersion>,
    page: &str,
) -> store::Result<Vec<Earlier>> {
    past.truncate(HISTORY_MAX);
    let names = people::names(conn, past.iter().filter_map(|text| text.user_id))?;
    let texts = past.into_iter().enumerate().map(|(place, text)| Earlier {
        words: rule_words(&text.text),
        author: name_of(&names, text.user_id),
        at: text.created_at,
        is_current: place == 0,
        restore_href: (place > 0).then(|| format!("{page}?restore={}", text.id)),
        text: text.text,
    });
    Ok(texts.collect())
}
