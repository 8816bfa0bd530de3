use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// How long a preview waits for others to end before it is refused.
pub const PREVIEW_WAIT_MAX: Duration = Duration::from_secs(2);
/// One in so many reading connections may look at events for a preview; the others answer pages.
const READERS_PER_PREVIEW: usize = 2;

/// Lets few previews run at once, so that the pages always find a connection.
///
/// A preview is what looks at hundreds of events to tell what a change would do: a trial of an
/// ignore rule, scrubbing settings on recent events, a grouping rule.
pub(crate) struct PreviewGate(Arc<Semaphore>);

/// The right to run one preview. Move it into the work, so that it ends with the work even where
/// nobody waits for the answer any more.
#[derive(Debug)]
pub struct PreviewPermit(#[expect(dead_code, reason = "kept for its drop")] OwnedSemaphorePermit);

impl PreviewGate {
    /// A gate before so many reading connections.
    pub(crate) fn before(readers: usize) -> Self {
        Self(Arc::new(Semaphore::new(previews_max(readers))))
    }

    pub(crate) async fn enter(&self) -> Result<PreviewPermit> {
        let waited = tokio::time::timeout(PREVIEW_WAIT_MAX, Arc::clone(&self.0).acquire_owned());
        match waited.await {
            Ok(Ok(permit)) => Ok(PreviewPermit(permit)),
            Ok(Err(_)) | Err(_) => Err(Error::Busy),
        }
    }
}

/// How many previews run at once before so many reading connections.
fn previews_max(readers: usize) -> usize {
    (readers / READERS_PER_PREVIEW).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_connections_and_at_least_one_look_at_events() {
        let all = [1, 2, 4, 9].map(previews_max);
        assert_eq!(all, [1, 1, 2, 4]);
    }
}
