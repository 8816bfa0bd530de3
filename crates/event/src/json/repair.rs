//! Rewrites almost-JSON into JSON. Runs only after the strict reader refused the text.

/// What a number beyond the range of a float becomes.
const NUMBER_MAX: &[u8] = b"1.7976931348623157e308";
const REPLACEMENT: &[u8] = b"\\ufffd";

/// A repaired copy of `bytes`, or `None` when there was nothing to repair.
pub(super) fn repair(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    let input = text.trim_start_matches('\u{feff}').as_bytes();
    let mut repairer = Repairer {
        rest: input,
        output: Vec::with_capacity(input.len() + 16),
    };
    repairer.run();
    (repairer.output != bytes).then_some(repairer.output)
}

struct Repairer<'a> {
    rest: &'a [u8],
    output: Vec<u8>,
}

impl Repairer<'_> {
    fn run(&mut self) {
        while let Some(&byte) = self.rest.first() {
            match byte {
                b'"' => self.string(),
                b'-' | b'0'..=b'9' | b'N' | b'I' => self.scalar(),
                _ => self.copy(1),
            }
        }
    }

    fn copy(&mut self, count: usize) {
        let (head, tail) = self.rest.split_at(count.min(self.rest.len()));
        self.output.extend_from_slice(head);
        self.rest = tail;
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    fn string(&mut self) {
        self.copy(1);
        while let Some(&byte) = self.rest.first() {
            match byte {
                b'"' => return self.copy(1),
                b'\\' => self.escape(),
                0..=0x1f => {
                    self.output
                        .extend_from_slice(format!("\\u{byte:04x}").as_bytes());
                    self.skip(1);
                }
                _ => self.copy(1),
            }
        }
    }

    /// Copies one escape; a surrogate without its other half becomes U+FFFD.
    fn escape(&mut self) {
        match (
            unicode_escape(self.rest),
            self.rest.get(6..).and_then(unicode_escape),
        ) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => self.copy(12),
            (Some(0xd800..=0xdfff), _) => {
                self.output.extend_from_slice(REPLACEMENT);
                self.skip(6);
            }
            _ => self.copy(2),
        }
    }

    fn scalar(&mut self) {
        let is_part =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let length = self.rest.iter().take_while(|byte| is_part(byte)).count();
        let token = self.rest.get(..length).unwrap_or_default();
        match token {
            b"NaN" | b"Infinity" | b"-Infinity" => self.output.push(b'0'),
            _ => match std::str::from_utf8(token)
                .ok()
                .and_then(|text| text.parse::<f64>().ok())
            {
                Some(number) if number.is_infinite() => {
                    if number < 0.0 {
                        self.output.push(b'-');
                    }
                    self.output.extend_from_slice(NUMBER_MAX);
                }
                _ => self.output.extend_from_slice(token),
            },
        }
        self.skip(length);
    }
}

fn unicode_escape(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
