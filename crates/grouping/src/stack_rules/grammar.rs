//! Reads a line of stack-trace rules (reference/GROUPING.md section 9):
//! `[ matcher ] | matcher matcher … | [ matcher ] action action …`.

use crate::glob::{Glob, GlobKind};

use super::line::{
    Action, ErrorField, Families, Field, Flag, FlagAction, Line, Matcher, Place, Range, Test,
};

/// Frames that a `max-frames` or `min-frames` may name.
const FRAMES_MAX: usize = 1_000_000;

/// What a line says; the error says in one sentence why it is no rule.
pub(super) fn read(line: &str) -> Result<Line, String> {
    let mut reader = Reader { rest: line };
    let matchers = reader.matchers()?;
    let mut actions = Vec::new();
    loop {
        reader.skip_blanks();
        if reader.rest.is_empty() || reader.rest.starts_with('#') {
            break;
        }
        actions.push(reader.action()?);
    }
    if actions.is_empty() {
        return Err(
            "no action: +app, -app, +group, -group, category=, max-frames= or \
                    min-frames= is missing"
                .to_owned(),
        );
    }
    Ok(Line { matchers, actions })
}

struct Reader<'l> {
    rest: &'l str,
}

impl<'l> Reader<'l> {
    fn matchers(&mut self) -> Result<Vec<Matcher>, String> {
        let mut matchers = Vec::new();
        self.skip_blanks();
        if self.take("[") {
            matchers.push(self.matcher(Place::Caller)?);
            self.expect("]")?;
            self.expect("|")?;
        }
        let neighbours = matchers.len();
        while self.is_at_matcher() {
            matchers.push(self.matcher(Place::Own)?);
        }
        if matchers.len() == neighbours {
            return Err(format!(
                "expected a matcher such as function:name{}",
                self.near()
            ));
        }
        if self.take("|") {
            self.expect("[")?;
            matchers.push(self.matcher(Place::Callee)?);
            self.expect("]")?;
        }
        Ok(matchers)
    }

    /// Whether a matcher is next rather than an action; leaves blanks behind.
    fn is_at_matcher(&mut self) -> bool {
        self.skip_blanks();
        let key = self.rest.strip_prefix('!').unwrap_or(self.rest);
        if key.starts_with('"') {
            return true;
        }
        let end = key.find(|character| !is_of_name(character));
        matches!(end.and_then(|end| key.get(end..)), Some(rest) if rest.starts_with(':'))
            && !key.starts_with(':')
    }

    fn matcher(&mut self, place: Place) -> Result<Matcher, String> {
        self.skip_blanks();
        let is_negated = self.take("!");
        let key = self.key()?;
        if !self.take(":") {
            return Err(format!("expected : after {key}{}", self.near()));
        }
        let argument = self.argument(key)?;
        let test = test(key, &argument)?;
        Ok(Matcher {
            place,
            is_negated,
            test,
        })
    }

    fn key(&mut self) -> Result<&'l str, String> {
        if self.take("\"") {
            let (key, rest) = self
                .rest
                .split_once('"')
                .ok_or_else(|| format!("a quote is not closed{}", self.near()))?;
            self.rest = rest;
            return Ok(key);
        }
        let key = self.name();
        if key.is_empty() {
            return Err(format!("expected the name of a matcher{}", self.near()));
        }
        Ok(key)
    }

    /// What a matcher looks for: quoted, or up to the next blank. Backslashes keep their meaning
    /// for the pattern; two of them are one.
    fn argument(&mut self, key: &str) -> Result<String, String> {
        let Some(quoted) = self.rest.strip_prefix('"') else {
            let end = self.rest.find(char::is_whitespace);
            let (argument, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
            if argument.is_empty() {
                return Err(format!("{key}: has nothing to look for"));
            }
            self.rest = rest;
            return Ok(argument.replace("\\\\", "\\"));
        };
        let mut argument = String::new();
        let mut characters = quoted.chars();
        loop {
            match characters.next() {
                None => return Err(format!("the quote after {key}: is not closed")),
                Some('"') => break,
                Some('\\') => match characters.next() {
                    Some(escaped @ ('"' | '\\')) => argument.push(escaped),
                    Some(other) => argument.extend(['\\', other]),
                    None => return Err(format!("the quote after {key}: is not closed")),
                },
                Some(character) => argument.push(character),
            }
        }
        self.rest = characters.as_str();
        Ok(argument.replace("\\\\", "\\"))
    }

    fn action(&mut self) -> Result<Action, String> {
        let before = self.rest;
        let name = self.name();
        if matches!(name, "category" | "max-frames" | "min-frames") {
            self.expect("=")?;
            self.skip_blanks();
            let value = self.name();
            return variable(name, value);
        }
        self.rest = before;
        let range = match before.chars().next() {
            Some('^') => Range::Up,
            Some('v') => Range::Down,
            _ => Range::This,
        };
        if range != Range::This {
            self.rest = before.get(1..).unwrap_or_default();
        }
        let value = match self.rest.chars().next() {
            Some('+') => true,
            Some('-') => false,
            _ => {
                self.rest = before;
                return Err(format!("expected an action{}", self.near()));
            }
        };
        self.rest = self.rest.get(1..).unwrap_or_default();
        let flag = if self.take("app") {
            Flag::InApp
        } else if self.take("group") {
            Flag::Group
        } else {
            return Err(format!("expected app or group{}", self.near()));
        };
        Ok(Action::Flag(FlagAction { flag, value, range }))
    }

    /// A name of letters, digits, `_`, `.` and `-`; may be empty.
    fn name(&mut self) -> &'l str {
        let end = self.rest.find(|character| !is_of_name(character));
        let (name, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        name
    }

    fn expect(&mut self, text: &str) -> Result<(), String> {
        self.skip_blanks();
        if self.take(text) {
            Ok(())
        } else {
            Err(format!("expected {text}{}", self.near()))
        }
    }

    fn take(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Where the reader is, for an error.
    fn near(&self) -> String {
        const CHARACTERS_SHOWN: usize = 32;
        let shown: String = self.rest.chars().take(CHARACTERS_SHOWN).collect();
        if shown.is_empty() {
            " at the end of the line".to_owned()
        } else {
            format!(" at `{shown}`")
        }
    }
}

fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '.' | '-')
}

fn test(key: &str, argument: &str) -> Result<Test, String> {
    let glob = |kind| Glob::new(argument, kind).map_err(|error| error.to_string());
    let text = |field: Field| glob(field.kind()).map(|glob| Test::Text(field, glob));
    let error = |field| glob(GlobKind::Text).map(|glob| Test::Error(field, glob));
    match key {
        "stack.function" | "function" => text(Field::Function),
        "stack.module" | "module" => text(Field::Module),
        "stack.package" | "package" => text(Field::Package),
        "stack.abs_path" | "path" => text(Field::Path),
        "error.type" | "type" => error(ErrorField::Kind),
        "error.value" | "value" => error(ErrorField::Value),
        "error.mechanism" | "mechanism" => error(ErrorField::Mechanism),
        "category" => glob(GlobKind::Text).map(Test::Category),
        "family" => families(argument).map(Test::Family),
        "app" => match argument {
            "1" | "yes" | "true" => Ok(Test::InApp(true)),
            "0" | "no" | "false" => Ok(Test::InApp(false)),
            _ => Err(format!("app: takes yes or no, not {argument}")),
        },
        _ => Err(format!(
            "unknown matcher {key}; there are family, path, module, function, package, app, \
             category, type, value and mechanism"
        )),
    }
}

fn families(argument: &str) -> Result<Families, String> {
    let mut families = Families::default();
    for name in argument.split(',') {
        match name {
            "native" => families.native = true,
            "javascript" => families.javascript = true,
            "other" => families.other = true,
            "all" => {
                families = Families {
                    native: true,
                    javascript: true,
                    other: true,
                }
            }
            _ => {
                return Err(format!(
                    "unknown family {name}; there are native, javascript, other and all"
                ));
            }
        }
    }
    Ok(families)
}

fn variable(name: &str, value: &str) -> Result<Action, String> {
    if name == "category" {
        if value.is_empty() {
            return Err("category= has no name".to_owned());
        }
        return Ok(Action::Category(value.to_owned()));
    }
    let number = value.parse().ok().filter(|number| *number <= FRAMES_MAX);
    let number = number
        .ok_or_else(|| format!("{name}= takes a number up to {FRAMES_MAX}, not {value:?}"))?;
    Ok(if name == "max-frames" {
        Action::MaxFrames(number)
    } else {
        Action::MinFrames(number)
    })
}

#[cfg(test)]
mod tests;
