use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use watchfire_event::Browser;

/// An option of the filter for legacy browsers (reference/PROTOCOL.md section 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegacyBrowser {
    name: &'static str,
    label: &'static str,
    is_deprecated: bool,
    /// Families and which versions of theirs: from the first number to below the second.
    versions: &'static [(&'static str, u32, u32)],
}

const fn option(
    name: &'static str,
    label: &'static str,
    versions: &'static [(&'static str, u32, u32)],
) -> LegacyBrowser {
    LegacyBrowser {
        name,
        label,
        is_deprecated: false,
        versions,
    }
}

const fn deprecated(
    name: &'static str,
    label: &'static str,
    versions: &'static [(&'static str, u32, u32)],
) -> LegacyBrowser {
    LegacyBrowser {
        is_deprecated: true,
        ..option(name, label, versions)
    }
}

/// The option that decides alone.
const DEFAULT: &str = "default";

static OPTIONS: [LegacyBrowser; 18] = [
    option("ie", "Internet Explorer before 12", &[("IE", 0, 12)]),
    option("edge", "Edge before 111", &[("Edge", 0, 111)]),
    option("chrome", "Chrome before 111", &[("Chrome", 0, 111)]),
    option("firefox", "Firefox before 111", &[("Firefox", 0, 111)]),
    option("safari", "Safari before 16", &[("Safari", 0, 16)]),
    option("opera", "Opera before 100", &[("Opera", 0, 100)]),
    option(
        "opera_mini",
        "Opera Mini before 35",
        &[("Opera Mini", 0, 35)],
    ),
    option(
        "android",
        "Android's browser before 4",
        &[("Android", 0, 4)],
    ),
    deprecated("ie_pre_9", "Internet Explorer 8 and older", &[("IE", 0, 9)]),
    deprecated("ie9", "Internet Explorer 9", &[("IE", 9, 10)]),
    deprecated("ie10", "Internet Explorer 10", &[("IE", 10, 11)]),
    deprecated("ie11", "Internet Explorer 11", &[("IE", 11, 12)]),
    deprecated("opera_pre_15", "Opera 14 and older", &[("Opera", 0, 15)]),
    deprecated(
        "opera_mini_pre_8",
        "Opera Mini 7 and older",
        &[("Opera Mini", 0, 8)],
    ),
    deprecated(
        "android_pre_4",
        "Android's browser 3 and older",
        &[("Android", 0, 4)],
    ),
    deprecated("safari_pre_6", "Safari 5 and older", &[("Safari", 0, 6)]),
    deprecated("edge_pre_79", "Edge 78 and older", &[("Edge", 0, 79)]),
    deprecated(
        DEFAULT,
        "The default of old projects",
        &[
            ("IE", 0, 10),
            ("Safari", 0, 6),
            ("Opera", 0, 15),
            ("Android", 0, 4),
            ("Opera Mini", 0, 8),
        ],
    ),
];

impl LegacyBrowser {
    /// All options, those of today first.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &OPTIONS
    }

    /// Its name in settings and in the API: `ie`, `opera_mini`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// What it means, for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.label
    }

    /// Whether only old settings have it; the page does not offer it to others.
    #[must_use]
    pub fn is_deprecated(self) -> bool {
        self.is_deprecated
    }

    /// Whether one of the options is about the browser; of several, `default` decides alone.
    pub(crate) fn matches_any(options: &[Self], browser: &Browser) -> bool {
        let Some(major) = browser.major else {
            return false;
        };
        let family = match browser.family.as_str() {
            "IE Mobile" => "IE",
            family => family,
        };
        let default = options.iter().find(|option| option.name == DEFAULT);
        let deciding = default.map_or(options, std::slice::from_ref);
        let mut versions = deciding.iter().flat_map(|option| option.versions);
        versions.any(|(of, first, below)| *of == family && (*first..*below).contains(&major))
    }
}

impl FromStr for LegacyBrowser {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = OPTIONS.iter().find(|option| option.name == name);
        known.copied().ok_or_else(|| {
            let names: Vec<&str> = OPTIONS.iter().map(|option| option.name).collect();
            format!(
                "there is no browser {name:?}; options are {}",
                names.join(", ")
            )
        })
    }
}

impl fmt::Display for LegacyBrowser {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

impl Serialize for LegacyBrowser {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}
