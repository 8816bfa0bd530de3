//! What a form or an address chooses.

use sha2::{Digest, Sha256};
use watchfire_event::{EventId, IssueId};
use watchfire_grouping::RuleKind;
use watchfire_store::grouping_rules::{Action, Scope};
use watchfire_store::project::Project;

use crate::address;

/// Issues that can be merged by one rule.
pub(super) const ISSUES_MAX: usize = 50;
/// Characters of one choice that are read.
const CHOICE_CHARS_MAX: usize = 8_192;

/// What kind of change the form makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Merge,
    Split,
    IgnoreFrame,
    Variable,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::Merge, Self::Split, Self::IgnoreFrame, Self::Variable];

    /// The word for it in addresses.
    pub(super) fn word(self) -> &'static str {
        self.action().as_str()
    }

    /// What people choose from.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Merge => "Merge",
            Self::Split => "Split",
            Self::IgnoreFrame => "Ignore a frame",
            Self::Variable => "Variable text",
        }
    }

    /// What stands above the choices.
    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::Merge => "Merge these, and future events like them",
            Self::Split => "Split this issue",
            Self::IgnoreFrame => "Ignore this wrapper frame when grouping",
            Self::Variable => "Treat this text as variable",
        }
    }

    /// When to choose it.
    pub(super) fn lead(self) -> &'static str {
        match self {
            Self::Merge => "For one bug that shows up as several issues.",
            Self::Split => "For several bugs that share one issue, for example behind one helper.",
            Self::IgnoreFrame => {
                "For a wrapper that every call goes through and that says nothing about the bug."
            }
            Self::Variable => {
                "For messages that name something else each time: a customer, a file, an order."
            }
        }
    }

    /// What the rule is made for.
    pub(super) fn action(self) -> Action {
        match self {
            Self::Merge => Action::Merge,
            Self::Split => Action::Split,
            Self::IgnoreFrame => Action::IgnoreFrame,
            Self::Variable => Action::Variable,
        }
    }

    /// The grammar of the rule.
    pub(super) fn rules(self) -> RuleKind {
        match self {
            Self::Merge | Self::Split => RuleKind::Fingerprint,
            Self::IgnoreFrame => RuleKind::StackTrace,
            Self::Variable => RuleKind::Variable,
        }
    }
}

/// What was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choices {
    pub(super) kind: Kind,
    /// The event to learn from; the latest without.
    pub(super) event: Option<EventId>,
    /// Merge: the numbers or short ids of the other issues.
    pub(super) with: Vec<String>,
    /// Merge: another one, as it was typed.
    pub(super) add: String,
    /// Split: `message`, `type`, `transaction`, `tag` or `frame`.
    pub(super) by: String,
    /// Split: the tag.
    pub(super) tag: String,
    /// Split and ignore: the place of the frame in the crash stack.
    pub(super) frame: Option<usize>,
    /// Variable: the text that differs.
    pub(super) part: String,
    /// Variable: which of the suggested patterns.
    pub(super) pattern: Option<usize>,
    /// Whether the rule is to hold for all projects of the organisation.
    pub(super) is_everywhere: bool,
}

impl Choices {
    /// Reads the fields of a form, or of an address: there `with` may list several issues with
    /// commas. Fields that cannot be read are left out.
    pub(super) fn read<'f>(fields: impl Iterator<Item = (&'f str, &'f str)>) -> Self {
        let mut choices = Self::default();
        for (name, value) in fields {
            if value.chars().nth(CHOICE_CHARS_MAX).is_some() {
                continue;
            }
            choices.take(name, value);
        }
        choices.with.truncate(ISSUES_MAX);
        choices
    }

    fn take(&mut self, name: &str, value: &str) {
        match name {
            "kind" => {
                let known = Kind::ALL.into_iter().find(|kind| kind.word() == value);
                self.kind = known.unwrap_or_default();
            }
            "event" => self.event = value.parse().ok(),
            "with" => {
                let ids = value.split(',').map(str::trim).filter(|id| !id.is_empty());
                self.with.extend(ids.map(str::to_owned));
            }
            "add" => value.trim().clone_into(&mut self.add),
            "by" => value.clone_into(&mut self.by),
            "tag" => value.clone_into(&mut self.tag),
            "frame" => self.frame = value.parse().ok(),
            "part" => value.clone_into(&mut self.part),
            "pattern" => self.pattern = value.parse().ok(),
            "scope" => self.is_everywhere = value == "organization",
            _ => {}
        }
    }

    /// Whose rule it is to be.
    pub(super) fn scope(&self, project: &Project) -> Scope {
        if self.is_everywhere {
            Scope::Organization(project.organization_id)
        } else {
            Scope::Project(project.id)
        }
    }

    /// The address of the form for another kind of change, about the same event.
    pub(super) fn address_of(&self, kind: Kind, issue: IssueId) -> String {
        let event = self.event.map(|id| id.to_string()).unwrap_or_default();
        address::change_grouping(issue, &[("kind", kind.word()), ("event", &event)])
    }

    /// Names what the line of the rule is made of: a form in which that differs from what it
    /// showed gets another line.
    pub(super) fn mark(&self) -> String {
        let what = match self.kind {
            Kind::Merge => format!("{:?}", self.with),
            Kind::Split => format!("{} {} {:?}", self.by, self.tag, self.frame),
            Kind::IgnoreFrame => format!("{:?}", self.frame),
            Kind::Variable => format!("{:?} {}", self.pattern, self.part),
        };
        let hash = Sha256::digest(format!("{:?} {what}", self.kind).as_bytes());
        hash.iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_a_form_say_the_same() {
        let address = [("kind", "merge"), ("with", "12,SHOP-3"), ("scope", "x")];
        let form = [("kind", "merge"), ("with", "12"), ("with", " SHOP-3 ")];
        let read = Choices::read(address.into_iter());
        assert_eq!(read, Choices::read(form.into_iter()));
        assert_eq!(read.with, ["12", "SHOP-3"]);
    }

    #[test]
    fn what_makes_no_sense_is_left_out() {
        let long = "x".repeat(CHOICE_CHARS_MAX + 1);
        let fields = [
            ("kind", "explode"),
            ("event", "../../x"),
            ("frame", "-1"),
            ("part", long.as_str()),
        ];
        assert_eq!(Choices::read(fields.into_iter()), Choices::default());
        let many = vec![("with", "1"); ISSUES_MAX + 1];
        assert_eq!(Choices::read(many.into_iter()).with.len(), ISSUES_MAX);
    }

    #[test]
    fn the_mark_follows_the_choices_of_the_kind_alone() {
        let split = |by: &str, part: &str| {
            let fields = [("kind", "split"), ("by", by), ("part", part)];
            Choices::read(fields.into_iter()).mark()
        };
        assert_eq!(split("type", ""), split("type", "other"));
        assert_ne!(split("type", ""), split("message", ""));
    }
}
