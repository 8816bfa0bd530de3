//! What the rules of mode *improved* look for besides Relay's patterns, or instead of them. Each
//! runs before Relay's pattern of the same rule, so that nothing stays which that would remove.

use std::net::Ipv6Addr;
use std::sync::LazyLock;

use regex::Regex;

use super::regexes::fixed;
use crate::secrets::is_placeholder;

macro_rules! patterns {
    ($($(#[$doc:meta])* $name:ident = $pattern:expr;)*) => {
        $($(#[$doc])* pub(super) static $name: LazyLock<Regex> = LazyLock::new(|| fixed(&$pattern));)*

        #[cfg(test)]
        const ALL: &[&LazyLock<Regex>] = &[$(&$name),*];
    };
}

patterns! {
    /// A whole address in its short forms too, with its zone, which does not look like an escaped
    /// character; [`is_ipv6`] decides.
    IPV6 = r"(?:^|[^0-9A-Za-z_:.])((?:[0-9a-fA-F:][0-9a-fA-F:.]{0,44}[0-9a-fA-F]|::[0-9a-fA-F])\b(?:%(?:[a-z][g-z]|[g-z])[a-z]{0,3}[0-9]{1,3})?)";
    /// An address that ends in zeros that are left out.
    IPV6_OPEN = r"(?:^|[^0-9A-Za-z_:.])((?:[0-9a-fA-F]{1,4}:){1,7}:)(?:$|[^0-9A-Za-z_:])";
    /// Numbers of Mastercard's second series, JCB, Diners, Discover, `UnionPay` and long ones of Visa.
    CARD = r"\b((?:2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)|3(?:5(?:2[89]|[3-8]\d)|0[0-5]\d|[689]\d\d)|4\d{3}|6(?:4[4-9]\d|011|5\d\d|2\d\d))(?:[-\s]?\d){10,15})\b";
    /// The user's own folder below the usual ones, but not a part of a URL.
    HOME_FOLDER = r#"(?:^|[^\w/.:-])(?:file://)?/(?:home|Users)/([^/\\\s:*?<>|,;()"'\x00]+)|\b[A-Za-z]:[\\/]{1,2}(?i:users|documents and settings)[\\/]{1,2}(?:([^/\\:*?<>|,;()"'\x00\r\n]{1,60})[\\/]|([^/\\\s:*?<>|,;()"'\x00]+))"#;
    /// The beginning of a URL with an authority.
    URL_SCHEME = "[a-zA-Z][a-zA-Z0-9+.-]*://";
    /// A cookie of a session or with a token, in a header.
    COOKIES = format!(r#"(?i)(?:^|[;,\s"'])([^=;,\s"']*(?:{COOKIE_WORDS})[^=;,\s"']*)=([^;,\s"'\x00]+)"#);
    /// The names of the default rules, and the values behind them.
    ASSIGNMENT = assignment(ASSIGNED_WORDS);
}

/// Parts of the names of cookies that hold a session or a token: those of Java, .NET, PHP, Express,
/// Laravel and Rails, and what else has one of the usual words in its name.
pub(crate) const COOKIE_WORDS: &str = concat!(
    r"sess|\bsid\b|[._-]sid\b|auth|csrf|xsrf|token|jwt|secret|passw|remember|",
    r"antiforgery|aspxauth|aspnet|logged_in|identity|\bcfid\b",
);

/// What a text calls the secret that stands behind it.
const ASSIGNED_WORDS: &str = concat!(
    r"(?:password|passwd|pwd|passphrase|passcode|secret|api[-_ ]?key|credentials?|",
    r"private[-_]?key|access[-_]?key|token|mysql_pwd)(?:[-_][0-9A-Za-z_-]*)?|",
    r"\bauth(?:orization|[-_][0-9A-Za-z_-]*)?|\botp",
);

/// A name and the separator behind it, in quotes or without; [`super::assigned`] takes the value.
pub(super) fn assignment(names: &str) -> String {
    format!(r#"(?i)(?:{names})\\?["'\]]{{0,2}}[ \t]{{0,3}}(?:=>|:=|[:=])"#)
}

/// Whether a text is an IPv6 address. One without any digit, such as `a::b`, is a name in C++.
pub(super) fn is_ipv6(text: &str) -> bool {
    let address = text.split('%').next().unwrap_or(text);
    has_digit(address) && address.parse::<Ipv6Addr>().is_ok()
}

/// Whether a text has a digit.
pub(super) fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a text that has the form of a UUID is one: other letters than those of hexadecimal
/// digits are words of 32 letters.
pub(super) fn is_uuid(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Whether a text is a card number.
pub(super) fn is_card(text: &str) -> bool {
    crate::secrets::is_card(text.as_bytes())
}

/// Whether a text is a value that somebody assigned, not a mark for one, a part of a URL, or what is
/// left of an earlier redaction; nor a sentence about the name, as forms answer.
pub(super) fn is_assigned(value: &str) -> bool {
    const WORDS_OF_SENTENCE_MIN: usize = 3;
    let is_sentence = value.ends_with(['.', '!'])
        && value.split_ascii_whitespace().count() >= WORDS_OF_SENTENCE_MIN;
    let is_left = value.chars().all(|c| c == '\0');
    !is_sentence && !is_left && !value.starts_with("//") && !is_placeholder(value.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for pattern in ALL {
            LazyLock::force(*pattern);
        }
    }

    #[track_caller]
    fn finds(regex: &Regex, text: &str, expected: &[&str]) {
        let found: Vec<_> = regex
            .captures_iter(text)
            .filter_map(|captures| {
                captures
                    .iter()
                    .skip(1)
                    .flatten()
                    .last()
                    .map(|group| group.as_str())
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn marks_and_sentences_are_no_values() {
        assert!(is_assigned("hunter2") && is_assigned("1234"));
        for value in ["This field is required.", "\0", "%s", "//x", "None", "***"] {
            assert!(!is_assigned(value), "{value}");
        }
    }

    #[test]
    fn home_folders_are_found_and_paths_of_urls_are_not() {
        finds(&HOME_FOLDER, "in /home/jane/x", &["jane"]);
        finds(&HOME_FOLDER, "file:///Users/jane/x", &["jane"]);
        finds(&HOME_FOLDER, r"C:\Users\Jane Doe\x", &["Jane Doe"]);
        finds(&HOME_FOLDER, r"c:\\users\\jane", &["jane"]);
        finds(
            &HOME_FOLDER,
            "https://x.com/users/42/ /users/42 a/home/x",
            &[],
        );
    }

    #[test]
    fn whole_addresses_are_found_and_names_are_not() {
        for (text, expected) in [
            ("2001:db8::1", "2001:db8::1"),
            ("fe80::1%eth0", "fe80::1%eth0"),
            ("[::1]:80", "::1"),
            ("at ::ffff:1.2.3.4.", "::ffff:1.2.3.4"),
        ] {
            let found = IPV6
                .captures_iter(text)
                .map(|captures| captures[1].to_owned());
            let found: Vec<_> = found.filter(|found| is_ipv6(found)).collect();
            assert_eq!(found, [expected], "{text}");
        }
        assert!(!is_ipv6("a::b") && !is_ipv6("10:11:12") && !is_ipv6("1.2.3.4"));
        finds(&IPV6, "std::vector foo1::bar", &[]);
        finds(&IPV6_OPEN, "net 2001:db8::/32", &["2001:db8::"]);
    }
}
