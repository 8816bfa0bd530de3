use super::Settings;
use crate::config::Mode;
use crate::selector::{Selector, SelectorItem};

/// Sensitive fields of at most so many characters match only as a word of their own in mode
/// *improved*: `exp` is no part of `Unexpected`, nor `x` of `extra`.
const SHORT_CHARS_MAX: usize = 3;

/// Characters that only a path of several items has.
const PATH_CHARACTERS: [char; 4] = ['.', '$', '*', '\''];

impl Settings {
    /// The pattern that the sensitive fields stand for, in any case of letters, as on Sentry's
    /// servers; `None` when there are none.
    pub(super) fn sensitive_pattern(&self, mode: Mode) -> Option<String> {
        let fields = names(&self.sensitive_fields).map(|field| match mode {
            Mode::Improved if field.chars().count() <= SHORT_CHARS_MAX => word(field),
            _ => format!("(?i:{})", regex::escape(field)),
        });
        joined(fields)
    }

    /// The names in front of values inside texts that the sensitive fields stand for.
    pub(super) fn assigned_pattern(&self) -> Option<String> {
        joined(names(&self.sensitive_fields).map(|field| {
            let is_short = field.chars().count() <= SHORT_CHARS_MAX;
            let (before, after) = if is_short {
                (r"\b", "")
            } else {
                ("", r"[\w-]*")
            };
            format!("{before}{}{after}", regex::escape(field))
        }))
    }

    /// The sensitive fields that are paths; in mode *improved* they count as such too.
    pub(super) fn sensitive_paths(&self) -> Vec<Selector> {
        names(&self.sensitive_fields)
            .filter(|field| field.contains(PATH_CHARACTERS))
            .filter_map(|field| field.parse().ok())
            .collect()
    }

    /// What the safe fields name, each a selector or else one literal key. In mode *improved* a
    /// path without quotes is a literal key too, as keys with dots are common.
    pub(crate) fn safe(&self, mode: Mode) -> Vec<Selector> {
        let key = |field: &str| Selector::Path(vec![SelectorItem::Key(field.to_owned())]);
        let mut safe = Vec::new();
        for field in names(&self.exclude_fields) {
            match field.parse::<Selector>() {
                Ok(selector) => {
                    let is_dotted = mode == Mode::Improved && is_plain_path(&selector);
                    safe.push(selector);
                    safe.extend(is_dotted.then(|| key(field)));
                }
                Err(_) => safe.push(key(field)),
            }
        }
        safe
    }
}

/// A pattern for a field as a word of its own: `cc` in `card_cc`, `ccNumber` and `cardCc`.
fn word(field: &str) -> String {
    let escaped = regex::escape(field);
    let mut letters = field.chars();
    let capitalised: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters.flat_map(char::to_lowercase))
        .collect();
    let capitalised = regex::escape(&capitalised);
    format!(
        "(?:(?:^|[^0-9A-Za-z])(?i:{escaped})(?:$|[^0-9a-z])|[0-9a-z]{capitalised}(?:$|[^0-9a-z]))"
    )
}

fn is_plain_path(selector: &Selector) -> bool {
    let is_key = |item: &SelectorItem| matches!(item, SelectorItem::Key(_));
    matches!(selector, Selector::Path(items) if items.len() > 1 && items.iter().all(is_key))
}

fn joined(patterns: impl Iterator<Item = String>) -> Option<String> {
    let joined = patterns.collect::<Vec<_>>().join("|");
    (!joined.is_empty()).then_some(joined)
}

fn names(fields: &[String]) -> impl Iterator<Item = &str> {
    fields
        .iter()
        .map(|field| field.trim())
        .filter(|field| !field.is_empty())
}
