//! What a rule would match, before it is saved.

use std::collections::HashMap;

use serde::Serialize;
use sha2::{Digest, Sha256};
use watchfire_event::{ProjectId, Timestamp};
use watchfire_filter::ignore::{Action, Rule};
use watchfire_store::ignore_rule::{self, TRIAL_EVENTS_MAX, Tally, Trial, TriedIssue};
use watchfire_store::issue::format_short_id;
use watchfire_store::project::{self, Project};
use watchfire_store::{self as store, Conn, Database};

use super::form;
use crate::address;
use crate::pages::issue::view::budget::{counted, first_chars, grouped_count};
use crate::pages::owner::Owner;

/// Characters of a title that are shown.
const TITLE_CHARS_MAX: usize = 200;

/// What a trial found.
#[derive(Serialize)]
pub(super) struct TrialView {
    /// Names the rule that was tried, so that another one is tried before it is saved.
    digest: String,
    sentence: String,
    /// What differs from the rule as it is saved.
    change: Option<String>,
    /// What becomes of such events.
    effect: String,
    tried_on: String,
    oldest: Option<Timestamp>,
    is_edit: bool,
    issues: Vec<Line>,
    issues_left_out: Option<String>,
    titles: Vec<Line>,
    hidden: Vec<String>,
    advice: Option<&'static str>,
}

/// An issue, or dropped events of one title.
#[derive(Serialize)]
struct Line {
    /// The issue's page.
    href: Option<String>,
    short_id: String,
    title: String,
    /// Beside the title: the project where there are several, or why events were dropped.
    aside: Option<String>,
    matched: i64,
    of: i64,
    newly: i64,
    no_longer: i64,
    examples: Vec<Example>,
}

#[derive(Serialize)]
struct Example {
    href: String,
    at: Timestamp,
}

/// Tries a rule where it is to hold: on one project, or on all of its organisation. `before` is
/// the rule as it is saved.
///
/// # Errors
/// When the database fails, or the rule cannot be compiled.
pub(super) fn run(
    conn: &mut Conn<'_>,
    database: &Database,
    (project, owner): (&Project, Owner),
    rule: &Rule,
    before: Option<&Rule>,
) -> store::Result<TrialView> {
    let projects = match owner {
        Owner::Project => vec![project.clone()],
        Owner::Organization => project::list(conn, project.organization_id)?,
    };
    let dictionaries = database.dictionaries();
    let trial = ignore_rule::try_rule(
        conn,
        dictionaries,
        &projects,
        rule,
        before,
        TRIAL_EVENTS_MAX,
    )?;
    let shown = view(&trial, &projects, rule, before.is_some());
    Ok(TrialView {
        digest: digest(rule, owner),
        ..shown
    })
}

/// Names what a rule does and where, whatever it is called.
pub(super) fn digest(rule: &Rule, owner: Owner) -> String {
    let what = format!("{} {}", owner.word(), form::effect(rule));
    let hash = Sha256::digest(what.as_bytes());
    let bytes = hash.iter().take(16);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

fn view(trial: &Trial, projects: &[Project], rule: &Rule, is_edit: bool) -> TrialView {
    let by_id: HashMap<ProjectId, &Project> = projects.iter().map(|it| (it.id, it)).collect();
    let issues = trial.issues.iter();
    let titles = trial.titles.iter().map(|it| Line {
        href: None,
        short_id: String::new(),
        title: first_chars(&it.title, TITLE_CHARS_MAX).to_owned(),
        aside: Some(format!("dropped by {}", it.reason)),
        examples: Vec::new(),
        ..Line::of(it.tally)
    });
    let left_out = trial.issues_left_out;
    TrialView {
        digest: String::new(),
        sentence: sentence(trial),
        change: is_edit.then(|| change(trial)),
        effect: effect(rule.action),
        tried_on: tried_on(trial, projects.len()),
        oldest: trial.oldest,
        is_edit,
        issues: issues.filter_map(|it| Line::of_issue(it, &by_id)).collect(),
        issues_left_out: (left_out > 0).then(|| format!("and {} more", counted(left_out, "issue"))),
        titles: titles.collect(),
        hidden: hidden(trial),
        advice: advice(trial),
    }
}

impl Line {
    fn of(tally: Tally) -> Self {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Self {
            href: None,
            short_id: String::new(),
            title: String::new(),
            aside: None,
            matched: number(tally.matched),
            of: number(tally.looked_at),
            newly: number(tally.newly),
            no_longer: number(tally.no_longer),
            examples: Vec::new(),
        }
    }

    fn of_issue(issue: &TriedIssue, projects: &HashMap<ProjectId, &Project>) -> Option<Self> {
        let project = projects.get(&issue.project_id)?;
        let page = address::issue(&project.slug, issue.id);
        let examples = issue.examples.iter().map(|event| Example {
            href: format!("{page}/events/{}", event.event_id),
            at: event.timestamp,
        });
        Some(Self {
            examples: examples.collect(),
            short_id: format_short_id(&project.slug, issue.short_number),
            title: first_chars(&issue.title, TITLE_CHARS_MAX).to_owned(),
            aside: (projects.len() > 1).then(|| project.name.clone()),
            href: Some(page),
            ..Self::of(issue.tally)
        })
    }
}

fn sentence(trial: &Trial) -> String {
    let (events, heads) = (trial.events, trial.heads);
    if events.looked_at == 0 && heads.looked_at == 0 {
        return "There is no event to try it on yet.".to_owned();
    }
    if events.matched == 0 && heads.matched == 0 {
        return "No event matches.".to_owned();
    }
    let verb = if events.matched == 1 {
        "matches"
    } else {
        "match"
    };
    let mut sentence = format!(
        "{} of {} {verb}",
        grouped_count(events.matched),
        counted(events.looked_at, "event"),
    );
    if events.matched > 0 {
        sentence.push_str(&format!(", in {}", counted(trial.issues_matched, "issue")));
    }
    sentence.push('.');
    if heads.matched > 0 {
        sentence.push_str(&format!(
            " So do {} of {} that were dropped lately.",
            grouped_count(heads.matched),
            grouped_count(heads.looked_at),
        ));
    }
    sentence
}

fn change(trial: &Trial) -> String {
    let newly = trial.events.newly + trial.heads.newly;
    let no_longer = trial.events.no_longer + trial.heads.no_longer;
    let matches = |count: usize| if count == 1 { "matches" } else { "match" };
    match (newly, no_longer) {
        (0, 0) => "It matches what the saved rule matches.".to_owned(),
        (newly, 0) => format!(
            "Against the saved rule: {} newly {}.",
            events(newly),
            matches(newly)
        ),
        (0, lost) => format!(
            "Against the saved rule: {} no longer {}.",
            events(lost),
            matches(lost)
        ),
        (newly, lost) => format!(
            "Against the saved rule: {} newly {}, {} no longer {}.",
            events(newly),
            matches(newly),
            grouped_count(lost),
            if lost == 1 { "does" } else { "do" }
        ),
    }
}

fn events(count: usize) -> String {
    counted(count, "event")
}

fn effect(action: Action) -> String {
    match action {
        Action::Drop => "Such events would not be stored any more; the stats count them, and the \
                         newest are remembered for trials like this one."
            .to_owned(),
        Action::KeepOneIn(count) => {
            format!("One in {count} of such events would be stored; all of them would be counted.")
        }
        Action::Archive => "Such events would be stored and counted. New issues of them are \
                            archived at once, and nobody is alerted."
            .to_owned(),
        Action::Level(level) => format!(
            "Such events would be stored as {} where they are worse.",
            level.as_str()
        ),
    }
}

fn tried_on(trial: &Trial, projects: usize) -> String {
    let whose = match projects {
        1 => String::new(),
        count => format!(" of {}", counted(count, "project")),
    };
    let mut text = format!(
        "Tried on the newest {} of {}{whose}",
        counted(trial.events.looked_at, "stored event"),
        counted(trial.issues_looked_at, "issue"),
    );
    if trial.heads.looked_at > 0 {
        text.push_str(&format!(
            " and {} that are remembered",
            counted(trial.heads.looked_at, "dropped event")
        ));
    }
    if trial.is_cut {
        text.push_str("; then the time was up");
    }
    text
}

fn hidden(trial: &Trial) -> Vec<String> {
    let tried = trial.events.looked_at + trial.heads.looked_at;
    let line = |hidden: &ignore_rule::Hidden| {
        format!(
            "{} was scrubbed in {} of the {} tried (by {}). Rules see events before they are \
             scrubbed, so by this field more or fewer may match than is shown here: those events \
             were tried on what is left of it. Test another field beside it, or save the rule and \
             watch its hits.",
            hidden.field,
            grouped_count(hidden.events),
            counted(tried, "event"),
            hidden.rules.join(", "),
        )
    };
    trial.hidden.iter().map(line).collect()
}

fn advice(trial: &Trial) -> Option<&'static str> {
    let is_touched = trial.events.is_touched() || trial.heads.is_touched();
    if is_touched {
        return None;
    }
    if trial.events.looked_at == 0 {
        return Some("It works all the same for the events that come in from now on.");
    }
    Some(
        "If you expected a match, compare the values with an event's page: “is” wants the whole \
         text, “contains” a part of it. Open an issue and choose “Ignore events like this…” to \
         begin with an event's own values.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(looked_at: usize, matched: usize) -> Tally {
        Tally {
            looked_at,
            matched,
            ..Tally::default()
        }
    }

    #[test]
    fn the_sentence_counts_events_issues_and_dropped_ones() {
        let mut trial = Trial {
            events: tally(1_000, 120),
            heads: tally(300, 14),
            issues_matched: 3,
            ..Trial::default()
        };
        assert_eq!(
            sentence(&trial),
            "120 of 1,000 events match, in 3 issues. So do 14 of 300 that were dropped lately."
        );
        trial.events.newly = 12;
        trial.heads.no_longer = 3;
        assert_eq!(
            change(&trial),
            "Against the saved rule: 12 events newly match, 3 no longer do."
        );
    }

    #[test]
    fn a_trial_without_a_match_says_what_to_do() {
        let trial = Trial {
            events: tally(10, 0),
            ..Trial::default()
        };
        assert_eq!(sentence(&trial), "No event matches.");
        assert!(advice(&trial).unwrap().contains("Ignore events like this"));
        let empty = Trial::default();
        assert!(sentence(&empty).contains("no event to try it on"));
        assert!(advice(&empty).unwrap().contains("from now on"));
    }
}
