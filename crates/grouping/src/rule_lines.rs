//! The lines of a text of rules, within the limits of such texts.

use crate::title::shortened;
use crate::{RULE_TEXT_CHARS_MAX, RULES_MAX, RuleProblem, RuleSource, RuleText};

/// Characters of a line that a problem repeats.
const PROBLEM_CHARS_MAX: usize = 200;

/// A line that holds a rule, or is meant to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line<'t> {
    /// Its number in the text, from 1.
    pub(crate) number: usize,
    /// What it says, without blanks at its ends.
    pub(crate) text: &'t str,
}

impl Line<'_> {
    /// What is wrong with this line of `text`.
    pub(crate) fn problem(self, text: &RuleText, reason: impl Into<String>) -> RuleProblem {
        RuleProblem {
            kind: text.kind,
            origin: text.origin.clone(),
            line: self.number,
            text: shortened(self.text, PROBLEM_CHARS_MAX).into_owned(),
            reason: reason.into(),
        }
    }

    /// How explanations name this line of `text`.
    pub(crate) fn source(self, text: &RuleText) -> RuleSource {
        RuleSource {
            origin: text.origin.clone(),
            line: self.number,
            text: self.text.to_owned(),
        }
    }
}

/// The lines of a text that are neither blank nor a comment (`#`). What is past the limits is
/// left out and reported once for each limit.
pub(crate) fn lines<'t>(text: &'t RuleText, problems: &mut Vec<RuleProblem>) -> Vec<Line<'t>> {
    let (kept, is_cut) = whole_lines(&text.text);
    let mut lines: Vec<Line<'t>> = numbered(kept).collect();
    if let Some(first) = lines.get(RULES_MAX) {
        let reason = format!("more than {RULES_MAX} rules; this one and all after it are left out");
        problems.push(first.problem(text, reason));
        lines.truncate(RULES_MAX);
    }
    if is_cut {
        let cut = Line {
            number: kept.matches('\n').count() + 1,
            text: text
                .text
                .get(kept.len()..)
                .and_then(|rest| rest.lines().next())
                .unwrap_or_default(),
        };
        let reason = format!(
            "a text of rules has at most {RULE_TEXT_CHARS_MAX} characters; this line and all after \
             it are left out"
        );
        problems.push(cut.problem(text, reason));
    }
    lines
}

/// The whole lines at the beginning that are within the limit, and whether something is left out.
fn whole_lines(text: &str) -> (&str, bool) {
    let Some((end, _)) = text.char_indices().nth(RULE_TEXT_CHARS_MAX) else {
        return (text, false);
    };
    let start = text.get(..end).unwrap_or_default();
    let end = start.rfind('\n').map_or(0, |at| at + 1);
    (start.get(..end).unwrap_or_default(), true)
}

fn numbered(text: &str) -> impl Iterator<Item = Line<'_>> {
    let lines = text.split('\n').zip(1..).map(|(line, number)| Line {
        number,
        text: line.trim(),
    });
    lines.filter(|line| !line.text.is_empty() && !line.text.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RuleKind;

    fn read(text: &str) -> (Vec<(usize, String)>, Vec<RuleProblem>) {
        let text = RuleText {
            kind: RuleKind::Fingerprint,
            origin: "project rules".to_owned(),
            text: text.to_owned(),
        };
        let mut problems = Vec::new();
        let lines = lines(&text, &mut problems);
        let lines = lines
            .into_iter()
            .map(|line| (line.number, line.text.to_owned()));
        (lines.collect(), problems)
    }

    #[test]
    fn comments_and_blank_lines_are_no_rules_but_counted() {
        let (lines, problems) = read("# a\r\n\r\n  b -> c \r\n\t#d\ne\n");
        assert_eq!(lines, [(3, "b -> c".to_owned()), (5, "e".to_owned())]);
        assert_eq!(problems, []);
        assert_eq!(read("").0, []);
    }

    #[test]
    fn a_text_past_the_limit_is_cut_at_a_whole_line_and_reported() {
        let line = "x".repeat(999) + "\n";
        let (lines, problems) = read(&line.repeat(1_000));
        assert_eq!(lines.len(), RULE_TEXT_CHARS_MAX / 1_000);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].line, lines.len() + 1);
        assert_eq!(problems[0].text.chars().count(), PROBLEM_CHARS_MAX);
        assert_eq!(problems[0].origin, "project rules");
        let (lines, problems) = read(&"é".repeat(1_000_000));
        assert_eq!((lines.len(), problems.len()), (0, 1));
        assert_eq!(problems[0].line, 1);
    }

    #[test]
    fn rules_past_the_limit_are_left_out_and_reported_once() {
        let (lines, problems) = read(&"a\n".repeat(RULES_MAX + 5));
        assert_eq!(lines.len(), RULES_MAX);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].line, RULES_MAX + 1);
    }
}
