//! Projects with their settings.

use serde_json::{Map, Value, json};
use watchfire_event::Timestamp;
use watchfire_grouping::RuleKind;
use watchfire_store::grouping_rules::ProjectVersion;
use watchfire_store::organization::Organization;
use watchfire_store::project::Project;

use super::scrubbing::Scrubbing;
use super::settings::Settings;
use super::{organization, team, time};

const MICROS_PER_SECOND: i64 = 1_000_000;

/// A project in a list, with its organisation.
pub(crate) fn project(project: &Project, owner: &Organization) -> Value {
    json!({
        "id": project.id.to_string(),
        "slug": project.slug,
        "name": project.name,
        "platform": project.platform,
        "dateCreated": time(project.created_at),
        "firstEvent": project.first_event_at.map(time),
        "status": "active",
        "isBookmarked": false,
        "isMember": true,
        "isPublic": false,
        "isInternal": false,
        "hasAccess": true,
        "access": [],
        "features": [],
        "team": team(owner),
        "teams": [team(owner)],
        "organization": organization(owner),
    })
}

/// How a project groups.
pub(crate) struct ProjectGrouping {
    /// Its versions of the algorithm.
    pub(crate) version: ProjectVersion,
    /// Its own texts of rules by kind; empty where it has none.
    pub(crate) texts: Vec<(RuleKind, String)>,
}

/// A project alone, with its settings.
pub(crate) fn project_detail(
    found: &Project,
    owner: &Organization,
    grouping: &ProjectGrouping,
    scrubbing: &Scrubbing,
) -> Value {
    let mut shown = project(found, owner);
    if let Some(shown) = shown.as_object_mut() {
        shown.extend(Settings::of(&found.settings).shape());
        shown.extend(scrubbing.shape());
        shown.extend(grouping.shape());
    }
    shown
}

impl ProjectGrouping {
    /// Sentry's keys, and `variableRules`, which is ours.
    fn shape(&self) -> Map<String, Value> {
        let text = |kind: RuleKind| {
            let found = self.texts.iter().find(|(other, _)| *other == kind);
            json!(found.map_or("", |(_, text)| text))
        };
        let older = self.version.older;
        let second = |until: Timestamp| until.0.div_euclid(MICROS_PER_SECOND);
        let mut shown = Map::new();
        let mut add = |key: &str, value| shown.insert(key.to_owned(), value);
        add("fingerprintingRules", text(RuleKind::Fingerprint));
        add("groupingEnhancements", text(RuleKind::StackTrace));
        add("variableRules", text(RuleKind::Variable));
        add("groupingConfig", json!(self.version.version.id()));
        add(
            "secondaryGroupingConfig",
            json!(older.map(|(version, _)| version.id())),
        );
        add(
            "secondaryGroupingExpiry",
            json!(older.map_or(0, |(_, until)| second(until))),
        );
        shown
    }
}
