use std::str::FromStr;

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer};

use super::types::Type;
use super::{Selector, SelectorItem};

/// Selectors nest at most this deep in parentheses, so that no text can exhaust the stack.
const DEPTH_MAX: usize = 64;
/// A selector takes at most this many bytes.
const SELECTOR_BYTES_MAX: usize = 16_384;

/// Why a text is not a selector (reference/SCRUBBING.md section 4.1). Characters are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectorError {
    /// The text breaks off, or has something else than the grammar expects.
    #[error("invalid syntax at character {0}: expected a path such as extra.password")]
    Syntax(usize),
    /// `*` alone would name every value.
    #[error("* alone at character {0}: a wildcard must be part of a path such as extra.*")]
    InvalidWildcard(usize),
    /// `**` may occur once in a path.
    #[error("a second ** at character {0}: it may occur once in a path")]
    InvalidDeepWildcard(usize),
    /// `$name` with a name that no type has.
    #[error("unknown type ${name} at character {at}; known are {}", Type::names())]
    UnknownType {
        /// The name.
        name: String,
        /// Where its `$` stands.
        at: usize,
    },
    /// The text takes more than 16,384 bytes, or nests deeper than 64 parentheses.
    #[error("the selector is too long or nests too deep at character {0}")]
    TooLarge(usize),
}

impl SelectorError {
    /// The character at which reading went wrong, counted from 1.
    #[must_use]
    pub fn character(&self) -> usize {
        match self {
            Self::Syntax(at)
            | Self::InvalidWildcard(at)
            | Self::InvalidDeepWildcard(at)
            | Self::UnknownType { at, .. }
            | Self::TooLarge(at) => *at,
        }
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    /// Reads the selector grammar, without the legacy words.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > SELECTOR_BYTES_MAX {
            return Err(SelectorError::TooLarge(SELECTOR_BYTES_MAX));
        }
        let mut parser = Parser {
            text,
            place: 0,
            depth: 0,
        };
        let selector = parser.either()?;
        parser.skip_blanks();
        if parser.rest().is_empty() {
            Ok(selector)
        } else {
            Err(parser.error())
        }
    }
}

impl Selector {
    /// Reads a selector as it stands in a configuration's `applications`: the grammar, or one of
    /// the legacy words such as `freeform`.
    ///
    /// # Errors
    /// [`SelectorError`] says what the text breaks.
    pub fn parse_application(text: &str) -> Result<Self, SelectorError> {
        let path = |kind| Self::Path(vec![SelectorItem::Type(kind)]);
        match text {
            "freeform" | "email" | "sensitive" | "text" => Ok(path(Type::String)),
            "databag" | "container" => Ok(path(Type::Object)),
            _ => text.parse(),
        }
    }
}

impl<'de> Deserialize<'de> for Selector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // Relay's words, as tools may look for them.
        Self::parse_application(&text)
            .ok()
            .ok_or_else(|| D::Error::invalid_value(Unexpected::Str(&text), &"a selector"))
    }
}

/// Whether a key needs no quotes.
pub(super) fn is_bare_key(key: &str) -> bool {
    key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && key.chars().all(is_key_character)
}

fn is_key_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
}

struct Parser<'t> {
    text: &'t str,
    /// Byte offset of what has not been read.
    place: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn either(&mut self) -> Result<Selector, SelectorError> {
        let first = self.both()?;
        let mut parts = vec![first];
        while self.take("||") || self.take("|") {
            parts.push(self.both()?);
        }
        Ok(single_or(parts, Selector::Or))
    }

    fn both(&mut self) -> Result<Selector, SelectorError> {
        let first = self.maybe_not()?;
        let mut parts = vec![first];
        while self.take("&&") || self.take("&") {
            parts.push(self.maybe_not()?);
        }
        Ok(single_or(parts, Selector::And))
    }

    fn maybe_not(&mut self) -> Result<Selector, SelectorError> {
        if self.take("!") || self.take("~") {
            return Ok(Selector::Not(Box::new(self.primary()?)));
        }
        self.primary()
    }

    fn primary(&mut self) -> Result<Selector, SelectorError> {
        if !self.take("(") {
            return self.path();
        }
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(SelectorError::TooLarge(self.character()));
        }
        let inner = self.either()?;
        self.depth -= 1;
        if self.take(")") {
            Ok(inner)
        } else {
            Err(self.error())
        }
    }

    fn path(&mut self) -> Result<Selector, SelectorError> {
        self.skip_blanks();
        let start = self.character();
        let mut items = vec![self.item()?];
        while self.take(".") {
            self.skip_blanks();
            let start = self.character();
            let item = self.item()?;
            let deep = SelectorItem::DeepWildcard;
            if item == deep && items.contains(&deep) {
                return Err(SelectorError::InvalidDeepWildcard(start));
            }
            items.push(item);
        }
        if items == [SelectorItem::Wildcard] {
            return Err(SelectorError::InvalidWildcard(start));
        }
        Ok(Selector::Path(items))
    }

    fn item(&mut self) -> Result<SelectorItem, SelectorError> {
        self.skip_blanks();
        let at = self.character();
        if self.take("$") {
            let name = self.take_while(|c| c.is_ascii_lowercase() || c == '_');
            let kind = Type::parse(name).map(SelectorItem::Type);
            return kind.ok_or_else(|| SelectorError::UnknownType {
                name: name.to_owned(),
                at,
            });
        }
        if self.take("**") {
            return Ok(SelectorItem::DeepWildcard);
        }
        if self.take("*") {
            return Ok(SelectorItem::Wildcard);
        }
        if self.take("'") {
            return self.quoted_key();
        }
        let word = self.take_while(is_key_character);
        if let Ok(index) = word.parse() {
            return Ok(SelectorItem::Index(index));
        }
        if is_bare_key(word) {
            return Ok(SelectorItem::Key(word.to_owned()));
        }
        Err(self.error())
    }

    fn quoted_key(&mut self) -> Result<SelectorItem, SelectorError> {
        let mut key = String::new();
        loop {
            key.push_str(self.take_while(|character| character != '\''));
            if self.rest().starts_with("''") {
                self.place += "''".len();
                key.push('\'');
            } else if self.rest().starts_with('\'') && !key.is_empty() {
                self.place += "'".len();
                return Ok(SelectorItem::Key(key));
            } else {
                return Err(self.error());
            }
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.place..).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        self.take_while(|character| character == ' ');
    }

    /// Skips blanks and then `token`, if it stands there.
    fn take(&mut self, token: &str) -> bool {
        self.skip_blanks();
        let found = self.rest().starts_with(token);
        if found {
            self.place += token.len();
        }
        found
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest
            .find(|character| !belongs(character))
            .unwrap_or(rest.len());
        self.place += end;
        rest.get(..end).unwrap_or_default()
    }

    fn error(&self) -> SelectorError {
        SelectorError::Syntax(self.character())
    }

    /// The number of the next character, counted from 1.
    fn character(&self) -> usize {
        let read = self.text.get(..self.place).unwrap_or_default();
        read.chars().count() + 1
    }
}

fn single_or(mut parts: Vec<Selector>, join: fn(Vec<Selector>) -> Selector) -> Selector {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            join(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, printed: &str) {
        let selector: Selector = text.parse().unwrap();
        assert_eq!(selector.to_string(), printed);
    }

    #[test]
    fn selectors_print_in_canonical_form() {
        check("extra.foo", "extra.foo");
        check("$request.'my key' | ~$string", "$http.'my key' || !$string");
        check("a&(b|c)", "a && (b || c)");
        check("!(!a)", "!!a");
        check("extra.l.0.**", "extra.l.0.**");
        check("'it''s'", "'it''s'");
        check(" a . b ", "a.b");
    }

    #[test]
    fn what_the_grammar_forbids_is_refused_with_its_reason() {
        for text in [
            "", "a.", "1a", "-a", "''", "foo bar", "!!a", "é", "(a", "a)", "$", "'a",
        ] {
            assert!(
                text.parse::<Selector>().is_err(),
                "{text} should be refused"
            );
        }
    }

    #[track_caller]
    fn check_error(text: &str, expected: SelectorError) {
        let error = text.parse::<Selector>().unwrap_err();
        assert_eq!(error, expected, "{text}");
        assert!(error.to_string().contains(&error.character().to_string()));
    }

    #[test]
    fn an_error_says_at_which_character() {
        check_error("*", SelectorError::InvalidWildcard(1));
        check_error("é.a", SelectorError::Syntax(1));
        check_error("a && *", SelectorError::InvalidWildcard(6));
        check_error("**.a.**", SelectorError::InvalidDeepWildcard(6));
        check_error("'é' || foo bar", SelectorError::Syntax(12));
        check_error("a.", SelectorError::Syntax(3));
        check_error(
            "a.$nothing",
            SelectorError::UnknownType {
                name: "nothing".to_owned(),
                at: 3,
            },
        );
        let long = "a".repeat(SELECTOR_BYTES_MAX + 1);
        check_error(&long, SelectorError::TooLarge(SELECTOR_BYTES_MAX));
    }

    #[test]
    fn endless_parentheses_are_refused() {
        assert!("(".repeat(100_000).parse::<Selector>().is_err());
    }

    #[test]
    fn legacy_words_count_only_in_applications() {
        let legacy = Selector::parse_application("databag").unwrap();
        assert_eq!(legacy.to_string(), "$object");
        assert_eq!(
            "databag".parse::<Selector>().unwrap().to_string(),
            "databag"
        );
    }
}
