//! What a regrouping job has to remember.

use serde::{Deserialize, Serialize};
use watchfire_event::{OrganizationId, ProjectId};
use watchfire_grouping::{Grouper, RuleKind, RuleText, Settings, Version};

use super::event::Rules;
use crate::error::{Error, Result};
use crate::grouping_rules::Scope;
use crate::job::Job;

/// The data of a job, stored as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Data {
    /// How the project grouped before the change.
    pub(super) before: Saved,
    /// How it groups since.
    pub(super) after: Saved,
    /// How the change of the rules is reverted.
    pub(super) back: Back,
    /// Whether the change was one of several projects.
    pub(super) is_wide: bool,
    /// The newest event when the change was made; later ones may be grouped by the new rules.
    pub(super) newest_row: i64,
    /// Whether stored events move; else only the hashes of recent ones are placed.
    pub(super) moves_past: bool,
    /// Merged issues that led to an issue which the job hid: which one led where.
    #[serde(default)]
    pub(super) led: Vec<(i64, i64)>,
    /// The undo; nothing while none was asked for.
    pub(super) undo: Option<UndoData>,
}

/// What an undo has to remember.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct UndoData {
    pub(super) phase: UndoPhase,
    /// When it was asked for.
    pub(super) at: i64,
    /// Whether the change of the rules was reverted, so that nothing makes its hashes any more.
    pub(super) is_reverted: bool,
    /// How many events could not go back, because an issue was deleted.
    #[serde(default)]
    pub(super) lost: i64,
}

/// The parts of an undo, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum UndoPhase {
    /// The events that the job moved go back.
    Moves,
    /// Events that came since go where the reverted rules put them.
    Since,
    /// Hashes that the job gave to issues are free again, unless the rules still make them.
    Hashes,
}

/// [`Settings`] as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Saved {
    version: Version,
    older: Option<Version>,
    knows_sentry: bool,
    texts: Vec<RuleText>,
}

/// The opposite of a change, made only while what the change made is still so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Back {
    /// The rule is switched.
    Switch { id: i64, is_active: bool },
    /// The rule gets its former text.
    Edit { id: i64, text: String, made: String },
    /// The rule is there again.
    Restore { id: i64, is_active: bool },
    /// The former text is in force again.
    Text {
        organization: i64,
        project: Option<i64>,
        kind: RuleKind,
        text: String,
        made: String,
    },
    /// The former version is pinned again.
    Version {
        version: Version,
        /// The one that was looked up besides, and until when.
        older: Option<(Version, i64)>,
        made: Version,
    },
}

impl Data {
    /// The data of a regrouping.
    pub(super) fn of(job: &Job) -> Result<Self> {
        serde_json::from_str(&job.data).map_err(|error| {
            tracing::error!(job.id, "the data of a job cannot be read: {error}");
            Error::Refused("the data of the job cannot be read".to_owned())
        })
    }

    pub(super) fn to_json(&self) -> String {
        // Made of texts, numbers and flags, which always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The rules before and after.
    pub(super) fn rules(&self) -> Rules {
        Rules {
            before: Grouper::new(&self.before.clone().into()),
            after: Grouper::new(&self.after.clone().into()),
        }
    }
}

impl Saved {
    /// Whether events get the same hashes by these settings. What is only looked up besides, and
    /// ends by itself after a while, is none of them; nor is what explanations call a text, which a
    /// rule has only once it is saved.
    pub(super) fn groups_as(&self, settings: &Settings) -> bool {
        let same =
            |(one, other): (&RuleText, &RuleText)| one.kind == other.kind && one.text == other.text;
        self.version == settings.version
            && self.texts.len() == settings.texts.len()
            && self.texts.iter().zip(&settings.texts).all(same)
    }
}

impl From<Settings> for Saved {
    fn from(settings: Settings) -> Self {
        Self {
            version: settings.version,
            older: settings.older,
            knows_sentry: settings.knows_sentry,
            texts: settings.texts,
        }
    }
}

impl From<Saved> for Settings {
    fn from(saved: Saved) -> Self {
        Self {
            version: saved.version,
            older: saved.older,
            knows_sentry: saved.knows_sentry,
            texts: saved.texts,
        }
    }
}

/// The scope of the columns of a text.
pub(super) fn scope(organization: i64, project: Option<i64>) -> Scope {
    match project {
        Some(project) => Scope::Project(ProjectId(project)),
        None => Scope::Organization(OrganizationId(organization)),
    }
}
