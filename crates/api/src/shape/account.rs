//! Accounts.

use serde_json::{Value, json};
use watchfire_store::user::User;

use super::time;

/// An account, as who did something or as who asks.
pub(crate) fn user(user: &User) -> Value {
    json!({
        "id": user.id.to_string(),
        "name": user.name,
        "email": user.email,
        "username": user.email,
        "isActive": user.is_active,
        "isSuperuser": user.is_superuser,
        "dateJoined": time(user.created_at),
        "lastLogin": user.last_login_at.map(time),
    })
}

/// Who did something; null where nobody did, or the account is gone.
pub(crate) fn author(user: Option<&User>) -> Value {
    json!(user.map(|user| json!({
        "id": user.id.to_string(),
        "name": user.name,
        "email": user.email,
        "username": user.email,
    })))
}
