//! What a client changes on a key.

use watchfire_store::key::{self, Key};
use watchfire_store::quota::{self, Scope};
use watchfire_store::{Conn, Result as StoreResult};

use super::rate_limit::{self, RateLimit};
use crate::body::{self, Fields};
use crate::error::ApiError;
use crate::shape::LIMITED_CATEGORY;

/// The longest name of a key.
const LABEL_CHARS_MAX: usize = 200;

/// The fields of a body that mean something; nothing for those that stay as they are.
pub(super) struct Change {
    label: Option<String>,
    is_active: Option<bool>,
    /// Nothing inside takes the limit away.
    rate_limit: Option<Option<RateLimit>>,
}

impl Change {
    /// Reads and checks a body.
    pub(super) fn read(body: &Fields) -> Result<Self, ApiError> {
        Ok(Self {
            label: body::text(body, "name", LABEL_CHARS_MAX)?,
            is_active: body::flag(body, "isActive")?,
            rate_limit: body.get("rateLimit").map(rate_limit::read).transpose()?,
        })
    }

    /// The name that was sent.
    pub(super) fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// Changes a key.
    pub(super) fn make(&self, conn: &mut Conn<'_>, key: &Key) -> StoreResult<()> {
        if let Some(label) = &self.label {
            key::rename(conn, key.project_id, key.id, label)?;
        }
        if let Some(is_active) = self.is_active {
            key::set_active(conn, key.project_id, key.id, is_active)?;
        }
        if let Some(limit) = &self.rate_limit {
            limit_key(conn, key, limit.as_ref())?;
        }
        Ok(())
    }
}

/// Sentry knows one limit for a key; it takes the place of all limits of errors that the key has.
fn limit_key(conn: &mut Conn<'_>, key: &Key, limit: Option<&RateLimit>) -> StoreResult<()> {
    let category = LIMITED_CATEGORY;
    let quotas = quota::for_key(conn, key.project_id, key.id)?;
    let of_key = quotas
        .iter()
        .filter(|quota| quota.scope == Scope::Key && quota.category == category);
    for quota in of_key {
        let window = quota.window_seconds;
        quota::remove(conn, key.project_id, Scope::Key, key.id, category, window)?;
    }
    if let Some(limit) = limit {
        let (window, count) = (limit.window_seconds, limit.count);
        quota::set(conn, Scope::Key, key.id, category, window, count)?;
    }
    Ok(())
}
