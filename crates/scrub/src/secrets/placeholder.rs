use super::alphabet::Alphabet;

/// Values that stand where a secret would, whole and in any case.
const WORDS: [&str; 18] = [
    "0",
    "1",
    "true",
    "false",
    "null",
    "none",
    "nil",
    "undefined",
    "yes",
    "no",
    "on",
    "off",
    "str",
    "string",
    "required",
    "redacted",
    "hidden",
    "%s",
];

/// Whether a value is none that anybody uses, but a mark for one: a word such as `null`, a text of
/// one character, a parameter of a statement or a template, or what another scrubber left.
pub(crate) fn is_placeholder(value: &[u8]) -> bool {
    let is_word = WORDS
        .iter()
        .any(|word| value.eq_ignore_ascii_case(word.as_bytes()));
    is_word || is_uniform(value) || is_parameter(value) || is_left_by_scrubber(value)
}

/// Whether it is one character again and again, such as `****`.
fn is_uniform(value: &[u8]) -> bool {
    let [first, rest @ ..] = value else {
        return true;
    };
    // Of bytes beyond ASCII, `•` is the one that such texts are made of.
    match value.strip_prefix("•".as_bytes()) {
        Some(rest) => rest.chunks(3).all(|char| char == "•".as_bytes()),
        None => !first.is_ascii_digit() && rest.iter().all(|byte| byte == first),
    }
}

/// Whether it is `?`, `:name`, `$1`, `$NAME`, `${…}`, `{…}`, `<…>` or `%(…)`.
fn is_parameter(value: &[u8]) -> bool {
    let all = |rest: &[u8], is: fn(u8) -> bool| rest.iter().all(|byte| is(*byte));
    match value {
        [b'?'] | [b'<' | b'{', ..] | [b'$', b'{' | b'(', ..] | [b'%', b'(', ..] => true,
        [b':', rest @ ..] => all(rest, |byte| Alphabet::IDENTIFIER.has(byte)),
        [b'$', rest @ ..] => {
            all(rest, |byte| byte.is_ascii_digit())
                || all(rest, |byte| byte.is_ascii_uppercase() || byte == b'_')
        }
        _ => false,
    }
}

/// Whether it is a mark in brackets, such as `[Filtered]` or `[secret:password]`.
fn is_left_by_scrubber(value: &[u8]) -> bool {
    const MARK_BYTES_MAX: usize = 60;
    let Some(rest) = value.strip_prefix(b"[") else {
        return false;
    };
    let mark = Alphabet::LEAD.count(rest, MARK_BYTES_MAX);
    mark > 0 && matches!(rest.get(mark..), Some([] | [b']']))
}
