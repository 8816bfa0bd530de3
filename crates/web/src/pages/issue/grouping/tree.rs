//! The tree of components of a variant, flattened to blocks that a page can show.

use serde::Serialize;
use watchfire_grouping::{Component, Content, RuleKind};

use super::parts::Part;
use super::rule_mark::RuleMark;
use super::stack::Stack;
use super::words;
use crate::pages::issue::view::budget::counted;

/// Blocks of one variant that are shown.
const BLOCKS_MAX: usize = 40;
/// Texts of one block that are shown.
const PARTS_MAX: usize = 40;

/// An exception, a message, a fingerprint: texts that stand together, and their stack trace.
#[derive(Debug, Serialize)]
pub(super) struct Block {
    /// What it is: `Exception`, `Message` …
    pub(super) label: String,
    /// Whether it counts.
    pub(super) counts: bool,
    /// Why it does not count, or how it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
    /// The rule behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<RuleMark>,
    /// Its texts.
    pub(super) parts: Vec<Part>,
    /// Its stack trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stack: Option<Stack>,
}

/// The blocks of a variant's tree in the order in which they are hashed, the first [`BLOCKS_MAX`],
/// and how many are left out, in words.
pub(super) fn blocks(root: &Component<'_>, slug: &str) -> (Vec<Block>, Option<String>) {
    let mut blocks = Vec::new();
    collect(root, root.contributes, slug, &mut blocks);
    let left_out = blocks.len().saturating_sub(BLOCKS_MAX);
    blocks.truncate(BLOCKS_MAX);
    let left_out = (left_out > 0).then(|| counted(left_out, "further part"));
    (blocks, left_out)
}

/// Whether a component only holds others, so that it needs no block of its own.
fn is_shell(component: &Component<'_>) -> bool {
    let parts = component.parts();
    let holds_text = parts
        .iter()
        .any(|part| matches!(part.content, Content::Text(_)));
    let holds_stack = parts.iter().any(|part| part.id == "stacktrace");
    !parts.is_empty() && !holds_text && !holds_stack && component.id != "stacktrace"
}

fn collect(component: &Component<'_>, parent_counts: bool, slug: &str, blocks: &mut Vec<Block>) {
    let counts = parent_counts && component.contributes;
    if is_shell(component) {
        for part in component.parts() {
            collect(part, counts, slug, blocks);
        }
        return;
    }
    let mut block = Block {
        label: words::component(component.id),
        counts,
        why: component.hint.as_deref().map(words::hint),
        rule: component
            .rule
            .map(|rule| RuleMark::of(rule, RuleKind::Fingerprint, slug)),
        parts: Vec::new(),
        stack: None,
    };
    let mut deeper = Vec::new();
    if component.id == "stacktrace" {
        block.why = None;
        block.stack = Some(Stack::of(component, parent_counts, slug));
    } else if let Some(part) = Part::of(component, parent_counts) {
        block.why = None;
        block.parts.push(part);
    }
    for part in component.parts().iter().filter(|_| block.stack.is_none()) {
        match Part::of(part, counts) {
            Some(text) => block.parts.push(text),
            None => deeper.push(part),
        }
    }
    block.parts.truncate(PARTS_MAX);
    if let Some(place) = deeper.iter().position(|part| part.id == "stacktrace") {
        block.stack = Some(Stack::of(deeper.remove(place), counts, slug));
    }
    blocks.push(block);
    for part in deeper {
        collect(part, counts, slug, blocks);
    }
}
