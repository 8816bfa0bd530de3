//! The request as a `curl` command that can be pasted into a shell and does nothing but send it.

use watchfire_event::json::Value;

use super::node::Node;

/// Headers that curl writes itself or that would be wrong with another body.
const OWN_HEADERS: [&str; 5] = [
    "content-length",
    "host",
    "connection",
    "accept-encoding",
    "cookie",
];
/// Bytes of a body that are written into the command.
const BODY_BYTES_MAX: usize = 65_536;

/// The command; `None` when the request has no address.
pub(crate) fn command(request: Node<'_>) -> Option<String> {
    let url = url(request)?;
    let mut parts = Vec::new();
    let body = body(request);
    let method = request.key("method").text().unwrap_or("GET");
    let implied = if body.is_some() { "POST" } else { "GET" };
    if method == "HEAD" {
        parts.push("--head".to_owned());
    } else if method != implied {
        parts.push(format!("-X {}", quoted(method)));
    }
    for (name, value) in request.key("headers").pairs() {
        // A name that is no token could smuggle in an option's special sense, as `@file` has.
        if is_token(name) && !OWN_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            let value = value.scalar().unwrap_or_default();
            parts.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
        }
    }
    let cookies: Vec<String> = request
        .key("cookies")
        .pairs()
        .into_iter()
        .map(|(name, value)| format!("{name}={}", value.scalar().unwrap_or_default()))
        .collect();
    if !cookies.is_empty() {
        parts.push(format!("-b {}", quoted(&cookies.join("; "))));
    }
    parts.extend(body.map(|body| format!("--data-raw {}", quoted(&body))));
    let globs = url.contains(['[', ']', '{', '}']);
    let glob = if globs { "--globoff " } else { "" };
    parts.insert(0, format!("curl {glob}--url {}", quoted(&url)));
    Some(parts.join(" \\\n  "))
}

/// The address with its query and fragment, which normalisation took apart
/// (reference/PROTOCOL.md section 8.3).
pub(crate) fn url(request: Node<'_>) -> Option<String> {
    let mut url = request.key("url").text()?.to_owned();
    let query = match request.key("query_string").text() {
        Some(query) => query.trim_start_matches('?').to_owned(),
        None => urlencoded(request.key("query_string")),
    };
    if !query.is_empty() && !url.contains('?') {
        url = format!("{url}?{query}");
    }
    if let Some(fragment) = request.key("fragment").text() {
        url = format!("{url}#{fragment}");
    }
    Some(url)
}

fn urlencoded(pairs: Node<'_>) -> String {
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let pairs = pairs.pairs().into_iter().map(|(name, value)| {
        let value = value.scalar().unwrap_or_default();
        format!("{}={}", encode(name), encode(&value))
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn body(request: Node<'_>) -> Option<String> {
    let data = request.key("data");
    let body = match data.value()? {
        Value::String(text) => text.to_string(),
        Value::Object(_) | Value::Array(_) if is_form(request) => urlencoded(data),
        value => value.to_json(),
    };
    (!body.is_empty() && body.len() <= BODY_BYTES_MAX).then_some(body)
}

fn is_form(request: Node<'_>) -> bool {
    let inferred = request.key("inferred_content_type").text();
    let header = || {
        let headers = request.key("headers").pairs();
        let found = headers
            .into_iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        found.and_then(|(_, value)| value.text())
    };
    inferred
        .or_else(header)
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.!#$%&'*+^`|~".contains(&byte))
}

/// One argument for a POSIX shell. Control characters, which a terminal would act on while the
/// command is pasted, are written as escapes in the `$'…'` form of bash, zsh and ksh.
pub(crate) fn quoted(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    let mut quoted = String::from("$'");
    for char in text.chars() {
        match char {
            '\'' => quoted.push_str(r"\'"),
            '\\' => quoted.push_str(r"\\"),
            '\n' => quoted.push_str(r"\n"),
            '\r' => quoted.push_str(r"\r"),
            '\t' => quoted.push_str(r"\t"),
            char if char.is_control() => {
                for byte in char.to_string().bytes() {
                    quoted.push_str(&format!("\\x{byte:02x}"));
                }
            }
            char => quoted.push(char),
        }
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    #[track_caller]
    fn check(json: &str, expected: &str) {
        assert_eq!(
            command(Sample::new(json).root()).expect("has a url"),
            expected
        );
    }

    #[test]
    fn a_request_becomes_a_command() {
        check(
            r#"{"url":"https://shop.example/a","method":"POST","query_string":[["q","a b"],["n","1"]],
                "headers":[["Host","shop.example"],["X-A","it's"],["Content-Length","3"]],
                "cookies":[["sid","x"],["b","y"]],"data":{"id":1}}"#,
            "curl --url 'https://shop.example/a?q=a%20b&n=1' \\\n  -H 'X-A: it'\\''s' \\\n  -b 'sid=x; b=y' \\\n  --data-raw '{\"id\":1}'",
        );
    }

    #[test]
    fn a_form_is_sent_as_a_form() {
        check(
            r#"{"url":"http://a.example","method":"PUT","inferred_content_type":"application/x-www-form-urlencoded","data":{"a b":"c&d"}}"#,
            "curl --url 'http://a.example' \\\n  -X 'PUT' \\\n  --data-raw 'a%20b=c%26d'",
        );
    }

    #[test]
    fn hostile_parts_stay_inside_their_quotes() {
        assert_eq!(quoted("$(reboot) `x` \"y\""), "'$(reboot) `x` \"y\"'");
        assert_eq!(quoted("a'; rm -rf ~; '"), r"'a'\''; rm -rf ~; '\'''");
        assert_eq!(quoted("a\n'\u{1b}[2J\\"), r"$'a\n\'\x1b[2J\\'");
        check(
            r#"{"url":"-o/etc/passwd","headers":[["@/etc/passwd","x"],["A B","y"]]}"#,
            "curl --url '-o/etc/passwd'",
        );
        check(
            r#"{"url":"http://a.example/[1-9]"}"#,
            "curl --globoff --url 'http://a.example/[1-9]'",
        );
    }

    #[test]
    fn a_request_without_address_has_no_command() {
        assert_eq!(command(Sample::new(r#"{"method":"GET"}"#).root()), None);
    }
}
