use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_store::project::Project;
use watchfire_store::sampling::spike::{self, Spike};
use watchfire_store::{self as store, Conn};

use crate::{address, number};

/// A spike that lasts.
#[derive(Debug, Serialize)]
pub(crate) struct SpikeView {
    /// What happens, in sentences.
    pub(crate) words: String,
    /// Where more is told.
    pub(crate) href: String,
}

/// A spike in the table of those that were.
#[derive(Debug, Serialize)]
pub(super) struct SpikeRow {
    started_at: Timestamp,
    /// Nothing while it lasts.
    ended_at: Option<Timestamp>,
    usual: i64,
    threshold: i64,
    arrived: i64,
    kept: i64,
}

impl SpikeView {
    /// The spike that a project has.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn current(
        conn: &mut Conn<'_>,
        project: &Project,
        now: Timestamp,
    ) -> store::Result<Option<Self>> {
        let current = spike::current(conn, &[project.id], now)?;
        Ok(current.first().map(|spike| Self {
            words: words(spike),
            href: format!("{}#spikes", address::sampling(&project.slug)),
        }))
    }
}

fn words(spike: &Spike) -> String {
    format!(
        "More than {} events an hour come in, where {} are usual. All of the {} since it began \
         are counted; the bodies of {} are kept, some of every issue.",
        number::exact(spike.threshold),
        number::exact(spike.usual),
        number::exact(spike.arrived),
        number::exact(spike.kept),
    )
}

impl SpikeRow {
    /// The spikes of a project, the latest first.
    pub(super) fn all(
        conn: &mut Conn<'_>,
        project: &Project,
        now: Timestamp,
    ) -> store::Result<Vec<Self>> {
        let spikes = spike::history(conn, project.id)?.into_iter();
        let row = |spike: Spike| Self {
            started_at: spike.started_at,
            ended_at: spike.end(now),
            usual: spike.usual,
            threshold: spike.threshold,
            arrived: spike.arrived,
            kept: spike.kept,
        };
        Ok(spikes.map(row).collect())
    }
}
