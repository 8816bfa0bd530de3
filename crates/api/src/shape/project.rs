//! Projects with their settings.

use serde_json::{Value, json};
use watchfire_store::organization::Organization;
use watchfire_store::project::Project;

use super::settings::Settings;
use super::{organization, team, time};

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

/// A project alone, with its settings.
pub(crate) fn project_detail(found: &Project, owner: &Organization) -> Value {
    let mut shown = project(found, owner);
    if let Some(shown) = shown.as_object_mut() {
        shown.extend(Settings::of(&found.settings).shape());
    }
    shown
}
