//! Titles that rules give to events.

use super::variable;
use crate::context::Context;

/// Characters of a title with its variables resolved; the rest is left out.
const TITLE_CHARS_MAX: usize = 256;

/// Bytes from which on no more variables are resolved, for the title is long enough.
const TITLE_BYTES_MAX: usize = 4 * TITLE_CHARS_MAX;

/// The title that the event's rule gives it, with the variables resolved; `None` if there is no
/// such rule or it gives none. Unknown variables of 2023 stay as they are written.
pub(crate) fn title(context: &Context<'_>) -> Option<String> {
    let template = context.rule()?.title.as_deref()?;
    let (mut title, mut rest) = (String::new(), template);
    while let Some(start) = rest.find("{{") {
        let (before, from) = rest.split_at(start);
        title.push_str(before);
        let mut scanner = super::Scanner::new(from);
        match scanner.variable() {
            Some(written) => {
                let name = variable::name(written);
                let value = name.and_then(|name| variable::resolve_raw(name, context));
                title.push_str(value.as_deref().unwrap_or(written));
                rest = scanner.rest();
            }
            None => {
                title.push_str("{{");
                rest = from.get("{{".len()..).unwrap_or_default();
            }
        }
        if title.len() > TITLE_BYTES_MAX {
            break;
        }
    }
    title.push_str(rest);
    let kept = title
        .trim()
        .chars()
        .take(TITLE_CHARS_MAX)
        .collect::<String>();
    (!kept.is_empty()).then_some(kept)
}
