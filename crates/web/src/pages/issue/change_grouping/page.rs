//! The form as a page.

use serde::Serialize;
use watchfire_store::regroup::Change;
use watchfire_store::{self as store, Conn, Database};

use super::choices::{Choices, Kind};
use super::draft::{ChoicesView, Draft, Typed};
use super::events;
use super::split;
use crate::address;
use crate::frame::{Choice, Frame};
use crate::pages::grouping::form::{Asked, RuleField, SaveView, rule_problem};
use crate::pages::grouping::issue_link::IssueLink;
use crate::pages::grouping::kind::{self, Help};
use crate::pages::grouping::preview::{self, ADVICE, PreviewView};
use crate::pages::grouping::rights::Rights;
use crate::pages::issue::load::{self, Found};
use crate::pages::issues::selection::Selection;
use crate::session::CurrentUser;

/// The whole page.
#[derive(Serialize)]
pub(super) struct View {
    issue: IssueLink,
    can_change: bool,
    /// The page that explains the grouping.
    explanation: String,
    rules_href: String,
    kinds: Vec<KindLink>,
    /// Why there is nothing to make a rule from.
    no_event: Option<&'static str>,
    action: String,
    kind: &'static str,
    /// The event that the choices are taken from.
    event: String,
    heading: &'static str,
    lead: &'static str,
    #[serde(flatten)]
    choices: ChoicesView,
    rule: Option<RuleField>,
    scopes: Vec<Choice>,
    help: Help,
    preview: Option<PreviewView>,
    preview_advice: &'static str,
    save: SaveView,
}

#[derive(Serialize)]
struct KindLink {
    label: &'static str,
    href: String,
    current: bool,
}

/// What is to be answered.
pub(super) enum Answer {
    /// This page.
    Page(Box<(Frame, View)>),
    /// The change was seen and is to be saved.
    Save(Box<(Found, Change)>),
}

/// Fills the page in; `typed` is what was posted.
pub(super) fn answer(
    conn: &mut Conn<'_>,
    database: &Database,
    user: &CurrentUser,
    issue_name: &str,
    mut choices: Choices,
    typed: Option<&Typed>,
) -> store::Result<Answer> {
    let found = load::issue(conn, &user.account, issue_name)?;
    let rights = Rights::of(conn, &user.account, &found.project)?;
    choices.is_everywhere &= rights.organization;
    let title = format!("Change the grouping of {}", found.short_id());
    let mut frame = load::frame(conn, user, &found, title, &Selection::default())?;
    frame.styles.push("grouping.css");
    frame.scripts.push("js/grouping.js");
    frame.path = choices.address_of(choices.kind, found.issue.id);
    let body = events::asked(conn, database, &found.issue, choices.event)?;
    choices.event = body.as_ref().map(|body| body.id);
    let Some(event) = body.as_ref().and_then(events::Body::event) else {
        let view = View::new(&found, &choices, rights);
        return Ok(Answer::Page(Box::new((frame, view))));
    };
    let draft = Draft::of(conn, database, &found, &event, choices, typed)?;
    let mut view = View::new(&found, &draft.choices, rights);
    view.no_event = None;
    view.preview_advice = draft.advice.unwrap_or(ADVICE);
    let mut field = draft.field();
    if let Some(typed) = typed {
        let change = draft.change(&found, &typed.note);
        let is_save = typed.sent.asked == Asked::Save;
        let problem = rule_problem(draft.choices.kind.rules(), &draft.text);
        if problem.is_none() && typed.refused.is_none() && typed.sent.may_save(&change) {
            return Ok(Answer::Save(Box::new((found, change))));
        }
        field.problem = problem.filter(|_| is_save);
        view.show(conn, database, &found, &draft, typed, &change)?;
    }
    view.choices = draft.view;
    view.rule = Some(field);
    Ok(Answer::Page(Box::new((frame, view))))
}

impl View {
    fn new(found: &Found, choices: &Choices, rights: Rights) -> Self {
        let slug = &found.project.slug;
        let id = found.issue.id;
        let chosen = choices.kind;
        let kinds = Kind::ALL.map(|kind| KindLink {
            label: kind.label(),
            href: choices.address_of(kind, id),
            current: kind == chosen,
        });
        let mut save = SaveView::new("Save the rule");
        save.takes_note = true;
        Self {
            issue: IssueLink::of(&found.issue, slug),
            can_change: rights.project,
            explanation: address::issue_grouping(slug, id),
            rules_href: address::grouping(slug),
            kinds: kinds.into(),
            no_event: Some(
                "Rules are made from events, and none of this issue is kept any more. The next \
                 one that comes in will do.",
            ),
            action: address::change_grouping(id, &[]),
            kind: chosen.word(),
            event: choices.event.map(|id| id.to_string()).unwrap_or_default(),
            heading: chosen.heading(),
            lead: chosen.lead(),
            choices: ChoicesView::default(),
            rule: None,
            scopes: scopes(found, choices.is_everywhere, rights),
            help: kind::help(chosen.rules(), false),
            preview: None,
            preview_advice: ADVICE,
            save,
        }
    }

    /// Tries what was posted.
    fn show(
        &mut self,
        conn: &mut Conn<'_>,
        database: &Database,
        found: &Found,
        draft: &Draft,
        typed: &Typed,
        change: &Change,
    ) -> store::Result<()> {
        self.save.note.clone_from(&typed.note);
        self.save.past = typed.sent.past;
        if draft.text.is_empty() {
            return Ok(());
        }
        let refused = typed.refused.clone();
        self.save.problem = refused.or_else(|| typed.sent.not_tried(change));
        match preview::run(conn, database, &found.project, change, Some(found.issue.id)) {
            Ok(mut shown) => {
                if draft.choices.kind == Kind::Split {
                    shown.name_splits(|id| {
                        let body = events::load(conn, database, &found.issue, id)?;
                        let event = body.as_ref().and_then(events::Body::event);
                        Ok(event.and_then(|event| split::value(&event, &draft.choices)))
                    })?;
                }
                self.preview = Some(shown);
            }
            Err(store::Error::Refused(reason)) => self.save.problem = Some(reason),
            Err(other) => return Err(other),
        }
        Ok(())
    }
}

/// For which projects the rule may be; all of them only for who may change the organisation's.
fn scopes(found: &Found, is_everywhere: bool, rights: Rights) -> Vec<Choice> {
    let mut scopes = vec![
        Choice {
            value: "project".to_owned(),
            label: format!("{} alone", found.project.name),
            selected: !is_everywhere,
        },
        Choice {
            value: "organization".to_owned(),
            label: "All projects of the organisation".to_owned(),
            selected: is_everywhere,
        },
    ];
    if !rights.organization {
        scopes.truncate(1);
    }
    scopes
}
