use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use watchfire_event::{ProjectId, Timestamp};
use watchfire_store::quota::{self, MONTH_SECONDS};
use watchfire_store::{Conn, outcome};

use super::meter::Meter;
use super::window::Window;
use super::{Categories, Quotas, Scope};
use crate::limits::InstanceQuotas;

const MICROS_PER_SECOND: i64 = 1_000_000;
/// Outcomes are stored per hour, so that the count of a shorter window cannot be read from them.
const SEEDED_SECONDS_MIN: i64 = 3_600;

/// The meters of all quotas that were met so far. They outlive what is remembered of a project, so
/// that a changed setting does not set a count back.
pub(crate) struct Meters {
    known: Mutex<HashMap<Id, Arc<Meter>>>,
    /// Window and limit of the server's own quotas.
    instance: Vec<(i64, u64)>,
}

/// Which quota a meter counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Id {
    scope: Scope,
    /// The number of the key or project; 0 for the server.
    scope_id: i64,
    categories: Categories,
    window_seconds: i64,
}

impl Meters {
    /// No counts yet.
    pub(crate) fn new(instance: InstanceQuotas) -> Self {
        let windows = [
            (60, instance.per_minute),
            (3_600, instance.per_hour),
            (MONTH_SECONDS, instance.per_month),
        ];
        let limited = windows.into_iter();
        Self {
            known: Mutex::default(),
            instance: limited
                .filter_map(|(window, limit)| Some((window, limit?)))
                .collect(),
        }
    }

    /// The quotas that hold for a key of a project. Those that are met for the first time begin
    /// with what the outcomes say was accepted in their window.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn of_key(
        &self,
        conn: &mut Conn<'_>,
        project: ProjectId,
        key_id: i64,
        now: Timestamp,
    ) -> watchfire_store::Result<Quotas> {
        let mut meters = Vec::new();
        for quota in quota::for_key(conn, project, key_id)? {
            // Another version of the server may know more categories.
            let Some(categories) = Categories::named(&quota.category) else {
                continue;
            };
            let id = Id {
                scope: match quota.scope {
                    quota::Scope::Key => Scope::Key,
                    quota::Scope::Project => Scope::Project,
                },
                scope_id: quota.scope_id,
                categories,
                window_seconds: quota.window_seconds,
            };
            let of = (Some(project), (id.scope == Scope::Key).then_some(key_id));
            let limit = u64::try_from(quota.limit).unwrap_or(0);
            meters.push(self.meter(conn, id, limit, of, now)?);
        }
        for (window_seconds, limit) in self.instance.iter().copied() {
            let id = Id {
                scope: Scope::Instance,
                scope_id: 0,
                categories: Categories::Errors,
                window_seconds,
            };
            meters.push(self.meter(conn, id, limit, (None, None), now)?);
        }
        Ok(Quotas { meters })
    }

    fn meter(
        &self,
        conn: &mut Conn<'_>,
        id: Id,
        limit: u64,
        (project, key_id): (Option<ProjectId>, Option<i64>),
        now: Timestamp,
    ) -> watchfire_store::Result<Arc<Meter>> {
        let known = self.known().get(&id).map(Arc::clone);
        if let Some(meter) = known {
            meter.set_limit(limit);
            return Ok(meter);
        }
        let seconds = now.0.div_euclid(MICROS_PER_SECOND);
        let used = if id.window_seconds < SEEDED_SECONDS_MIN {
            0
        } else {
            let start = Window::around(seconds, id.window_seconds).start;
            let start = Timestamp(start.saturating_mul(MICROS_PER_SECOND));
            let names = id.categories.names();
            outcome::accepted_since(conn, project, key_id, &names, start)?
        };
        let used = u64::try_from(used).unwrap_or(0);
        let of = (id.scope, id.categories, id.window_seconds);
        let meter = Arc::new(Meter::new(of, limit, used, seconds));
        // Another request may have made it meanwhile, and counted.
        Ok(Arc::clone(self.known().entry(id).or_insert(meter)))
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<Id, Arc<Meter>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
