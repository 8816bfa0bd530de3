//! Issues in a file: an array of issues, or a line of JSON for each.
//!
//! An issue is what Sentry's API answers, with `hashes` added: a list of texts, or what
//! `…/issues/{id}/hashes/` answers. In a file of lines, a line may also be a whole array, such as
//! a saved page; a line that cannot be read is reported and left out.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::problem::Problem;

/// One item of a file and the place that it stands at.
pub(super) struct Placed {
    /// `line 7`, or `item 7` of an array.
    pub(super) place: String,
    /// The item.
    pub(super) value: Value,
}

/// Reads every item of a file.
///
/// # Errors
/// When the file cannot be read, or holds neither an array nor lines of JSON.
pub(super) fn read(path: &Path) -> Result<(Vec<Placed>, Vec<Problem>)> {
    let name = path.display();
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {name}"))?;
    let text = String::from_utf8(bytes).with_context(|| format!("{name} is not text"))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut first = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_lines = first.next().is_none_or(is_json);
    if is_lines {
        return Ok(lines(text));
    }
    let whole: Value = serde_json::from_str(text)
        .with_context(|| format!("{name} holds neither an array of issues nor an issue a line"))?;
    let mut found = Vec::new();
    add(&mut found, whole, "item");
    Ok((found, Vec::new()))
}

fn is_json(line: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok()
}

fn lines(text: &str) -> (Vec<Placed>, Vec<Problem>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let place = format!("line {}", index + 1);
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(line) {
            Ok(value @ Value::Array(_)) => add(&mut found, value, &format!("{place} item")),
            Ok(value) => found.push(Placed { place, value }),
            Err(error) => problems.push(Problem::new(place, format!("no JSON: {error}"))),
        }
    }
    (found, problems)
}

/// Adds the items of an array, or a single issue.
fn add(found: &mut Vec<Placed>, value: Value, place: &str) {
    let items = match value {
        Value::Array(items) => items,
        other => vec![other],
    };
    found.extend(items.into_iter().enumerate().map(|(index, value)| Placed {
        place: format!("{place} {}", index + 1),
        value,
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places of a file's items and its problems.
    fn places(text: &str) -> (Vec<String>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("issues.json");
        std::fs::write(&path, text).unwrap();
        let (found, problems) = read(&path).unwrap();
        (
            found.into_iter().map(|item| item.place).collect(),
            problems.into_iter().map(|problem| problem.id).collect(),
        )
    }

    #[test]
    fn arrays_and_lines_are_told_apart() {
        let none = Vec::<String>::new();
        assert_eq!(places(""), (none.clone(), none.clone()));
        assert_eq!(
            places("[\n{\"id\": \"1\"},\n{\"id\": \"2\"}\n]").0,
            ["item 1", "item 2"]
        );
        assert_eq!(places("{\n\"id\": \"1\"\n}").0, ["item 1"]);
        assert_eq!(
            places("[{\"id\": \"1\"}, {}]\n").0,
            ["line 1 item 1", "line 1 item 2"]
        );
        let (found, problems) = places("{\"id\": \"1\"}\n\n{oops\n{\"id\": \"2\"}");
        assert_eq!(
            (found, problems),
            (
                vec!["line 1".into(), "line 4".into()],
                vec!["line 3".into()]
            )
        );
    }

    #[test]
    fn what_is_neither_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("issues.json");
        assert!(read(&path).is_err(), "no such file");
        std::fs::write(&path, "issues: none").unwrap();
        assert!(read(&path).is_err());
    }
}
