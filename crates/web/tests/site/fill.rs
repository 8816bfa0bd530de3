//! Fills the project `default` as the ingest endpoints would.

use actix_web::web::Bytes;
use serde_json::Value;
use watchfire_event::{EventKind, NormalizeContext, ProjectId, Timestamp};
use watchfire_scrub::{Policy, ScrubbedEvent, Scrubber};
use watchfire_store::attachment::{NewAttachment, new_blob_key};
use watchfire_store::feedback::{NewFeedback, Source};
use watchfire_store::ignore_rule::Hit;
use watchfire_store::outcome::{Outcome, OutcomeCount};
use watchfire_store::release_health::{NewSessions, SessionRow};
use watchfire_store::{NewEvent, NewRecord, project, scrubbing};

use super::Site;

const PROJECT: ProjectId = ProjectId(1);
const KEY: i64 = 1;

impl Site {
    /// Stores an event.
    pub(crate) async fn store(&self, event: &Value) {
        self.store_at(event, Timestamp::now()).await;
    }

    /// Stores an event as if it had come then.
    pub(crate) async fn store_at(&self, event: &Value, received_at: Timestamp) {
        let text = event.to_string();
        let policy = self.policy().await;
        let scrubbed = scrubbed(&text, (EventKind::Event, received_at), &policy);
        let grouped = watchfire_grouping::Grouper::default().group(scrubbed);
        let new = NewEvent::new(
            PROJECT,
            KEY,
            "error",
            &grouped,
            &watchfire_filter::Verdict::default(),
            self.database.dictionaries(),
        );
        self.writer.store(new).await.unwrap();
    }

    /// Stores what a person wrote, as an event with `contexts.feedback`.
    pub(crate) async fn say(&self, event: &Value) {
        let text = event.to_string();
        let policy = self.policy().await;
        let event = scrubbed(&text, (EventKind::Feedback, Timestamp::now()), &policy);
        let dictionaries = self.database.dictionaries();
        let new = NewFeedback::new(PROJECT, KEY, Source::Dialog, &event, dictionaries).unwrap();
        self.save(NewRecord::Feedback(Box::new(new))).await;
    }

    /// Stores a file of an event.
    pub(crate) async fn attach(&self, event: &str, name: &str, kind: Option<&str>, bytes: &[u8]) {
        let event_id = event.parse().unwrap();
        let blob_key = new_blob_key(PROJECT, event_id);
        let copied = Bytes::copy_from_slice(bytes);
        self.blobs.put(&blob_key, copied).await.unwrap();
        let new = NewAttachment {
            project: PROJECT,
            key_id: KEY,
            event_id,
            filename: name.to_owned(),
            content_type: kind.map(str::to_owned),
            kind: "event.attachment".to_owned(),
            size: u64::try_from(bytes.len()).unwrap(),
            blob_key,
            received_at: Timestamp::now(),
        };
        self.save(NewRecord::Attachment(new)).await;
    }

    /// Counts sessions of a release that began just now: all, errored and crashed ones.
    pub(crate) async fn sessions(&self, release: &str, environment: &str, counts: [u32; 3]) {
        let [total, errored, crashed] = counts;
        let now = Timestamp::now();
        let row = SessionRow {
            release: release.to_owned(),
            environment: environment.to_owned(),
            started: now,
            session_id: None,
            user: Some(format!("user of {release}")),
            total,
            errored,
            abnormal: 0,
            unhandled: 0,
            crashed,
        };
        self.save(NewRecord::Sessions(NewSessions {
            project: PROJECT,
            key_id: KEY,
            quantity: u64::from(total),
            rows: vec![row],
            received_at: now,
        }))
        .await;
    }

    /// Counts an event that an ignore rule matched; it is written together with the next event.
    pub(crate) fn hit(&self, hit: Hit) {
        self.writer.note_hit(hit);
    }

    /// Counts what was not stored; it is written together with the next event.
    pub(crate) fn count(
        &self,
        project: Option<ProjectId>,
        category: &'static str,
        (outcome, reason): (Outcome, &'static str),
        quantity: u64,
        message: Option<&'static str>,
    ) {
        self.writer.count(OutcomeCount {
            project,
            key_id: project.map(|_| KEY),
            category: category.into(),
            outcome,
            reason: reason.into(),
            at: Timestamp::now(),
            quantity,
            message: message.map(Into::into),
        });
    }

    /// How the project's events are scrubbed now.
    async fn policy(&self) -> Policy {
        let policy = self.database.read(|conn| {
            let project = project::get(conn, PROJECT)?.unwrap();
            Ok(scrubbing::policy(conn, &project)?.0)
        });
        policy.await.unwrap()
    }

    async fn save(&self, record: NewRecord) {
        self.writer.save(record).await.unwrap();
    }
}

fn scrubbed<'t>(
    text: &'t str,
    (kind, received_at): (EventKind, Timestamp),
    policy: &Policy,
) -> ScrubbedEvent<'t> {
    let context = NormalizeContext {
        received_at,
        sent_at: None,
        event_id: None,
        client_ip: None,
        user_agent: None,
        sdk_client: None,
        retention_days: 90,
        dsc: None,
        kind,
        sensitive: None,
    };
    let draft = watchfire_event::decode(text.as_bytes()).unwrap();
    let event = watchfire_event::normalize(draft, &context).unwrap();
    let kept = watchfire_filter::KeptEvent::unfiltered(event);
    Scrubber::of_policy(policy).scrub(kept)
}
