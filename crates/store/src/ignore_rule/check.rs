//! What holds for every rule that is stored.

use watchfire_filter::ignore::{Rule, check_place, parse_json};

use super::RULES_PER_SCOPE_MAX;
use super::read::RuleText;
use crate::error::{Error, Result};
use crate::tags::without_nul;

/// The JSON text of a rule that can be read back and compiled.
pub(super) fn text_of(rule: &Rule) -> Result<String> {
    let refused = |reason: String| Error::Refused(reason);
    let text = serde_json::to_string(rule).map_err(|error| refused(error.to_string()))?;
    let text = without_nul(&text).into_owned();
    parse_json(&text).map_err(|error| refused(error.to_string()))?;
    Ok(text)
}

/// Two rules of a place never have one name, so that a file can name them.
pub(super) fn check_name(name: &str, others: &[RuleText]) -> Result<()> {
    if others.iter().any(|other| is_same_name(&other.name, name)) {
        return Err(Error::Refused(format!(
            "there is a rule named “{name}” already; choose another name"
        )));
    }
    Ok(())
}

/// Rules of a place are kept only if they can be compiled together: takes names and texts.
pub(super) fn check_together<'r>(
    others: impl Iterator<Item = &'r RuleText>,
    new: impl IntoIterator<Item = (&'r str, &'r str)>,
) -> Result<()> {
    let others = others.map(|other| (other.name.as_str(), other.text.as_str()));
    let checked = check_place(others.chain(new));
    checked.map_err(|error| Error::Refused(error.to_string()))
}

/// Names are compared without regard to case.
pub(super) fn is_same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

pub(super) fn check_count(count: usize) -> Result<()> {
    if count <= RULES_PER_SCOPE_MAX {
        return Ok(());
    }
    Err(Error::Refused(format!(
        "that would be {count} rules, at most {RULES_PER_SCOPE_MAX} are kept in one place; remove \
         some, or put several conditions into one rule"
    )))
}
