//! Reads strict JSON, many times faster than a general deserialiser, because it allocates exactly
//! what the tree needs. Whatever it does not read goes to the thorough reader: text with errors,
//! very deep text, rare escapes.

use std::borrow::Cow;

use super::scan::plain_length;
use super::{Number, Object, Value};

/// Deeper text is left to the thorough reader, which has a limit.
const DEPTH_MAX: u32 = 100;
/// So many digits always fit 64 bits.
const DIGITS_MAX: usize = 18;

/// The value of a JSON text, with `nul` for each NUL; `None` when the thorough reader should try.
pub(super) fn read(bytes: &[u8], nul: char) -> Option<Value<'_>> {
    let mut reader = Reader {
        nul,
        text: std::str::from_utf8(bytes).ok()?,
        place: 0,
        items: Vec::new(),
        entries: Vec::new(),
    };
    let value = reader.value(0)?;
    reader.blanks();
    (reader.place == bytes.len()).then_some(value)
}

struct Reader<'a> {
    nul: char,
    text: &'a str,
    place: usize,
    /// The elements of the lists that are open, so that each list is allocated once, when its
    /// length is known.
    items: Vec<Value<'a>>,
    /// The same for objects.
    entries: Vec<(Cow<'a, str>, Value<'a>)>,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.place).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            self.place += 1;
        }
    }

    /// The next byte that is not blank, which is passed.
    fn token(&mut self) -> Option<u8> {
        self.blanks();
        let byte = self.peek()?;
        self.place += 1;
        Some(byte)
    }

    fn value(&mut self, depth: u32) -> Option<Value<'a>> {
        if depth > DEPTH_MAX {
            return None;
        }
        match self.token()? {
            b'"' => self.string().map(Value::String),
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b't' => self.word("rue", Value::Bool(true)),
            b'f' => self.word("alse", Value::Bool(false)),
            b'n' => self.word("ull", Value::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => None,
        }
    }

    fn word(&mut self, rest: &str, value: Value<'a>) -> Option<Value<'a>> {
        let left = self.text.as_bytes().get(self.place..)?;
        self.place += rest.len();
        left.starts_with(rest.as_bytes()).then_some(value)
    }

    /// A number whose first byte was passed.
    fn number(&mut self) -> Option<Value<'a>> {
        let start = self.place - 1;
        let left = self.text.as_bytes().get(start..)?;
        let digits = left.iter().take_while(|byte| byte.is_ascii_digit());
        let (mut count, mut number) = (0, 0);
        for digit in digits.take(DIGITS_MAX + 1) {
            number = number * 10 + u64::from(digit - b'0');
            count += 1;
        }
        let ends = !matches!(left.get(count), Some(b'.' | b'e' | b'E' | b'+' | b'-'));
        let is_plain = count == 1 || count > 1 && left.first() != Some(&b'0');
        if is_plain && ends && count <= DIGITS_MAX {
            self.place = start + count;
            return Some(Value::Number(Number::Unsigned(number)));
        }
        let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
        let length = left.iter().take_while(is_part).count();
        self.place = start + length;
        serde_json::from_slice(left.get(..length)?).ok()
    }

    /// A string whose opening quote was passed.
    fn string(&mut self) -> Option<Cow<'a, str>> {
        let start = self.place;
        let length = plain_length(self.text.as_bytes().get(start..)?);
        let plain = self.text.get(start..start + length)?;
        self.place = start + length + 1;
        match self.text.as_bytes().get(start + length)? {
            b'"' => Some(Cow::Borrowed(plain)),
            b'\\' => self.escaped(plain).map(Cow::Owned),
            _ => None,
        }
    }

    /// The rest of a string after `head` and a backslash.
    fn escaped(&mut self, head: &str) -> Option<String> {
        let mut text = String::with_capacity(head.len() + 32);
        text.push_str(head);
        loop {
            let escape = self.peek()?;
            self.place += 1;
            text.push(match escape {
                b'"' => '"',
                b'\\' => '\\',
                b'/' => '/',
                b'n' => '\n',
                b't' => '\t',
                b'r' => '\r',
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'u' => self.unicode()?,
                _ => return None,
            });
            let start = self.place;
            let length = plain_length(self.text.as_bytes().get(start..)?);
            text.push_str(self.text.get(start..start + length)?);
            self.place = start + length + 1;
            match self.text.as_bytes().get(start + length)? {
                b'"' => return Some(text),
                b'\\' => {}
                _ => return None,
            }
        }
    }

    /// The character of an escape `\uABCD` whose `u` was passed.
    fn unicode(&mut self) -> Option<char> {
        let unit = self.unit()?;
        if !(0xd800..=0xdbff).contains(&unit) {
            return match char::from_u32(unit)? {
                '\0' => Some(self.nul),
                other => Some(other),
            };
        }
        if !self.text.as_bytes().get(self.place..)?.starts_with(b"\\u") {
            return None;
        }
        self.place += 2;
        let low = self.unit().filter(|low| (0xdc00..=0xdfff).contains(low))?;
        char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00))
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.as_bytes().get(self.place..self.place + 4)?;
        self.place += 4;
        digits.iter().try_fold(0, |unit, digit| {
            Some(unit * 16 + char::from(*digit).to_digit(16)?)
        })
    }

    fn list(&mut self, depth: u32) -> Option<Value<'a>> {
        let start = self.items.len();
        self.blanks();
        if self.peek() == Some(b']') {
            self.place += 1;
            return Some(Value::Array(Vec::new()));
        }
        loop {
            let item = self.value(depth + 1)?;
            self.items.push(item);
            match self.token()? {
                b',' => {}
                b']' => return Some(Value::Array(self.items.drain(start..).collect())),
                _ => return None,
            }
        }
    }

    fn object(&mut self, depth: u32) -> Option<Value<'a>> {
        let start = self.entries.len();
        self.blanks();
        if self.peek() == Some(b'}') {
            self.place += 1;
            return Some(Value::Object(Object::new()));
        }
        loop {
            if self.token()? != b'"' {
                return None;
            }
            let key = self.string()?;
            if self.token()? != b':' {
                return None;
            }
            let value = self.value(depth + 1)?;
            self.entries.push((key, value));
            match self.token()? {
                b',' => {}
                b'}' => {
                    let entries = self.entries.drain(start..).collect();
                    return Some(Value::Object(Object::from_entries(entries)));
                }
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn thorough(text: &str) -> Option<Value<'_>> {
        serde_json::from_str(text).ok()
    }

    #[test]
    fn both_readers_agree() {
        for text in [
            r#"{"a":[1,-2,0,-0,1.5,1e3,18446744073709551615,18446744073709551616],"b":{}}"#,
            r#" [ true , false , null , "" , [ ] , { } ] "#,
            r#"["\"\\\/\n\t\r\b\f\u00e4\ud83d\ude00\u0000","ü€😀"]"#,
            r#"{"a":1,"b":2,"a":3}"#,
            "123456789012345678",
            "1234567890123456789",
        ] {
            assert_eq!(read(text.as_bytes(), '\u{fffd}'), thorough(text), "{text}");
            assert!(read(text.as_bytes(), '\u{fffd}').is_some(), "{text}");
        }
    }

    #[test]
    fn what_is_not_strict_json_is_left_to_the_thorough_reader() {
        for text in [
            "",
            "01",
            "-",
            "1.",
            "[1,]",
            "{\"a\"}",
            "{,}",
            "[1 2]",
            "tru",
            "NaN",
            "\"a",
            "1 2",
            "\"\\x\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"\\u12\"",
            "\"a\nb\"",
            "{a:1}",
        ] {
            assert_eq!(read(text.as_bytes(), '\u{fffd}'), None, "{text}");
        }
        assert_eq!(read(b"\"\xff\"", '\u{fffd}'), None);
        let depth = usize::try_from(DEPTH_MAX).expect("small") + 2;
        let deep = "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(read(deep.as_bytes(), '\u{fffd}'), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn near_misses_are_read_as_the_thorough_reader_does(
            pieces in proptest::collection::vec(proptest::sample::select(&[
                "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"a\":", "1", "-", "0", ".5", "e9",
                "\\", "\\n", "\\u0041", "\\ud83d", "\\ude00", "true", "null", " ", "\n", "ü", "longer than eight",
            ][..]), 0..14)
        ) {
            let text = pieces.concat();
            if let Some(value) = read(text.as_bytes(), '\u{fffd}') {
                prop_assert_eq!(Some(value), thorough(&text));
            }
        }
    }
}
