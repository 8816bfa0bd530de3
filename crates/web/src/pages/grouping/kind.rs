//! The kinds of rules in words.

use serde::Serialize;
use watchfire_grouping::RuleKind;
use watchfire_store::grouping_rules::Action;

/// A kind of rules as pages name it.
#[derive(Clone, Copy, Debug, Serialize)]
pub(in crate::pages) struct KindWords {
    /// `Fingerprint rules`.
    pub(in crate::pages) heading: &'static str,
    /// The place on the overview.
    pub(in crate::pages) anchor: &'static str,
    /// What such rules do.
    pub(in crate::pages) lead: &'static str,
    /// The label of a field for one.
    pub(in crate::pages) label: &'static str,
}

/// Which grammar the help explains.
#[derive(Clone, Copy, Debug, Serialize)]
pub(in crate::pages) struct Help {
    is_fingerprint: bool,
    is_stack_trace: bool,
    is_variable: bool,
    /// Whether it is unfolded at first.
    open: bool,
}

/// The words for a kind.
pub(in crate::pages) fn words(kind: RuleKind) -> KindWords {
    match kind {
        RuleKind::Fingerprint => KindWords {
            heading: "Fingerprint rules",
            anchor: "text-fingerprint",
            lead: "Give matching events a fingerprint of your own, and perhaps a title.",
            label: "Fingerprint rules, one a line",
        },
        RuleKind::StackTrace => KindWords {
            heading: "Stack-trace rules",
            anchor: "text-stack_trace",
            lead: "Say which frames are yours and which count for the fingerprint.",
            label: "Stack-trace rules, one a line",
        },
        RuleKind::Variable => KindWords {
            heading: "Variable rules",
            anchor: "text-variable",
            lead: "Name text in messages that differs from event to event.",
            label: "Variable rules, one a line",
        },
    }
}

/// The help on the grammar of a kind.
pub(in crate::pages) fn help(kind: RuleKind, open: bool) -> Help {
    Help {
        is_fingerprint: kind == RuleKind::Fingerprint,
        is_stack_trace: kind == RuleKind::StackTrace,
        is_variable: kind == RuleKind::Variable,
        open,
    }
}

/// What a rule was made for, in words.
pub(super) fn action_words(action: Action) -> &'static str {
    match action {
        Action::Merge => "Merge issues",
        Action::Split => "Split an issue",
        Action::IgnoreFrame => "Ignore a frame",
        Action::Variable => "Treat text as variable",
        Action::Written => "Written by hand",
    }
}
