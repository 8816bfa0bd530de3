//! Patterns with wildcards, as Sentry's rules use them (reference/GROUPING.md section 8
//! "Matching"): `*`, `?`, `[a-z]`, `{one,other}`, and `**` for any number of folders.
//!
//! Matching takes time proportional to the text: most patterns are compared as they are, the
//! others walk the text once with a set of places in the pattern. Nothing backtracks.

use std::borrow::Cow;

mod parse;
mod program;
mod quick;

use parse::Token;
use program::Program;

/// Characters of a pattern with wildcards in its middle. Each costs a step per character of the
/// text at worst; patterns that are plain text, or have stars at their ends only, have no limit.
const PATTERN_CHARS_MAX: usize = 1_024;

/// What a pattern is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GlobKind {
    /// Text; upper and lower case differ, and `*` stands for anything.
    Text,
    /// Text in whatever case.
    AnyCase,
    /// The path of a file in whatever case. `\` is the same as `/`, and `*` stays in a folder.
    Path,
}

/// Why a text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GlobError {
    #[error("the pattern's `[` has no `]`; write `\\[` for the character itself")]
    OpenClass,
    #[error("the pattern has a range of characters that ends before it begins")]
    BadRange,
    #[error("the pattern's `{{` has no `}}`; write `\\{{` for the character itself")]
    OpenChoice,
    #[error("the pattern's `}}` has no `{{`; write `\\}}` for the character itself")]
    CloseChoice,
    #[error("the pattern ends in a backslash")]
    OpenEscape,
    #[error("the pattern nests more than {} choices", parse::DEPTH_MAX)]
    Deep,
    #[error("a pattern with wildcards has at most {PATTERN_CHARS_MAX} characters")]
    Long,
}

/// A pattern, ready to be matched.
#[derive(Clone, Debug)]
pub(crate) struct Glob {
    kind: GlobKind,
    shape: Shape,
    literal: Box<str>,
}

/// The kinds of patterns by how they are matched; texts are in small letters unless case counts.
#[derive(Clone, Debug)]
enum Shape {
    Whole(Box<str>),
    Start(Box<str>),
    End(Box<str>),
    Inside(Box<str>),
    /// Folders at the end of a path, or the whole of it.
    LastFolders(Box<str>),
    /// Folders in a path or at its start, with the separators at both sides.
    Folders(Box<str>),
    Program(Program),
}

impl Glob {
    /// Reads a pattern.
    pub(crate) fn new(pattern: &str, kind: GlobKind) -> Result<Self, GlobError> {
        let tokens = if kind == GlobKind::Path {
            parse::parse(&pattern.replace('\\', "/"))?
        } else {
            parse::parse(pattern)?
        };
        let shape = match simple(&tokens, kind) {
            Some(shape) => shape,
            None if pattern.chars().count() > PATTERN_CHARS_MAX => return Err(GlobError::Long),
            None => Shape::Program(Program::new(&tokens, kind)),
        };
        Ok(Self {
            kind,
            shape,
            literal: longest_text(&tokens, kind).into_boxed_str(),
        })
    }

    /// The only text that matches, if there is only one; folded like [`Glob::fold`].
    pub(crate) fn whole(&self) -> Option<&str> {
        match &self.shape {
            Shape::Whole(whole) => Some(whole),
            _ => None,
        }
    }

    /// A text that every text that matches holds, folded like [`Glob::fold`]; may be empty.
    pub(crate) fn literal(&self) -> &str {
        &self.literal
    }

    /// A text in the form in which patterns of this kind see it.
    pub(crate) fn fold(text: &str, kind: GlobKind) -> Cow<'_, str> {
        let is_folded = |byte: u8| {
            byte.is_ascii()
                && !byte.is_ascii_uppercase()
                && !(byte == b'\\' && kind == GlobKind::Path)
        };
        if kind == GlobKind::Text || text.bytes().all(is_folded) {
            return Cow::Borrowed(text);
        }
        Cow::Owned(text.chars().map(|it| folded(it, kind)).collect())
    }

    /// Whether it matches the whole text.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.matches_folded(&Self::fold(text, self.kind))
    }

    /// Whether it matches a whole text that [`Glob::fold`] folded.
    pub(crate) fn matches_folded(&self, text: &str) -> bool {
        match &self.shape {
            Shape::Whole(whole) => *text == **whole,
            Shape::Start(start) => text.starts_with(&**start),
            Shape::End(end) => text.ends_with(&**end),
            Shape::Inside(inside) => text.contains(&**inside),
            Shape::LastFolders(last) => text
                .strip_suffix(&**last)
                .is_some_and(|before| before.is_empty() || before.ends_with('/')),
            Shape::Folders(folders) => {
                let first = folders.strip_prefix('/').unwrap_or(folders);
                text.starts_with(first) || text.contains(&**folders)
            }
            Shape::Program(program) => program.matches(text),
        }
    }

    /// Whether it matches a path, with or without the slash at its beginning.
    pub(crate) fn matches_path(&self, path: &str) -> bool {
        self.matches(path) || (!path.starts_with('/') && self.matches(&format!("/{path}")))
    }
}

/// A character as it is compared.
fn folded(character: char, kind: GlobKind) -> char {
    match kind {
        GlobKind::Text => character,
        GlobKind::Path if character == '\\' => '/',
        GlobKind::AnyCase | GlobKind::Path if character.is_ascii() => {
            character.to_ascii_lowercase()
        }
        GlobKind::AnyCase | GlobKind::Path => {
            let mut lower = character.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(single), None) => single,
                _ => character,
            }
        }
    }
}

/// The shape of a pattern that is text, with stars or folders at its ends at most.
fn simple(tokens: &[Token], kind: GlobKind) -> Option<Shape> {
    use Token::{FoldersAfter, FoldersBefore, Star};
    let is_path = kind == GlobKind::Path;
    Some(match tokens {
        [FoldersBefore, rest @ .., FoldersAfter] => {
            Shape::Folders(format!("/{}/", plain(rest, kind)?).into_boxed_str())
        }
        [FoldersBefore, rest @ ..] => Shape::LastFolders(plain(rest, kind)?),
        [rest @ .., FoldersAfter] => {
            Shape::Start(format!("{}/", plain(rest, kind)?).into_boxed_str())
        }
        [Star, ..] | [.., Star] if is_path => return None,
        [Star, rest @ .., Star] => Shape::Inside(plain(rest, kind)?),
        [Star] => Shape::Start(Box::default()),
        [Star, rest @ ..] => Shape::End(plain(rest, kind)?),
        [rest @ .., Star] => Shape::Start(plain(rest, kind)?),
        rest => Shape::Whole(plain(rest, kind)?),
    })
}

/// The text of parts that are nothing but text.
fn plain(tokens: &[Token], kind: GlobKind) -> Option<Box<str>> {
    let characters = tokens.iter().map(|token| match token {
        Token::Text(character) => Some(folded(*character, kind)),
        _ => None,
    });
    Some(characters.collect::<Option<String>>()?.into_boxed_str())
}

/// The longest text among the parts, outside of choices.
fn longest_text(tokens: &[Token], kind: GlobKind) -> String {
    let is_text = |token: &Token| matches!(token, Token::Text(_));
    let runs = tokens.chunk_by(|left, right| is_text(left) == is_text(right));
    let texts = runs.filter_map(|run| plain(run, kind));
    texts
        .max_by_key(|text| text.len())
        .unwrap_or_default()
        .into_string()
}

#[cfg(test)]
mod tests;
