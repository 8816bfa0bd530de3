use watchfire_store::{Database, Writer};

use crate::client_ip::TrustedProxies;
use crate::limits::Limits;
use crate::project::Projects;
use crate::request::MemoryBudget;

/// What all requests share. One of these serves all workers.
pub struct Ingest {
    pub(crate) database: Database,
    pub(crate) writer: Writer,
    pub(crate) projects: Projects,
    pub(crate) limits: Limits,
    pub(crate) proxies: TrustedProxies,
    pub(crate) memory: MemoryBudget,
}

impl Ingest {
    /// Serves the projects of `database` and stores through `writer`.
    #[must_use]
    pub fn new(
        database: Database,
        writer: Writer,
        limits: Limits,
        proxies: TrustedProxies,
    ) -> Self {
        Self {
            projects: Projects::new(database.clone()),
            database,
            writer,
            limits,
            proxies,
            memory: MemoryBudget::new(limits.in_flight_bytes_max),
        }
    }
}
