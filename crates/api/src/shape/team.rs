//! Teams. Every organisation has one, which holds all of its members and projects: clients expect
//! a team where they make or list projects.

use serde_json::{Value, json};
use watchfire_store::organization::Organization;

use super::time;

/// The team of an organisation.
pub(crate) fn team(organization: &Organization) -> Value {
    json!({
        "id": organization.id.to_string(),
        "slug": organization.slug,
        "name": organization.name,
        "dateCreated": time(organization.created_at),
        "isMember": true,
        "isPending": false,
        "hasAccess": true,
        "teamRole": null,
        "memberCount": 0,
        "avatar": {"avatarType": "letter_avatar", "avatarUuid": null},
    })
}
