use memchr::memchr2;

use super::{class, effort};

/// A place in a text, with what a pattern asks of it. Methods that take something return the
/// place behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    /// The byte at this place.
    pub(super) fn byte(self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn before(self) -> Option<u8> {
        let index = self.at.checked_sub(1)?;
        self.text.as_bytes().get(index).copied()
    }

    /// The bytes from here on.
    pub(super) fn rest(self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The character at this place, if one begins here.
    pub(super) fn character(self) -> Option<char> {
        match self.byte()? {
            byte if byte.is_ascii() => Some(char::from(byte)),
            _ => self.text.get(self.at..)?.chars().next(),
        }
    }

    /// Whether this byte stands directly before this place.
    pub(super) fn is_after(self, byte: u8) -> bool {
        self.before() == Some(byte)
    }

    /// The character before this place.
    fn character_before(self) -> Option<char> {
        match self.before()? {
            byte if byte.is_ascii() => Some(char::from(byte)),
            _ => self.text.get(..self.at)?.chars().next_back(),
        }
    }

    /// Whether the character before this place is a digit, as `\d`.
    pub(super) fn is_after_digit(self) -> bool {
        self.character_before().is_some_and(class::is_digit)
    }

    /// Whether the byte before this place is a letter, digit or underscore of ASCII.
    pub(super) fn is_after_ascii_word(self) -> bool {
        self.before().is_some_and(is_word_byte)
    }

    /// Whether the byte at this place exists and `is`.
    pub(super) fn meets(self, is: impl Fn(u8) -> bool) -> bool {
        self.byte().is_some_and(is)
    }

    /// Whether the character before this place is part of a word, as `\w`.
    pub(super) fn is_after_word(self) -> bool {
        self.character_before().is_some_and(class::is_word)
    }

    /// Whether a word begins or ends here, as `\b`.
    pub(super) fn is_boundary(self) -> bool {
        self.character().is_some_and(class::is_word) != self.is_after_word()
    }

    /// Goes on if a word begins or ends here.
    pub(super) fn boundary(self) -> Option<Self> {
        self.is_boundary().then_some(self)
    }

    pub(super) fn skip(self, count: usize) -> Self {
        Self {
            at: self.at + count,
            ..self
        }
    }

    /// Takes this text.
    pub(super) fn literal(self, text: &str) -> Option<Self> {
        self.rest()
            .starts_with(text.as_bytes())
            .then(|| self.skip(text.len()))
    }

    /// Takes the first of these texts that is there.
    pub(super) fn one_of(self, texts: &[&str]) -> Option<Self> {
        texts.iter().find_map(|text| self.literal(text))
    }

    /// Takes one byte that `is`.
    pub(super) fn one(self, is: impl Fn(u8) -> bool) -> Option<Self> {
        self.byte().is_some_and(is).then(|| self.skip(1))
    }

    /// Takes all bytes that `are`, which may be none.
    pub(super) fn all(self, are: impl Fn(u8) -> bool) -> Self {
        let count = self.rest().iter().take_while(|byte| are(**byte)).count();
        effort::add(count);
        self.skip(count)
    }

    /// Takes all bytes that `are`, at least `min` and at most `max` of them.
    pub(super) fn some(self, min: usize, max: usize, are: impl Fn(u8) -> bool) -> Option<Self> {
        let bytes = self.rest().iter().take(max);
        let count = bytes.take_while(|byte| are(**byte)).count();
        effort::add(count);
        (count >= min).then(|| self.skip(count))
    }

    /// Takes one character that `is`.
    fn one_character(self, is: impl Fn(char) -> bool) -> Option<Self> {
        effort::add(1);
        let character = self.character().filter(|character| is(*character))?;
        Some(self.skip(character.len_utf8()))
    }

    /// Takes one digit, as `\d`.
    pub(super) fn digit(self) -> Option<Self> {
        self.one_character(class::is_digit)
    }

    /// Takes so many digits, as many as there are, as `\d{min,max}`.
    pub(super) fn digits(self, min: usize, max: usize) -> Option<Self> {
        let mut end = self;
        let mut count = 0;
        while count < max
            && let Some(next) = end.digit()
        {
            end = next;
            count += 1;
        }
        (count >= min).then_some(end)
    }

    /// Takes one character of white space, as `\s`.
    pub(super) fn space(self) -> Option<Self> {
        self.one_character(class::is_space)
    }

    /// Takes at least one character of white space.
    pub(super) fn spaces(self) -> Option<Self> {
        let mut end = self.space()?;
        while let Some(next) = end.space() {
            end = next;
        }
        Some(end)
    }

    /// Takes everything up to the next white space, as `[^\s]*`.
    pub(super) fn until_space(self) -> Self {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let count = rest.find(class::is_space).unwrap_or(rest.len());
        effort::add(count);
        self.skip(count)
    }

    /// How many bytes there are up to the first one of these.
    pub(super) fn length_to(self, bytes: [u8; 2]) -> Option<usize> {
        let [first, second] = bytes;
        let length = memchr2(first, second, self.rest());
        effort::add(length.unwrap_or(self.rest().len()));
        length
    }

    /// Takes what `take` takes, or nothing.
    pub(super) fn maybe(self, take: impl Fn(Self) -> Option<Self>) -> Self {
        take(self).unwrap_or(self)
    }
}

/// `[0-9A-Za-z_]`
pub(super) fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
