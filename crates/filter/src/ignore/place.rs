use regex::bytes::RegexSetBuilder;
use regex_syntax::ParserBuilder;
use serde_json::Value;

use super::{EXPRESSIONS_MAX, Operator, PLACE_REGEX_BYTES_MAX, REGEX_BYTES_MAX, RuleError};
use crate::Pattern;

/// Whether the rules of one organisation or project can be kept together: takes the name and the
/// JSON text of each. What cannot be read of a text counts nothing.
///
/// # Errors
/// When they have more than [`EXPRESSIONS_MAX`] wildcards and regular expressions, at the rule with
/// the first that is too many, or when these take more than [`PLACE_REGEX_BYTES_MAX`].
pub fn check_place<'r>(
    rules: impl IntoIterator<Item = (&'r str, &'r str)>,
) -> Result<(), RuleError> {
    let mut sources = Vec::new();
    for (name, text) in rules {
        let rule: Value = serde_json::from_str(text).unwrap_or_default();
        collect(rule.get("when"), &mut sources);
        if sources.len() > EXPRESSIONS_MAX {
            return Err(RuleError {
                at: format!("rule {name:?}"),
                reason: format!(
                    "with it the rules of this place have {} wildcards and regular expressions, at \
                     most {EXPRESSIONS_MAX} are kept; use contains or starts_with where that will \
                     do",
                    sources.len()
                ),
            });
        }
    }
    // So few fit whatever they say.
    if sources.len() * REGEX_BYTES_MAX <= PLACE_REGEX_BYTES_MAX {
        return Ok(());
    }
    let set = RegexSetBuilder::new(sources)
        .size_limit(PLACE_REGEX_BYTES_MAX)
        .build();
    match set {
        Ok(_) => Ok(()),
        Err(_) => Err(RuleError {
            at: "rules".to_owned(),
            reason: format!(
                "their wildcards and regular expressions take more than {PLACE_REGEX_BYTES_MAX} \
                 bytes together when compiled: repeat less"
            ),
        }),
    }
}

/// Adds the wildcards and regular expressions of a condition.
fn collect(condition: Option<&Value>, sources: &mut Vec<String>) {
    let Some(entries) = condition.and_then(Value::as_object) else {
        return;
    };
    for key in ["all", "any"] {
        let list = entries.get(key).and_then(Value::as_array);
        for condition in list.into_iter().flatten() {
            collect(Some(condition), sources);
        }
    }
    collect(entries.get("not"), sources);
    let word = |key: &str| entries.get(key).and_then(Value::as_str);
    let (Some(op), Some(value)) = (word("op").and_then(Operator::parse), word("value")) else {
        return;
    };
    let source = match op {
        Operator::Wildcard => Pattern::case_insensitive(value)
            .ok()
            .map(|pattern| pattern.regex()),
        Operator::Regex => Some(value.to_owned()),
        _ => None,
    };
    let is_readable = |source: &String| {
        let mut parser = ParserBuilder::new().utf8(false).build();
        parser.parse(source).is_ok()
    };
    sources.extend(source.filter(is_readable));
}
