use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::USER_AGENT;
use actix_web::web::{Bytes, Payload};
use watchfire_event::{EventKind, NormalizeContext, Timestamp};

use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::intake::Intake;
use crate::outcome::{DataCategory, Ledger, Outcome};
use crate::project::Project;
use crate::request::{
    Auth, Encoding, Origin, PublicKey, Pulse, Reservation, authenticate, project_in_path,
    read_body, with_decompressed,
};

/// One request from its beginning to its answer: who sends, and where outcomes go.
///
/// An endpoint walks `Visit::begin`, [`Visit::admit_auth`], [`Visit::read_body`],
/// [`Body::plain`], [`Visit::intake`] with its `take_` functions, `intake::commit`, and answers
/// what the limits that commit returns say; whatever error ends it goes to [`Visit::account`].
pub(super) struct Visit<'a> {
    /// The server's part.
    pub(super) ingest: &'a Ingest,
    /// The request.
    pub(super) request: &'a HttpRequest,
    /// Where outcomes are counted; for the project as soon as that is known.
    pub(super) ledger: Ledger,
    /// When the request began.
    pub(super) received_at: Timestamp,
    /// The client's address.
    pub(super) client_ip: Option<String>,
}

/// Who was let in.
pub(super) struct Sender {
    /// Whose events these are.
    pub(super) project: Arc<Project>,
    /// What the request says; `None` when only the envelope in it tells the key.
    pub(super) auth: Option<Auth>,
}

/// A body as it came, which may be compressed.
pub(super) struct Body {
    bytes: Bytes,
    encoding: Encoding,
    memory: Reservation,
}

impl<'a> Visit<'a> {
    /// The beginning.
    pub(super) fn begin(ingest: &'a Ingest, request: &'a HttpRequest) -> Self {
        let received_at = Timestamp::now();
        let peer = request.peer_addr().map(|address| address.ip());
        let client_ip = ingest.proxies.client_ip(request.headers(), peer);
        Self {
            ingest,
            request,
            ledger: Ledger::new(ingest.writer.clone(), received_at),
            received_at,
            client_ip: client_ip.map(|address| address.to_string()),
        }
    }

    /// Finds the key in the headers, the query or the path's `sentry_key`, and lets its sender in.
    ///
    /// # Errors
    /// The 400, 401 and 403 of [`IngestError`]; [`IngestError::MissingAuth`] without a key.
    pub(super) async fn admit_auth(&mut self) -> Result<Sender, IngestError> {
        project_in_path(self.request)?;
        let auth = authenticate(self.request.headers(), self.request.query_string())?;
        let auth = match (auth, self.request.match_info().get("sentry_key")) {
            (Some(auth), _) => auth,
            (None, Some(key)) => Auth {
                public_key: key.parse()?,
                client: None,
            },
            (None, None) => return Err(IngestError::MissingAuth),
        };
        Ok(Sender {
            project: self.admit(auth.public_key).await?,
            auth: Some(auth),
        })
    }

    /// Lets the sender in and counts for its project from now on.
    ///
    /// # Errors
    /// [`IngestError::UnknownKey`] when the key admits to no project or to another than the path
    /// names; [`IngestError::DisabledKey`] when it is switched off; [`IngestError::Cors`] when the request comes from a page that may not report;
    /// [`IngestError::ProjectUnavailable`] when nobody can tell.
    pub(super) async fn admit(&mut self, key: PublicKey) -> Result<Arc<Project>, IngestError> {
        let project = self.ingest.projects.find(key).await?;
        self.ledger.count_for(project.id, project.key_id);
        match project_in_path(self.request)? {
            Some(id) if id != project.id => return Err(IngestError::UnknownKey),
            _ if !project.is_active => return Err(IngestError::DisabledKey),
            _ => {}
        }
        if !project.origins.allows_all() {
            let origin = Origin::of(self.request.headers());
            check_origin(&project, origin.as_ref())?;
        }
        Ok(project)
    }

    /// Reads the body as it comes, up to `bytes_max` bytes.
    ///
    /// # Errors
    /// [`IngestError::UnsupportedEncoding`] and those of [`read_body`], which are about empty,
    /// large, slow and broken ones; [`IngestError::Overloaded`] when too many others wait.
    pub(super) async fn read_body(
        &self,
        payload: Payload,
        bytes_max: usize,
    ) -> Result<Body, IngestError> {
        let encoding = Encoding::of(self.request.headers())?;
        let mut memory = self.ingest.memory.reservation();
        let time_max = self.ingest.limits.body_time_max;
        let bytes = read_body(payload, bytes_max, time_max, &mut memory).await?;
        self.ingest.prepared().await;
        // Only now, so that the connection can be used again.
        if Pulse::is_late(self.request) {
            return Err(IngestError::Overloaded);
        }
        Ok(Body {
            bytes,
            encoding,
            memory,
        })
    }

    /// What deciding about the items needs.
    pub(super) fn intake<'b>(&'b self, sender: &'b Sender) -> Intake<'b> {
        let headers = self.request.headers();
        let auth = sender.auth.as_ref();
        Intake {
            project: &sender.project,
            request: NormalizeContext {
                received_at: self.received_at,
                sent_at: None,
                event_id: None,
                client_ip: self.client_ip.as_deref(),
                user_agent: headers
                    .get(USER_AGENT)
                    .and_then(|value| value.to_str().ok()),
                sdk_client: auth.and_then(|auth| auth.client.as_deref()),
                retention_days: self.ingest.limits.retention_days,
                dsc: None,
                kind: EventKind::default(),
                sensitive: Some(&*sender.project.scrubber),
            },
            headers,
            body: None,
            dsc: None,
            dictionaries: self.ingest.database.dictionaries(),
            ledger: &self.ledger,
            limits: &self.ingest.limits,
            memory: &self.ingest.memory,
        }
    }

    /// Counts the request as a whole when it failed as a whole.
    pub(super) fn account(&self, category: DataCategory, error: &IngestError) {
        if let Some(reason) = error.reason() {
            let refused = Outcome::invalid(reason).because(error.words());
            self.ledger.count(category.name(), refused, 1);
        }
    }
}

/// Refuses what comes from a page that may not report. What names no page is no browser's.
///
/// # Errors
/// [`IngestError::Cors`].
pub(super) fn check_origin(project: &Project, origin: Option<&Origin>) -> Result<(), IngestError> {
    match origin {
        Some(origin) if !project.origins.allows(origin) => Err(IngestError::Cors),
        _ => Ok(()),
    }
}

impl Body {
    /// The bytes as they came, if that is what they are without decompression.
    pub(super) fn uncompressed(&self) -> Option<Bytes> {
        (self.encoding == Encoding::Identity).then(|| self.bytes.clone())
    }

    /// Hands the plain bytes to `work`, decompressed if need be, up to `bytes_max` of them. Drop
    /// the body afterwards: while a commit is awaited, only what is to be stored stays in memory.
    ///
    /// # Errors
    /// [`IngestError::InvalidBody`] for what is not what its encoding says,
    /// [`IngestError::BodyTooLarge`] and [`IngestError::Overloaded`].
    pub(super) fn plain<T>(
        &mut self,
        bytes_max: usize,
        work: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, IngestError> {
        Ok(with_decompressed(
            self.encoding,
            &self.bytes,
            bytes_max,
            &mut self.memory,
            work,
        )?)
    }

    /// The plain bytes themselves, with the memory that they take; what is not compressed is not
    /// copied.
    ///
    /// # Errors
    /// As [`Body::plain`].
    pub(super) fn into_bytes(
        mut self,
        bytes_max: usize,
    ) -> Result<(Bytes, Reservation), IngestError> {
        if self.encoding == Encoding::Identity && self.bytes.len() <= bytes_max {
            return Ok((self.bytes, self.memory));
        }
        let plain = self.plain(bytes_max, Bytes::copy_from_slice)?;
        Ok((plain, self.memory))
    }
}
