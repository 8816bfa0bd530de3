use std::borrow::Cow;

use watchfire_event::json::{Object, Value};
use watchfire_event::{MetaTree, PathItem, Remark, RemarkKind};

use super::Walk;
use super::secrets::{PASSES_MAX, is_hex};
use crate::path::{Node, Step};
use crate::schema::Pii;
use crate::selector::{Type, Types};
use crate::text::{Replacement, has_long_word};

/// What stands for a secret in a key: the mark of values has words that rules look for in keys.
const MARK: &str = "[removed]";
/// Shorter keys hold no secret.
pub(super) const KEY_BYTES_MIN: usize = 16;

impl Walk<'_> {
    /// Hides the secrets in the key of the pair at `index` of a list.
    pub(super) fn pair_key(
        &self,
        key: &mut Value<'_>,
        index: usize,
        list: &Node<'_>,
        notes: &mut MetaTree,
    ) {
        let Value::String(text) = key else {
            return;
        };
        if let Some((without, remarks)) = self.key_without_secrets(text, list) {
            *text = Cow::Owned(without);
            let pair = notes.child_mut(PathItem::Index(index));
            pair.child_mut(PathItem::Index(0)).meta.remarks = remarks;
        }
    }

    /// Hides the secrets in the keys of an object: the values and the notes about them move to what
    /// is left of their keys. `_meta` has no place for keys, so the values are annotated.
    pub(super) fn keys(&self, object: &mut Object<'_>, node: &Node<'_>, notes: &mut MetaTree) {
        if self.secrets.is_none() {
            return;
        }
        let suspects = object
            .iter()
            .map(|(key, _)| key)
            .filter(|key| is_suspect(key));
        let suspects: Vec<String> = suspects.map(str::to_owned).collect();
        for key in suspects {
            let Some((without, remarks)) = self.key_without_secrets(&key, node) else {
                continue;
            };
            let numbered = (2_u32..).map(|number| format!("{without} {number}"));
            let mut names = std::iter::once(without.clone()).chain(numbered);
            let Some(name) = names.find(|name| object.rename(&key, name.clone())) else {
                continue;
            };
            let mut tree = notes.take(PathItem::Key(&key)).unwrap_or_default();
            tree.meta
                .remarks
                .extend(remarks.into_iter().map(|remark| Remark {
                    kind: RemarkKind::Annotated,
                    range: None,
                    ..remark
                }));
            notes.put(PathItem::Key(&name), tree);
        }
    }

    /// What is left of a key, and a remark for each secret in it; `None` when there is none. The
    /// search goes on until nothing is found in what is left, as it will be read again.
    fn key_without_secrets(&self, key: &str, node: &Node<'_>) -> Option<(String, Vec<Remark>)> {
        // Not under its own name, which would tell that it names a secret.
        let place = node.child(Step::Root, Pii::False, Types::of(Type::String));
        let (mut text, mut remarks) = (Cow::Borrowed(key), Vec::new());
        for _ in 0..PASSES_MAX {
            let parts = match is_suspect(&text) {
                true => self.secrets_in(&text, &place),
                false => Vec::new(),
            };
            if parts.is_empty() {
                break;
            }
            let (marked, notes) = mark(&text, &remarks, parts);
            (text, remarks) = (Cow::Owned(marked), notes);
        }
        (!remarks.is_empty()).then(|| (text.into_owned(), remarks))
    }
}

/// The text with a mark for each part, and a remark for each mark in it: those of the parts, and
/// those from before that stand elsewhere.
fn mark(text: &str, before: &[Remark], parts: Vec<Replacement>) -> (String, Vec<Remark>) {
    let is_apart = |from: usize, to: usize| {
        let touches = |part: &&Replacement| part.start < to && from < part.end;
        parts.iter().find(touches).is_none()
    };
    let kept = before.iter().filter_map(|remark| {
        let (start, end) = remark.range.filter(|(start, end)| is_apart(*start, *end))?;
        Some((start, end, remark.rule.clone()))
    });
    let mut marks: Vec<(usize, usize, String)> = kept.collect();
    marks.extend(
        parts
            .into_iter()
            .map(|part| (part.start, part.end, part.rule)),
    );
    marks.sort_unstable();
    let (mut marked, mut remarks, mut place) = (String::new(), Vec::new(), 0);
    for (start, end, rule) in marks {
        marked.push_str(text.get(place..start).unwrap_or_default());
        let range = Some((marked.len(), marked.len() + MARK.len()));
        marked.push_str(MARK);
        remarks.push(Remark {
            rule,
            kind: RemarkKind::Substituted,
            range,
        });
        place = end;
    }
    marked.push_str(text.get(place..).unwrap_or_default());
    (marked, remarks)
}

/// Whether there may be a secret in a key.
pub(super) fn is_suspect(key: &str) -> bool {
    key.len() >= KEY_BYTES_MIN && (has_long_word(key) && !is_hex(key) || key.contains([':', '=']))
}
