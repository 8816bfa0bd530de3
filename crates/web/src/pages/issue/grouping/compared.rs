//! The components of two events side by side, in groups that belong together: the texts of a frame
//! stand in one row.

use serde::Serialize;
use watchfire_grouping::{ComparedPart, PartText};

use super::parts::shown;
use super::words;
use crate::pages::issue::view::budget::counted;

/// Rows that are shown.
const ROWS_MAX: usize = 400;
/// Equal rows in a row that are shown without folding.
const EQUAL_OPEN_MAX: usize = 3;
/// The order of a frame's texts; a text that is not after the one before begins the next frame.
const FRAME_ORDER: [&str; 4] = ["module", "filename", "function", "context-line"];

/// Rows that stand together.
#[derive(Debug, Serialize)]
pub(super) struct Run {
    /// `12 equal parts`, when they fold into one line.
    pub(super) folded: Option<String>,
    pub(super) rows: Vec<Row>,
}

/// A frame, or a text that belongs to none.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    /// What it is: `Frame`, `Exception` …
    pub(super) label: String,
    pub(super) is_same: bool,
    /// `separates` or `joins`, where it is the component that the sentence names.
    pub(super) verdict: Option<&'static str>,
    pub(super) left: Vec<Cell>,
    pub(super) right: Vec<Cell>,
}

/// One text of one event.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Cell {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) counts: bool,
    pub(super) is_same: bool,
    pub(super) decides: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
}

/// The compared parts as rows, the first [`ROWS_MAX`]; runs of equal ones fold, and what is left out
/// is said in words.
pub(super) fn runs(parts: &[ComparedPart]) -> (Vec<Run>, Option<String>) {
    let mut rows = rows(parts);
    let left_out = rows.len().saturating_sub(ROWS_MAX);
    rows.truncate(ROWS_MAX);
    let mut runs: Vec<Run> = Vec::new();
    for row in rows {
        match runs.last_mut() {
            Some(run)
                if run
                    .rows
                    .first()
                    .is_some_and(|one| one.is_dull() == row.is_dull()) =>
            {
                run.rows.push(row);
            }
            _ => runs.push(Run {
                folded: None,
                rows: vec![row],
            }),
        }
    }
    for run in &mut runs {
        let is_dull = run.rows.iter().all(Row::is_dull);
        if is_dull && run.rows.len() > EQUAL_OPEN_MAX {
            run.folded = Some(counted(run.rows.len(), "equal part"));
        }
    }
    let left_out = (left_out > 0).then(|| counted(left_out, "further part"));
    (runs, left_out)
}

fn rows(parts: &[ComparedPart]) -> Vec<Row> {
    let mut rows: Vec<(&str, usize, Row)> = Vec::new();
    for part in parts {
        let (parent, name) = part.path.rsplit_once('/').unwrap_or(("", &part.path));
        let place = FRAME_ORDER.iter().position(|one| *one == name);
        let continues = |(before, last, _): &&mut (&str, usize, Row)| {
            *before == parent && place.is_some_and(|place| place > *last)
        };
        let is_frame = parent.ends_with("frame") && place.is_some();
        let row = match rows.last_mut().filter(|row| is_frame && continues(row)) {
            Some((_, last, row)) => {
                *last = place.unwrap_or(0);
                row
            }
            None => {
                rows.push((parent, place.unwrap_or(0), Row::new(parent, name)));
                let Some((_, _, row)) = rows.last_mut() else {
                    continue;
                };
                row
            }
        };
        row.add(part, name);
    }
    rows.into_iter().map(|(_, _, row)| row).collect()
}

impl Row {
    /// Whether it may be folded away: equal, and not what the sentence speaks of.
    fn is_dull(&self) -> bool {
        self.is_same && self.verdict.is_none()
    }

    fn new(parent: &str, name: &str) -> Self {
        let holder = parent.rsplit('/').next().unwrap_or_default();
        let holder = holder.split('[').next().unwrap_or(holder);
        let label = match holder {
            "frame" => "Frame".to_owned(),
            "" | "app" | "system" | "default" => words::capital(&words::part(name)),
            other => format!("{}: {}", words::component(other), words::part(name)),
        };
        Self {
            label,
            is_same: true,
            verdict: None,
            left: Vec::new(),
            right: Vec::new(),
        }
    }

    fn add(&mut self, part: &ComparedPart, name: &str) {
        self.is_same &= part.is_same;
        if part.decides {
            self.verdict = Some(if part.is_same { "joins" } else { "separates" });
        }
        let cell = |side: &PartText| Cell {
            name: words::part(name),
            text: shown(&side.text),
            counts: side.contributes,
            is_same: part.is_same,
            decides: part.decides,
            why: side.hint.as_deref().map(words::hint),
        };
        self.left.extend(part.left.as_ref().map(cell));
        self.right.extend(part.right.as_ref().map(cell));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(path: &str, left: &str, right: &str) -> ComparedPart {
        let text = |text: &str| PartText {
            text: text.to_owned(),
            contributes: true,
            hint: None,
        };
        ComparedPart {
            path: path.to_owned(),
            left: Some(text(left)),
            right: Some(text(right)),
            is_same: left == right,
            decides: left != right,
        }
    }

    #[test]
    fn the_texts_of_a_frame_stand_in_one_row() {
        let frame = "app/exception/stacktrace/frame";
        let parts = [
            part("app/exception/type", "KeyError", "KeyError"),
            part(&format!("{frame}/module"), "shop.views", "shop.views"),
            part(&format!("{frame}/function"), "load", "save"),
            part(&format!("{frame}/module"), "shop.db", "shop.db"),
        ];
        let (runs, left_out) = runs(&parts);
        let outline: Vec<(usize, Option<&str>)> = runs
            .iter()
            .flat_map(|run| &run.rows)
            .map(|row| (row.left.len(), row.verdict))
            .collect();
        assert_eq!(outline, [(1, None), (2, Some("separates")), (1, None)]);
        assert_eq!(left_out, None);
    }

    #[test]
    fn many_equal_rows_fold() {
        let parts: Vec<_> = (0..5).map(|_| part("app/message", "a", "a")).collect();
        let (runs, _) = runs(&parts);
        assert_eq!(runs[0].folded.as_deref(), Some("5 equal parts"));
    }
}
