use regex_syntax::ParserBuilder;

use crate::rules::{PATTERN_BYTES_MAX, user_regex};

/// Whether a pattern of a user's can run; else why not, with the place as a character.
pub(super) fn check(pattern: &str) -> Result<(), String> {
    let Err(error) = user_regex(pattern) else {
        return Ok(());
    };
    if let regex::Error::CompiledTooBig(_) = error {
        return Err(format!(
            "is too large: compiled it takes more than {PATTERN_BYTES_MAX} bytes"
        ));
    }
    match ParserBuilder::new().build().parse(pattern) {
        Err(regex_syntax::Error::Parse(error)) => Err(at(
            pattern,
            error.span().start.offset,
            &error.kind().to_string(),
        )),
        Err(regex_syntax::Error::Translate(error)) => Err(at(
            pattern,
            error.span().start.offset,
            &error.kind().to_string(),
        )),
        _ => Err(format!("is no valid pattern: {error}")),
    }
}

fn at(pattern: &str, offset: usize, reason: &str) -> String {
    let before = pattern.get(..offset).unwrap_or(pattern);
    let character = before.chars().count() + 1;
    format!("is no valid pattern at character {character}: {reason}")
}
