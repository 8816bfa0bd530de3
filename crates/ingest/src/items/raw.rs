//! JSON that is cut apart without being read, so that a large payload of many small entries costs
//! no more memory than one of its entries. Cutting looks at quotes and brackets alone, in one pass
//! without recursion; what is cut out is read by the lenient reader of `watchfire_event`.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use watchfire_event::Timestamp;
use watchfire_event::json::{Value, parse};

/// Deeper text is refused, as the lenient reader does (reference/PROTOCOL.md section 8.0b).
const DEPTH_MAX: u32 = 127;
/// Only text of up to so many bytes is given to the lenient reader as a whole, because it builds a
/// tree; longer text must be strict JSON.
const REPAIRED_BYTES_MAX: usize = 1024 * 1024;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One JSON value, cut out of a text but not read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raw<'a>(&'a [u8]);

/// Why a text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// Objects and lists nest deeper than [`DEPTH_MAX`].
    TooDeep,
    /// Anything else.
    Syntax,
}

/// The elements of a list, cut one after the other. Ends after the first error.
#[derive(Clone)]
pub(crate) struct Elements<'a>(Cutter<'a>);

/// The keys and values of an object, cut one after the other. Ends after the first error.
#[derive(Clone)]
pub(crate) struct Members<'a>(Cutter<'a>);

/// A key as it was written, without its quotes.
#[derive(Clone, Copy)]
pub(crate) struct Key<'a>(&'a [u8]);

/// What is left of a list or object.
#[derive(Clone)]
struct Cutter<'a> {
    rest: &'a [u8],
    is_first: bool,
}

impl Broken {
    /// The reason of the outcome (reference/PROTOCOL.md section 12).
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::TooDeep => "nesting_too_deep",
            Self::Syntax => "invalid_json",
        }
    }

    /// What is wrong, after the name of the thing.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::TooDeep => "nests deeper than 127 levels",
            Self::Syntax => "is not valid JSON",
        }
    }
}

impl<'a> Raw<'a> {
    /// The one value of a text, which a byte order mark and white space may surround.
    ///
    /// # Errors
    /// [`Broken`] when quotes or brackets do not pair up, or something follows the value.
    pub(crate) fn whole(text: &'a [u8]) -> Result<Self, Broken> {
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let (value, rest) = cut(text.trim_ascii_start())?;
        if rest.trim_ascii_start().is_empty() {
            Ok(value)
        } else {
            Err(Broken::Syntax)
        }
    }

    /// How many bytes were cut out.
    pub(crate) fn len(self) -> usize {
        self.0.len()
    }

    /// Whether this is `null`.
    pub(crate) fn is_null(self) -> bool {
        self.0 == b"null"
    }

    /// Whether this is an object, as far as its first byte tells.
    pub(crate) fn is_object(self) -> bool {
        self.0.starts_with(b"{")
    }

    /// Reads the whole value to its last comma, and forgets it.
    ///
    /// # Errors
    /// [`Broken`] when it is not JSON, even after repair.
    pub(crate) fn check(self) -> Result<(), Broken> {
        let is_strict = serde_json::from_slice::<IgnoredAny>(self.0).is_ok();
        if is_strict || (self.len() <= REPAIRED_BYTES_MAX && parse(self.0).is_ok()) {
            Ok(())
        } else {
            Err(Broken::Syntax)
        }
    }

    /// The elements; `None` when this is not a list.
    pub(crate) fn elements(self) -> Option<Elements<'a>> {
        Some(Elements(Cutter::new(self.0.strip_prefix(b"[")?)))
    }

    /// Keys and values; `None` when this is not an object.
    pub(crate) fn members(self) -> Option<Members<'a>> {
        Some(Members(Cutter::new(self.0.strip_prefix(b"{")?)))
    }

    /// The values under these keys, in the order of `names`; a `null` counts as absent, and of
    /// duplicates the last one wins. All are absent when this is not an object.
    ///
    /// # Errors
    /// [`Broken`] when the object cannot be cut.
    pub(crate) fn pick<const N: usize>(
        self,
        names: [&str; N],
    ) -> Result<[Option<Self>; N], Broken> {
        let mut picked = [None; N];
        for member in self.members().into_iter().flatten() {
            let (key, value) = member?;
            for (name, place) in names.iter().zip(&mut picked) {
                if key.is(name) {
                    *place = (!value.is_null()).then_some(value);
                }
            }
        }
        Ok(picked)
    }

    /// The text, if this is a string.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        match self.scalar()? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if this is one.
    pub(crate) fn number(self) -> Option<f64> {
        self.scalar()?.as_f64()
    }

    /// The number, if this is one that is whole and not negative, or a string of digits.
    pub(crate) fn whole_number(self) -> Option<u64> {
        match self.scalar()? {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The flag, if this is one.
    pub(crate) fn flag(self) -> Option<bool> {
        self.scalar()?.as_bool()
    }

    /// The time, if this is one that SDKs write.
    pub(crate) fn time(self) -> Option<Timestamp> {
        super::field::time(&self.scalar()?)
    }

    /// Anything but a list or object, read.
    fn scalar(self) -> Option<Value<'a>> {
        let is_nested = matches!(self.0.first(), Some(b'{' | b'['));
        if is_nested { None } else { parse(self.0).ok() }
    }
}

impl<'a> Key<'a> {
    /// Whether this is the key of that name, however it is written.
    pub(crate) fn is(self, name: &str) -> bool {
        self.0 == name.as_bytes()
            || (memchr::memchr(b'\\', self.0).is_some() && self.text().as_deref() == Some(name))
    }

    /// How many bytes the key has as it is written.
    pub(crate) fn len(self) -> usize {
        self.0.len()
    }

    fn text(self) -> Option<String> {
        let quoted = [b"\"", self.0, b"\""].concat();
        parse(&quoted).ok()?.as_str().map(str::to_owned)
    }
}

impl<'a> Cutter<'a> {
    /// A cutter of what follows an opening bracket.
    fn new(rest: &'a [u8]) -> Self {
        Self {
            rest,
            is_first: true,
        }
    }

    /// Goes to the next element, and tells whether there is one.
    fn advance(&mut self, closing: u8) -> Result<bool, Broken> {
        let rest = self.rest.trim_ascii_start();
        let (first, after) = rest.split_first().ok_or(Broken::Syntax)?;
        let is_first = std::mem::replace(&mut self.is_first, false);
        match *first {
            byte if byte == closing => Ok(false),
            b',' if !is_first => {
                self.rest = after.trim_ascii_start();
                Ok(true)
            }
            _ if is_first => {
                self.rest = rest;
                Ok(true)
            }
            _ => Err(Broken::Syntax),
        }
    }

    fn value(&mut self) -> Result<Raw<'a>, Broken> {
        let (value, rest) = cut(self.rest)?;
        self.rest = rest;
        Ok(value)
    }

    fn member(&mut self) -> Result<(Key<'a>, Raw<'a>), Broken> {
        let Raw(key) = self.value()?;
        let inner = key
            .strip_prefix(b"\"")
            .and_then(|it| it.strip_suffix(b"\""));
        let rest = self.rest.trim_ascii_start().strip_prefix(b":");
        self.rest = rest.ok_or(Broken::Syntax)?.trim_ascii_start();
        Ok((Key(inner.ok_or(Broken::Syntax)?), self.value()?))
    }

    /// What `take` makes of the next element. Nothing follows an error.
    fn step<T>(
        &mut self,
        closing: u8,
        take: impl FnOnce(&mut Self) -> Result<T, Broken>,
    ) -> Option<Result<T, Broken>> {
        if self.rest.is_empty() {
            return None;
        }
        let taken = match self.advance(closing) {
            Ok(false) => None,
            Ok(true) => Some(take(self)),
            Err(broken) => Some(Err(broken)),
        };
        if !matches!(taken, Some(Ok(_))) {
            self.rest = &[];
        }
        taken
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<Raw<'a>, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.step(b']', Cutter::value)
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = Result<(Key<'a>, Raw<'a>), Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.step(b'}', Cutter::member)
    }
}

/// Cuts the value that a text begins with, and returns it with what follows.
fn cut(text: &[u8]) -> Result<(Raw<'_>, &[u8]), Broken> {
    let length = match text.first() {
        Some(b'"') => string_length(text)?,
        Some(b'{' | b'[') => nested_length(text)?,
        _ => word_length(text)?,
    };
    let (value, rest) = text.split_at_checked(length).ok_or(Broken::Syntax)?;
    Ok((Raw(value), rest))
}

/// How many bytes a string has, with its quotes.
fn string_length(text: &[u8]) -> Result<usize, Broken> {
    let mut place = 1;
    loop {
        let rest = text.get(place..).ok_or(Broken::Syntax)?;
        let found = memchr::memchr2(b'"', b'\\', rest).ok_or(Broken::Syntax)?;
        place += found;
        match text.get(place) {
            Some(b'"') => return Ok(place + 1),
            // Whatever is escaped ends no string.
            _ => place += 2,
        }
    }
}

/// How many bytes a list or object has, with its brackets.
fn nested_length(text: &[u8]) -> Result<usize, Broken> {
    // One bit for each open bracket, the innermost lowest: 1 for an object, 0 for a list.
    let (mut open, mut depth, mut place) = (0_u128, 0, 0);
    while let Some(byte) = text.get(place) {
        match byte {
            b'"' => {
                place += string_length(text.get(place..).unwrap_or_default())?;
                continue;
            }
            b'{' | b'[' if depth == DEPTH_MAX => return Err(Broken::TooDeep),
            b'{' | b'[' => {
                open = open << 1 | u128::from(*byte == b'{');
                depth += 1;
            }
            b'}' | b']' if open & 1 != u128::from(*byte == b'}') => return Err(Broken::Syntax),
            b'}' | b']' => {
                open >>= 1;
                depth -= 1;
                if depth == 0 {
                    return Ok(place + 1);
                }
            }
            _ => {}
        }
        place += 1;
    }
    Err(Broken::Syntax)
}

/// How many bytes a number, `true`, `false` or `null` has.
fn word_length(text: &[u8]) -> Result<usize, Broken> {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b",:[]{}\"".contains(byte);
    match text.iter().position(ends).unwrap_or(text.len()) {
        0 => Err(Broken::Syntax),
        length => Ok(length),
    }
}

#[cfg(test)]
pub(super) mod tests;
