//! What a violation is called, and where it happened.

/// The directives that the CSP standards have had, older ones included.
const DIRECTIVES: [&str; 34] = [
    "base-uri",
    "block-all-mixed-content",
    "child-src",
    "connect-src",
    "default-src",
    "fenced-frame-src",
    "font-src",
    "form-action",
    "frame-ancestors",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "navigate-to",
    "object-src",
    "plugin-types",
    "prefetch-src",
    "referrer",
    "reflected-xss",
    "report-to",
    "report-uri",
    "require-sri-for",
    "require-trusted-types-for",
    "sandbox",
    "script-src",
    "script-src-attr",
    "script-src-elem",
    "style-src",
    "style-src-attr",
    "style-src-elem",
    "trusted-types",
    "unsafe-hashes",
    "upgrade-insecure-requests",
    "worker-src",
];

/// The directive of this name.
pub(super) fn known_directive(name: &str) -> Option<&'static str> {
    let name = name.trim_end_matches(';').to_ascii_lowercase();
    DIRECTIVES.into_iter().find(|known| *known == name)
}

/// One line that says what was blocked: `Blocked 'script' from 'evil.com'`.
pub(super) fn message(directive: &str, blocked: &str, violated: &str) -> String {
    let what = thing(directive);
    match blocked {
        "" | "self" | "'self'" => match directive {
            "script-src" if violated.contains("'unsafe-inline'") => {
                "Blocked unsafe inline 'script'".to_owned()
            }
            "script-src" if violated.contains("'unsafe-eval'") => {
                "Blocked unsafe eval() 'script'".to_owned()
            }
            "script-src" => "Blocked unsafe (eval() or inline) 'script'".to_owned(),
            _ => format!("Blocked inline '{what}'"),
        },
        "inline" => format!("Blocked inline '{what}'"),
        "eval" | "wasm-eval" => format!("Blocked unsafe {blocked}() '{what}'"),
        "trusted-types-policy" | "trusted-types-sink" => {
            format!("Blocked '{what}' by the {blocked}")
        }
        _ => {
            let target = host(blocked).map_or_else(|| scheme(blocked), ToOwned::to_owned);
            match directive {
                "form-action" => format!("Blocked 'form' action to '{target}'"),
                _ => format!("Blocked '{what}' from '{target}'"),
            }
        }
    }
}

/// What a directive is about, in one word where there is one.
fn thing(directive: &str) -> &str {
    let word = directive
        .trim_end_matches("-elem")
        .trim_end_matches("-attr");
    match word.strip_suffix("-src").unwrap_or(word) {
        "img" => "image",
        "form-action" => "form",
        word => word,
    }
}

/// `data` and `data:…` alike.
fn scheme(uri: &str) -> String {
    let name = uri.split(':').next().unwrap_or_default();
    format!("{name}:")
}

/// The host of an address, with its port.
pub(super) fn host(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    (!host.is_empty()).then_some(host)
}

/// The violated directive; sources that are the page's own origin are written `'self'`, as some
/// browsers spell that word out.
pub(super) fn culprit(violated: &str, document: &str) -> String {
    let origin = document
        .split_once("://")
        .zip(host(document))
        .map(|((scheme, _), host)| (scheme, host));
    let is_own = |source: &str| match (origin, source.split_once("://")) {
        (Some((scheme, own)), Some((source_scheme, _))) => {
            source_scheme == scheme && host(source) == Some(own)
        }
        (Some((_, own)), None) => source == own,
        (None, _) => false,
    };
    let mut words = violated.split_whitespace();
    let mut culprit = words.next().unwrap_or_default().to_owned();
    for word in words {
        culprit.push(' ');
        culprit.push_str(if is_own(word) { "'self'" } else { word });
    }
    culprit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_what_was_blocked_and_from_where() {
        for (directive, blocked, violated, expected) in [
            (
                "script-src",
                "https://evil.com/a.js?k=1",
                "",
                "Blocked 'script' from 'evil.com'",
            ),
            ("img-src", "data", "", "Blocked 'image' from 'data:'"),
            (
                "img-src",
                "data:image/png;x",
                "",
                "Blocked 'image' from 'data:'",
            ),
            ("style-src-elem", "inline", "", "Blocked inline 'style'"),
            ("style-src", "self", "", "Blocked inline 'style'"),
            (
                "script-src",
                "self",
                "script-src 'unsafe-inline'",
                "Blocked unsafe inline 'script'",
            ),
            (
                "script-src",
                "",
                "script-src 'unsafe-eval'",
                "Blocked unsafe eval() 'script'",
            ),
            ("script-src", "eval", "", "Blocked unsafe eval() 'script'"),
            (
                "form-action",
                "https://x.y/z",
                "",
                "Blocked 'form' action to 'x.y'",
            ),
        ] {
            assert_eq!(message(directive, blocked, violated), expected);
        }
    }

    #[test]
    fn a_culprit_calls_the_pages_own_origin_self() {
        let violated = "img-src https://shop.com 'none' https://cdn.shop.com shop.com";
        assert_eq!(
            culprit(violated, "https://shop.com/cart"),
            "img-src 'self' 'none' https://cdn.shop.com 'self'"
        );
        assert_eq!(culprit("img-src", ""), "img-src");
    }

    #[test]
    fn directives_are_known_in_any_case() {
        assert_eq!(known_directive("Script-Src"), Some("script-src"));
        assert_eq!(known_directive("scripts"), None);
    }
}
