//! Files beside events (reference/SCRUBBING.md section 6.15). A file keeps its length, so that what
//! reads it by offsets still can: what goes is covered with `*`.

mod bytes;
mod cover;
mod dump;
mod wide;

use std::collections::BTreeMap;

use watchfire_event::json::{Object, Value, parse};

use crate::config::{Mode, PiiConfig};
use crate::path::{Node, Step};
use crate::plan::Place;
use crate::rules::{Groups, Match, Rule, collect_rules};
use crate::schema::Pii;
use crate::scrubber::Scrubber;
use crate::secrets::{Finder, kinds};
use crate::selector::{Selector, SelectorItem, Type, Types};

use bytes::Pattern;

/// The `attachment_type` of a tree of views, which is JSON.
const VIEW_HIERARCHY: &str = "event.view_hierarchy";
/// The `attachment_type` of a dump of memory.
const MINIDUMP: &str = "event.minidump";

/// A file from which something was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScrubbedFile {
    /// What is left of it.
    pub content: Vec<u8>,
    /// The ids of the rules that removed something, as remarks carry them, with how many parts
    /// each did; empty where nobody counted, as in JSON and in dumps.
    pub rules: BTreeMap<String, usize>,
}

impl Scrubber {
    /// Scrubs an attachment with this file name and `attachment_type`, and returns the new content;
    /// `None` when nothing in it changed.
    ///
    /// Plain files change where an advanced rule names them, as `$attachments.'log.txt'` does, and
    /// texts also where they hold a secret of the catalogue. A view hierarchy is scrubbed as JSON
    /// by all rules, each text under the path of its keys; there lengths change. Of a dump of
    /// memory only secrets of the catalogue are covered.
    #[must_use]
    pub fn scrub_attachment(&self, filename: &str, kind: &str, content: &[u8]) -> Option<Vec<u8>> {
        let scrubbed = self.scrub_attachment_by(filename, kind, content)?;
        Some(scrubbed.content)
    }

    /// Like [`Scrubber::scrub_attachment`], and says which rules changed the file.
    #[must_use]
    pub fn scrub_attachment_by(
        &self,
        filename: &str,
        kind: &str,
        content: &[u8],
    ) -> Option<ScrubbedFile> {
        let uncounted = |content| ScrubbedFile {
            content,
            rules: BTreeMap::new(),
        };
        match kind {
            MINIDUMP => self.scrub_dump(content).map(uncounted),
            VIEW_HIERARCHY => {
                let scrubbed = self.scrub_json(content).map(uncounted);
                scrubbed.or_else(|| self.scrub_file(filename, content))
            }
            _ => self.scrub_file(filename, content),
        }
    }

    fn scrub_file(&self, filename: &str, content: &[u8]) -> Option<ScrubbedFile> {
        let mut scrubbed = content.to_vec();
        let mut rules = BTreeMap::new();
        let mut note = |rule: &str, parts: usize| {
            if parts > 0 {
                *rules.entry(rule.to_owned()).or_default() += parts;
            }
        };
        for rule in self.files.rules_of(filename) {
            note(&rule.rule.origin, rule.apply(&mut scrubbed));
        }
        if self.finds_secrets() {
            cover_secrets(&mut scrubbed, &mut |kind| note(&rule_of(kind), 1));
        }
        (scrubbed != content).then_some(ScrubbedFile {
            content: scrubbed,
            rules,
        })
    }

    fn scrub_dump(&self, content: &[u8]) -> Option<Vec<u8>> {
        if !self.finds_secrets() {
            return None;
        }
        let mut scrubbed = content.to_vec();
        dump::cover_secrets(&mut scrubbed);
        (scrubbed != content).then_some(scrubbed)
    }

    /// Scrubs JSON; `None` when it is none, or nothing changed.
    fn scrub_json(&self, content: &[u8]) -> Option<Vec<u8>> {
        let before = parse(content).ok()?;
        let mut after = match before.clone() {
            Value::Object(object) => object,
            other => Object::from_iter([("".into(), other)]),
        };
        self.scrub_free(&mut after);
        let after = match before {
            Value::Object(_) => Value::Object(after),
            _ => after.remove("")?,
        };
        (after != before).then(|| after.to_json().into_bytes())
    }
}

/// The advanced rules that name files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files(Vec<(Place, Vec<FileRule>)>);

impl Files {
    pub(crate) fn new(config: &PiiConfig, mode: Mode) -> Self {
        let naming = config
            .applications
            .iter()
            .filter(|(selector, _)| names_a_file(selector));
        let compiled = naming.map(|(selector, ids)| {
            let rules = collect_rules(config, ids, mode);
            (
                Place::new(selector),
                rules.iter().flat_map(FileRule::of).collect(),
            )
        });
        Self(compiled.collect())
    }

    fn rules_of(&self, filename: &str) -> impl Iterator<Item = &FileRule> {
        let root = Node::root();
        let all = root.child(Step::Key(""), Pii::True, Types::of(Type::Attachments));
        let file = all.child(Step::Key(filename), Pii::True, Types::of(Type::Binary));
        let applying: Vec<_> = self
            .0
            .iter()
            .filter(|(place, _)| place.matches(&file))
            .collect();
        applying.into_iter().flat_map(|(_, rules)| rules)
    }
}

/// Whether a selector names a file by its name: a wildcard or a type would hit every file.
fn names_a_file(selector: &Selector) -> bool {
    match selector {
        Selector::And(parts) | Selector::Or(parts) => parts.iter().any(names_a_file),
        Selector::Not(_) => false,
        Selector::Path(items) => matches!(items.last(), Some(SelectorItem::Key(_))),
    }
}

/// One search of a rule in files. Whatever it looks for in keys is looked for in the content.
#[derive(Clone, Debug)]
struct FileRule {
    rule: Rule,
    search: Match,
    pattern: Option<Pattern>,
}

impl FileRule {
    fn of(rule: &Rule) -> Vec<Self> {
        let searches = rule.matches.iter();
        let compiled = searches.map(|search| Self {
            rule: rule.clone(),
            search: search.clone(),
            pattern: Pattern::new(search.regex()),
        });
        compiled.collect()
    }

    /// Applies the search to bytes, then to text of two bytes a character in what it left. Returns
    /// how many parts it found.
    fn apply(&self, content: &mut [u8]) -> usize {
        let ranges = match &self.pattern {
            Some(pattern) => pattern.ranges(content, &self.search),
            None => Vec::new(),
        };
        for range in &ranges {
            if let Some(part) = content.get_mut(range.clone()) {
                cover::bytes(part, &self.rule.redaction);
            }
        }
        let (mut start, mut found) = (0_usize, ranges.len());
        for range in ranges
            .into_iter()
            .chain(std::iter::once(content.len()..content.len()))
        {
            // Characters of two bytes begin at even places.
            if let Some(rest) = content.get_mut(start.next_multiple_of(2)..range.start) {
                found += wide::apply(rest, &self.search, &self.rule.redaction);
            }
            start = start.max(range.end);
        }
        found
    }
}

impl Groups {
    /// Whether a group is redacted.
    fn have(&self, group: usize) -> bool {
        match self {
            Self::Of(groups) => groups.contains(&group),
            Self::WholeText => false,
        }
    }
}

/// Covers the secrets of the catalogue in a text, and notes the kind of each; other files stay as
/// they are.
fn cover_secrets(content: &mut [u8], note: &mut impl FnMut(u16)) {
    let Ok(text) = std::str::from_utf8(content) else {
        wide::cover_secrets(content, note);
        return;
    };
    let mut found = Vec::new();
    Finder::shared().find(text, &mut found);
    for secret in found {
        if let Some(part) = content.get_mut(secret.start..secret.end) {
            cover::with(part, &mark(secret.kind));
            note(secret.kind);
        }
    }
}

/// What stands for a secret of a kind.
fn mark(kind: u16) -> String {
    let kind = kinds().get(usize::from(kind));
    kind.map_or_else(String::new, |kind| format!("[secret:{}]", kind.id))
}

/// The rule that a remark about a secret of a kind carries.
fn rule_of(kind: u16) -> String {
    let kind = kinds().get(usize::from(kind));
    kind.map_or_else(String::new, |kind| format!("@secret.{}", kind.id))
}

#[cfg(test)]
mod tests;
