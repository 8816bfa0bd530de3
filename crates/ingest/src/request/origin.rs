//! Which pages may report (reference/PROTOCOL.md section 2.2).

use actix_web::http::header::{HeaderMap, ORIGIN, REFERER};

/// Where a browser says that a request comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: String,
    host: String,
    port: Option<u16>,
}

/// The origins that a project accepts. A request that names none is always accepted: only browsers
/// name theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AllowedOrigins {
    /// `None` when there is a `*` that matches all.
    patterns: Option<Vec<Pattern>>,
}

/// `[scheme://]host[:port]`; each part may be missing or `*`, and the host may begin with `*.`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    scheme: Option<String>,
    host: Option<String>,
    port: Option<String>,
}

impl Origin {
    /// The `Origin` of a request, else its `Referer`; `None` when there is neither, or nothing that
    /// is an address, such as the `null` of a page in a sandbox.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        [ORIGIN, REFERER]
            .iter()
            .filter_map(|name| headers.get(name)?.to_str().ok())
            .find_map(Self::parse)
    }

    /// Reads the beginning of an address; the path does not matter.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.trim().split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let authority = authority.rsplit('@').next().unwrap_or_default();
        let (host, port) = split_port(authority);
        let scheme = scheme.to_ascii_lowercase();
        let default_port = match scheme.as_str() {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        };
        Some(Self {
            host: host.to_ascii_lowercase(),
            port: port.and_then(|port| port.parse().ok()).or(default_port),
            scheme,
        })
    }
}

impl AllowedOrigins {
    /// Reads a project's list of allowed domains. An empty list allows no origin.
    pub(crate) fn new(patterns: &[String]) -> Self {
        let is_all = patterns.iter().any(|text| text.trim() == "*");
        Self {
            patterns: (!is_all).then(|| patterns.iter().map(|it| Pattern::parse(it)).collect()),
        }
    }

    /// Whether all origins are allowed, so that none needs to be read.
    pub(crate) fn allows_all(&self) -> bool {
        self.patterns.is_none()
    }

    /// Whether a page of this origin may report.
    pub(crate) fn allows(&self, origin: &Origin) -> bool {
        match &self.patterns {
            None => true,
            Some(patterns) => patterns.iter().any(|pattern| pattern.matches(origin)),
        }
    }
}

impl Pattern {
    fn parse(text: &str) -> Self {
        let text = text.trim().to_ascii_lowercase();
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, text.as_str()),
        };
        let authority = rest.split('/').next().unwrap_or_default();
        let (host, port) = split_port(authority);
        let some = |part: &str| (part != "*").then(|| part.to_owned());
        Self {
            scheme: scheme.and_then(some),
            host: some(host),
            port: port.and_then(some),
        }
    }

    fn matches(&self, origin: &Origin) -> bool {
        let scheme = self.scheme.as_ref();
        let port = self.port.as_ref();
        scheme.is_none_or(|scheme| *scheme == origin.scheme)
            && port.is_none_or(|port| port.parse().ok() == origin.port)
            && self.host.as_ref().is_none_or(|host| {
                // `*.example.com` is the domain itself and everything below it.
                match host.strip_prefix("*.") {
                    Some(domain) => origin
                        .host
                        .strip_suffix(domain)
                        .is_some_and(|below| below.is_empty() || below.ends_with('.')),
                    None => *host == origin.host,
                }
            })
    }
}

/// Host and port; the host of an IPv6 address keeps its brackets.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[track_caller]
    fn check(patterns: &[&str], origin: &str, expected: bool) {
        let patterns: Vec<String> = patterns.iter().map(|it| (*it).to_owned()).collect();
        let origin = Origin::parse(origin).expect("an origin");
        let allowed = AllowedOrigins::new(&patterns).allows(&origin);
        assert_eq!(allowed, expected, "{patterns:?} {origin:?}");
    }

    #[test]
    fn each_part_of_a_pattern_that_is_there_must_match() {
        for (pattern, origin, expected) in [
            ("*", "https://anything.example", true),
            ("example.com", "https://example.com", true),
            ("example.com", "http://EXAMPLE.com:8000/page?x", true),
            ("Example.com/path", "http://example.com", true),
            ("example.com", "https://www.example.com", false),
            ("*.example.com", "https://www.example.com", true),
            ("*.example.com", "https://a.b.example.com", true),
            ("*.example.com", "https://example.com", true),
            ("*.example.com", "https://badexample.com", false),
            ("https://example.com", "http://example.com", false),
            ("https://example.com", "https://example.com", true),
            ("https://*", "https://example.com", true),
            ("https://*", "http://example.com", false),
            ("*://example.com", "app://example.com", true),
            ("example.com:443", "https://example.com", true),
            ("example.com:8000", "https://example.com", false),
            ("example.com:*", "https://example.com:9", true),
            ("localhost:8000", "http://localhost:8000", true),
            ("[::1]:8000", "http://[::1]:8000", true),
            ("[::1]", "http://[::1]", true),
            ("", "http://example.com", false),
        ] {
            check(&[pattern], origin, expected);
        }
        check(&[], "http://example.com", false);
        check(&["a.example", "b.example"], "http://b.example", true);
    }

    #[test]
    fn the_referer_counts_where_there_is_no_origin() {
        let of = |headers: &[(HeaderName, &'static str)]| {
            let headers = headers.iter().cloned();
            let headers: HeaderMap = headers
                .map(|(name, value)| (name, HeaderValue::from_static(value)))
                .collect();
            Origin::of(&headers).map(|origin| origin.host)
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[(ORIGIN, "null")]), None);
        assert_eq!(
            of(&[
                (ORIGIN, "https://a.example"),
                (REFERER, "https://b.example/x")
            ]),
            Some("a.example".to_owned())
        );
        assert_eq!(
            of(&[(ORIGIN, "null"), (REFERER, "https://me:pw@b.example/x")]),
            Some("b.example".to_owned())
        );
    }
}
