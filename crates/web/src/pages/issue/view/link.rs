//! Which texts of an event may become links.

/// The text, if it is an `http` or `https` address without control characters; anything else, a
/// `javascript:` address above all, stays text.
pub(crate) fn web_address(text: &str) -> Option<String> {
    let scheme = text.split_once("://")?.0;
    let known = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let plain = !text.chars().any(|char| char.is_control() || char == ' ');
    (known && plain && text.len() <= ADDRESS_BYTES_MAX).then(|| text.to_owned())
}

/// Longer addresses stay text.
const ADDRESS_BYTES_MAX: usize = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_and_https_are_links() {
        assert!(web_address("https://shop.example/a?b=c").is_some());
        assert!(web_address("HTTP://shop.example").is_some());
        for hostile in [
            "javascript:alert(1)",
            "javascript://x.example/%0aalert(1)",
            " https://a.example",
            "data:text/html,<script>",
            "java\nscript://a",
            "//a.example",
            "https://a.example/\u{0}",
        ] {
            assert_eq!(web_address(hostile), None, "{hostile}");
        }
    }
}
