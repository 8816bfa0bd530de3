//! The texts of rules, as the overview shows them.

use std::collections::HashMap;

use serde::Serialize;
use watchfire_event::{Timestamp, UserId};
use watchfire_grouping::{RuleKind, RuleProblem};
use watchfire_store::grouping_rules::{self, TextVersion};
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn};

use super::form::{name_of, rule_lines};
use super::kind::{self, Help};
use super::rule_view::problem_words;
use crate::pages::issue::view::budget::counted;
use crate::pages::owner::Owner;
use crate::{address, people};

/// Lines of a text that the overview shows.
const LINES_MAX: usize = 12;

/// The texts of one kind.
#[derive(Debug, Serialize)]
pub(super) struct TextsView {
    heading: &'static str,
    anchor: &'static str,
    lead: &'static str,
    scopes: Vec<TextView>,
    help: Help,
}

/// One text.
#[derive(Debug, Serialize)]
struct TextView {
    label: &'static str,
    /// Where it is changed.
    href: String,
    /// `12 rules`, `no rules`.
    words: String,
    at: Option<Timestamp>,
    author: Option<String>,
    problem_words: Option<String>,
    /// Its first lines.
    text: String,
    left_out: Option<String>,
}

/// The texts of a project and its organisation, by kind.
pub(super) fn views(conn: &mut Conn<'_>, project: &Project) -> store::Result<Vec<TextsView>> {
    let problems = grouping_rules::problems(conn, project)?;
    let mut views = Vec::with_capacity(RuleKind::ALL.len());
    for kind in RuleKind::ALL {
        let problems: Vec<RuleProblem> = problems
            .iter()
            .filter(|problem| problem.kind == kind)
            .cloned()
            .collect();
        let mut scopes = Vec::with_capacity(Owner::ALL.len());
        for owner in Owner::ALL {
            let stored = grouping_rules::text(conn, owner.scope(project), kind)?;
            let names = people::names(conn, stored.iter().filter_map(|text| text.user_id))?;
            let mut view = view(owner, stored, &names);
            view.href = address::grouping_text(&project.slug, owner.word(), kind.as_str());
            view.problem_words = problem_words(&problems, owner.origin());
            scopes.push(view);
        }
        let words = kind::words(kind);
        views.push(TextsView {
            heading: words.heading,
            anchor: words.anchor,
            lead: words.lead,
            scopes,
            help: kind::help(kind, false),
        });
    }
    Ok(views)
}

/// How many rules a text has, in words.
pub(super) fn rule_words(text: &str) -> String {
    match rule_lines(text) {
        0 => "no rules".to_owned(),
        count => counted(count, "rule"),
    }
}

fn view(owner: Owner, stored: Option<TextVersion>, names: &HashMap<UserId, String>) -> TextView {
    let text = stored.as_ref().map_or("", |stored| stored.text.as_str());
    let shown: Vec<&str> = text.lines().take(LINES_MAX).collect();
    let left_out = text.lines().count() - shown.len();
    TextView {
        label: owner.label(),
        href: String::new(),
        words: rule_words(text),
        at: stored.as_ref().map(|stored| stored.created_at),
        author: stored
            .as_ref()
            .and_then(|text| name_of(names, text.user_id)),
        problem_words: None,
        text: shown.join("\n"),
        left_out: (left_out > 0).then(|| format!("and {}", counted(left_out, "more line"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_empty_lines_are_no_rules() {
        assert_eq!(rule_words(""), "no rules");
        assert_eq!(rule_words("# why\n\n  # more"), "no rules");
        assert_eq!(rule_words("# why\na -> b"), "1 rule");
    }

    #[test]
    fn long_texts_are_cut_on_the_overview() {
        let stored = TextVersion {
            id: 1,
            text: "a -> b\n".repeat(20),
            user_id: None,
            created_at: Timestamp(0),
        };
        let view = view(Owner::Project, Some(stored), &HashMap::new());
        assert_eq!(view.text.lines().count(), LINES_MAX);
        assert_eq!(view.left_out.as_deref(), Some("and 8 more lines"));
        assert_eq!(view.words, "20 rules");
    }
}
