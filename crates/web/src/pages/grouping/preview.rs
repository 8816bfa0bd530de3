//! What a change would do, before it is saved.

use std::collections::BTreeSet;

use serde::Serialize;
use sha2::{Digest, Sha256};
use watchfire_event::{EventId, IssueId, Timestamp};
use watchfire_grouping::{RuleKind, RuleProblem, check};
use watchfire_store::project::Project;
use watchfire_store::regroup::{self, Change, Move, Preview, Target};
use watchfire_store::{self as store, Conn, Database};

use super::moves::{Part, part};
use crate::pages::issue::view::budget::{counted, first_chars, grouped_count};

/// Lines with problems that are listed.
const PROBLEMS_MAX: usize = 50;
/// Characters of such a line that are shown.
const LINE_CHARS_MAX: usize = 120;
/// What stands in place of a preview that nobody asked for yet.
pub(in crate::pages) const ADVICE: &str = "Preview shows which issues would merge or split, with \
                                           numbers and example events, before anything is saved.";

/// A preview as pages show it.
#[derive(Debug, Serialize)]
pub(in crate::pages) struct PreviewView {
    /// Names the change that was looked at; [`digest`].
    digest: String,
    /// What would happen, in one sentence.
    sentence: String,
    /// On which events it was tried.
    tried_on: String,
    oldest: Option<Timestamp>,
    /// The lines that cannot be used.
    bad: Option<Problems>,
    /// What would merge and what would split.
    parts: Vec<Part>,
    /// What to do where nothing would happen.
    advice: Option<&'static str>,
}

/// Lines that cannot be used.
#[derive(Debug, Serialize)]
pub(in crate::pages) struct Problems {
    problems: Vec<ProblemView>,
    /// How many there are and what becomes of them.
    problems_sentence: String,
}

impl Problems {
    /// What is wrong with a text of rules; nothing where every line works.
    pub(super) fn of_text(kind: RuleKind, text: &str) -> Option<Self> {
        Self::of(&check(kind, text))
    }

    fn of(problems: &[RuleProblem]) -> Option<Self> {
        (!problems.is_empty()).then(|| Self {
            problems: problems.iter().take(PROBLEMS_MAX).map(problem).collect(),
            problems_sentence: problems_sentence(problems.len()),
        })
    }
}

/// A line that cannot be used.
#[derive(Debug, Serialize)]
struct ProblemView {
    line: usize,
    text: String,
    reason: String,
}

impl PreviewView {
    /// Says of each part that would leave an issue what is special about it; `value` finds that
    /// in an example event.
    ///
    /// # Errors
    /// Those of `value`.
    pub(in crate::pages) fn name_splits(
        &mut self,
        mut value: impl FnMut(EventId) -> store::Result<Option<String>>,
    ) -> store::Result<()> {
        let moves = self.parts.iter_mut().flat_map(|part| &mut part.moves);
        for one in moves {
            if let Some(id) = one.example {
                one.value = value(id)?;
            }
        }
        Ok(())
    }
}

/// Tries a change of a project; `focus` is the issue that it was made on.
///
/// # Errors
/// When the database fails or refuses the change, for example because its text is too long.
pub(in crate::pages) fn run(
    conn: &mut Conn<'_>,
    database: &Database,
    project: &Project,
    change: &Change,
    focus: Option<IssueId>,
) -> store::Result<PreviewView> {
    let preview = regroup::preview(conn, database.dictionaries(), project, change, focus)?;
    let digest = digest(change);
    Ok(view(&preview, digest, &project.slug, focus.is_some()))
}

/// Names a change: a form carries the one that was tried, so that another one is tried before it
/// is saved. What a rule is noted for does not belong to it.
pub(in crate::pages) fn digest(change: &Change) -> String {
    let what = match change {
        Change::AddRule(rule) => format!("{:?} {:?} {:?}", rule.scope, rule.kind, rule.text),
        other => format!("{other:?}"),
    };
    let hash = Sha256::digest(what.as_bytes());
    hash.iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn view(preview: &Preview, digest: String, slug: &str, has_focus: bool) -> PreviewView {
    let (merges, splits): (Vec<&Move>, Vec<&Move>) = preview
        .moves
        .iter()
        .partition(|one| matches!(one.to, Target::Issue(_)));
    let parts = [
        part("Would join another issue", &merges, slug),
        part("Would become new issues", &splits, slug),
    ];
    PreviewView {
        digest,
        sentence: sentence(preview, &merges, &splits),
        tried_on: tried_on(preview, has_focus),
        oldest: preview.oldest,
        bad: Problems::of(&preview.problems),
        parts: parts.into_iter().flatten().collect(),
        advice: advice(preview),
    }
}

fn sentence(preview: &Preview, merges: &[&Move], splits: &[&Move]) -> String {
    if preview.moves.is_empty() {
        return if preview.changed_events == 0 {
            "Nothing would change: every event keeps its fingerprint.".to_owned()
        } else {
            format!(
                "No event would move: {} would get another fingerprint and stay in their issues.",
                counted(preview.changed_events, "event")
            )
        };
    }
    let moved: usize = preview.moves.iter().map(|one| one.events).sum();
    let mut ends = Vec::new();
    if !merges.is_empty() {
        let from: BTreeSet<i64> = merges.iter().map(|one| one.from.id.0).collect();
        ends.push(format!(
            "from {} into others that exist",
            counted(from.len(), "issue")
        ));
    }
    if !splits.is_empty() {
        let new: BTreeSet<usize> = splits
            .iter()
            .filter_map(|one| match one.to {
                Target::New { place, .. } => Some(place),
                Target::Issue(_) => None,
            })
            .collect();
        ends.push(format!("into {}", counted(new.len(), "new issue")));
    }
    format!(
        "{} of {} would move, {}.",
        grouped_count(moved),
        counted(preview.events, "event"),
        ends.join(" and ")
    )
}

fn tried_on(preview: &Preview, has_focus: bool) -> String {
    let newest = grouped_count(regroup::PREVIEW_EVENTS_MIN);
    let besides = if has_focus {
        format!(
            " and the newest {} of this issue",
            grouped_count(regroup::PREVIEW_ISSUE_EVENTS)
        )
    } else {
        String::new()
    };
    format!(
        "Tried on {} of {}: the newest {newest} of the project{besides}",
        counted(preview.events, "event"),
        counted(preview.issues, "issue"),
    )
}

fn advice(preview: &Preview) -> Option<&'static str> {
    if !preview.moves.is_empty() {
        None
    } else if preview.events == 0 {
        Some("No event is kept to try it on. What you save is used for the next ones that come in.")
    } else if !preview.problems.is_empty() {
        Some("Correct the lines above.")
    } else if preview.changed_events == 0 {
        Some(
            "If you expected a change, compare the line with the grouping page of an event: a \
             matcher has to say what the event says, and an earlier rule may have decided already.",
        )
    } else {
        None
    }
}

fn problems_sentence(count: usize) -> String {
    match count {
        1 => "One line cannot be used. It is left out; the others work.".to_owned(),
        count => format!(
            "{} cannot be used. They are left out; the others work.",
            counted(count, "line")
        ),
    }
}

fn problem(problem: &RuleProblem) -> ProblemView {
    ProblemView {
        line: problem.line,
        text: first_chars(&problem.text, LINE_CHARS_MAX).to_owned(),
        reason: problem.reason.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use watchfire_event::ProjectId;
    use watchfire_store::grouping_rules::{Action, NewRule, Scope};
    use watchfire_store::regroup::{Example, IssueBrief};

    fn brief(id: i64) -> IssueBrief {
        IssueBrief {
            id: IssueId(id),
            short_number: id,
            title: format!("Error {id}"),
            event_count: 9,
        }
    }

    fn moved(from: i64, to: Target, events: usize) -> Move {
        Move {
            from: brief(from),
            to,
            events,
            examples: vec![Example {
                event_id: EventId::random(),
                title: "Error".to_owned(),
            }],
        }
    }

    #[test]
    fn the_sentence_counts_merges_and_splits_apart() {
        let new = |place| Target::New {
            title: "New".to_owned(),
            place,
        };
        let preview = Preview {
            events: 1_204,
            issues: 37,
            changed_events: 312,
            moves: vec![
                moved(1, Target::Issue(brief(2)), 200),
                moved(3, Target::Issue(brief(2)), 100),
                moved(4, new(0), 7),
                moved(5, new(0), 5),
            ],
            ..Preview::default()
        };
        let view = view(&preview, String::new(), "shop", true);
        assert_eq!(
            view.sentence,
            "312 of 1,204 events would move, from 2 issues into others that exist and into 1 new \
             issue."
        );
        assert!(view.tried_on.contains("1,204 events of 37 issues"));
        assert!(view.tried_on.contains("of this issue"));
        assert_eq!(view.parts.len(), 2);
        assert_eq!(view.advice, None);
    }

    #[test]
    fn a_preview_in_which_nothing_moves_says_what_to_do() {
        let nothing = Preview {
            events: 10,
            ..Preview::default()
        };
        let shown = view(&nothing, String::new(), "shop", false);
        assert!(shown.sentence.starts_with("Nothing would change"));
        assert!(shown.advice.is_some() && shown.parts.is_empty());
        let renamed = Preview {
            changed_events: 1,
            ..nothing
        };
        let shown = view(&renamed, String::new(), "shop", false);
        assert!(shown.sentence.contains("1 event would get another"));
    }

    #[test]
    fn a_digest_names_the_text_and_whose_it_is_but_not_why() {
        let rule = |text: &str, note: &str, scope| {
            Change::AddRule(NewRule {
                scope,
                kind: RuleKind::Fingerprint,
                action: Action::Split,
                text: text.to_owned(),
                note: note.to_owned(),
                issue_id: None,
            })
        };
        let here = Scope::Project(ProjectId(1));
        let first = digest(&rule("a -> b", "", here));
        assert_eq!(first, digest(&rule("a -> b", "because", here)));
        assert_ne!(first, digest(&rule("a -> c", "", here)));
        let elsewhere = Scope::Project(ProjectId(2));
        assert_ne!(first, digest(&rule("a -> b", "", elsewhere)));
    }
}
