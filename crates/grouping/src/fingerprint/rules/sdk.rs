//! The names by which rules know SDKs.

use std::borrow::Cow;

/// The name for everything that is none of [`KNOWN`].
const OTHER: &str = "other";

/// The SDKs that have a name of their own, sorted.
const KNOWN: [&str; 41] = [
    "sentry.cocoa",
    "sentry.dart",
    "sentry.dotnet",
    "sentry.elixir",
    "sentry.go",
    "sentry.java",
    "sentry.javascript.angular",
    "sentry.javascript.browser",
    "sentry.javascript.capacitor",
    "sentry.javascript.cordova",
    "sentry.javascript.deno",
    "sentry.javascript.electron",
    "sentry.javascript.ember",
    "sentry.javascript.gatsby",
    "sentry.javascript.miniapp",
    "sentry.javascript.nextjs",
    "sentry.javascript.node",
    "sentry.javascript.node.experimental",
    "sentry.javascript.node.hapi",
    "sentry.javascript.raycast",
    "sentry.javascript.react",
    "sentry.javascript.react.native",
    "sentry.javascript.remix",
    "sentry.javascript.serverless",
    "sentry.javascript.sfcc",
    "sentry.javascript.svelte",
    "sentry.javascript.sveltekit",
    "sentry.javascript.vue",
    "sentry.kubernetes",
    "sentry.lua",
    "sentry.native.android",
    "sentry.native.dotnet",
    "sentry.native.unity",
    "sentry.native.unreal",
    "sentry.objc",
    "sentry.perl",
    "sentry.php",
    "sentry.python",
    "sentry.ruby",
    "sentry.rust",
    "sentry.swift",
];

/// Other names of known SDKs.
const SYNONYMS: [(&str, &str); 8] = [
    ("sentry.android", "sentry.native.android"),
    ("sentry.electron", "sentry.javascript.electron"),
    ("sentry.javascript.angular.ivy", "sentry.javascript.angular"),
    ("sentry.javascript.react.expo", "sentry.javascript.react"),
    (
        "sentry.javascript.react.native.expo",
        "sentry.javascript.react.native",
    ),
    ("sentry.react", "sentry.javascript.react"),
    ("sentry.unity", "sentry.native.unity"),
    ("sentrydotnet", "sentry.dotnet"),
];

/// The name that rules compare an SDK's name by: frameworks of a language are one SDK, but
/// `sentry.javascript` and `sentry.native` keep what follows, and all that is not Sentry's is
/// `other` (Sentry's `utils/tag_normalization.py`).
pub(super) fn rule_name(sdk: &str) -> &'static str {
    if !sdk.starts_with("sentry") {
        return OTHER;
    }
    let dotted = dotted(sdk);
    let named = SYNONYMS.iter().find(|(other, _)| *other == dotted);
    let name = named.map_or(dotted.as_ref(), |(_, name)| name);
    let parts = |count: usize| {
        let end = name.match_indices('.').nth(count - 1);
        name.get(..end.map_or(name.len(), |(at, _)| at))
            .unwrap_or(name)
    };
    let short = match name.split('.').nth(1) {
        Some("javascript") => name,
        Some("native") => parts(3),
        _ => parts(2),
    };
    let place = KNOWN.binary_search(&short).ok();
    place
        .and_then(|place| KNOWN.get(place))
        .copied()
        .unwrap_or(OTHER)
}

/// The name with a dot for each run of other characters than letters and digits.
fn dotted(sdk: &str) -> Cow<'_, str> {
    let is_plain = |it: char| it.is_alphanumeric() || it == '.';
    if sdk.chars().all(is_plain) && !sdk.contains("..") {
        return Cow::Borrowed(sdk);
    }
    let mut dotted = String::with_capacity(sdk.len());
    for character in sdk.chars() {
        if character.is_alphanumeric() {
            dotted.push(character);
        } else if !dotted.ends_with('.') {
            dotted.push('.');
        }
    }
    Cow::Owned(dotted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_names_are_sorted() {
        assert!(KNOWN.is_sorted());
    }

    #[test]
    fn an_sdk_goes_by_its_language() {
        for (sdk, name) in [
            ("sentry.python", "sentry.python"),
            ("sentry.python.django", "sentry.python"),
            ("sentry-ruby", "sentry.ruby"),
            ("sentry.php.laravel", "sentry.php"),
            ("sentry.laravel", "other"),
            ("sentry.javascript.react", "sentry.javascript.react"),
            ("sentry.react", "sentry.javascript.react"),
            ("sentry.javascript.unheard-of", "other"),
            ("sentry.native.android.flutter", "sentry.native.android"),
            ("sentry.native", "other"),
            ("raven-python", "other"),
            ("", "other"),
        ] {
            assert_eq!(rule_name(sdk), name, "{sdk}");
        }
    }
}
