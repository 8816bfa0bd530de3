//! The page that makes or edits a rule: its form, and what it would match.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_event::{IssueId, Timestamp};
use watchfire_filter::ignore::Rule;
use watchfire_store::grouping_rules::Scope;
use watchfire_store::ignore_rule::StoredRule;
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn, Database, PreviewPermit};

use super::form::view::FormView;
use super::form::{self, Form, Problem, Step};
use super::history_view::{self, StepView};
use super::rule_view::{self, RuleView};
use super::trial_view::{self, TrialView};
use crate::error::WebError;
use crate::frame::{Choice, Frame, Section};
use crate::pages::grouping::issue_link::IssueLink;
use crate::pages::grouping::rights::{Rights, who};
use crate::pages::owner::Owner;
use crate::session::CurrentUser;
use crate::{Web, access, address};

/// What the page is asked to show.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// The rule that is edited; nothing for a new one.
    pub(super) id: Option<i64>,
    /// Where a new rule is to hold.
    pub(super) owner: Owner,
    /// The issue that a new rule is made on.
    pub(super) issue: Option<IssueId>,
    /// What the form holds; the rule's own without.
    pub(super) form: Option<Form>,
    /// What was asked for.
    pub(super) step: Asked,
    /// Names the rule that was tried before.
    pub(super) tried: String,
    /// Why it was not saved.
    pub(super) refused: Option<String>,
    /// The version that the form was made from; the one that is saved now without.
    pub(super) base: Option<Timestamp>,
}

/// What the page is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// To look at it.
    Look,
    /// To look at it together with what it would match.
    LookAndTry,
    /// A button of the form.
    Button(Step),
}

impl Asked {
    fn wants_trial(self) -> bool {
        match self {
            Self::Look => false,
            Self::LookAndTry => true,
            Self::Button(step) => matches!(step, Step::Try | Step::Save),
        }
    }
}

#[derive(Serialize)]
struct View {
    heading: String,
    can_change: bool,
    /// Who does, at the beginning of a sentence.
    who: &'static str,
    list_href: String,
    action: String,
    /// The version that the form was made from; nothing for a new rule.
    base: Option<i64>,
    form: FormView,
    /// Where a new rule may hold.
    scopes: Vec<Choice>,
    holds_for: &'static str,
    issue: Option<IssueLink>,
    trial: Option<TrialView>,
    /// Why it was not tried.
    trial_problem: Option<String>,
    /// Whether others try rules just now, so that it may be tried in a few seconds.
    is_busy: bool,
    save_label: &'static str,
    save_problem: Option<String>,
    /// The rule as it is saved.
    rule: Option<RuleView>,
    history: Vec<StepView>,
}

/// Whether there is room for a trial beside those of others.
enum Room {
    /// There is, or none is asked for.
    Free(#[expect(dead_code, reason = "kept for its drop")] Option<PreviewPermit>),
    /// As many as may run at once do.
    Busy,
}

/// What is said instead of a trial.
const BUSY: &str = "Not tried yet: others are trying rules on recent events at this moment. Nothing \
                    that you typed is lost; try it again in a few seconds.";

impl Room {
    async fn of(web: &Web, step: Asked) -> Result<Self, WebError> {
        if !step.wants_trial() {
            return Ok(Self::Free(None));
        }
        match web.database.preview_permit().await {
            Ok(permit) => Ok(Self::Free(Some(permit))),
            Err(store::Error::Busy) => Ok(Self::Busy),
            Err(other) => Err(other.into()),
        }
    }
}

/// The rule that a form says, when it was tried as it is and nothing is wrong with it. Its
/// expressions are compiled on a thread that may block.
pub(super) async fn may_save(
    draft: &Draft,
    stored: Option<&StoredRule>,
) -> Result<Option<Rule>, WebError> {
    let (draft, stored) = (draft.clone(), stored.cloned());
    Ok(web::block(move || saved_rule(&draft, stored.as_ref())).await?)
}

fn saved_rule(draft: &Draft, stored: Option<&StoredRule>) -> Option<Rule> {
    let form = draft.form.as_ref()?;
    if draft.step != Asked::Button(Step::Save) {
        return None;
    }
    let rule = form.rule().ok()?;
    let is_seen = draft.tried == trial_view::digest(&rule, draft.owner);
    let before = stored.and_then(|stored| stored.rule.as_ref().ok());
    let is_same = before.is_some_and(|before| form::effect(before) == form::effect(&rule));
    (is_seen || is_same).then_some(rule)
}

/// The page with this draft.
pub(super) async fn page(
    web: &Web,
    user: CurrentUser,
    slug: String,
    draft: Draft,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let room = Room::of(web, draft.step).await?;
    let database = web.database.clone();
    let is_refused = draft.step == Asked::Button(Step::Save);
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let rights = Rights::of(conn, &user.account, &project)?;
            let section = Some((&project, Section::Settings));
            let mut frame = Frame::of_project(conn, &user, section, "Ignore rule")?;
            frame
                .styles
                .extend(["settings.css", "grouping.css", "list.css", "ignore.css"]);
            frame.scripts.push("js/ignore.js");
            frame.path = match draft.id {
                Some(id) => address::ignore_rule(&project.slug, id),
                None => address::new_ignore_rule(&project.slug, &[]),
            };
            let now = user.visitor.now;
            let view = view(conn, (&database, &room), &project, draft, (rights, now))?;
            frame.title.clone_from(&view.heading);
            Ok((frame, view))
        })
        .await?;
    let mut response = web.page(&visitor, "pages/ignore_rule", &frame, &view)?;
    if is_refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn view(
    conn: &mut Conn<'_>,
    (database, room): (&Database, &Room),
    project: &Project,
    mut draft: Draft,
    (rights, now): (Rights, Timestamp),
) -> store::Result<View> {
    let stored = match draft.id {
        Some(id) => Some(rule_view::find(conn, project, id)?),
        None => None,
    };
    let owner = stored.as_ref().map_or(draft.owner, owner_of);
    let scope = owner.scope(project);
    let can_change = rights.may_change(scope);
    // A trial costs as much as a change, so it takes the right to make one.
    if draft.step == Asked::LookAndTry && !can_change {
        draft.step = Asked::Look;
    }
    let form = draft.form.clone().unwrap_or_else(|| match &stored {
        Some(stored) => form_of(stored),
        None => Form::empty(),
    });
    let before = stored.as_ref().and_then(|stored| stored.rule.clone().ok());
    let shown = tried(
        conn,
        (database, room),
        (project, owner),
        &draft,
        &form,
        before.as_ref(),
    )?;
    let base = stored.as_ref().map(|stored| stored.changed_at);
    let base = base.map(|current| draft.base.unwrap_or(current).0);
    let id = stored.as_ref().map(|stored| stored.id);
    let history = match &stored {
        Some(stored) => history_view::views(conn, stored)?,
        None => Vec::new(),
    };
    let rule = match stored {
        Some(stored) => rule_view::views(conn, project, vec![stored], rights, now)?.pop(),
        None => None,
    };
    Ok(View {
        heading: heading(rule.as_ref()),
        can_change,
        who: who(scope),
        list_href: address::ignore_rules(&project.slug),
        action: match id {
            Some(id) => address::ignore_rule(&project.slug, id),
            None => address::new_ignore_rule(&project.slug, &[]),
        },
        base,
        form: FormView::of(&form, &shown.problems),
        scopes: scopes(project, owner, rights),
        holds_for: owner.label(),
        issue: issue_link(conn, project, draft.issue)?,
        trial: shown.trial,
        trial_problem: shown.trial_problem,
        is_busy: shown.is_busy,
        save_label: if id.is_some() {
            "Save the rule"
        } else {
            "Make the rule"
        },
        save_problem: shown.save_problem,
        rule,
        history,
    })
}

fn heading(rule: Option<&RuleView>) -> String {
    rule.map_or_else(
        || "New ignore rule".to_owned(),
        |rule| format!("Ignore rule {}: {}", rule.id, rule.name),
    )
}

/// What became of trying the form.
#[derive(Default)]
struct Shown {
    problems: Vec<Problem>,
    trial: Option<TrialView>,
    trial_problem: Option<String>,
    is_busy: bool,
    save_problem: Option<String>,
}

fn tried(
    conn: &mut Conn<'_>,
    look: (&Database, &Room),
    place: (&Project, Owner),
    draft: &Draft,
    form: &Form,
    before: Option<&Rule>,
) -> store::Result<Shown> {
    let mut shown = Shown {
        save_problem: draft.refused.clone(),
        ..Shown::default()
    };
    let said = match draft.step {
        Asked::Button(Step::Save | Step::ToText | Step::ToRows) => form.rule(),
        _ => form.rule_to_try(),
    };
    if !draft.step.wants_trial() {
        if matches!(draft.step, Asked::Button(Step::ToText | Step::ToRows)) {
            shown.problems = said
                .err()
                .unwrap_or_else(|| form.left_as_text(draft.step == Asked::Button(Step::ToRows)));
        }
        return Ok(shown);
    }
    match said {
        Err(problems) => {
            // A trial goes without a name, saving does not.
            if draft.step == Asked::Button(Step::Save)
                && let Ok(rule) = form.rule_to_try()
            {
                shown.run(conn, look, place, &rule, before)?;
            } else {
                let count = problems.len();
                shown.trial_problem = Some(match count {
                    1 => "Not tried: something in the form is missing or wrong.".to_owned(),
                    _ => format!("Not tried: {count} things in the form are missing or wrong."),
                });
            }
            shown.problems = problems;
        }
        Ok(rule) => {
            if draft.step == Asked::Button(Step::Save) && shown.save_problem.is_none() {
                shown.save_problem = Some(
                    "Not saved yet: nobody had seen what exactly this rule would match. Look at \
                     it, then save."
                        .to_owned(),
                );
            }
            shown.run(conn, look, place, &rule, before)?;
        }
    }
    Ok(shown)
}

impl Shown {
    fn run(
        &mut self,
        conn: &mut Conn<'_>,
        (database, room): (&Database, &Room),
        place: (&Project, Owner),
        rule: &Rule,
        before: Option<&Rule>,
    ) -> store::Result<()> {
        if let Room::Busy = room {
            self.is_busy = true;
            self.trial_problem = Some(BUSY.to_owned());
            return Ok(());
        }
        match trial_view::run(conn, database, place, rule, before) {
            Ok(trial) => self.trial = Some(trial),
            Err(store::Error::Refused(reason)) => self.trial_problem = Some(reason),
            Err(other) => return Err(other),
        }
        Ok(())
    }
}

fn form_of(stored: &StoredRule) -> Form {
    match &stored.rule {
        Ok(rule) => Form::of_rule(rule),
        Err(_) => Form::of_broken(&stored.name, &stored.text),
    }
}

/// Whose rule it is.
pub(super) fn owner_of(stored: &StoredRule) -> Owner {
    match stored.scope {
        Scope::Project(_) => Owner::Project,
        Scope::Organization(_) => Owner::Organization,
    }
}

/// For which projects a new rule may be; all of them only for who may change the organisation's.
fn scopes(project: &Project, chosen: Owner, rights: Rights) -> Vec<Choice> {
    let owners = Owner::ALL.into_iter();
    let owners = owners.filter(|owner| *owner == Owner::Project || rights.organization);
    let choice = |owner: Owner| Choice {
        value: owner.word().to_owned(),
        label: match owner {
            Owner::Project => format!("{} alone", project.name),
            Owner::Organization => owner.label().to_owned(),
        },
        selected: owner == chosen,
    };
    owners.map(choice).collect()
}

fn issue_link(
    conn: &mut Conn<'_>,
    project: &Project,
    issue: Option<IssueId>,
) -> store::Result<Option<IssueLink>> {
    let Some(id) = issue else { return Ok(None) };
    let issue = store::issue::get(conn, id)?.filter(|issue| issue.project_id == project.id);
    Ok(issue.map(|issue| IssueLink::of(&issue, &project.slug)))
}
