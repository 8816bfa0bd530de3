//! The projects that keys admit to, remembered for a few seconds so that an event costs no query.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::sync::Semaphore;
use watchfire_event::{ProjectId, Timestamp};
use watchfire_filter::Filter;
use watchfire_grouping::Grouper;
use watchfire_scrub::Scrubber;
use watchfire_store::dropped::Gate;
use watchfire_store::ignore_rule::{FilterText, filter_text};
use watchfire_store::project::Project as StoredProject;
use watchfire_store::scrubbing::{self, InForce};
use watchfire_store::{Conn, Database, grouping_rules, key};

use crate::error::IngestError;
use crate::quota::{Meters, Quotas};
use crate::request::{AllowedOrigins, PublicKey};

/// How long a known key is used before it is read again; changed settings and rules take this long,
/// whichever process changed them.
const KNOWN_TIME: Duration = Duration::from_secs(2);
/// How long an unknown key stays unknown and a key that is switched off stays off; a new project
/// waits this long at most.
const UNKNOWN_TIME: Duration = Duration::from_secs(1);
/// How many keys are remembered. Strangers can invent any number of them.
const KEYS_MAX: usize = 10_000;
/// How many keys are looked up at one moment, whatever strangers ask for.
const LOOKUPS_MAX: usize = 2;

/// A project as the pipeline needs it.
#[derive(Debug)]
pub(crate) struct Project {
    /// Its number.
    pub(crate) id: ProjectId,
    /// The number of the key that was used.
    pub(crate) key_id: i64,
    /// Whether that key is switched on.
    pub(crate) is_active: bool,
    /// Its filters and ignore rules, compiled.
    pub(crate) filter: Filter,
    /// The texts that these come from.
    filter_text: FilterText,
    /// How many of its dropped events are remembered.
    pub(crate) gate: Arc<Gate>,
    /// Its scrubbing rules, compiled.
    pub(crate) scrubber: Arc<Scrubber>,
    /// The documents that the scrubbing rules come from.
    scrubbing: InForce,
    /// Its grouping version and rules, compiled.
    pub(crate) grouper: Grouper,
    /// Which pages may report.
    pub(crate) origins: AllowedOrigins,
    /// How much may be sent with the key.
    pub(crate) quotas: Quotas,
}

/// Finds projects by key.
pub(crate) struct Projects {
    database: Database,
    meters: Arc<Meters>,
    entries: Mutex<HashMap<PublicKey, Entry>>,
    lookups: Semaphore,
}

#[derive(Clone)]
struct Entry {
    /// `None` for a key that is unknown.
    project: Option<Arc<Project>>,
    read_at: Instant,
}

/// The settings text of a project; what is absent has its default.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Settings {
    #[serde(rename = "allowedDomains")]
    allowed_domains: Option<Vec<String>>,
}

impl Projects {
    /// An empty memory over this database.
    pub(crate) fn new(database: Database, meters: Arc<Meters>) -> Self {
        Self {
            database,
            meters,
            entries: Mutex::default(),
            lookups: Semaphore::new(LOOKUPS_MAX),
        }
    }

    /// The project of this key, which may be switched off.
    ///
    /// # Errors
    /// [`IngestError::UnknownKey`] when no project has it, [`IngestError::ProjectUnavailable`]
    /// when the database cannot be asked.
    pub(crate) async fn find(&self, key: PublicKey) -> Result<Arc<Project>, IngestError> {
        let project = match self.remembered(key) {
            Some(project) => project,
            None => self.look_up(key).await?,
        };
        project.ok_or(IngestError::UnknownKey)
    }

    /// What is known of a key and still fresh. Of many requests that meet a stale entry, one reads
    /// it again and the others go on with the old one.
    fn remembered(&self, key: PublicKey) -> Option<Option<Arc<Project>>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get_mut(&key)?;
        let now = Instant::now();
        if entry.is_fresh(now) {
            return Some(entry.project.clone());
        }
        entry.read_at = now;
        None
    }

    async fn look_up(&self, key: PublicKey) -> Result<Option<Arc<Project>>, IngestError> {
        let unavailable = Err(IngestError::ProjectUnavailable);
        let _permit = self.lookups.acquire().await.or(unavailable)?;
        let meters = Arc::clone(&self.meters);
        let former = self.last_known(key);
        let found = self
            .database
            .read(move |conn| find(conn, key, &meters, former.as_deref()))
            .await;
        let project = match found {
            Ok(found) => found.map(Arc::new),
            Err(error) => {
                tracing::error!("cannot look up a key: {error}");
                // What was right some seconds ago is better than turning a sender away.
                return self
                    .last_known(key)
                    .map(Some)
                    .ok_or(IngestError::ProjectUnavailable);
            }
        };
        self.remember(key, project.clone());
        Ok(project)
    }

    /// The project that the key admitted to when it was last read.
    fn last_known(&self, key: PublicKey) -> Option<Arc<Project>> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.get(&key)?.project.clone()
    }

    fn remember(&self, key: PublicKey, project: Option<Arc<Project>>) {
        let now = Instant::now();
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= KEYS_MAX {
            entries.retain(|_, entry| entry.project.is_some() && entry.is_fresh(now));
        }
        if entries.len() < KEYS_MAX || project.is_some() {
            entries.insert(
                key,
                Entry {
                    project,
                    read_at: now,
                },
            );
        }
    }
}

/// The project of a key, if the key is known. Rules are compiled anew only where they are others
/// than those of the `former` project.
fn find(
    conn: &mut Conn<'_>,
    key: PublicKey,
    meters: &Meters,
    former: Option<&Project>,
) -> watchfire_store::Result<Option<Project>> {
    let Some((key, project)) = key::find(conn, key.as_str())? else {
        return Ok(None);
    };
    let quotas = meters.of_key(conn, project.id, key.id, Timestamp::now())?;
    let (filter_text, filter) = filter(conn, &project, former)?;
    let (scrubbing, scrubber) = scrubber(conn, &project, former)?;
    Ok(Some(Project {
        id: project.id,
        key_id: key.id,
        is_active: key.is_active,
        filter,
        filter_text,
        gate: former.map(|it| Arc::clone(&it.gate)).unwrap_or_default(),
        scrubber,
        scrubbing,
        grouper: grouper(conn, &project, former)?,
        origins: origins(&project),
        quotas,
    }))
}

fn filter(
    conn: &mut Conn<'_>,
    project: &StoredProject,
    former: Option<&Project>,
) -> watchfire_store::Result<(FilterText, Filter)> {
    let text = filter_text(conn, project)?;
    if let Some(former) = former.filter(|it| it.filter_text == text) {
        return Ok((text, former.filter.clone()));
    }
    let source = text.read();
    let filter = Filter::new(&source.settings, &source.rules);
    for problem in source.problems.iter().chain(filter.problems()) {
        tracing::warn!(
            project.id = project.id.0,
            "left out of the filters: {problem}"
        );
    }
    Ok((text, filter))
}

fn scrubber(
    conn: &mut Conn<'_>,
    project: &StoredProject,
    former: Option<&Project>,
) -> watchfire_store::Result<(InForce, Arc<Scrubber>)> {
    let in_force = scrubbing::in_force(conn, project)?;
    if let Some(former) = former.filter(|it| it.scrubbing == in_force) {
        return Ok((in_force, Arc::clone(&former.scrubber)));
    }
    let (policy, problems) = scrubbing::policy(conn, project)?;
    for problem in problems {
        tracing::warn!(
            project.id = project.id.0,
            "left out of the scrubbing rules: {problem}"
        );
    }
    Ok((in_force, Arc::new(Scrubber::of_policy(&policy))))
}

fn grouper(
    conn: &mut Conn<'_>,
    project: &StoredProject,
    former: Option<&Project>,
) -> watchfire_store::Result<Grouper> {
    let settings = grouping_rules::settings(conn, project)?;
    let former = former.map(|it| &it.grouper);
    let same = former.filter(|former| *former.settings() == settings);
    Ok(same.cloned().unwrap_or_else(|| Grouper::new(&settings)))
}

fn origins(project: &StoredProject) -> AllowedOrigins {
    let settings: Settings = serde_json::from_str(&project.settings).unwrap_or_else(|error| {
        tracing::error!(
            project.id = project.id.0,
            "unreadable settings, using defaults: {error}"
        );
        Settings::default()
    });
    match &settings.allowed_domains {
        Some(domains) => AllowedOrigins::new(domains),
        None => AllowedOrigins::new(&["*".to_owned()]),
    }
}

impl Entry {
    fn is_fresh(&self, now: Instant) -> bool {
        let time = match &self.project {
            Some(project) if project.is_active => KNOWN_TIME,
            _ => UNKNOWN_TIME,
        };
        now.duration_since(self.read_at) < time
    }
}
