//! Contexts, user, tags, extra, packages and SDK: the facts around an event.

use serde::Serialize;

use super::budget::{Budget, PACKAGES_MAX, TAGS_MAX, counted, first_chars, grouped_count};
use super::node::Node;
use super::text::Text;
use super::value::{Row, Rows, Tree};

/// Contexts in the order in which people look for them; others follow as sent.
const KNOWN_FIRST: [&str; 8] = [
    "browser",
    "client_os",
    "os",
    "device",
    "runtime",
    "app",
    "response",
    "trace",
];
/// Contexts that are shown.
const CONTEXTS_MAX: usize = 60;
/// Characters of a name or version that are shown.
const NAME_CHARS_MAX: usize = 200;

/// A titled table of facts.
#[derive(Debug, Serialize)]
pub(crate) struct Card {
    /// The title.
    pub(crate) title: String,
    /// The facts.
    pub(crate) rows: Rows,
}

/// The contexts of an event, one card each, the well-known ones first.
pub(crate) fn contexts(event: Node<'_>) -> Vec<Card> {
    let budget = Budget::default();
    let mut entries = event.key("contexts").entries();
    entries.retain(|(_, node)| !node.is_empty());
    entries.sort_by_key(|(alias, _)| {
        let place = KNOWN_FIRST.iter().position(|known| known == alias);
        place.unwrap_or(KNOWN_FIRST.len())
    });
    let card = |(alias, node): (&str, Node<'_>)| {
        let mut facts = node.entries();
        facts.retain(|(key, fact)| {
            let is_own_name = *key == "type" && fact.text() == Some(alias);
            // Normalisation adds `os.os` and the like, name and version once more.
            let is_repeated = *key == alias && !node.key("name").is_empty();
            !is_own_name && !is_repeated && !fact.is_empty()
        });
        Card {
            title: first_chars(alias, NAME_CHARS_MAX).to_owned(),
            rows: Rows::within(node, facts, &budget),
        }
    };
    entries
        .into_iter()
        .take(CONTEXTS_MAX)
        .map(card)
        .filter(|card| !card.rows.is_empty())
        .collect()
}

/// The user's facts; `None` when the event has none.
pub(crate) fn user(event: Node<'_>) -> Option<Rows> {
    let budget = Budget::default();
    let user = event.key("user");
    let mut facts = user.entries();
    // `sentry_user` repeats the first of the other facts (reference/PROTOCOL.md section 8.3).
    facts.retain(|(key, fact)| *key != "sentry_user" && !fact.is_empty());
    let rows = Rows::within(user, facts, &budget);
    (!rows.is_empty()).then_some(rows)
}

/// Who the event's user is: `email`, `id` or `ip`, and its value as it was sent; `None` when
/// nothing is left of it.
pub(crate) fn person<'e>(event: Node<'e>) -> Option<(&'static str, &'e str)> {
    let known = [("email", "email"), ("id", "id"), ("ip", "ip_address")];
    known.into_iter().find_map(|(kind, key)| {
        let node = event.key("user").key(key);
        let text = node.text().filter(|_| node.meta().remarks.is_empty())?;
        Some((kind, text))
    })
}

/// One tag.
#[derive(Debug, Serialize)]
pub(crate) struct Tag {
    /// Its key.
    pub(crate) key: String,
    /// Its value.
    pub(crate) value: Text,
}

/// The tags of an event.
#[derive(Debug, Serialize)]
pub(crate) struct Tags {
    /// The tags by key.
    pub(crate) tags: Vec<Tag>,
    /// A mark in place of the tags, where they were removed together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gone: Option<Text>,
    /// What is left out, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) left_out: Option<String>,
}

impl Tags {
    /// The tags of an event; `None` when it has none.
    pub(crate) fn of(event: Node<'_>) -> Option<Self> {
        let budget = Budget::default();
        let mut tags: Vec<Tag> = event
            .key("tags")
            .pairs()
            .into_iter()
            .filter_map(|(key, value)| {
                Some(Tag {
                    key: first_chars(key, NAME_CHARS_MAX).to_owned(),
                    value: Text::of(value, &budget)?,
                })
            })
            .collect();
        tags.sort_by(|one, other| one.key.cmp(&other.key));
        let left_out = tags.len().saturating_sub(TAGS_MAX);
        tags.truncate(TAGS_MAX);
        let gone = Some(event.key("tags")).filter(|node| node.is_gone());
        let gone = gone.and_then(Text::gone);
        (!tags.is_empty() || gone.is_some()).then(|| Self {
            tags,
            gone,
            left_out: (left_out > 0).then(|| counted(left_out, "more tag")),
        })
    }
}

/// Additional data; `None` when the event has none.
pub(crate) fn extra(event: Node<'_>) -> Option<Rows> {
    let extra = event.key("extra");
    let rows = Rows::within(extra, extra.entries(), &Budget::default());
    (!rows.is_empty()).then_some(rows)
}

/// A package and its version.
#[derive(Debug, Serialize)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
}

/// The packages of the application.
#[derive(Debug, Serialize)]
pub(crate) struct Packages {
    /// How many there are, in words.
    pub(crate) label: String,
    /// The packages by name.
    pub(crate) packages: Vec<Package>,
    /// What is left out, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) left_out: Option<String>,
}

impl Packages {
    /// The packages of an event; `None` when it names none.
    pub(crate) fn of(event: Node<'_>) -> Option<Self> {
        let short = |text: &str| first_chars(text, NAME_CHARS_MAX).to_owned();
        let mut packages: Vec<Package> = event
            .key("modules")
            .entries()
            .into_iter()
            .map(|(name, version)| Package {
                name: short(name),
                version: short(&version.scalar().unwrap_or_default()),
            })
            .collect();
        packages.sort_by_cached_key(|package| package.name.to_lowercase());
        let label = counted(packages.len(), "package");
        let left_out = packages.len().saturating_sub(PACKAGES_MAX);
        packages.truncate(PACKAGES_MAX);
        (!packages.is_empty()).then(|| Self {
            label,
            packages,
            left_out: (left_out > 0).then(|| format!("{} more", grouped_count(left_out))),
        })
    }
}

/// The SDK that sent the event.
#[derive(Debug, Serialize)]
pub(crate) struct Sdk {
    /// `sentry.python.django 2.40.0`.
    pub(crate) name: String,
    /// Integrations, packages and settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) facts: Option<Rows>,
}

impl Sdk {
    /// The SDK of an event; `None` when it is not named.
    pub(crate) fn of(event: Node<'_>) -> Option<Self> {
        let sdk = event.key("sdk");
        let name = sdk.key("name").text()?;
        let version = sdk.key("version").text().unwrap_or_default();
        let mut facts = sdk.entries();
        facts.retain(|(key, fact)| !matches!(*key, "name" | "version") && !fact.is_empty());
        let facts = Rows::of(facts, &Budget::default());
        Some(Self {
            name: first_chars(format!("{name} {version}").trim_end(), NAME_CHARS_MAX).to_owned(),
            facts: (!facts.is_empty()).then_some(facts),
        })
    }
}

/// What the SDK sent beside the fields that have a section of their own.
pub(crate) fn others(event: Node<'_>) -> Option<Rows> {
    const PLACED_ELSEWHERE: [&str; 8] = [
        "logger",
        "dist",
        "fingerprint",
        "platform",
        "debug_meta",
        "template",
        "transaction_info",
        "site",
    ];
    let budget = Budget::default();
    let rows = PLACED_ELSEWHERE
        .iter()
        .map(|key| (*key, event.key(key)))
        .filter(|(_, node)| !node.is_empty())
        .map(|(key, node)| Row {
            key: key.to_owned(),
            value: Tree::of(node, &budget),
        });
    let rows = Rows {
        rows: rows.collect(),
        ..Rows::default()
    };
    (!rows.is_empty()).then_some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    fn keys(rows: &Rows) -> Vec<&str> {
        rows.rows.iter().map(|row| row.key.as_str()).collect()
    }

    #[test]
    fn known_contexts_come_first_and_do_not_repeat_their_name() {
        let sample = Sample::new(
            r#"{"contexts":{"custom":{"type":"custom","a":1},"os":{"type":"os","name":"Linux"},"empty":{"type":"empty"},"bad":null}}"#,
        );
        let cards = contexts(sample.root());
        let outline: Vec<_> = cards
            .iter()
            .map(|card| (card.title.as_str(), keys(&card.rows)))
            .collect();
        assert_eq!(outline, [("os", vec!["name"]), ("custom", vec!["a"])]);
    }

    #[test]
    fn a_scrubbed_address_stays_visible_as_removed() {
        let sample = Sample::new(
            r#"{"user":{"id":"7","ip_address":null,"sentry_user":"id:7"},"_meta":{"user":{"ip_address":{"":{"rem":[["@ip:remove","x"]]}}}}}"#,
        );
        let rows = user(sample.root()).expect("there");
        assert_eq!(keys(&rows), ["id", "ip_address"]);
    }

    #[test]
    fn tags_are_sorted_and_bad_pairs_left_out() {
        let sample = Sample::new(r#"{"tags":[["b","2"],null,[null,"x"],["a","1"]]}"#);
        let tags = Tags::of(sample.root()).expect("there");
        let keys: Vec<_> = tags.tags.iter().map(|tag| tag.key.as_str()).collect();
        assert_eq!(keys, ["a", "b"]);
    }

    #[test]
    fn three_hundred_tags_are_cut_and_counted() {
        let tags: Vec<String> = (0..300).map(|n| format!(r#"["k{n:03}","v"]"#)).collect();
        let sample = Sample::new(&format!(r#"{{"tags":[{}]}}"#, tags.join(",")));
        let tags = Tags::of(sample.root()).expect("there");
        assert_eq!(tags.tags.len(), TAGS_MAX);
        assert_eq!(tags.left_out.as_deref(), Some("200 more tags"));
    }

    #[test]
    fn packages_are_sorted_without_regard_to_case() {
        let sample = Sample::new(r#"{"modules":{"requests":"2.0","Django":"5.0","x":null}}"#);
        let packages = Packages::of(sample.root()).expect("there");
        let names: Vec<_> = packages.packages.iter().map(|p| p.name.as_str()).collect();
        assert_eq!(names, ["Django", "requests", "x"]);
        assert_eq!(packages.label, "3 packages");
    }

    #[test]
    fn the_sdk_is_named_with_its_version() {
        let sample = Sample::new(
            r#"{"sdk":{"name":"sentry.python","version":"2.0","integrations":["django"]}}"#,
        );
        let sdk = Sdk::of(sample.root()).expect("there");
        assert_eq!(sdk.name, "sentry.python 2.0");
        assert!(sdk.facts.is_some());
    }
}
