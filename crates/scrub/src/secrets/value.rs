use std::ops::Range;

use super::alphabet::Alphabet;
use super::names::meaning;
use super::placeholder::is_placeholder;
use super::stops::Stops;

/// Spaces that may stand between the separator and the value.
const SPACES_MAX: usize = 2;
/// The least of a value behind a colon without quotes: what is shorter is a word of a sentence.
const BARE_BYTES_MIN: usize = 6;
/// Values of doubtful names need a digit, except those of this length.
const LONG_BYTES: usize = 20;
/// The shortest signature, and the longest key in Base64.
const SIGNATURE_BYTES_MIN: usize = 20;
const KEY_BYTES_MAX: usize = 100;
/// Where a value needs a digit, one of its first bytes must be one: a long value without would
/// otherwise be read again for each name in it.
const HEAD_BYTES: usize = 64;
/// What ends a value in each form, and a cookie.
const BLANK: Stops = Stops::new(b" \n\r\t\"'`");
const BRACE: Stops = Stops::new(b"}\n");
const SEGMENT: Stops = Stops::new(b";\n\r\"'");
const QUERY: Stops = Stops::new(b"&#<> \n\r\t\"'`");
const WORD: Stops = Stops::new(b"&; \n\r\t\"'`");
const HEADER: Stops = Stops::new(b",; \n\r\t\"'`");
const COOKIE: Stops = Stops::new(b";,<>(){}[] \n\r\t\"'`");
/// The longest user and password of Oracle.
const ORACLE_BYTES_MAX: usize = 128;

/// Where a value starts, and how it goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) start: usize,
    pub(super) form: Form,
}

/// How the end of a value is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// It stands between these quotes.
    Quoted(u8),
    /// In a query or a form: before `&`.
    Query,
    /// Between `;`, as in the connection strings of ADO, ODBC and JDBC.
    Segment,
    /// Behind `=`: one word.
    Word,
    /// Behind `:`: perhaps the value of a header, perhaps the next word of a sentence.
    Header,
    /// It is the whole text.
    Whole,
}

impl Place {
    /// The place of a text that is a value from its beginning to its end.
    pub(super) const WHOLE: Self = Self {
        start: 0,
        form: Form::Whole,
    };

    /// The place behind the separator at `separator`; `before` is what stands in front of the
    /// name. `None` when the separator is part of an operator.
    pub(super) fn behind(bytes: &[u8], separator: usize, before: &[u8]) -> Option<Self> {
        let is_colon = bytes.get(separator) == Some(&b':');
        let mut start = separator + 1;
        match (is_colon, bytes.get(start)) {
            (true, Some(b':')) | (false, Some(b'=' | b'~')) => return None,
            (true, Some(b'=')) | (false, Some(b'>')) => start += 1,
            _ => {}
        }
        let rest = bytes.get(start..)?;
        start += rest
            .iter()
            .take(SPACES_MAX)
            .take_while(|byte| **byte == b' ')
            .count();
        // A list of one text, as in the headers of some languages, and the prefixes of Python.
        let (skipped, quote) = match bytes.get(start..)? {
            [quote @ (b'"' | b'\'' | b'`'), ..] => (1, Some(*quote)),
            [b'[' | b'b' | b'u', quote @ (b'"' | b'\''), ..] => (2, Some(*quote)),
            [b'[', b'b', quote @ (b'"' | b'\''), ..] => (3, Some(*quote)),
            _ => (0, None),
        };
        let form = match (quote, before.trim_ascii_end()) {
            (Some(quote), _) => Form::Quoted(quote),
            (None, _) if is_colon => Form::Header,
            (None, [.., b'&' | b'?']) => Form::Query,
            (None, [.., b';']) => Form::Segment,
            _ => Form::Word,
        };
        Some(Self {
            start: start + skipped,
            form,
        })
    }

    /// The whole value, quotes and braces left out.
    fn extent(self, bytes: &[u8]) -> Range<usize> {
        let rest = bytes.get(self.start..).unwrap_or_default();
        let (skipped, length) = match (self.form, rest) {
            (Form::Whole, _) => (0, rest.len()),
            (Form::Quoted(quote), _) => (0, quoted_length(rest, quote)),
            (Form::Segment, [b'{', inner @ ..]) => (1, BRACE.length(inner)),
            (Form::Segment, _) => (0, SEGMENT.length(rest)),
            (Form::Query, _) => (0, QUERY.length(rest)),
            (Form::Word, _) => (0, word_length(rest, WORD)),
            (Form::Header, _) => (0, word_length(rest, HEADER)),
        };
        let start = self.start + skipped;
        start..start + length
    }
}

/// The secret there: any value of `min` bytes or more that is no placeholder and no code.
pub(super) fn secret(bytes: &[u8], place: Place, min: usize) -> Option<Range<usize>> {
    let is_bare = place.form == Form::Header;
    if is_bare && !has_digit_soon(bytes.get(place.start..)?) {
        return None;
    }
    let range = place.extent(bytes);
    let value = bytes.get(range.clone())?;
    let min = if is_bare {
        min.max(BARE_BYTES_MIN)
    } else {
        min
    };
    if value.len() < min || is_placeholder(value) {
        return None;
    }
    let is_unquoted = matches!(place.form, Form::Word | Form::Segment | Form::Header);
    let needs_digit = is_bare || (min > 1 && value.len() < LONG_BYTES);
    let is_secret = (!needs_digit || has_digit(value)) && !(is_unquoted && is_code(value));
    is_secret.then_some(range)
}

/// The value of a cookie of `min` bytes or more, which is a word with a digit.
pub(super) fn cookie(bytes: &[u8], place: Place, min: usize) -> Option<Range<usize>> {
    let rest = bytes.get(place.start..)?;
    let head = rest.get(..HEAD_BYTES).unwrap_or(rest);
    if !has_digit(head.get(..COOKIE.length(head))?) {
        return None;
    }
    let length = COOKIE.length(rest);
    let is_secret = length >= min && !is_placeholder(rest.get(..length)?);
    is_secret.then(|| place.start..place.start + length)
}

/// The signature there: Base64 or hexadecimal digits, escaped or not.
pub(super) fn signature(bytes: &[u8], place: Place) -> Option<Range<usize>> {
    const SIGNATURE: Alphabet = Alphabet::TOKEN68.and(Alphabet::PERCENT);
    let rest = bytes.get(place.start..)?;
    let head = rest.get(..SIGNATURE.count(rest, HEAD_BYTES))?;
    if head.len() < SIGNATURE_BYTES_MIN || !has_digit(head) {
        return None;
    }
    let length = SIGNATURE.count(rest, rest.len());
    Some(place.start..place.start + length)
}

/// The key there, in Base64 of `min` characters or more.
pub(super) fn base64(bytes: &[u8], place: Place, min: usize) -> Option<Range<usize>> {
    let rest = bytes.get(place.start..)?;
    let length = Alphabet::BASE64.count(rest, KEY_BYTES_MAX + 1);
    (min..=KEY_BYTES_MAX)
        .contains(&length)
        .then(|| place.start..place.start + length)
}

/// The lines of Base64 behind their number, as in the key files of `PuTTY`.
pub(super) fn putty_lines(bytes: &[u8], place: Place) -> Option<Range<usize>> {
    let rest = bytes.get(place.start..)?;
    let digits = Alphabet::DIGITS.count(rest, rest.len());
    let lines = rest.get(digits..)?;
    let lines = lines.get(..Alphabet::BLOCK.count(lines, lines.len()))?;
    // `Private-MAC` follows.
    let body = lines.strip_suffix(b"Private").unwrap_or(lines);
    let start = place.start + digits + (body.len() - body.trim_ascii_start().len());
    let body = body.trim_ascii();
    (digits > 0 && body.len() >= SIGNATURE_BYTES_MIN).then(|| start..start + body.len())
}

/// The password of `jdbc:oracle:thin:user/password@host`.
pub(super) fn oracle(bytes: &[u8], place: Place) -> Option<Range<usize>> {
    let rest = bytes.get(place.start..)?;
    let user = Alphabet::NAME.count(rest, ORACLE_BYTES_MAX);
    let password = rest.get(user..)?.strip_prefix(b"/")?;
    let head = password.get(..password.len().min(ORACLE_BYTES_MAX))?;
    let length = memchr::memchr(b'@', head).filter(|length| *length > 0)?;
    let start = place.start + user + 1;
    let is_word = BLANK.length(head.get(..length)?) == length;
    is_word.then(|| start..start + length)
}

/// Whether an expression of a program stands there: a call, an index, a path of names, or a name
/// that itself says that it stands for a secret.
fn is_code(value: &[u8]) -> bool {
    const WORDS: Alphabet = Alphabet::LETTERS
        .and(Alphabet::UNDERSCORE)
        .and(Alphabet::DOT);
    let path = WORDS.count(value, value.len());
    match value.get(path..) {
        Some([]) => {
            let is_path = memchr::memchr(b'.', value).is_some_and(|dot| dot > 0);
            is_path || meaning(value).is_some()
        }
        Some([b'(' | b'[', ..]) => path > 0,
        _ => false,
    }
}

fn has_digit_soon(rest: &[u8]) -> bool {
    has_digit(rest.get(..HEAD_BYTES).unwrap_or(rest))
}

fn has_digit(value: &[u8]) -> bool {
    value.iter().any(u8::is_ascii_digit)
}

/// The length of a word without what punctuation of a sentence follows.
fn word_length(rest: &[u8], stops: Stops) -> usize {
    let word = rest.get(..stops.length(rest)).unwrap_or_default();
    let is_punctuation = |byte: &&u8| b",.)]}>".contains(*byte);
    word.len() - word.iter().rev().take_while(is_punctuation).count()
}

/// The length of a text before its closing quote, or, where a text was cut, of its line.
pub(super) fn quoted_length(rest: &[u8], quote: u8) -> usize {
    let mut is_escaped = false;
    let ends = |byte: &u8| {
        let ends = (*byte == quote && !is_escaped) || *byte == b'\n';
        is_escaped = *byte == b'\\' && !is_escaped;
        ends
    };
    rest.iter().position(ends).unwrap_or(rest.len())
}
