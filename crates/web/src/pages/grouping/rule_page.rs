//! The page of one rule: what it says, what was done to it, and the form that changes it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_store::grouping_rules::{self, ChangeKind, RULE_CHARS_MAX, Rule, RuleChange};
use watchfire_store::project::Project;
use watchfire_store::regroup::Change;
use watchfire_store::{self as store, Conn, Database, job};

use super::form::{Asked, RuleField, SaveView, Sent, name_of};
use super::issue_link::events_word;
use super::job_view::{self, JobView};
use super::kind::{self, Help};
use super::preview::{self, ADVICE, PreviewView, Problems};
use super::rights::{Rights, who};
use super::rule_view::{self, RuleView};
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::session::CurrentUser;
use crate::{Web, access, address, people};

/// What is to become of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Wish {
    /// Another text.
    #[default]
    Edit,
    On,
    Off,
    Remove,
}

impl Wish {
    /// The wish of this word; `edit` where there is none.
    pub(super) fn of(word: &str) -> Option<Self> {
        match word {
            "" | "edit" => Some(Self::Edit),
            "on" => Some(Self::On),
            "off" => Some(Self::Off),
            "remove" => Some(Self::Remove),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::On => "on",
            Self::Off => "off",
            Self::Remove => "remove",
        }
    }

    /// The change of a rule that is wished for.
    pub(super) fn change(self, id: i64, text: &str) -> Change {
        match self {
            Self::Edit => Change::EditRule {
                id,
                text: text.to_owned(),
            },
            Self::On | Self::Off => Change::SwitchRule {
                id,
                is_active: self == Self::On,
            },
            Self::Remove => Change::RemoveRule { id },
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Self::Edit => "Edit the rule",
            Self::On => "Switch the rule on",
            Self::Off => "Switch the rule off",
            Self::Remove => "Remove the rule",
        }
    }

    fn lead(self) -> &'static str {
        match self {
            Self::Edit => "",
            Self::On => "Events are grouped by it again.",
            Self::Off => "Events are grouped as if it were not there. It can be switched on again.",
            Self::Remove => "Events are grouped as if it had never been. Its history stays.",
        }
    }

    fn button(self, id: i64) -> String {
        match self {
            Self::Edit => format!("Save rule {id}"),
            Self::On => format!("Switch rule {id} on"),
            Self::Off => format!("Switch rule {id} off"),
            Self::Remove => format!("Remove rule {id}"),
        }
    }
}

/// What the form holds.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) wish: Wish,
    /// The text as it was typed; the rule's own without.
    pub(super) text: Option<String>,
    /// The step of its history whose text is to be in the field, by its instant.
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
    rule_view: RuleView,
    /// Whether there is a form: not where the rule was removed.
    form: bool,
    /// Whether the form changes something as it is opened, so that it is worth trying.
    auto: bool,
    action: String,
    heading: &'static str,
    lead: &'static str,
    change: &'static str,
    rule: Option<RuleField>,
    help: Help,
    preview: Option<PreviewView>,
    preview_advice: &'static str,
    /// The lines in the field that cannot be used.
    bad: Option<Problems>,
    save: SaveView,
    revert: Option<Revert>,
    jobs: Vec<JobView>,
    jobs_running: bool,
    jobs_href: String,
    jobs_back: String,
    history: Vec<Step>,
    self_href: String,
    overview_href: String,
}

/// The last job of the rule, which can be taken back.
#[derive(Serialize)]
struct Revert {
    job: i64,
    /// Where the form of the job is posted to.
    href: String,
    moved: i64,
    moved_words: &'static str,
}

/// A step of the rule's history.
#[derive(Serialize)]
struct Step {
    what: &'static str,
    author: Option<String>,
    at: Timestamp,
    /// The text that it had, where that is worth showing.
    text: String,
    restore_href: Option<String>,
}

/// The rule of a number, when it is one of the project or its organisation.
pub(super) fn find(conn: &mut Conn<'_>, project: &Project, id: i64) -> store::Result<Rule> {
    let rule = grouping_rules::rule(conn, id)?.ok_or(store::Error::NotFound)?;
    let is_here = rule.scope.holds_for(project);
    is_here.then_some(rule).ok_or(store::Error::NotFound)
}

/// The page with this draft in its form.
pub(super) async fn page(
    web: &Web,
    user: CurrentUser,
    (slug, id): (String, i64),
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
            let project = access::project(conn, &user.account, &slug)?;
            let section = Some((&project, Section::Settings));
            let title = format!("Grouping rule {id}");
            let mut frame = Frame::of_project(conn, &user, section, title)?;
            frame.styles.extend(["settings.css", "grouping.css"]);
            frame.scripts.push("js/grouping.js");
            frame.path = address::grouping_rule(&project.slug, id);
            let rights = Rights::of(conn, &user.account, &project)?;
            let rule = find(conn, &project, id)?;
            let view = view(conn, &database, &project, rule, draft, rights)?;
            Ok((frame, view))
        })
        .await?;
    let mut response = web.page(&visitor, "pages/grouping_rule", &frame, &view)?;
    if is_refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn view(
    conn: &mut Conn<'_>,
    database: &Database,
    project: &Project,
    rule: Rule,
    draft: Draft,
    rights: Rights,
) -> store::Result<View> {
    let id = rule.id;
    let self_href = address::grouping_rule(&project.slug, id);
    let past = grouping_rules::history(conn, id)?;
    let text = draft
        .text
        .or_else(|| text_at(&past, draft.restore))
        .unwrap_or_else(|| rule.text.clone());
    let change = draft.wish.change(id, &text);
    let mut save = SaveView::new(draft.wish.button(id));
    let mut preview = None;
    if let Some(sent) = &draft.sent {
        save.past = sent.past;
        save.problem = draft.problem.or_else(|| sent.not_tried(&change));
        match preview::run(conn, database, project, &change, rule.issue_id) {
            Ok(shown) => preview = Some(shown),
            Err(store::Error::Refused(reason)) => save.problem = Some(reason),
            Err(other) => return Err(other),
        }
    }
    let mut jobs = job::list(conn, project.id)?;
    jobs.retain(|job| job.rule_id == Some(id));
    let revert = jobs
        .iter()
        .filter(|job| job_view::may_undo(job.kind, job.state))
        .max_by_key(|job| job.id)
        .map(|job| Revert {
            job: job.id,
            href: address::grouping_job(&project.slug, job.id),
            moved: job.moved,
            moved_words: events_word(job.moved),
        });
    let history = steps(conn, past, &rule.text, &self_href)?;
    let bad = Problems::of_text(rule.kind, &text);
    let field = (draft.wish == Wish::Edit).then(|| RuleField::new(rule.kind, text, RULE_CHARS_MAX));
    Ok(View {
        can_change: rights.may_change(rule.scope),
        who: who(rule.scope),
        form: !rule.is_removed,
        auto: draft.wish != Wish::Edit || draft.restore.is_some(),
        action: self_href.clone(),
        heading: draft.wish.heading(),
        lead: draft.wish.lead(),
        change: draft.wish.word(),
        rule: field,
        help: kind::help(rule.kind, false),
        preview,
        preview_advice: ADVICE,
        bad,
        save,
        revert,
        jobs_running: job_view::are_running(&jobs),
        jobs: job_view::views(conn, jobs, &project.slug, rights)?,
        jobs_href: format!("{}?rule={id}", address::grouping_jobs(&project.slug)),
        jobs_back: self_href.clone(),
        history,
        overview_href: address::grouping(&project.slug),
        rule_view: rule_view::view_alone(conn, project, rule, rights)?,
        self_href,
    })
}

fn text_at(past: &[RuleChange], at: Option<i64>) -> Option<String> {
    let at = Timestamp(at?);
    let step = past.iter().find(|step| step.created_at == at)?;
    Some(step.text.clone())
}

fn steps(
    conn: &mut Conn<'_>,
    past: Vec<RuleChange>,
    current: &str,
    self_href: &str,
) -> store::Result<Vec<Step>> {
    let names = people::names(conn, past.iter().filter_map(|step| step.user_id))?;
    let steps = past.into_iter().map(|step| {
        let (what, has_text) = match step.change {
            ChangeKind::Added => ("Made, with this text", true),
            ChangeKind::Edited => ("Edited; before, it said", true),
            ChangeKind::SwitchedOn => ("Switched on", false),
            ChangeKind::SwitchedOff => ("Switched off", false),
            ChangeKind::Removed => ("Removed", false),
        };
        let at = step.created_at;
        let is_other = has_text && step.text != current;
        Step {
            what,
            author: name_of(&names, step.user_id),
            at,
            text: if has_text { step.text } else { String::new() },
            restore_href: is_other.then(|| format!("{self_href}?restore={}#edit", at.0)),
        }
    });
    Ok(steps.collect())
}
