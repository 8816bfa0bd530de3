//! Reads one rule from its line (reference/GROUPING.md section 8 "Server rules"):
//! `matcher… -> value[, value…] [title="…"]`.

use super::matcher::{Item, Key, Matcher};
use super::scanner::{Scanner, unescaped};

/// What a line says.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) matchers: Vec<Matcher>,
    /// What the next frame of the list must be.
    pub(super) caller: Option<Matcher>,
    /// What the frame before it in the list must be.
    pub(super) callee: Option<Matcher>,
    pub(super) values: Vec<String>,
    pub(super) title: Option<String>,
}

/// A part of a fingerprint or its attribute.
enum Part {
    Value(String),
    Title(String),
}

/// Reads a line that is neither blank nor a comment; tells in a sentence what is wrong with it.
pub(super) fn parse(line: &str) -> Result<Parsed, String> {
    let mut rest = Scanner::new(line);
    let mut parsed = Parsed::default();
    rest.blanks();
    if rest.take("[") {
        parsed.caller = Some(neighbour(&mut rest)?);
        rest.blanks();
        if !rest.take("|") {
            return Err("expected `|` after the neighbour's `]`".to_owned());
        }
        rest.blanks();
    }
    while !rest.take("->") {
        if rest.take("|") {
            rest.blanks();
            if !rest.take("[") {
                return Err("expected a neighbour in brackets after `|`".to_owned());
            }
            parsed.callee = Some(neighbour(&mut rest)?);
            rest.blanks();
            if !rest.take("->") {
                return Err("expected `->` after the neighbour".to_owned());
            }
            break;
        }
        if rest.is_done() {
            return Err("expected `->` and a fingerprint after the matchers".to_owned());
        }
        parsed.matchers.push(matcher(&mut rest)?);
        rest.blanks();
    }
    if parsed.matchers.is_empty() {
        return Err("expected a matcher before `->`, as in `type:KeyError`".to_owned());
    }
    fingerprint(&mut rest, &mut parsed)?;
    Ok(parsed)
}

fn is_key_character(it: char) -> bool {
    it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | '-')
}

fn matcher(rest: &mut Scanner<'_>) -> Result<Matcher, String> {
    let is_negated = rest.take("!");
    let name = match rest.quoted() {
        Some(name) if name.chars().all(|it| is_key_character(it) || it == ':') => name,
        Some(name) => return Err(format!("`{name}` is no name of a matcher")),
        None => rest.take_while(is_key_character),
    };
    if name.is_empty() {
        return Err(format!("expected a matcher or `->` at `{}`", rest.rest()));
    }
    if !rest.take(":") {
        return Err(format!("expected `:` after `{name}`"));
    }
    let key = Key::named(name).ok_or_else(|| format!("unknown matcher `{name}`"))?;
    let argument = argument(rest, name)?;
    Matcher::new(key, is_negated, &argument).map_err(|error| format!("`{name}`: {error}"))
}

fn argument(rest: &mut Scanner<'_>, name: &str) -> Result<String, String> {
    if let Some(quoted) = rest.quoted() {
        return Ok(unescaped(quoted));
    }
    if rest.rest().starts_with('"') {
        return Err(format!("the quote of `{name}`'s argument is not closed"));
    }
    let argument = rest.take_while(|it| !it.is_whitespace());
    if argument.is_empty() {
        return Err(format!("`{name}:` has no argument"));
    }
    Ok(argument.to_owned())
}

fn neighbour(rest: &mut Scanner<'_>) -> Result<Matcher, String> {
    rest.blanks();
    let matcher = matcher(rest)?;
    if matcher.key.item() != Item::Frame {
        return Err("only frames have neighbours".to_owned());
    }
    rest.blanks();
    if !rest.take("]") {
        return Err("expected ` ]` after the neighbour's matcher".to_owned());
    }
    Ok(matcher)
}

fn fingerprint(rest: &mut Scanner<'_>, parsed: &mut Parsed) -> Result<(), String> {
    rest.blanks();
    if rest.is_done() {
        return Err("expected a fingerprint after `->`".to_owned());
    }
    while !rest.is_done() {
        match part(rest)? {
            Part::Value(value) => parsed.values.push(value),
            Part::Title(title) => parsed.title = Some(title),
        }
        rest.blanks();
        rest.take(",");
        rest.blanks();
    }
    Ok(())
}

fn part(rest: &mut Scanner<'_>) -> Result<Part, String> {
    let mut behind = *rest;
    let key = behind.take_while(is_key_character);
    if !key.is_empty()
        && behind.take("=")
        && let Some(text) = behind.quoted()
    {
        if key != "title" {
            return Err(format!(
                "unknown attribute `{key}`; the only one is `title`"
            ));
        }
        *rest = behind;
        return Ok(Part::Title(unescaped(text)));
    }
    if let Some(text) = rest.quoted() {
        return Ok(Part::Value(unescaped(text)));
    }
    if let Some(variable) = rest.variable() {
        return Ok(Part::Value(variable.to_owned()));
    }
    let word = rest.take_while(|it| !it.is_whitespace() && !matches!(it, '{' | ','));
    if word.is_empty() {
        let near = rest.rest();
        return Err(format!(
            "expected a value at `{near}`; a variable is written `{{{{ name }}}}`"
        ));
    }
    Ok(Part::Value(word.to_owned()))
}
