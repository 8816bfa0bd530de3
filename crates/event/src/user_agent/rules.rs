use std::io::Read;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use ua_parser::{Extractor, Regexes};

use super::{Device, Product, UserAgent};

/// The rules of uap-core; `data/uap-core/README.md` says where they come from.
const DATA: &[u8] = include_bytes!("../../data/uap-core/regexes.json.gz");

/// Built when [`prepare`] is called or the first user agent comes. `None` would mean that the data are broken, which a test
/// rules out.
static RULES: LazyLock<Option<Extractor<'static>>> = LazyLock::new(|| {
    let mut json = Vec::new();
    GzDecoder::new(DATA).read_to_end(&mut json).ok()?;
    let rules: Regexes<'static> = serde_json::from_slice(&json).ok()?;
    Extractor::try_from(rules).ok()
});

/// Builds the rules unless they are.
pub(super) fn prepare() {
    LazyLock::force(&RULES);
}

/// Asks every rule.
pub(super) fn read(text: &str) -> UserAgent {
    let Some(rules) = &*RULES else {
        return UserAgent::default();
    };
    let (browser, os, device) = rules.extract(text);
    UserAgent {
        browser: browser.map(|found| Product {
            version: version([found.major, found.minor, found.patch]),
            name: found.family.into_owned(),
        }),
        os: os.map(|found| Product {
            version: version([
                found.major.as_deref(),
                found.minor.as_deref(),
                found.patch.as_deref(),
            ]),
            name: found.os.into_owned(),
        }),
        device: device.map(|found| Device {
            family: found.device.into_owned(),
            model: found.model.map(std::borrow::Cow::into_owned),
            brand: found.brand.map(std::borrow::Cow::into_owned),
        }),
    }
}

/// The numbers up to the first that is missing.
fn version(numbers: [Option<&str>; 3]) -> Option<String> {
    let known: Vec<&str> = numbers.into_iter().map_while(|number| number).collect();
    (!known.is_empty()).then(|| known.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, browser: Option<&str>, os: Option<&str>, device: Option<&str>) {
        let found = read(text);
        let product = |product: Option<Product>| {
            let Product { name, version } = product?;
            Some(format!("{name} {}", version.unwrap_or_default()))
        };
        assert_eq!(product(found.browser).as_deref(), browser);
        assert_eq!(product(found.os).as_deref(), os);
        assert_eq!(found.device.map(|device| device.family).as_deref(), device);
    }

    #[test]
    fn the_usual_browsers_are_told_apart() {
        check(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
            Some("Chrome 131.0.0"),
            Some("Windows 10"),
            None,
        );
        check(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0",
            Some("Firefox 133.0"),
            Some("Mac OS X 10.15"),
            Some("Mac"),
        );
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            Some("Mobile Safari 17.5"),
            Some("iOS 17.5"),
            Some("iPhone"),
        );
        check(
            "Mozilla/5.0 (Linux; Android 14; SM-S928B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
            Some("Chrome Mobile 130.0.0"),
            Some("Android 14"),
            Some("Samsung SM-S928B"),
        );
    }

    #[test]
    fn what_nobody_knows_stays_unknown() {
        check("sentry.python/2.75.0", None, None, None);
        check("", None, None, None);
    }
}
