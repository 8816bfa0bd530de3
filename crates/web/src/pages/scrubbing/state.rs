//! What pages of this folder know of a project: who may change what, and what its organisation and
//! the project itself say of scrubbing.

use watchfire_scrub::{Document, Policy, Problem};
use watchfire_store::project::Project;
use watchfire_store::scrubbing::{self, Scope, Version};
use watchfire_store::user::User;
use watchfire_store::{self as store, Conn};

use super::draft::Draft;
use super::form::Inherited;
use crate::pages::grouping::rights::Rights;
use crate::pages::owner::Owner;
use crate::{access, address};

/// Which settings an address names.
#[derive(Clone, Debug)]
pub(super) struct Which {
    pub(super) slug: String,
    pub(super) owner: Owner,
}

impl Which {
    /// The page of the settings.
    pub(super) fn address(&self) -> String {
        match self.owner {
            Owner::Project => address::scrubbing(&self.slug),
            Owner::Organization => address::scrubbing_of_organization(&self.slug),
        }
    }

    /// The editor.
    pub(super) fn editor(&self) -> String {
        address::scrubbing_editor(&self.slug, self.owner.word())
    }
}

/// What there is.
pub(super) struct State {
    pub(super) project: Project,
    pub(super) owner: Owner,
    pub(super) rights: Rights,
    /// The document in force of the organisation or project that the page is about.
    pub(super) current: Option<Version>,
    /// What the organisation says, for a project; else nothing.
    pub(super) inherited: Inherited,
    /// What the project itself says.
    own: Document,
    /// What is in force for the project now.
    pub(super) policy: Policy,
    /// Parts of the stored documents that cannot be read.
    pub(super) broken: Vec<Problem>,
}

impl State {
    /// Reads it for a person who may see the project.
    pub(super) fn read(conn: &mut Conn<'_>, user: &User, which: &Which) -> store::Result<Self> {
        let project = access::project(conn, user, &which.slug)?;
        let inherited = match which.owner {
            Owner::Project => {
                let scope = Scope::Organization(project.organization_id);
                Inherited(text_of(scrubbing::document(conn, scope)?))
            }
            Owner::Organization => Inherited::default(),
        };
        let (policy, broken) = scrubbing::policy(conn, &project)?;
        let own = text_of(scrubbing::document(conn, Scope::Project(project.id))?);
        Ok(Self {
            own,
            rights: Rights::of(conn, user, &project)?,
            current: scrubbing::document(conn, which.owner.scope(&project))?,
            owner: which.owner,
            inherited,
            policy,
            broken,
            project,
        })
    }

    /// Whose document it is, as the store names it.
    pub(super) fn scope(&self) -> Scope {
        self.owner.scope(&self.project)
    }

    /// Whether the person may change the document.
    pub(super) fn can_change(&self) -> bool {
        self.rights.may_change(self.scope())
    }

    /// The number of the document in force; 0 where there is none.
    pub(super) fn base(&self) -> i64 {
        self.current.as_ref().map_or(0, |version| version.id)
    }

    /// The document in force, to be changed.
    pub(super) fn draft(&self) -> Draft {
        let text = self
            .current
            .as_ref()
            .map(|version| version.document.as_str());
        Draft::of_document(text.unwrap_or_default(), self.owner)
    }

    /// What would be in force for the project with this draft in place.
    pub(super) fn policy_with(&self, draft: &Draft) -> Policy {
        let changed = draft.usable(self.owner);
        match self.owner {
            Owner::Project => Policy::of(&self.inherited.0, &changed),
            Owner::Organization => Policy::of(&changed, &self.own),
        }
    }
}

fn text_of(version: Option<Version>) -> Document {
    let text = version.map(|version| version.document).unwrap_or_default();
    Document::parse_leniently(&text).0
}
