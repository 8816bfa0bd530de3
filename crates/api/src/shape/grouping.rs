//! Explanations of fingerprints, and the versions of the algorithm.

use serde_json::{Map, Value, json};
use watchfire_grouping::{Component, Content, Explanation, Variant, Version};

/// The variants of an event by name, in Sentry's shape. `known` are the hashes, in hexadecimal
/// digits, that lead to the event's issue.
pub(crate) fn grouping_info(explanation: &Explanation<'_>, known: &[String]) -> Value {
    let version = explanation.version.id();
    let shown = explanation.variants.iter().map(|(name, variant)| {
        let name = name.replace('_', "-");
        let shown = self::variant(&name, variant, version, known);
        (name, shown)
    });
    Value::Object(shown.collect::<Map<_, _>>())
}

fn variant(name: &str, variant: &Variant<'_>, version: &str, known: &[String]) -> Value {
    let own_hash = variant.own_hash.map(|hash| hash.to_string());
    let hash = variant.hash.as_ref().map(ToString::to_string);
    let leads = |hash: &Option<String>| hash.as_ref().is_some_and(|hash| known.contains(hash));
    json!({
        "key": name,
        "type": variant.kind.replace('_', "-"),
        "description": description(name, variant),
        "contributes": variant.contributes,
        "hint": variant.hint,
        "hash": hash,
        "ownHash": own_hash,
        "hashMismatch": variant.contributes && !leads(&own_hash) && !leads(&hash),
        "config": {"id": version},
        "component": component(&variant.components),
    })
}

/// What a variant looks at, in Sentry's words.
fn description(name: &str, variant: &Variant<'_>) -> String {
    let what = variant.components.id.replace('-', " ");
    match name {
        "app" => format!("{what} — in-app frames"),
        "system" => format!("{what} — all frames"),
        _ => what,
    }
}

/// A node of the tree with its name.
fn component(found: &Component<'_>) -> Value {
    let values = match &found.content {
        Content::Text(text) => json!([text]),
        Content::Parts(parts) => parts.iter().map(component).collect(),
    };
    json!({
        "id": found.id,
        "name": found.id.replace('-', " "),
        "contributes": found.contributes,
        "hint": found.hint,
        "rule": found.rule,
        "values": values,
    })
}

/// A version of the algorithm in Sentry's shape; `changes` is ours.
pub(crate) fn grouping_config(version: Version) -> Value {
    let older = Version::ALL.into_iter().rfind(|older| *older < version);
    json!({
        "id": version.id(),
        "base": older.map(Version::id),
        "strategies": [],
        "delegates": [],
        "changelog": version.changes().join("\n"),
        "changes": version.changes(),
        "hidden": false,
        "risk": 0,
        "latest": version == Version::LATEST,
    })
}
