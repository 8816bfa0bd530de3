use std::collections::BTreeSet;

use watchfire_event::json::Value;
use watchfire_event::{Event, Meta, MetaTree, PathItem, RemarkKind};
use watchfire_filter::ignore::{Condition, Field, Rule, fields};

/// A field that a rule tests and that was scrubbed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// What it is called, for people: `User address`.
    pub field: String,
    /// In how many of the events it was scrubbed.
    pub events: usize,
    /// The scrubbing rules that did it, as remarks name them.
    pub rules: Vec<String>,
}

/// The fields that a rule tests, and where they were scrubbed so far.
pub(super) struct Watched(Vec<WatchedField>);

struct WatchedField {
    field: Field,
    events: usize,
    rules: BTreeSet<String>,
}

impl Watched {
    pub(super) fn of(rule: &Rule) -> Self {
        let mut fields = Vec::new();
        collect(&rule.when, &mut fields);
        let watched = |field| WatchedField {
            field,
            events: 0,
            rules: BTreeSet::new(),
        };
        Self(fields.into_iter().map(watched).collect())
    }

    pub(super) fn look_at(&mut self, event: &Event<'_>) {
        if event.meta.is_empty() {
            return;
        }
        for watched in &mut self.0 {
            let before = watched.rules.len();
            let mut found = false;
            each_remark(event, &watched.field, &mut |rule| {
                found = true;
                if before < RULES_MAX {
                    watched.rules.insert(rule.to_owned());
                }
            });
            watched.events += usize::from(found);
        }
    }

    pub(super) fn hidden(self) -> Vec<Hidden> {
        let hidden = self.0.into_iter().filter(|watched| watched.events > 0);
        let hidden = hidden.map(|watched| Hidden {
            field: watched.field.label(),
            events: watched.events,
            rules: watched.rules.into_iter().collect(),
        });
        hidden.collect()
    }
}

/// How many scrubbing rules are named of a field.
const RULES_MAX: usize = 5;

fn collect(condition: &Condition, fields: &mut Vec<Field>) {
    match condition {
        Condition::All(all) | Condition::Any(all) => {
            all.iter().for_each(|one| collect(one, fields));
        }
        Condition::Not(one) => collect(one, fields),
        Condition::Test(test) => {
            if !fields.contains(&test.field) {
                fields.push(test.field.clone());
            }
        }
    }
}

/// Any key or place of a list.
const ANY: &str = "*";

/// Names the scrubbing rule of each remark on the values that a field has.
fn each_remark(event: &Event<'_>, field: &Field, found: &mut impl FnMut(&str)) {
    let mut walk = |path: &[&str]| walk(&event.meta, path, found);
    match field {
        Field::UserAgent => {
            if let Some(place) = pair(event, "request", "headers", "user-agent") {
                walk(&["request", "headers", &place, "1"]);
            }
        }
        Field::Tag(key) => {
            if let Some(place) = pair(event, "", "tags", key) {
                walk(&["tags", &place, "1"]);
            }
        }
        Field::Context(path) => {
            let keys = path.iter().map(String::as_str);
            let path: Vec<&str> = std::iter::once("contexts").chain(keys).collect();
            walk(&path);
        }
        _ => {
            let info = fields().iter().find(|info| info.field == *field);
            let paths = info.map_or(&[][..], |info| info.paths).iter();
            // A scrubbed tag is mostly another one than that of the field.
            for path in paths.filter(|path| !path.starts_with("tags.")) {
                let path: Vec<&str> = path.split('.').collect();
                walk(&path);
            }
        }
    }
}

/// The place of a key in a list of pairs: `event.{parent}.{list}`, or `event.{list}`.
fn pair(event: &Event<'_>, parent: &str, list: &str, key: &str) -> Option<String> {
    let list = if parent.is_empty() {
        event.body.get(list)?
    } else {
        event.body.get(parent)?.get(list)?
    };
    let is_named = |item: &Value<'_>| {
        let name = item.as_array().and_then(|pair| pair.first()?.as_str());
        name.is_some_and(|name| name.eq_ignore_ascii_case(key))
    };
    let place = list.as_array()?.iter().position(is_named)?;
    Some(place.to_string())
}

/// Goes down a path and stops where the whole of a part was scrubbed.
fn walk(tree: &MetaTree, path: &[&str], found: &mut impl FnMut(&str)) {
    if name_rules(&tree.meta, found) {
        return;
    }
    match path {
        [] => {}
        [ANY, rest @ ..] => {
            tree.children()
                .for_each(|(_, child)| walk(child, rest, found));
        }
        [key, rest @ ..] => {
            if let Some(child) = tree.child(PathItem::Key(key)) {
                walk(child, rest, found);
            }
        }
    }
}

/// Names the rules that took something away, and tells whether there are any.
fn name_rules(meta: &Meta, found: &mut impl FnMut(&str)) -> bool {
    let removing = meta.remarks.iter();
    let removing = removing.filter(|remark| remark.kind != RemarkKind::Annotated);
    let mut any = false;
    for remark in removing {
        any = true;
        found(&remark.rule);
    }
    any
}
