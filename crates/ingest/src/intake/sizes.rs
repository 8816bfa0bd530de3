//! Whether everything in an envelope is within its limits (reference/PROTOCOL.md section 5).

use std::borrow::Cow;

use super::crash::MINIDUMP;
use crate::envelope::{ItemKind, RawItem};
use crate::limits::Limits;

/// An item, or all items of a kind together, over a limit.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLarge {
    /// The name of the kind, in messages and outcome reasons.
    pub(super) name: &'static str,
    /// What is too much, in words.
    pub(super) message: Cow<'static, str>,
}

/// How many bytes or items of a group an envelope has so far.
#[derive(Default)]
struct Total(usize);

#[derive(Default)]
struct Totals {
    attachments: Total,
    attachment_bytes: Total,
    sessions: Total,
    session_bytes: Total,
    client_reports: Total,
    client_report_bytes: Total,
    standalone_spans: Total,
}

/// Checks every item by itself and the groups that have a limit together. Counts that Relay limits
/// to one (events, check-ins, profiles, containers) are not limited.
///
/// # Errors
/// The first [`TooLarge`].
pub(super) fn check(items: &[RawItem<'_>], limits: &Limits) -> Result<(), TooLarge> {
    let mut totals = Totals::default();
    for item in items {
        let kind = item.kind();
        let bytes = item.payload.len();
        bound(
            name(item),
            "an item",
            "bytes",
            bytes,
            bytes_max(kind, limits),
        )?;
        check_entries(item, kind, limits)?;
        totals.add(item, kind, limits)?;
    }
    Ok(())
}

/// What an item is called in messages and outcome reasons.
fn name(item: &RawItem<'_>) -> &'static str {
    let attachment_type = item.header.attachment_type.as_deref();
    match item.kind() {
        ItemKind::Attachment if attachment_type == Some(MINIDUMP) => "attachment:minidump",
        kind => kind.name(),
    }
}

/// How many bytes an item of this kind may have.
fn bytes_max(kind: ItemKind, limits: &Limits) -> usize {
    match kind {
        ItemKind::Event
        | ItemKind::Transaction
        | ItemKind::Security
        | ItemKind::Feedback
        | ItemKind::FormData
        | ItemKind::MetricBuckets
        | ItemKind::ReplayEvent => limits.event_bytes_max,
        ItemKind::Attachment | ItemKind::UnrealReport | ItemKind::Unknown => {
            limits.attachment_bytes_max
        }
        ItemKind::UserReport => limits.user_report_bytes_max,
        ItemKind::Session | ItemKind::Sessions => limits.sessions_bytes_max,
        ItemKind::ClientReport => limits.client_reports_bytes_max,
        ItemKind::CheckIn => limits.check_in_bytes_max,
        ItemKind::Profile | ItemKind::ProfileChunk => limits.profile_bytes_max,
        ItemKind::ReplayRecording | ItemKind::ReplayVideo => limits.replay_compressed_bytes_max,
        ItemKind::Span | ItemKind::Log | ItemKind::TraceMetric => limits.container_bytes_max,
    }
}

/// Checks the entries of a container by their average, which costs nothing.
fn check_entries(item: &RawItem<'_>, kind: ItemKind, limits: &Limits) -> Result<(), TooLarge> {
    let most = match kind {
        ItemKind::Span => limits.span_bytes_max,
        ItemKind::Log => limits.log_bytes_max,
        ItemKind::TraceMetric => limits.trace_metric_bytes_max,
        _ => return Ok(()),
    };
    let entries = item.header.item_count.unwrap_or(1).max(1);
    let entries = usize::try_from(entries).unwrap_or(usize::MAX);
    let bytes = item.payload.len() / entries;
    bound(name(item), "an entry has on average", "bytes", bytes, most)
}

impl Totals {
    fn add(&mut self, item: &RawItem<'_>, kind: ItemKind, limits: &Limits) -> Result<(), TooLarge> {
        let (name, bytes) = (name(item), item.payload.len());
        match kind {
            ItemKind::Attachment | ItemKind::UnrealReport => {
                self.attachments
                    .add(name, 1, "items", limits.attachments_max)?;
                let most = limits.attachments_bytes_max;
                self.attachment_bytes.add(name, bytes, "bytes", most)
            }
            ItemKind::Session | ItemKind::Sessions => {
                self.sessions.add(name, 1, "items", limits.sessions_max)?;
                let most = limits.sessions_bytes_max;
                self.session_bytes.add(name, bytes, "bytes", most)
            }
            ItemKind::ClientReport => {
                self.client_reports
                    .add(name, 1, "items", limits.client_reports_max)?;
                let most = limits.client_reports_bytes_max;
                self.client_report_bytes.add(name, bytes, "bytes", most)
            }
            ItemKind::Span if item.header.item_count.is_none() => {
                let most = limits.standalone_spans_max;
                self.standalone_spans.add(name, 1, "items", most)
            }
            _ => Ok(()),
        }
    }
}

impl Total {
    fn add(
        &mut self,
        name: &'static str,
        more: usize,
        unit: &'static str,
        most: usize,
    ) -> Result<(), TooLarge> {
        self.0 = self.0.saturating_add(more);
        bound(name, "all items of the kind together", unit, self.0, most)
    }
}

fn bound(
    name: &'static str,
    what: &'static str,
    unit: &'static str,
    has: usize,
    most: usize,
) -> Result<(), TooLarge> {
    if has <= most {
        return Ok(());
    }
    Err(TooLarge {
        name,
        message: format!("{what}: {has} {unit}, the limit is {most}").into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope::parse;

    #[track_caller]
    fn check_body(body: &str, expected: Option<(&'static str, &str)>) {
        let limits = Limits {
            event_bytes_max: 10,
            attachment_bytes_max: 8,
            attachments_bytes_max: 12,
            attachments_max: 3,
            sessions_bytes_max: 10,
            sessions_max: 2,
            client_reports_max: 1,
            log_bytes_max: 4,
            standalone_spans_max: 1,
            ..Limits::default()
        };
        let envelope = parse(body.as_bytes()).expect("an envelope");
        let result = check(&envelope.items, &limits);
        let expected = expected.map(|(name, message)| TooLarge {
            name,
            message: message.to_owned().into(),
        });
        assert_eq!(result.err(), expected, "{body}");
    }

    fn items(header: &str, payload: &str, count: usize) -> String {
        format!("{{}}\n{}", format!("{header}\n{payload}\n").repeat(count))
    }

    #[test]
    fn one_item_over_its_limit_is_named() {
        let event = r#"{"type":"event"}"#;
        check_body(&items(event, "0123456789", 5), None);
        let too_large = ("event", "an item: 11 bytes, the limit is 10");
        check_body(&items(event, "0123456789a", 1), Some(too_large));
        let dump = r#"{"type":"attachment","attachment_type":"event.minidump"}"#;
        let too_large = ("attachment:minidump", "an item: 9 bytes, the limit is 8");
        check_body(&items(dump, "012345678", 1), Some(too_large));
    }

    #[test]
    fn groups_have_limits_together() {
        let attachment = r#"{"type":"attachment"}"#;
        check_body(&items(attachment, "0123", 3), None);
        check_body(
            &items(attachment, "01234", 3),
            Some((
                "attachment",
                "all items of the kind together: 15 bytes, the limit is 12",
            )),
        );
        check_body(
            &items(attachment, "", 4),
            Some((
                "attachment",
                "all items of the kind together: 4 items, the limit is 3",
            )),
        );
        check_body(
            &items(r#"{"type":"sessions"}"#, "{}", 3),
            Some((
                "sessions",
                "all items of the kind together: 3 items, the limit is 2",
            )),
        );
        check_body(
            &items(r#"{"type":"client_report"}"#, "{}", 2),
            Some((
                "client_report",
                "all items of the kind together: 2 items, the limit is 1",
            )),
        );
        check_body(
            &items(r#"{"type":"span"}"#, "{}", 2),
            Some((
                "span",
                "all items of the kind together: 2 items, the limit is 1",
            )),
        );
        check_body(&items(r#"{"type":"span","item_count":1}"#, "{}", 9), None);
    }

    #[test]
    fn entries_are_bounded_by_their_average() {
        let log = |count: usize| format!(r#"{{"type":"log","item_count":{count}}}"#);
        check_body(&items(&log(2), "01234567", 1), None);
        let too_large = ("log", "an entry has on average: 8 bytes, the limit is 4");
        check_body(&items(&log(1), "01234567", 1), Some(too_large));
    }
}
