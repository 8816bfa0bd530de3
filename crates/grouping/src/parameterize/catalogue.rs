//! The patterns of each version, in the order in which they are tried.
//!
//! Few places of a text are tried against many patterns: tables leave out those that cannot match
//! for the byte at the place, and where a word begins with hexadecimal digits, for their number
//! and the byte behind them.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use super::cursor::Cursor;
use super::{Failed, address, class, date, effort, hostname, identifier, ip, number};
use crate::Version;

/// Tries to match at a place and returns the end of the match.
type Matcher = fn(Cursor<'_>, &mut Failed) -> Option<usize>;

struct Pattern {
    /// What stands for a match.
    name: &'static str,
    matcher: Matcher,
    /// The bytes with which a match can begin.
    first: &'static [u8],
    /// Whether a letter or digit at the beginning must be the first of its word, so that the
    /// matcher is not asked about others.
    is_word: bool,
    /// How many hexadecimal digits a word must begin with.
    digits: RangeInclusive<usize>,
    /// The bytes of ASCII that can stand behind these digits.
    next: fn(u8) -> bool,
}

/// So many hexadecimal digits are not counted any further: no pattern takes them.
const DIGITS_MAX: usize = 129;

const fn pattern(name: &'static str, matcher: Matcher, first: &'static [u8]) -> Pattern {
    Pattern {
        name,
        matcher,
        first,
        is_word: false,
        digits: 0..=DIGITS_MAX,
        next: |_| true,
    }
}

impl Pattern {
    /// A pattern that begins with a word.
    const fn word(self) -> Self {
        Self {
            is_word: true,
            ..self
        }
    }

    const fn digits(self, digits: RangeInclusive<usize>) -> Self {
        Self { digits, ..self }
    }

    const fn next(self, next: fn(u8) -> bool) -> Self {
        Self { next, ..self }
    }
}

const EMAIL: Pattern = pattern("<email>", address::email, first::EMAIL).next(next::of_email);
const URL: Pattern = pattern("<url>", address::url, b"whf").word();
const HOSTNAME: Pattern = pattern("<hostname>", hostname::hostname, first::LABEL)
    .word()
    .next(next::of_hostname);
const UUID: Pattern = pattern("<uuid>", identifier::uuid, first::HEX)
    .word()
    .digits(8..=8)
    .next(|byte| byte == b'-');
const SHA1: Pattern = pattern("<sha1>", identifier::sha1, first::HEX)
    .word()
    .digits(40..=40)
    .next(next::of_whole_word);
const MD5: Pattern = pattern("<md5>", identifier::md5, first::HEX)
    .word()
    .digits(32..=32)
    .next(next::of_whole_word);
const PREFIXED_HEX: Pattern = pattern("<hex>", identifier::prefixed, b"0")
    .word()
    .digits(1..=1)
    .next(|byte| matches!(byte, b'x' | b'X'));
const FLOAT: Pattern = pattern("<float>", number::float, first::NUMBER)
    .word()
    .next(|byte| byte == b'.');
const QUOTED: Pattern = pattern("<quoted_str>", address::quoted, b"'\"");
const BOOL: Pattern = pattern("<bool>", address::boolean, b"TtFf");

const PATTERNS: [Pattern; 18] = [
    EMAIL,
    URL,
    HOSTNAME,
    pattern("<ip>", ip::ip, first::IP).next(next::of_ip),
    pattern("<traceparent>", identifier::traceparent, b"01")
        .word()
        .digits(1..=2)
        .next(|byte| byte == b'-'),
    UUID,
    SHA1,
    MD5,
    pattern("<date>", date::date, first::DATE).next(next::of_date),
    pattern("<duration>", number::duration, first::DIGITS).next(next::of_duration),
    pattern("<swift_txn_id>", identifier::swift_transaction, b"t").word(),
    PREFIXED_HEX,
    pattern("<hex>", identifier::bare, first::SIGNED_HEX)
        .word()
        .digits(4..=128)
        .next(next::of_whole_word),
    pattern("<git_sha>", identifier::git_sha, first::HEX)
        .word()
        .digits(7..=7)
        .next(next::of_whole_word),
    FLOAT,
    pattern("<int>", number::int, first::NUMBER)
        .word()
        .next(next::of_whole_word),
    QUOTED,
    BOOL,
];

const PATTERNS_2023: [Pattern; 14] = [
    EMAIL,
    URL,
    HOSTNAME,
    pattern("<ip>", ip::ip_2023, first::IP),
    UUID,
    SHA1,
    MD5,
    pattern("<date>", date::date_2023, first::DATE).next(next::of_date),
    pattern("<duration>", number::duration_2023, first::DIGITS),
    PREFIXED_HEX,
    FLOAT,
    pattern("<int>", number::int_2023, first::NUMBER)
        .word()
        .next(next::of_whole_word),
    QUOTED,
    BOOL,
];

/// The bytes with which matches can begin.
mod first {
    pub(super) const EMAIL: &[u8] =
        b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-";
    pub(super) const LABEL: &[u8] =
        b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    pub(super) const DIGITS: &[u8] = b"0123456789";
    pub(super) const NUMBER: &[u8] = b"0123456789-";
    pub(super) const HEX: &[u8] = b"0123456789abcdefABCDEF";
    pub(super) const SIGNED_HEX: &[u8] = b"0123456789abcdefABCDEF-";
    pub(super) const IP: &[u8] = b"0123456789abcdefABCDEF:";
    pub(super) const DATE: &[u8] = b"0123456789SMTWFJAONDd";
}

/// The bytes that can stand behind the hexadecimal digits at the beginning of a match.
mod next {
    use super::super::cursor::is_word_byte;
    use super::address;

    pub(super) fn of_email(byte: u8) -> bool {
        byte == b'@' || address::is_local_byte(byte)
    }

    pub(super) fn of_hostname(byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')
    }

    pub(super) fn of_ip(byte: u8) -> bool {
        matches!(byte, b':' | b'.')
    }

    /// Dates that begin with hexadecimal digits begin with a number, a month or a day.
    pub(super) fn of_date(byte: u8) -> bool {
        byte.is_ascii_alphabetic()
            || byte.is_ascii_whitespace()
            || matches!(byte, b'-' | b':' | b'\x0b' | b'\x1c'..=b'\x1f')
    }

    pub(super) fn of_duration(byte: u8) -> bool {
        matches!(byte, b'm' | b's' | b'.')
    }

    pub(super) fn of_whole_word(byte: u8) -> bool {
        !is_word_byte(byte)
    }
}

/// The patterns whose digits are those of every script.
const WIDE: [&str; 4] = ["<date>", "<duration>", "<float>", "<int>"];

/// The patterns of a version. Sets of patterns are bits, the first pattern's the lowest.
pub(super) struct Catalogue {
    patterns: &'static [Pattern],
    /// For each byte those that can begin with it.
    first: [u32; 256],
    /// Those that begin with a word.
    words: u32,
    /// Those that can begin with a digit of another script.
    wide: u32,
    /// For each number of hexadecimal digits those of words that begin with so many.
    digits: [u32; DIGITS_MAX + 1],
    /// For each byte those that it can stand in, behind hexadecimal digits at their beginning.
    next: [u32; 256],
}

static LATEST: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(&PATTERNS));
static OF_2023: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(&PATTERNS_2023));

impl Catalogue {
    /// The catalogue that a version of the algorithm uses.
    pub(super) fn of(version: Version) -> &'static Self {
        match version {
            Version::Newstyle2023 => &OF_2023,
            Version::Newstyle2026 => &LATEST,
        }
    }

    fn new(patterns: &'static [Pattern]) -> Self {
        let set = |is_in: &dyn Fn(&Pattern) -> bool| {
            let bits = patterns.iter().enumerate();
            bits.fold(0, |set, (bit, it)| set | u32::from(is_in(it)) << bit)
        };
        let byte = |place: usize| u8::try_from(place).unwrap_or(u8::MAX);
        Self {
            patterns,
            first: std::array::from_fn(|place| set(&|it| it.first.contains(&byte(place)))),
            words: set(&|it| it.is_word),
            wide: set(&|it| WIDE.contains(&it.name)),
            digits: std::array::from_fn(|count| set(&|it| it.digits.contains(&count))),
            next: std::array::from_fn(|place| {
                let byte = byte(place);
                set(&|it| !byte.is_ascii() || (it.next)(byte))
            }),
        }
    }

    /// The name of the first pattern that matches at this place, and the end of the match.
    pub(super) fn find(
        &self,
        start: Cursor<'_>,
        failed: &mut Failed,
    ) -> Option<(&'static str, usize)> {
        let mut set = self.candidates(start)?;
        while set != 0 {
            effort::add(1);
            let bit = set.trailing_zeros();
            let pattern = self.patterns.get(usize::try_from(bit).ok()?)?;
            if let Some(end) = (pattern.matcher)(start, failed) {
                return Some((pattern.name, end));
            }
            set &= set - 1;
        }
        None
    }

    /// The patterns that may match at this place.
    fn candidates(&self, start: Cursor<'_>) -> Option<u32> {
        let byte = start.byte()?;
        let set = *self.first.get(usize::from(byte))?;
        if !byte.is_ascii() {
            let is_digit = start.character().is_some_and(class::is_digit);
            let is_boundary = is_digit && !start.is_after_word();
            let left_out = if is_boundary { 0 } else { self.words };
            return is_digit.then_some(self.wide & !left_out);
        }
        if set == 0 || !byte.is_ascii_alphanumeric() {
            return Some(set);
        }
        if start.is_after_word() {
            return Some(set & !self.words);
        }
        let digits = start.rest().iter().take(DIGITS_MAX);
        let count = digits.take_while(|byte| byte.is_ascii_hexdigit()).count();
        let next = start.skip(count).byte().unwrap_or(b'\n');
        let of_count = self.digits.get(count)?;
        Some(set & of_count & self.next.get(usize::from(next))?)
    }
}
