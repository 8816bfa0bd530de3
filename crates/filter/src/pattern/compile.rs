use std::fmt::Write;
use std::iter::Peekable;
use std::str::Chars;

use super::PatternError;

const PATTERN_CHARS_MAX: usize = 1_024;

type Source<'p> = Peekable<Chars<'p>>;

/// The regular expression, without anchors, that matches what the glob matches.
pub(super) fn compile(text: &str) -> Result<String, PatternError> {
    if text.chars().count() > PATTERN_CHARS_MAX {
        return Err(PatternError::TooLong);
    }
    let mut source = text.chars().peekable();
    let mut regex = String::new();
    while let Some(sign) = source.next() {
        match sign {
            '{' => alternatives(&mut source, &mut regex)?,
            '}' => return Err(PatternError::Unopened('}')),
            _ => single(sign, &mut source, &mut regex)?,
        }
    }
    Ok(regex)
}

fn single(sign: char, source: &mut Source<'_>, regex: &mut String) -> Result<(), PatternError> {
    match sign {
        '*' => {
            while source.next_if_eq(&'*').is_some() {}
            // Any bytes instead of any letters: that is far smaller and matches the same.
            regex.push_str("(?s-u:.)*");
        }
        '?' => regex.push_str("(?s:.)"),
        '[' => class(source, regex)?,
        ']' => return Err(PatternError::Unopened(']')),
        '\\' => push(regex, source.next().ok_or(PatternError::Unfinished)?),
        _ => push(regex, sign),
    }
    Ok(())
}

/// Adds a letter that stands for itself.
fn push(regex: &mut String, letter: char) {
    if letter.is_ascii_alphanumeric() || !letter.is_ascii() {
        regex.push(letter);
    } else {
        // Writing to a string cannot fail.
        write!(regex, r"\x{{{:x}}}", u32::from(letter)).ok();
    }
}

/// `{a,b}`
fn alternatives(source: &mut Source<'_>, regex: &mut String) -> Result<(), PatternError> {
    regex.push_str("(?:");
    loop {
        match source.next().ok_or(PatternError::Unfinished)? {
            '{' => return Err(PatternError::Nested),
            '}' => break,
            ',' => regex.push('|'),
            sign => single(sign, source, regex)?,
        }
    }
    regex.push(')');
    Ok(())
}

/// `[abc]`, `[a-z]`, `[!a]`
fn class(source: &mut Source<'_>, regex: &mut String) -> Result<(), PatternError> {
    regex.push('[');
    if source.next_if_eq(&'!').is_some() {
        regex.push('^');
    }
    let empty = regex.len();
    loop {
        let first = match source.next().ok_or(PatternError::Unfinished)? {
            ']' => break,
            '[' => return Err(PatternError::Nested),
            sign => letter(sign, source)?,
        };
        push(regex, first);
        if source.peek() != Some(&'-') {
            continue;
        }
        source.next();
        match source.next().ok_or(PatternError::Unfinished)? {
            ']' => {
                push(regex, '-');
                break;
            }
            sign => {
                let last = letter(sign, source)?;
                if last < first {
                    return Err(PatternError::EmptyRange);
                }
                regex.push('-');
                push(regex, last);
            }
        }
    }
    if regex.len() == empty {
        return Err(PatternError::EmptyRange);
    }
    regex.push(']');
    Ok(())
}

fn letter(sign: char, source: &mut Source<'_>) -> Result<char, PatternError> {
    match sign {
        '\\' => source.next().ok_or(PatternError::Unfinished),
        _ => Ok(sign),
    }
}
