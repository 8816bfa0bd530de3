use std::iter::Peekable;
use std::str::Chars;

use super::PatternError;

const PATTERN_CHARS_MAX: usize = 1_024;

/// One step of a compiled pattern. Places are numbered; past the last one the text has matched.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// One letter of a set, then the next place.
    One(Set),
    /// Any number of any letters, then the next place.
    Many,
    /// On at another place.
    Jump(usize),
    /// On at any of these places.
    Fork(Vec<usize>),
}

/// Which letters one step takes.
#[derive(Clone, Debug)]
pub(super) enum Set {
    Any,
    Letter(char),
    Ranges {
        ranges: Vec<(char, char)>,
        negated: bool,
    },
}

impl Set {
    pub(super) fn contains(&self, letter: char) -> bool {
        match self {
            Self::Any => true,
            Self::Letter(own) => *own == letter,
            Self::Ranges { ranges, negated } => {
                let found = ranges
                    .iter()
                    .any(|(first, last)| (*first..=*last).contains(&letter));
                found != *negated
            }
        }
    }
}

type Source<'p> = Peekable<Chars<'p>>;

/// Compiles a pattern's text.
pub(super) fn compile(text: &str) -> Result<Vec<Step>, PatternError> {
    if text.chars().count() > PATTERN_CHARS_MAX {
        return Err(PatternError::TooLong);
    }
    let mut source = text.chars().peekable();
    let mut steps = Vec::new();
    while let Some(sign) = source.next() {
        match sign {
            '{' => alternatives(&mut source, &mut steps)?,
            _ => single(sign, &mut source, &mut steps)?,
        }
    }
    Ok(steps)
}

fn single(sign: char, source: &mut Source<'_>, steps: &mut Vec<Step>) -> Result<(), PatternError> {
    let step = match sign {
        '*' => match steps.last() {
            Some(Step::Many) => return Ok(()),
            _ => Step::Many,
        },
        '?' => Step::One(Set::Any),
        '[' => Step::One(ranges(source)?),
        '\\' => Step::One(Set::Letter(source.next().ok_or(PatternError::Unfinished)?)),
        _ => Step::One(Set::Letter(sign)),
    };
    steps.push(step);
    Ok(())
}

/// `{a,b}`: a fork to the start of each text, and a jump behind the braces at the end of each.
fn alternatives(source: &mut Source<'_>, steps: &mut Vec<Step>) -> Result<(), PatternError> {
    let fork = steps.len();
    steps.push(Step::Fork(Vec::new()));
    let (mut starts, mut ends) = (vec![steps.len()], Vec::new());
    loop {
        match source.next().ok_or(PatternError::Unfinished)? {
            '{' => return Err(PatternError::Nested),
            '}' => break,
            ',' => {
                ends.push(steps.len());
                steps.push(Step::Jump(0));
                starts.push(steps.len());
            }
            sign => single(sign, source, steps)?,
        }
    }
    let behind = steps.len();
    for (place, step) in ends
        .into_iter()
        .map(|end| (end, Step::Jump(behind)))
        .chain([(fork, Step::Fork(starts))])
    {
        if let Some(slot) = steps.get_mut(place) {
            *slot = step;
        }
    }
    Ok(())
}

fn ranges(source: &mut Source<'_>) -> Result<Set, PatternError> {
    let negated = source.next_if_eq(&'!').is_some();
    let mut ranges = Vec::new();
    loop {
        let first = match source.next().ok_or(PatternError::Unfinished)? {
            ']' => break,
            sign => letter(sign, source)?,
        };
        let mut last = first;
        if source.peek() == Some(&'-') {
            source.next();
            match source.next().ok_or(PatternError::Unfinished)? {
                ']' => {
                    ranges.extend([(first, first), ('-', '-')]);
                    break;
                }
                sign => last = letter(sign, source)?,
            }
        }
        if last < first {
            return Err(PatternError::EmptyRange);
        }
        ranges.push((first, last));
    }
    match ranges.is_empty() {
        true => Err(PatternError::EmptyRange),
        false => Ok(Set::Ranges { ranges, negated }),
    }
}

fn letter(sign: char, source: &mut Source<'_>) -> Result<char, PatternError> {
    match sign {
        '\\' => source.next().ok_or(PatternError::Unfinished),
        _ => Ok(sign),
    }
}
