//! What came of an import, for people and for scripts.

use serde_json::{Value, json};
use watchfire_store::import::{Added, ImportedIssue, Outcome};

use super::problem::Problem;

/// How many problems the JSON names; all are counted, and each was printed when it happened.
const PROBLEMS_SHOWN_MAX: usize = 1_000;

/// Numbers of issues and hashes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Summary {
    created: usize,
    joined: usize,
    updated: usize,
    unchanged: usize,
    discarded: usize,
    other: usize,
    without_hashes: usize,
    hashes_added: usize,
    hashes_elsewhere: usize,
    hashes_odd: usize,
    problem_count: usize,
    problems: Vec<Problem>,
}

impl Summary {
    /// Counts an issue that was written.
    pub(super) fn count(&mut self, issue: &ImportedIssue, added: &Added) {
        let place = match added.outcome {
            Outcome::Created => &mut self.created,
            Outcome::Joined => &mut self.joined,
            Outcome::Updated => &mut self.updated,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Discarded => &mut self.discarded,
        };
        *place += 1;
        self.without_hashes += usize::from(issue.hashes.is_empty());
        self.hashes_added += added.hashes_added;
        self.hashes_elsewhere += added.hashes_elsewhere;
    }

    /// Counts issues that are as they were.
    pub(super) fn unchanged(&mut self, count: usize) {
        self.unchanged += count;
    }

    /// Counts hashes that no event can be found by.
    pub(super) fn odd_hashes(&mut self, count: usize) {
        self.hashes_odd += count;
    }

    /// Counts an issue that is not about an error.
    pub(super) fn pass_over(&mut self) {
        self.other += 1;
    }

    /// Counts an issue that was left out.
    pub(super) fn problem(&mut self, problem: Problem) {
        self.problem_count += 1;
        if self.problems.len() < PROBLEMS_SHOWN_MAX {
            self.problems.push(problem);
        }
    }

    /// One line; what there is none of is not mentioned.
    pub(super) fn text(&self, project: &str) -> String {
        let mut text = format!(
            "{project}: {} issues new, {} updated, {} unchanged, {} hashes added",
            self.created, self.updated, self.unchanged, self.hashes_added
        );
        for (count, what) in [
            (self.joined, "joined issues that were here"),
            (self.without_hashes, "came without hashes"),
            (self.hashes_elsewhere, "hashes stay where they are here"),
            (self.hashes_odd, "hashes left out"),
            (self.discarded, "are discarded here"),
            (self.other, "are not about errors"),
            (self.problem_count, "left out"),
        ] {
            if count > 0 {
                text.push_str(&format!(", {count} {what}"));
            }
        }
        text
    }

    /// The same for scripts.
    pub(super) fn json(&self, project: &str) -> Value {
        let problems = self.problems.iter();
        let problems = problems.map(|problem| json!({"id": problem.id, "reason": problem.reason}));
        json!({
            "project": project,
            "issues": {
                "created": self.created,
                "joined": self.joined,
                "updated": self.updated,
                "unchanged": self.unchanged,
                "discarded": self.discarded,
                "other": self.other,
                "without_hashes": self.without_hashes,
                "left_out": self.problem_count,
            },
            "hashes": {"added": self.hashes_added, "elsewhere": self.hashes_elsewhere, "left_out": self.hashes_odd},
            "problems": problems.collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_mentions_only_what_happened() {
        let mut summary = Summary::default();
        summary.unchanged(3);
        let text = summary.text("shop");
        assert_eq!(
            text,
            "shop: 0 issues new, 0 updated, 3 unchanged, 0 hashes added"
        );
        summary.problem(Problem::new("7", "count is not a number"));
        summary.pass_over();
        assert!(
            summary
                .text("shop")
                .ends_with(", 1 are not about errors, 1 left out")
        );
        let json = summary.json("shop");
        assert_eq!(json["issues"]["left_out"], 1);
        assert_eq!(
            json["problems"][0],
            json!({"id": "7", "reason": "count is not a number"})
        );
    }
}
