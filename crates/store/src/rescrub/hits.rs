//! Which of the rules that people wrote did something, and what looks like a mistake.

use std::collections::{BTreeMap, BTreeSet};

use watchfire_event::json::Value;
use watchfire_event::{Event, MetaTree, PathItem};
use watchfire_scrub::{EffectiveRule, PathChange, Policy, RuleOrigin, blame, effective};

use super::{Warning, WarningKind};

/// Id and selector of a rule: the same id may apply in several places.
type Place = (String, String);

/// The rules of a policy that changed something.
pub(super) struct Hits<'p> {
    policy: &'p Policy,
    places: BTreeSet<Place>,
    /// Where rules took an object or a list away, the first time.
    blanked: BTreeMap<Place, String>,
    /// Ids of rules that cannot be told apart by their selectors.
    loose: BTreeSet<String>,
}

impl<'p> Hits<'p> {
    pub(super) fn new(policy: &'p Policy) -> Self {
        Self {
            policy,
            places: BTreeSet::new(),
            blanked: BTreeMap::new(),
            loose: BTreeSet::new(),
        }
    }

    /// Notes the rules that changed an event, now or before it was stored.
    pub(super) fn note_remarks(&mut self, event: &Event<'_>) {
        let root = event.body.iter();
        let children: BTreeMap<&str, &Value<'_>> = root.collect();
        for (key, tree) in event.meta.children() {
            let mut path = vec![PathItem::Key(key)];
            self.note_tree(event, tree, children.get(key).copied(), &mut path);
        }
    }

    fn note_tree<'m>(
        &mut self,
        event: &Event<'_>,
        tree: &'m MetaTree,
        value: Option<&Value<'_>>,
        path: &mut Vec<PathItem<'m>>,
    ) {
        for remark in &tree.meta.remarks {
            self.note(event, path, &remark.rule);
        }
        for (key, child) in tree.children() {
            let (item, value) = match (value, key.parse::<usize>()) {
                (Some(Value::Array(list)), Ok(at)) => (PathItem::Index(at), list.get(at)),
                (Some(Value::Object(object)), _) => (PathItem::Key(key), object.get(key)),
                _ => (PathItem::Key(key), None),
            };
            path.push(item);
            self.note_tree(event, child, value, path);
            path.pop();
        }
    }

    /// Notes the rules that change an event now; it is the event before that.
    pub(super) fn note_changes(&mut self, event: &Event<'_>, changes: &[PathChange]) {
        for change in changes {
            let keys = items_of(&change.path);
            let path: Vec<PathItem<'_>> = keys.iter().map(Item::as_path).collect();
            let place = self.note(event, &path, &change.rule);
            if let Some(place) = place.filter(|_| change.is_container_removed) {
                let first = self.blanked.entry(place);
                first.or_insert_with(|| change.path.clone());
            }
        }
    }

    fn note(&mut self, event: &Event<'_>, path: &[PathItem<'_>], rule: &str) -> Option<Place> {
        let Some(found) = blame(self.policy, event, path, rule) else {
            self.loose.insert(rule.to_owned());
            return None;
        };
        let place = (found.id, found.selector);
        self.places.insert(place.clone());
        Some(place)
    }

    /// What is odd about the rules that people wrote.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for rule in effective(self.policy) {
            if let Some(kind) = self.oddity(&rule) {
                warnings.push(Warning {
                    rule: rule.id,
                    selector: rule.selector,
                    kind,
                });
            }
        }
        warnings
    }

    fn oddity(&self, rule: &EffectiveRule) -> Option<WarningKind> {
        let is_written = matches!(
            rule.origin,
            RuleOrigin::SensitiveFields | RuleOrigin::Organization | RuleOrigin::Project
        );
        let place = (rule.id.clone(), rule.selector.clone());
        if !is_written {
            None
        } else if let Some(path) = self.blanked.get(&place) {
            Some(WarningKind::BlanksContainer { path: path.clone() })
        } else if self.places.contains(&place) || self.loose.contains(&rule.id) {
            None
        } else {
            Some(WarningKind::MatchesNothing)
        }
    }
}

/// An item of a path as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Item {
    Key(String),
    Index(usize),
}

impl Item {
    fn of(text: &str) -> Self {
        if let Ok(place) = text.parse() {
            return Self::Index(place);
        }
        let bare = text
            .strip_prefix('\'')
            .and_then(|rest| rest.strip_suffix('\''));
        Self::Key(bare.map_or_else(|| text.to_owned(), |bare| bare.replace("''", "'")))
    }

    fn as_path(&self) -> PathItem<'_> {
        match self {
            Self::Key(key) => PathItem::Key(key),
            Self::Index(place) => PathItem::Index(*place),
        }
    }
}

/// The items of a path as changes name it: keys that are more than a word stand in quotes.
fn items_of(path: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut is_quoted = false;
    let parts = path.split(|c| {
        is_quoted ^= c == '\'';
        c == '.' && !is_quoted
    });
    for part in parts {
        items.push(Item::of(part));
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_quotes_may_hold_dots_quotes_and_digits() {
        let key = |text: &str| Item::Key(text.to_owned());
        assert_eq!(
            items_of("extra.'a.b''c'.0.'1'.d"),
            [
                key("extra"),
                key("a.b'c"),
                Item::Index(0),
                key("1"),
                key("d")
            ]
        );
    }
}
