//! Whose rules and settings a page is about: one project's, or those of its organisation.

use serde::Serialize;
use watchfire_store::grouping_rules::Scope;
use watchfire_store::project::Project;

/// Whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pages) enum Owner {
    /// The project's own.
    Project,
    /// That of all projects of its organisation.
    Organization,
}

impl Owner {
    pub(in crate::pages) const ALL: [Self; 2] = [Self::Project, Self::Organization];

    /// The owner of this word in addresses.
    pub(in crate::pages) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|owner| owner.word() == word)
    }

    /// The word for it in addresses.
    pub(in crate::pages) fn word(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Organization => "organization",
        }
    }

    /// What people read.
    pub(in crate::pages) fn label(self) -> &'static str {
        match self {
            Self::Project => "This project",
            Self::Organization => "All projects of the organisation",
        }
    }

    /// As the store names it.
    pub(in crate::pages) fn scope(self, project: &Project) -> Scope {
        match self {
            Self::Project => Scope::Project(project.id),
            Self::Organization => Scope::Organization(project.organization_id),
        }
    }

    /// What explanations and problems name as the origin of its lines.
    pub(in crate::pages) fn origin(self) -> &'static str {
        match self {
            Self::Project => "project rules",
            Self::Organization => "organization rules",
        }
    }
}

/// A link between the pages of the owners.
#[derive(Debug, Serialize)]
pub(in crate::pages) struct OwnerLink {
    label: &'static str,
    href: String,
    current: bool,
}

impl OwnerLink {
    /// The links on the page of `current`; `href` finds the page of each owner.
    pub(in crate::pages) fn all(current: Owner, href: impl Fn(Owner) -> String) -> Vec<Self> {
        let link = |owner: Owner| Self {
            label: owner.label(),
            href: href(owner),
            current: owner == current,
        };
        Owner::ALL.into_iter().map(link).collect()
    }
}
