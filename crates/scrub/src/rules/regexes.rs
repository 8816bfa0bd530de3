use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};

/// Compiled patterns of users may take this many bytes (reference/SCRUBBING.md section 2.2).
pub(crate) const PATTERN_BYTES_MAX: usize = 262_144;

/// Compiles a pattern of a user's.
///
/// # Errors
/// When it is no valid pattern, or too large.
pub(crate) fn user_regex(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern)
        .size_limit(PATTERN_BYTES_MAX)
        .build()
}

macro_rules! regexes {
    ($($name:ident = $pattern:expr;)*) => {
        $(pub(super) static $name: LazyLock<Regex> = LazyLock::new(|| fixed(&$pattern));)*

        #[cfg(test)]
        mod tests {
            #[test]
            fn every_built_in_pattern_compiles() {
                $(std::sync::LazyLock::force(&super::$name);)*
            }
        }
    };
}

// The patterns are facts of reference/SCRUBBING.md section 2.2: what Relay finds, and what it does
// not, is what users of its rules rely on.
regexes! {
    ANYTHING = r".*";
    IMEI = r"\b(\d{2}-?\d{6}-?\d{6}-?\d{1,2})\b";
    MAC = r"\b([[:xdigit:]]{2}[:-]){5}[[:xdigit:]]{2}\b";
    UUID = r"(?i)\b[a-z0-9]{8}-?[a-z0-9]{4}-?[a-z0-9]{4}-?[a-z0-9]{4}-?[a-z0-9]{12}\b";
    EMAIL = r"\b[a-zA-Z0-9.!\#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*\.[a-zA-Z]{2,}\b";
    IBAN = format!(r"\b({IBAN_COUNTRIES})\d{{2}}[a-zA-Z0-9]{{11,29}}\b");
    IPV4 = format!(r"\b{IPV4_PATTERN}\b");
    IPV6 = ipv6_pattern();
    CREDITCARD = r"\b((?:3[47]\d|4\d{3}|5[1-5]\d\d|65\d\d|6011)([-\s]?\d){12})\b";
    // Relay's pattern is one in which blanks do not count, those of this folder included.
    USERPATH = r"(?i)(?:(?:\b(?:[a-zA-Z]:[\\/])?(?:users|home|documentsandsettings|[^/\\]+[/\\]profiles)[\\/])|(?:/(?:home|users)/))([^/\\\r\n\x00]+)";
    USERPATH_SPACED = r"(?i)(?:(?:\b(?:[a-zA-Z]:[\\/])?(?:users|home|documents ?and ?settings|[^/\\]+[/\\]profiles)[\\/])|(?:/(?:home|users)/))([^/\\\r\n\x00]+)";
    PEMKEY = r"(?s)(?:-----BEGIN[A-Z ]+(?:PRIVATE|PUBLIC) KEY-----[\t ]*\r?\n?)(.+?)(?:\r?\n?-----END[A-Z ]+(?:PRIVATE|PUBLIC) KEY-----)";
    URL_AUTH = r"\b(?:(?:[a-z0-9+-]+:)?//([a-zA-Z0-9%_.-]+(?::[a-zA-Z0-9%_.-]+)?))@";
    URL_AUTH_LEGACY = r"\b((?:[a-z0-9]+:)?//[a-zA-Z0-9%_.-]+:)([a-zA-Z0-9%_.-]+)@";
    US_SSN = r"\b([0-9]{3}-[0-9]{2}-[0-9]{4})\b";
    BEARER = r"(?i)\b(Bearer\s+)([^\s]+)";
    TOKEN_KEY = r"(?i)(token)";
    PASSWORD = r"(?i)(password|secret|passwd|api[-_]key|apikey|auth|credentials|mysql_pwd|privatekey|private[-_]key|token[^\s]*[:=]|^otp$|^two[-_]factor$)";
    COOKIES = format!(r"(?i)\b({})=([^;]+)", crate::settings::SESSION_COOKIES.join("|"));
}

pub(crate) const IBAN_COUNTRIES: &str = "AT|AD|AE|AL|AZ|BA|BE|BG|BH|BR|BY|CH|CR|CY|CZ|DE|DK|DO|EE|EG|ES|FI|\
    FO|FR|GB|GE|GI|GL|GR|GT|HR|HU|IE|IL|IQ|IS|IT|JO|KW|KZ|LB|LC|LI|LT|LU|LV|LY|MC|MD|ME|MK|MR|MT|\
    MU|NL|NO|PK|PL|PS|PT|QA|RO|RU|RS|SA|SC|SE|SI|SK|SM|ST|SV|TL|TN|TR|UA|VA|VG|XK|DZ|AO|BJ|BF|BI|\
    CV|CM|CF|TD|KM|CG|CI|DJ|GQ|GA|GW|HN|IR|MG|ML|MA|MZ|NI|NE|SN|TG";

const IPV4_PATTERN: &str = r"(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\.(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\.(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\.(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)";

fn ipv6_pattern() -> String {
    let hex = "[0-9a-fA-F]{1,4}";
    let forms = [
        format!("({hex}:){{7}}{hex}"),
        format!("({hex}:){{1,7}}:"),
        format!("({hex}:){{1,6}}::{hex}"),
        format!("({hex}:){{1,5}}:(:{hex}){{1,2}}"),
        format!("({hex}:){{1,4}}:(:{hex}){{1,3}}"),
        format!("({hex}:){{1,3}}:(:{hex}){{1,4}}"),
        format!("({hex}:){{1,2}}:(:{hex}){{1,5}}"),
        format!("{hex}:((:{hex}){{1,6}})"),
        format!(":((:{hex}){{1,7}}|:)"),
        format!("fe80:(:{hex}){{0,4}}%[0-9a-zA-Z]{{1,}}"),
        format!("::(ffff(:0{{1,4}}){{0,1}}:){{0,1}}{IPV4_PATTERN}"),
        format!("({hex}:){{1,4}}:{IPV4_PATTERN}"),
    ];
    let forms = forms.join("|");
    format!(r"(?i)(?:[\s]|[[:punct:]]|^)({forms})([\s]|[[:punct:]]|$)")
}

#[expect(
    clippy::expect_used,
    reason = "the patterns are constants, and a test compiles every one"
)]
pub(super) fn fixed(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the built-in patterns are valid")
}
