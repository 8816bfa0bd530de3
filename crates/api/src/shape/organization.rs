//! Organisations. sentry-cli requires every key that stands here.

use serde_json::{Value, json};
use watchfire_store::organization::Organization;

use super::time;

/// An organisation in a list or alone.
pub(crate) fn organization(organization: &Organization) -> Value {
    json!({
        "id": organization.id.to_string(),
        "slug": organization.slug,
        "name": organization.name,
        "dateCreated": time(organization.created_at),
        "status": {"id": "active", "name": "active"},
        "isEarlyAdopter": false,
        "require2FA": false,
        "requireEmailVerification": false,
        "features": [],
    })
}
