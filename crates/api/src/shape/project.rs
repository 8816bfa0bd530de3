//! Projects and their client keys.

use serde_json::{Value, json};
use watchfire_store::key::Key;
use watchfire_store::organization::Organization;
use watchfire_store::project::Project;

use super::{organization, time};

/// A project with its organisation.
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
        "hasAccess": true,
        "features": [],
        "team": null,
        "teams": [],
        "organization": organization(owner),
    })
}

/// A client key with its DSN.
pub(crate) fn key(key: &Key, public_url: &str) -> Value {
    json!({
        "id": key.public_key,
        "name": key.label,
        "label": key.label,
        "public": key.public_key,
        "projectId": key.project_id.0,
        "isActive": key.is_active,
        "rateLimit": null,
        "dateCreated": time(key.created_at),
        "dsn": {"public": key.dsn(public_url)},
        "browserSdkVersion": null,
    })
}
