use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::USER_AGENT;
use watchfire_event::{NormalizeContext, Timestamp};

use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::intake::Intake;
use crate::outcome::{DataCategory, Ledger, Outcome};
use crate::pipeline::Context;
use crate::project::Project;
use crate::request::{Auth, PublicKey, project_in_path};

/// One request from its beginning to its answer: who sends, and where outcomes go.
pub(super) struct Visit<'a> {
    /// The server's part.
    pub(super) ingest: &'a Ingest,
    /// The request.
    pub(super) request: &'a HttpRequest,
    /// Where outcomes are counted; for the project as soon as that is known.
    pub(super) ledger: Ledger,
    received_at: Timestamp,
    client_ip: Option<String>,
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

    /// Lets the sender in and counts for its project from now on.
    ///
    /// # Errors
    /// [`IngestError::UnknownKey`] when the key admits to no project or to another than the path
    /// names; [`IngestError::ProjectUnavailable`] when nobody can tell.
    pub(super) async fn admit(&mut self, key: PublicKey) -> Result<Arc<Project>, IngestError> {
        let project = self.ingest.projects.find(key).await?;
        self.ledger.count_for(project.id, project.key_id);
        match project_in_path(self.request)? {
            Some(id) if id != project.id => Err(IngestError::UnknownKey),
            _ => Ok(project),
        }
    }

    /// What deciding about the items needs.
    pub(super) fn intake<'b>(&'b self, project: &'b Project, auth: Option<&'b Auth>) -> Intake<'b> {
        let headers = self.request.headers();
        Intake {
            context: Context {
                project,
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
                },
                dictionaries: self.ingest.database.dictionaries(),
            },
            ledger: &self.ledger,
            limits: &self.ingest.limits,
        }
    }

    /// Counts the request as a whole when it failed as a whole.
    pub(super) fn account(&self, category: DataCategory, error: &IngestError) {
        if let Some(reason) = error.reason() {
            self.ledger
                .count(category.name(), Outcome::invalid(reason), 1);
        }
    }
}
