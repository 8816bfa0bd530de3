//! A pattern's parts.

use std::iter::Peekable;
use std::str::Chars;

use super::GlobError;

/// Choices in choices.
pub(super) const DEPTH_MAX: usize = 10;

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// This character.
    Text(char),
    /// Any one character; in a path none that separates folders.
    One,
    /// Any number of characters; in a path none that separates folders.
    Star,
    /// `**/` at the beginning: nothing, or folders with the separator behind them.
    FoldersBefore,
    /// `/**/`: a separator, or folders between two of them.
    FoldersBetween,
    /// `/**` at the end: a separator and whatever is behind it.
    FoldersAfter,
    /// Anything at all: the whole pattern is `**`.
    Anything,
    /// A character of these ranges, or none of them.
    Class {
        is_negated: bool,
        ranges: Vec<(char, char)>,
    },
    /// One of these.
    Choice(Vec<Vec<Token>>),
}

/// Reads a whole pattern.
pub(super) fn parse(pattern: &str) -> Result<Vec<Token>, GlobError> {
    let mut parser = Parser {
        rest: pattern.chars().peekable(),
        before: None,
    };
    let tokens = parser.sequence(0)?;
    if parser.rest.next().is_some() {
        return Err(GlobError::CloseChoice);
    }
    Ok(match tokens.as_slice() {
        [Token::FoldersBefore] => vec![Token::Anything],
        _ => tokens,
    })
}

struct Parser<'p> {
    rest: Peekable<Chars<'p>>,
    /// The character that was taken last.
    before: Option<char>,
}

impl Parser<'_> {
    fn take(&mut self) -> Option<char> {
        self.before = self.rest.next();
        self.before
    }

    fn take_if(&mut self, wanted: char) -> bool {
        let is_next = self.rest.peek() == Some(&wanted);
        if is_next {
            self.take();
        }
        is_next
    }

    /// Reads up to the end, or inside a choice up to what ends this part of it.
    fn sequence(&mut self, depth: usize) -> Result<Vec<Token>, GlobError> {
        let mut tokens = Vec::new();
        while let Some(next) = self.rest.peek().copied() {
            if next == '}' || (next == ',' && depth > 0) {
                break;
            }
            let before = self.before;
            self.take();
            match next {
                '?' => tokens.push(Token::One),
                '*' if self.take_if('*') => self.folders(&mut tokens, before, depth),
                '*' => tokens.push(Token::Star),
                '[' => tokens.push(self.class()?),
                '{' => tokens.push(self.choice(depth + 1)?),
                '\\' => tokens.push(Token::Text(self.take().ok_or(GlobError::OpenEscape)?)),
                _ => tokens.push(Token::Text(next)),
            }
        }
        Ok(tokens)
    }

    /// Two stars stand for folders where they have a name's place in a path, else for one star.
    fn folders(&mut self, tokens: &mut Vec<Token>, before: Option<char>, depth: usize) {
        let next = self.rest.peek().copied();
        if tokens.is_empty() {
            tokens.push(match next {
                None => Token::FoldersBefore,
                Some('/') => {
                    self.take();
                    Token::FoldersBefore
                }
                Some(_) => Token::Star,
            });
            return;
        }
        let is_end = next.is_none() || (depth > 0 && matches!(next, Some(',' | '}')));
        if before != Some('/') || !(is_end || next == Some('/')) {
            tokens.push(Token::Star);
            return;
        }
        if !is_end {
            self.take();
        }
        let folders = match tokens.pop() {
            Some(Token::FoldersBefore) => Token::FoldersBefore,
            _ if is_end => Token::FoldersAfter,
            _ => Token::FoldersBetween,
        };
        tokens.push(folders);
    }

    fn class(&mut self) -> Result<Token, GlobError> {
        let is_negated = self.take_if('!') || self.take_if('^');
        let mut ranges: Vec<(char, char)> = Vec::new();
        let mut is_range = false;
        loop {
            let next = self.take().ok_or(GlobError::OpenClass)?;
            match (next, ranges.last_mut()) {
                (']', Some(_)) => break,
                ('-', Some(_)) if !is_range => is_range = true,
                (end, Some(range)) if is_range => {
                    if end < range.1 {
                        return Err(GlobError::BadRange);
                    }
                    range.1 = end;
                    is_range = false;
                }
                (single, _) => ranges.push((single, single)),
            }
        }
        if is_range {
            ranges.push(('-', '-'));
        }
        Ok(Token::Class { is_negated, ranges })
    }

    fn choice(&mut self, depth: usize) -> Result<Token, GlobError> {
        if depth > DEPTH_MAX {
            return Err(GlobError::Deep);
        }
        let mut choices = Vec::new();
        loop {
            let choice = self.sequence(depth)?;
            if !choice.is_empty() {
                choices.push(choice);
            }
            match self.take() {
                Some(',') => {}
                Some(_) => return Ok(Token::Choice(choices)),
                None => return Err(GlobError::OpenChoice),
            }
        }
    }
}
