use std::str::FromStr;

use serde::{Deserialize, Deserializer};

use super::types::Type;
use super::{Selector, SelectorItem};

/// Selectors nest at most this deep in parentheses, so that no text can exhaust the stack.
const DEPTH_MAX: usize = 64;

/// Why a text is not a selector (reference/SCRUBBING.md section 4.1).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectorError {
    /// The text breaks off, or has something else than the grammar expects.
    #[error("invalid syntax at character {0}: expected a path such as extra.password")]
    Syntax(usize),
    /// `*` alone would name every value.
    #[error("wildcard must be part of a path")]
    InvalidWildcard,
    /// `**` may occur once in a path.
    #[error("deep wildcard used more than once")]
    InvalidDeepWildcard,
    /// `$name` with a name that no type has.
    #[error("unknown value type ${0}")]
    UnknownType(String),
}

impl FromStr for Selector {
    type Err = SelectorError;

    /// Reads the selector grammar, without the legacy words.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
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
        Self::parse_application(&text).map_err(serde::de::Error::custom)
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
            return Err(self.error());
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
        let mut items = vec![self.item()?];
        while self.take(".") {
            items.push(self.item()?);
        }
        if items == [SelectorItem::Wildcard] {
            return Err(SelectorError::InvalidWildcard);
        }
        let deep = items
            .iter()
            .filter(|item| **item == SelectorItem::DeepWildcard);
        if deep.count() > 1 {
            return Err(SelectorError::InvalidDeepWildcard);
        }
        Ok(Selector::Path(items))
    }

    fn item(&mut self) -> Result<SelectorItem, SelectorError> {
        if self.take("$") {
            let name = self.take_while(|c| c.is_ascii_lowercase() || c == '_');
            let unknown = || SelectorError::UnknownType(name.to_owned());
            return Type::parse(name)
                .map(SelectorItem::Type)
                .ok_or_else(unknown);
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
        let read = self.text.get(..self.place).unwrap_or_default();
        SelectorError::Syntax(read.chars().count() + 1)
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
        let selector: Selector = text.parse().expect("reads");
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
        assert_eq!("*".parse::<Selector>(), Err(SelectorError::InvalidWildcard));
        assert_eq!(
            "**.**".parse::<Selector>(),
            Err(SelectorError::InvalidDeepWildcard)
        );
        let unknown = SelectorError::UnknownType("nothing".to_owned());
        assert_eq!("$nothing".parse::<Selector>(), Err(unknown));
    }

    #[test]
    fn endless_parentheses_are_refused() {
        assert!("(".repeat(100_000).parse::<Selector>().is_err());
    }

    #[test]
    fn legacy_words_count_only_in_applications() {
        let legacy = Selector::parse_application("databag").expect("reads");
        assert_eq!(legacy.to_string(), "$object");
        assert_eq!(
            "databag".parse::<Selector>().expect("reads").to_string(),
            "databag"
        );
    }
}
