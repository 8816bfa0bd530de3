//! Sessions, which are counted and not kept one by one (reference/PROTOCOL.md section 9.3).

use std::borrow::Cow;

use watchfire_store::NewRecord;
use watchfire_store::release_health::NewSessions;

use super::{Intake, Taken};
use crate::envelope::RawItem;
use crate::items::session::{self, SessionContext};
use crate::outcome::{Amount, DataCategory};

impl<'a> Intake<'a> {
    /// Takes an update of one session or counts of many, to be stored by `commit`. What cannot be
    /// read is counted.
    pub(super) fn take_sessions(&self, item: &RawItem<'_>, taken: &mut Taken<'a>) {
        let now = self.request.received_at;
        let context = SessionContext {
            now,
            drift_micros: self.drift_micros(),
        };
        let mut sessions = match session::read(item.payload, &item.header, &context) {
            Ok(sessions) => sessions,
            Err(bad) => return self.refuse_bad(bad),
        };
        sessions.bad.into_iter().for_each(|it| self.refuse_bad(it));
        if sessions.rows.is_empty() {
            return;
        }
        for row in &mut sessions.rows {
            for name in [&mut row.release, &mut row.environment] {
                if let Cow::Owned(hidden) = self.project.scrubber.hide_secrets(name) {
                    *name = hidden;
                }
            }
        }
        let amount = Amount::new(DataCategory::Session, sessions.quantity);
        if let Err(denied) = self.project.quotas.take(amount, self.now_seconds()) {
            return self.refuse_limited(amount, denied, taken);
        }
        let record = NewRecord::Sessions(NewSessions {
            project: self.project.id,
            key_id: self.project.key_id,
            quantity: sessions.quantity,
            rows: sessions.rows,
            received_at: now,
        });
        taken.add_record((self.ledger.pending(amount), self.charge(amount)), record);
    }
}
