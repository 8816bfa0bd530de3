use std::sync::Arc;

use actix_web::web;
use tokio::sync::OnceCell;
use watchfire_store::{Blobs, Database, Writer};

use crate::client_ip::TrustedProxies;
use crate::limits::{InstanceQuotas, Limits};
use crate::project::Projects;
use crate::quota::Meters;
use crate::request::MemoryBudget;

/// What all requests share. One of these serves all workers.
pub struct Ingest {
    pub(crate) database: Database,
    pub(crate) writer: Writer,
    pub(crate) blobs: Blobs,
    pub(crate) projects: Projects,
    pub(crate) limits: Limits,
    pub(crate) proxies: TrustedProxies,
    pub(crate) memory: MemoryBudget,
    prepared: OnceCell<()>,
}

impl Ingest {
    /// Serves the projects of `database`, stores through `writer`, and keeps the bytes of
    /// attachments in `blobs`.
    #[must_use]
    pub fn new(
        database: Database,
        writer: Writer,
        blobs: Blobs,
        limits: Limits,
        quotas: InstanceQuotas,
        proxies: TrustedProxies,
    ) -> Self {
        let meters = Arc::new(Meters::new(quotas));
        Self {
            projects: Projects::new(database.clone(), meters),
            database,
            writer,
            blobs,
            limits,
            proxies,
            memory: MemoryBudget::new(limits.in_flight_bytes_max),
            prepared: OnceCell::new(),
        }
    }

    /// Returns when everything is built that takes long to build. The first requests wait for it,
    /// while their workers go on with others.
    pub(crate) async fn prepared(&self) {
        let prepare = || async {
            // Fails only when it panicked; then the first event meets the same panic.
            web::block(watchfire_event::prepare).await.ok();
        };
        self.prepared.get_or_init(prepare).await;
    }
}
