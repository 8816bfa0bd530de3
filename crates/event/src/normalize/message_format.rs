//! Puts parameters into message templates, `%s` style and `{}` style
//! (reference/PROTOCOL.md section 8.3).

use std::borrow::Cow;

use crate::json::Value;

/// A formatted message never grows beyond this many bytes while it is put together; trimming cuts
/// it to its field's limit afterwards.
const FORMATTED_BYTES_MAX: usize = 65_536;

/// More parameters than this are not put in: each is looked up among all of them.
const PARAMETERS_MAX: usize = 256;

/// The message with its parameters put in, or `None` where template and parameters do not fit.
/// `%` anywhere makes it a Python template, else `{` one with braces.
pub(super) fn format_message(template: &str, params: &Value<'_>) -> Option<String> {
    let arguments = Arguments {
        params,
        next: 0,
        asked: 0,
    };
    if template.contains('%') {
        format_percent(template, arguments)
    } else if template.contains('{') {
        format_braces(template, arguments)
    } else {
        None
    }
}

struct Arguments<'v, 'a> {
    params: &'v Value<'a>,
    next: usize,
    /// How many were asked for.
    asked: usize,
}

impl<'v> Arguments<'v, '_> {
    /// Whether a message of this length takes no more parameters.
    fn is_full(&mut self, output: &str) -> bool {
        self.asked += 1;
        output.len() > FORMATTED_BYTES_MAX || self.asked >= PARAMETERS_MAX
    }

    fn next(&mut self) -> Option<Cow<'v, str>> {
        let index = self.next;
        self.next += 1;
        self.at(index)
    }

    fn at(&self, index: usize) -> Option<Cow<'v, str>> {
        self.params.as_array()?.get(index).map(text)
    }

    fn named(&self, name: &str) -> Option<Cow<'v, str>> {
        self.params.get(name).map(text)
    }
}

fn text<'v>(value: &'v Value<'_>) -> Cow<'v, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        _ => Cow::Owned(value.to_json()),
    }
}

fn format_percent(template: &str, mut arguments: Arguments<'_, '_>) -> Option<String> {
    let mut output = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('%') {
        output.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            output.push('%');
            rest = after;
            continue;
        }
        let (name, after) = match after.strip_prefix('(') {
            Some(named) => {
                let (name, after) = named.split_once(')')?;
                (Some(name), after)
            }
            None => (None, after),
        };
        let is_option = |letter: char| letter.is_ascii_digit() || "#-+ .*lhL".contains(letter);
        let after = after.trim_start_matches(is_option);
        let conversion = after.chars().next()?;
        if !"sdifFgGeErxXocbau".contains(conversion) {
            return None;
        }
        output.push_str(&match name {
            Some(name) => arguments.named(name)?,
            None => arguments.next()?,
        });
        if arguments.is_full(&output) {
            return Some(output);
        }
        rest = after.get(conversion.len_utf8()..)?;
    }
    output.push_str(rest);
    Some(output)
}

fn format_braces(template: &str, mut arguments: Arguments<'_, '_>) -> Option<String> {
    let mut output = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(place) = rest.find(['{', '}']) {
        let (before, brace) = rest.split_at(place);
        output.push_str(before);
        if let Some(after) = brace.strip_prefix("{{").or(brace.strip_prefix("}}")) {
            output.push_str(brace.get(..1)?);
            rest = after;
            continue;
        }
        let (field, after) = brace.strip_prefix('{')?.split_once('}')?;
        let name = field.split([':', '!']).next()?.trim();
        output.push_str(&if name.is_empty() {
            arguments.next()?
        } else if let Ok(index) = name.parse() {
            arguments.at(index).or_else(|| arguments.named(name))?
        } else {
            arguments.named(name)?
        });
        if arguments.is_full(&output) {
            return Some(output);
        }
        rest = after;
    }
    output.push_str(rest);
    Some(output)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[track_caller]
    fn check(template: &str, params: &str, expected: Option<&str>) {
        let params = parse(params.as_bytes()).expect("reads");
        assert_eq!(format_message(template, &params).as_deref(), expected);
    }

    #[test]
    fn percent_templates_take_parameters_by_place_and_by_name() {
        check("a %s b %d%%", r#"["x",5]"#, Some("a x b 5%"));
        check("%(a)s-%(b)05.2f", r#"{"a":"x","b":1.5}"#, Some("x-1.5"));
        check("%r", r#"[{"a":[1]}]"#, Some(r#"{"a":[1]}"#));
        check("%s %s", r#"["one"]"#, None);
        check("100% yes", r#"["x"]"#, None);
    }

    #[test]
    fn a_flood_of_parameters_ends_somewhere() {
        let template = "%(a)s".repeat(PARAMETERS_MAX * 2);
        let expected = "x".repeat(PARAMETERS_MAX);
        check(&template, r#"{"a":"x"}"#, Some(&expected));
    }

    #[test]
    fn brace_templates_take_parameters_by_place_and_by_name() {
        check("a {} {}", "[1,2]", Some("a 1 2"));
        check("{1} {0:>5}", r#"["a","b"]"#, Some("b a"));
        check("a {x} {{y}}", r#"{"x":1}"#, Some("a 1 {y}"));
        check("{x", r#"{"x":1}"#, None);
        check("plain", "[1]", None);
    }
}
