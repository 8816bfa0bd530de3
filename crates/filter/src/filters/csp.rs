use watchfire_event::Event;

use crate::Settings;

/// Sources of reports that browser extensions, adware and proxies cause
/// (reference/PROTOCOL.md section 10).
const DEFAULT_SOURCES: [&str; 52] = [
    "about",
    "ms-browser-extension",
    "chrome://*",
    "chrome-extension://*",
    "chromeinvokeimmediate://*",
    "chromenull://*",
    "data:text/html,chromewebdata",
    "safari-extension://*",
    "mxaddon-pkg://*",
    "jar://*",
    "webviewprogressproxy://*",
    "ms-browser-extension://*",
    "tmtbff://*",
    "mbinit://*",
    "symres://*",
    "resource://*",
    "moz-extension://*",
    "*.metrext.com",
    "static.image2play.com",
    "*.tlscdn.com",
    "73a5b0806e464be8bd4e694c744624f0.com",
    "020dfefc4ac745dab7594f2f771c1ded.com",
    "*.superfish.com",
    "addons.mozilla.org",
    "v.zilionfast.in",
    "widgets.amung.us",
    "xls.searchfun.in",
    "istatic.datafastguru.info",
    "localhost",
    "resultshub-a.akamaihd.net",
    "pulseadnetwork.com",
    "gateway.zscalertwo.net",
    "www.passpack.com",
    "middlerush-a.akamaihd.net",
    "www.websmartcenter.com",
    "a.linkluster.com",
    "saveyoutime.ru",
    "cdncache-a.akamaihd.net",
    "x.rafomedia.com",
    "savingsslider-a.akamaihd.net",
    "injections.adguard.com",
    "icontent.us",
    "amiok.org",
    "connectionstrenth.com",
    "siteheart.net",
    "netanalitics.space",
    "printapplink.com",
    "godlinkapp.com",
    "devappstor.com",
    "hoholikik.club",
    "smartlink.cool",
    "promfflinkdev.com",
];

/// The parts of a report that name a source.
const PLACES: [&str; 3] = ["blocked_uri", "source_file", "document_uri"];

/// Scheme, host and port of an address or of a pattern for addresses. In a pattern, what is not
/// there or `*` is whatever it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Source {
    scheme: Option<String>,
    host: Option<String>,
    port: Option<String>,
}

/// The sources whose reports are refused.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources(Vec<Source>);

/// Whether a text can be a source.
///
/// # Errors
/// What is wrong with it, in words.
pub(crate) fn check(text: &str) -> Result<String, String> {
    match text.contains(char::is_whitespace) {
        true => {
            Err("a source is an address such as https://*.example.com, without blanks".to_owned())
        }
        false => Ok(text.to_owned()),
    }
}

impl Sources {
    pub(crate) fn new(settings: &Settings) -> Self {
        let defaults: &[&str] = match settings.csp_defaults {
            true => &DEFAULT_SOURCES,
            false => &[],
        };
        let own = settings.csp_sources.iter().map(String::as_str);
        Self(
            defaults
                .iter()
                .copied()
                .chain(own)
                .map(Source::parse)
                .collect(),
        )
    }

    /// Whether the event is a report about one of the sources.
    pub(crate) fn matches(&self, event: &Event<'_>) -> bool {
        if self.0.is_empty() || event.body.get_str("type") != Some("csp") {
            return false;
        }
        if self.0.iter().any(Source::is_anything) {
            return true;
        }
        let Some(report) = event.body.get_object("csp") else {
            return false;
        };
        let mut places = PLACES.iter().filter_map(|place| report.get_str(place));
        places.any(|place| {
            let place = Source::parse(place);
            self.0.iter().any(|source| source.covers(&place))
        })
    }
}

impl Source {
    fn parse(text: &str) -> Self {
        let part = |text: &str| (text != "*").then(|| text.to_lowercase());
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (part(scheme), rest),
            None => (None, text),
        };
        let authority = rest.split('/').next().unwrap_or_default();
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (part(host), part(port)),
            None => (part(authority), None),
        };
        Self { scheme, host, port }
    }

    fn is_anything(&self) -> bool {
        self.scheme.is_none() && self.host.is_none() && self.port.is_none()
    }

    fn covers(&self, other: &Self) -> bool {
        let same = |own: &Option<String>, other: &Option<String>| own.is_none() || own == other;
        same(&self.scheme, &other.scheme)
            && same(&self.port, &other.port)
            && (same(&self.host, &other.host) || self.covers_host(other))
    }

    /// `*.example.com` is also `example.com`.
    fn covers_host(&self, other: &Self) -> bool {
        let suffix = self.host.as_deref().and_then(|host| host.strip_prefix('*'));
        let (Some(suffix), Some(host)) = (suffix, other.host.as_deref()) else {
            return false;
        };
        host.ends_with(suffix) || suffix.strip_prefix('.') == Some(host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, covered: &[&str], others: &[&str]) {
        let pattern = Source::parse(pattern);
        for text in covered {
            assert!(pattern.covers(&Source::parse(text)), "{text}");
        }
        for text in others {
            assert!(!pattern.covers(&Source::parse(text)), "{text}");
        }
    }

    #[test]
    fn each_part_of_a_source_must_match() {
        check("*", &["https://a.example/x", "about"], &[]);
        check(
            "https://*",
            &["https://a.example"],
            &["http://a.example", "a.example"],
        );
        check(
            "*.Example.com",
            &["https://a.b.example.com/x", "example.com:81"],
            &["badexample.com"],
        );
        check("*:8000", &["http://a:8000"], &["http://a:8001", "http://a"]);
        check(
            "http://a.b:80",
            &["http://A.B:80/c"],
            &["http://a.b", "https://a.b:80"],
        );
        check("a.b", &["ftp://a.b:1/c"], &["x.a.b"]);
        check(
            "data:text/html,chromewebdata",
            &["data:text/html"],
            &["data:image"],
        );
    }
}
