//! The domains whose pages may send events (reference/PROTOCOL.md section 2.2).

use serde::Serialize;
use serde_json::Value;

/// The key in a project's settings.
pub(super) const SETTING: &str = "allowedDomains";
/// How many domains a project may list.
const DOMAINS_MAX: usize = 200;
/// The longest one in bytes.
const DOMAIN_BYTES_MAX: usize = 255;

/// The form of the allowed domains.
#[derive(Debug, Default, Serialize)]
pub(super) struct Domains {
    /// One a line.
    pub(super) text: String,
    /// Whether any domain may.
    pub(super) is_open: bool,
    /// Whether none may.
    pub(super) is_shut: bool,
    /// What is wrong with what was typed.
    pub(super) problem: Option<String>,
}

impl Domains {
    /// The domains that the settings (JSON text) of a project list; any where they list none.
    pub(super) fn of(settings: &str) -> Self {
        let settings: Value = serde_json::from_str(settings).unwrap_or_default();
        let listed: Vec<&str> = match settings.get(SETTING).and_then(Value::as_array) {
            Some(listed) => listed.iter().filter_map(Value::as_str).collect(),
            None => vec!["*"],
        };
        Self {
            text: listed.join("\n"),
            is_open: listed.contains(&"*"),
            is_shut: listed.is_empty(),
            problem: None,
        }
    }

    /// The form as it was typed, with what is wrong about it.
    pub(super) fn refused(text: &str, problem: String) -> Self {
        Self {
            text: text.to_owned(),
            problem: Some(problem),
            ..Self::default()
        }
    }
}

/// Reads the domains of a text, one a line; empty lines and repetitions are left out.
///
/// # Errors
/// Which line cannot be used, and what to write instead.
pub(super) fn read(text: &str) -> Result<Vec<String>, String> {
    let mut domains: Vec<String> = Vec::new();
    for (place, line) in text.lines().enumerate() {
        let domain = line.trim().to_lowercase();
        if domain.is_empty() || domains.contains(&domain) {
            continue;
        }
        check(&domain).map_err(|advice| {
            let shown: String = domain.chars().take(60).collect();
            format!("Line {}, “{shown}”: {advice}", place + 1)
        })?;
        domains.push(domain);
    }
    if domains.len() > DOMAINS_MAX {
        return Err(format!(
            "These are {} domains; at most {DOMAINS_MAX} can be listed. Use *.example.com for \
             many of one kind.",
            domains.len()
        ));
    }
    Ok(domains)
}

/// One domain: `*`, `example.com`, `*.example.com`, `localhost:8000`, `https://example.com`.
fn check(domain: &str) -> Result<(), &'static str> {
    if domain.len() > DOMAIN_BYTES_MAX {
        return Err("this is too long for a domain.");
    }
    let (scheme, rest) = match domain.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, domain),
    };
    let is_word = |text: &str, others: &[u8]| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte))
    };
    if scheme.is_some_and(|scheme| scheme != "*" && !is_word(scheme, b"+-.")) {
        return Err("the part before :// is no scheme such as https.");
    }
    if rest.contains(['/', '?', '#', '@']) {
        return Err("write the domain alone, without a path.");
    }
    if rest.contains([' ', ',', ';', '\t']) {
        return Err("write one domain a line.");
    }
    if !rest.is_ascii() {
        return Err("write the form that browsers send, which begins with xn--.");
    }
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (rest, None),
    };
    let is_port = |port: &str| port == "*" || port.parse::<u16>().is_ok();
    if !port.is_none_or(is_port) {
        return Err("the part after the colon is no port.");
    }
    let bare = host.strip_prefix("*.").unwrap_or(host);
    let is_ip6 = host.starts_with('[') && host.ends_with(']');
    let is_name = is_word(bare, b"-_.") && !bare.contains("..") && !bare.starts_with('.');
    if host == "*" || is_ip6 || is_name {
        return Ok(());
    }
    if host.contains('*') {
        return Err("a * stands alone or at the front, as in *.example.com.");
    }
    Err("this is no domain. Write for example example.com or *.example.com.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_read_one_a_line() {
        let text = " Example.com\r\n\n*.example.com\nexample.com\nhttps://x.y:8443\nlocalhost:*\n*";
        assert_eq!(
            read(text).unwrap(),
            [
                "example.com",
                "*.example.com",
                "https://x.y:8443",
                "localhost:*",
                "*"
            ]
        );
        assert_eq!(read("").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_domain_is_named_with_its_line() {
        let cases = [
            ("a.example\nhttps://a.example/path", "Line 2"),
            ("a.example, b.example", "one domain a line"),
            ("a.*.example", "at the front"),
            ("häuser.example", "xn--"),
            ("a.example:port", "port"),
            ("a..b", "no domain"),
            ("user@host", "without a path"),
        ];
        for (text, advice) in cases {
            let problem = read(text).unwrap_err();
            assert!(problem.contains(advice), "{text}: {problem}");
        }
    }

    #[test]
    fn a_project_that_lists_no_domain_allows_any() {
        assert!(Domains::of("{}").is_open);
        assert!(Domains::of(r#"{"allowedDomains":[]}"#).is_shut);
        let listed = Domains::of(r#"{"allowedDomains":["a.example","b.example"]}"#);
        assert_eq!(listed.text, "a.example\nb.example");
        assert!(!listed.is_open && !listed.is_shut);
    }
}
