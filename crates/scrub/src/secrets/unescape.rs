use super::finder::Found;

/// What a text says when its escapes are resolved once: `%2F` of URLs, and `\n`, `\"`, `\/`,
/// `\x2f` and `\u002f` of JSON and of most languages. Each byte knows where it comes from.
pub(super) struct Layer {
    bytes: Vec<u8>,
    /// Where the origin of each byte starts in the text that was escaped first, and its length.
    origins: Vec<usize>,
}

impl Layer {
    /// The first layer of a text; `None` when it has no escape.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        Self::resolve(text, |place| place)
    }

    /// The layer below this one; `None` when this one has no escape.
    pub(super) fn next(&self) -> Option<Self> {
        let length = self.origins.last().copied().unwrap_or_default();
        Self::resolve(&self.bytes, |place| {
            self.origins.get(place).copied().unwrap_or(length)
        })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where something found in this layer stands in the text that was escaped first.
    pub(super) fn locate(&self, found: Found) -> Found {
        let origin = |place| self.origins.get(place).copied();
        Found {
            start: origin(found.start).unwrap_or_default(),
            end: origin(found.end).unwrap_or_default(),
            kind: found.kind,
        }
    }

    fn resolve(text: &[u8], origin: impl Fn(usize) -> usize) -> Option<Self> {
        let mut layer = Self {
            bytes: Vec::new(),
            origins: Vec::new(),
        };
        let mut kept = 0;
        for place in memchr::memchr2_iter(b'%', b'\\', text) {
            if place < kept {
                continue;
            }
            let rest = text.get(place..).unwrap_or_default();
            let Some((meaning, length)) = escape(rest) else {
                continue;
            };
            if layer.bytes.is_empty() {
                layer.bytes.reserve(text.len());
                layer.origins.reserve(text.len() + 1);
            }
            layer.keep(text, kept..place, &origin);
            let mut buffer = [0; 4];
            let meaning = match meaning {
                Meaning::Byte(byte) => {
                    buffer = [byte, 0, 0, 0];
                    buffer.get(..1).unwrap_or_default()
                }
                Meaning::Char(char) => char.encode_utf8(&mut buffer).as_bytes(),
            };
            layer.bytes.extend(meaning);
            layer.origins.extend(meaning.iter().map(|_| origin(place)));
            kept = place + length;
        }
        if kept == 0 {
            return None;
        }
        layer.keep(text, kept..text.len(), &origin);
        layer.origins.push(origin(text.len()));
        Some(layer)
    }

    fn keep(
        &mut self,
        text: &[u8],
        range: std::ops::Range<usize>,
        origin: impl Fn(usize) -> usize,
    ) {
        self.origins.extend(range.clone().map(origin));
        self.bytes.extend(text.get(range).unwrap_or_default());
    }
}

/// Whether a text has an escape, so that there is a layer of it.
pub(super) fn has_escape(text: &[u8]) -> bool {
    let mut places = memchr::memchr2_iter(b'%', b'\\', text);
    places.any(|place| text.get(place..).and_then(escape).is_some())
}

enum Meaning {
    Byte(u8),
    Char(char),
}

/// What the escape at the beginning means, and its length.
fn escape(text: &[u8]) -> Option<(Meaning, usize)> {
    Some(match text {
        [b'%', high, low, ..] => (Meaning::Byte(byte(*high, *low)?), 3),
        [b'\\', b'x', high, low, ..] => (Meaning::Byte(byte(*high, *low)?), 4),
        [b'\\', b'u', a, b, c, d, ..] => {
            let unit = u32::from(byte(*a, *b)?) << 8 | u32::from(byte(*c, *d)?);
            // Halves of characters beyond the basic plane are in no token.
            let char = char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER);
            (Meaning::Char(char), 6)
        }
        [b'\\', letter, ..] => (Meaning::Byte(short(*letter)?), 2),
        _ => return None,
    })
}

fn byte(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

fn short(letter: u8) -> Option<u8> {
    Some(match letter {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'"' | b'\'' | b'\\' | b'/' => letter,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, layers: &[&str]) {
        let mut layer = Layer::of(text.as_bytes());
        for expected in layers {
            let this = layer.unwrap();
            assert_eq!(String::from_utf8_lossy(this.bytes()), *expected);
            layer = this.next();
        }
        assert!(layer.is_none());
    }

    #[test]
    fn escapes_are_resolved_one_layer_at_a_time() {
        check("plain", &[]);
        check("a%3Db%2fc", &["a=b/c"]);
        check("50% of\\w", &[]);
        check(
            r#"{\"a\":\"b\\nc\"}"#,
            &["{\"a\":\"b\\nc\"}", "{\"a\":\"b\nc\"}"],
        );
        check(r"\u0026\x3d%253D", &["&=%3D", "&=="]);
        check(r"\ud83d!", &["\u{fffd}!"]);
    }

    #[test]
    fn what_is_found_is_located_in_the_first_text() {
        let text = "x%253Dab%2520";
        let below = Layer::of(text.as_bytes()).unwrap().next().unwrap();
        assert_eq!(below.bytes(), b"x=ab ");
        let found = below.locate(Found {
            start: 1,
            end: 5,
            kind: 0,
        });
        assert_eq!(text.get(found.start..found.end), Some("%253Dab%2520"));
    }
}
