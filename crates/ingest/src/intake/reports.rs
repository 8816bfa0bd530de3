//! What browsers report of a page's content security policy (reference/PROTOCOL.md section 9.10).

use watchfire_event::security::{ReportError, RequestFacts, to_events};

use super::{Intake, Taken};
use crate::error::IngestError;
use crate::outcome::{DataCategory, Outcome};

impl<'a> Intake<'a> {
    /// Takes a report, or a list of reports of which each becomes an event of its own. `release`
    /// and `environment` are those of the query. A report that cannot be read is counted and
    /// costs nothing else.
    ///
    /// # Errors
    /// [`IngestError::InvalidJson`] when there are no reports to read; it is counted.
    pub(crate) fn take_reports(
        &self,
        payload: &[u8],
        release: Option<&str>,
        environment: Option<&str>,
        taken: &mut Taken<'a>,
    ) -> Result<(), IngestError> {
        let reports = to_events(payload, release, environment, &self.facts());
        // Several events cannot share the envelope's id.
        let event_id = self.request.event_id.filter(|_| reports.len() == 1);
        for report in reports {
            match report {
                // Its outcome is counted; the other reports are none the worse for it.
                Ok(event) => {
                    drop(self.take_event_as(event_id, &event, DataCategory::Security, taken));
                }
                Err(error) => {
                    let refused = Outcome::invalid(error.reason()).because(error.to_string());
                    let amount = (DataCategory::Security, 1).into();
                    self.ledger.refuse(amount, refused);
                    if let ReportError::Json(error) = error {
                        return Err(IngestError::InvalidJson(error.to_string()));
                    }
                }
            }
        }
        Ok(())
    }

    fn facts(&self) -> RequestFacts<'a> {
        let header = |name: &str| self.headers.get(name).and_then(|it| it.to_str().ok());
        RequestFacts {
            user_agent: header("user-agent"),
            brands: header("sec-ch-ua"),
            platform: header("sec-ch-ua-platform"),
            platform_version: header("sec-ch-ua-platform-version"),
            model: header("sec-ch-ua-model"),
        }
    }
}
