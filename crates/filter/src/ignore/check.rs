use regex_syntax::ParserBuilder;
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Class, Hir, HirKind};
use watchfire_event::{Level, ReleaseVersion};

use super::compare::Comparison;
use super::range::VersionRange;
use super::{Field, FieldKind, Operator, REGEX_BYTES_MAX};
use crate::Pattern;
use crate::order::Order;

/// Shorter texts are in too many values to be worth looking for.
const NEED_BYTES_MIN: usize = 3;

/// What a test asks of one value of its field.
#[derive(Clone, Debug)]
pub(super) enum Check {
    /// It has any value.
    Exists,
    /// This text, in any case, stands so in the value.
    Literal(Anchor, String),
    /// This regular expression over bytes matches.
    Expression(Expression),
    Comparison(Comparison),
}

/// A regular expression over bytes.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    pub(super) source: String,
    /// Texts, without regard to case, of which a value must contain one to match; none where
    /// there are no such texts. They are found in one pass for all rules.
    pub(super) needs: Vec<String>,
}

/// The text in lower case, letter by letter, so that a part of a text stays a part of it.
pub(super) fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Where in a value a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Whole,
    Start,
    End,
    Anywhere,
}

impl Anchor {
    /// Whether a text that stands at the first and at the last letter, or not, stands so.
    pub(super) fn holds(self, is_first: bool, is_last: bool) -> bool {
        match self {
            Self::Whole => is_first && is_last,
            Self::Start => is_first,
            Self::End => is_last,
            Self::Anywhere => true,
        }
    }
}

impl Check {
    /// What a test asks with one of its values; of [`Operator::IsNot`] the opposite is asked.
    ///
    /// # Errors
    /// What is wrong with the value, in words.
    pub(super) fn new(field: &Field, op: Operator, value: &str) -> Result<Self, String> {
        let literal = |anchor| Ok(Self::Literal(anchor, fold(value)));
        match op {
            Operator::Exists => match value {
                "true" | "false" => Ok(Self::Exists),
                _ => Err("expected true or false".to_owned()),
            },
            Operator::Is | Operator::IsNot | Operator::OneOf => equal(field.kind(), value),
            Operator::Contains => literal(Anchor::Anywhere),
            Operator::StartsWith => literal(Anchor::Start),
            Operator::EndsWith => literal(Anchor::End),
            Operator::Wildcard => match Pattern::case_insensitive(value) {
                Ok(pattern) => expression(&format!(r"\A{}\z", pattern.regex())),
                Err(error) => Err(error.to_string()),
            },
            Operator::Regex => expression(value),
            Operator::InRange => {
                VersionRange::parse(value).map(|it| Self::Comparison(Comparison::Range(it)))
            }
            Operator::Less => compare(field, Order::Less, value),
            Operator::AtMost => compare(field, Order::AtMost, value),
            Operator::More => compare(field, Order::More, value),
            Operator::AtLeast => compare(field, Order::AtLeast, value),
        }
    }
}

fn equal(kind: FieldKind, value: &str) -> Result<Check, String> {
    let comparison = match kind {
        FieldKind::Number => Comparison::Number(Order::Equal, number(value)?),
        FieldKind::Level => Comparison::Level(Order::Equal, level(value)?),
        FieldKind::Address => {
            let network = value
                .parse()
                .map_err(|error: watchfire_event::ParseNetworkError| error.to_string());
            Comparison::Network(network?)
        }
        FieldKind::Flag if !["true", "false"].contains(&value) => {
            return Err("expected true or false".to_owned());
        }
        FieldKind::Flag | FieldKind::Text | FieldKind::Version | FieldKind::Any => {
            return Ok(Check::Literal(Anchor::Whole, fold(value)));
        }
    };
    Ok(Check::Comparison(comparison))
}

fn compare(field: &Field, order: Order, value: &str) -> Result<Check, String> {
    Ok(Check::Comparison(match field.kind() {
        FieldKind::Level => Comparison::Level(order, level(value)?),
        FieldKind::Number => Comparison::Number(order, number(value)?),
        FieldKind::Version => Comparison::Version(order, version(value)?),
        // `10.9` and `10.10` are numbers as well as versions: the key says which.
        _ if field.is_version() => Comparison::Version(order, version(value)?),
        _ => {
            let (number, version) = (number(value), ReleaseVersion::parse(value));
            if number.is_err() && version.is_none() {
                return Err("expected a number or a version".to_owned());
            }
            Comparison::Loose(order, number.ok(), version)
        }
    }))
}

fn level(value: &str) -> Result<Level, String> {
    let level = Level::parse(&value.to_lowercase());
    level.ok_or_else(|| "expected debug, info, warning, error or fatal".to_owned())
}

fn number(value: &str) -> Result<f64, String> {
    let number = value.trim().parse().ok().filter(|it: &f64| it.is_finite());
    number.ok_or_else(|| "expected a number".to_owned())
}

fn version(value: &str) -> Result<ReleaseVersion, String> {
    let version = ReleaseVersion::parse(value);
    version.ok_or_else(|| "expected a version such as 1.4.0 or shop@1.4.0".to_owned())
}

/// Reads a regular expression, to say where it is wrong, and compiles it, to know its size.
fn expression(text: &str) -> Result<Check, String> {
    let parsed = ParserBuilder::new().utf8(false).build().parse(text);
    let parsed = parsed.map_err(|error| {
        let (at, what) = match &error {
            regex_syntax::Error::Parse(error) => {
                (error.span().start.offset, error.kind().to_string())
            }
            regex_syntax::Error::Translate(error) => {
                (error.span().start.offset, error.kind().to_string())
            }
            error => (0, error.to_string()),
        };
        let before = text.get(..at).unwrap_or_default();
        format!("at character {}: {what}", before.chars().count() + 1)
    })?;
    let sized = regex::bytes::RegexBuilder::new(text)
        .size_limit(REGEX_BYTES_MAX)
        .build();
    match sized {
        Ok(_) => Ok(Check::Expression(Expression {
            source: format!("(?:{text})"),
            needs: needs(&parsed),
        })),
        Err(_) => Err(format!(
            "takes more than {REGEX_BYTES_MAX} bytes when compiled: repeat less"
        )),
    }
}

/// Texts of which each match begins or ends with one, or else the longest text that each match
/// contains; none where that is not worth looking for.
fn needs(parsed: &Hir) -> Vec<String> {
    let of_kind = |kind| {
        let found = Extractor::new().kind(kind).extract(parsed);
        let texts: Vec<String> = found
            .literals()?
            .iter()
            .filter_map(|literal| std::str::from_utf8(literal.as_bytes()).ok().map(fold))
            .collect();
        let is_whole = texts.len() == found.len()?;
        let are_long = texts.iter().all(|text| text.len() >= NEED_BYTES_MIN);
        (is_whole && are_long && !texts.is_empty()).then_some(texts)
    };
    of_kind(ExtractKind::Prefix)
        .or_else(|| of_kind(ExtractKind::Suffix))
        .or_else(|| longest_part(parsed).map(|text| vec![text]))
        .unwrap_or_default()
}

/// The longest text among the parts that follow each other in every match.
fn longest_part(parsed: &Hir) -> Option<String> {
    let parts = match parsed.kind() {
        HirKind::Concat(parts) => parts.as_slice(),
        HirKind::Capture(capture) => return longest_part(&capture.sub),
        _ => std::slice::from_ref(parsed),
    };
    let mut longest = String::new();
    let mut run = String::new();
    for part in parts {
        match letters(part) {
            Some(text) => run.push_str(&text),
            None => run.clear(),
        }
        if let HirKind::Concat(_) | HirKind::Capture(_) = part.kind()
            && let Some(text) = longest_part(part)
            && text.len() > longest.len()
        {
            longest = text;
        }
        if run.len() > longest.len() {
            longest.clone_from(&run);
        }
    }
    (longest.len() >= NEED_BYTES_MIN).then_some(longest)
}

/// The text, in lower case, that a part stands for: a literal, or a letter in both cases.
fn letters(part: &Hir) -> Option<String> {
    match part.kind() {
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(fold),
        HirKind::Class(Class::Unicode(class)) => {
            let mut letters = class.iter().flat_map(|range| [range.start(), range.end()]);
            let first = fold(&letters.next()?.to_string());
            let is_one = |letter: char| fold(&letter.to_string()) == first;
            let are_single = class.iter().all(|range| range.start() == range.end());
            (are_single && letters.all(is_one)).then_some(first)
        }
        _ => None,
    }
}
