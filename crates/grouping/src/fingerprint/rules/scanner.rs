//! The words of a rule's line.

/// What is left of a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scanner<'t> {
    rest: &'t str,
}

impl<'t> Scanner<'t> {
    pub(crate) fn new(line: &'t str) -> Self {
        Self { rest: line }
    }

    /// What has not been taken yet.
    pub(crate) fn rest(self) -> &'t str {
        self.rest
    }

    pub(crate) fn is_done(self) -> bool {
        self.rest.is_empty()
    }

    /// Takes blanks, which may be none.
    pub(crate) fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes this text if it comes next.
    pub(crate) fn take(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Takes all characters that `are`.
    pub(crate) fn take_while(&mut self, are: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|it| !are(it)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// Takes a text in double quotes, where a backslash keeps the next character from ending it,
    /// and returns what is between the quotes; `None` if there is no such text.
    pub(crate) fn quoted(&mut self) -> Option<&'t str> {
        let inside = self.rest.strip_prefix('"')?;
        let mut is_escaped = false;
        let end = inside.find(|it| {
            let is_end = it == '"' && !is_escaped;
            is_escaped = it == '\\' && !is_escaped;
            is_end
        })?;
        self.rest = inside.get(end + 1..)?;
        inside.get(..end)
    }

    /// Takes a variable, `{{ name }}`, with its braces.
    pub(crate) fn variable(&mut self) -> Option<&'t str> {
        let inside = self.rest.strip_prefix("{{")?.trim_start();
        let name_end = inside.find(char::is_whitespace).unwrap_or(inside.len());
        let (name, behind) = inside.split_at(name_end);
        let behind = behind.trim_start();
        let rest = match behind.strip_prefix("}}") {
            Some(rest) if !name.is_empty() => rest,
            // The braces may close inside the word. The last ones do, as in Sentry's grammar.
            _ => {
                let close = name.rfind("}}").filter(|at| *at > 0)?;
                inside.get(close + "}}".len()..)?
            }
        };
        let length = self.rest.len() - rest.len();
        let taken = self.rest.get(..length)?;
        self.rest = rest;
        Some(taken)
    }
}

/// The text that a quoted text stands for: `\n`, `\t`, `\xff`, `\u20ac` and the like stand for one
/// character, a backslash and another character for that character, as in a text of Python.
pub(crate) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(next) = rest.next() {
        if next != '\\' {
            plain.push(next);
            continue;
        }
        let Some(escaped) = rest.next() else { break };
        let named = match escaped {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'a' => '\x07',
            'b' => '\x08',
            'f' => '\x0c',
            'v' => '\x0b',
            '\\' | '"' | '\'' => escaped,
            'x' | 'u' | 'U' => match code(&mut rest, escaped) {
                Some(character) => character,
                None => {
                    plain.push('\\');
                    escaped
                }
            },
            // An unknown escape keeps its backslash, which patterns give a meaning.
            _ => {
                plain.push('\\');
                escaped
            }
        };
        plain.push(named);
    }
    plain
}

/// Takes the digits of a character's number; takes nothing if they are not there.
fn code(rest: &mut std::str::Chars<'_>, kind: char) -> Option<char> {
    let count = match kind {
        'x' => 2,
        'u' => 4,
        _ => 8,
    };
    let digits = rest.as_str().get(..count)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_number)?;
    let character = char::from_u32(number)?;
    rest.nth(count - 1);
    Some(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_stand_for_their_characters() {
        assert_eq!(unescaped(r#"a\"b\\c\n\x41\u20ac"#), "a\"b\\c\nA€");
        assert_eq!(unescaped(r"\*\d\xg1\u12"), r"\*\d\xg1\u12");
        assert_eq!(unescaped(r"\ud800é"), r"\ud800é");
        assert_eq!(unescaped("\\"), "");
    }

    #[test]
    fn quotes_end_at_the_first_one_without_a_backslash() {
        let mut scanner = Scanner::new(r#""a \" b" c"#);
        assert_eq!(scanner.quoted(), Some(r#"a \" b"#));
        assert_eq!(scanner.rest(), " c");
        assert_eq!(Scanner::new("\"open").quoted(), None);
        assert_eq!(Scanner::new(r#""open\""#).quoted(), None);
    }

    #[test]
    fn a_variable_ends_where_the_word_or_its_last_braces_do() {
        let variable = |text| {
            let mut scanner = Scanner::new(text);
            (scanner.variable(), scanner.rest())
        };
        assert_eq!(variable("{{ a }}-x"), (Some("{{ a }}"), "-x"));
        assert_eq!(variable("{{a}}x y"), (Some("{{a}}"), "x y"));
        assert_eq!(variable("{{a}}-{{b}}"), (Some("{{a}}-{{b}}"), ""));
        assert_eq!(variable("{{ }}"), (None, "{{ }}"));
        assert_eq!(variable("{{}}"), (None, "{{}}"));
        assert_eq!(variable("{a}"), (None, "{a}"));
        assert_eq!(variable("{{ a"), (None, "{{ a"));
    }
}
