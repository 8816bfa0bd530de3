//! Reads the limits of what clients may send from the settings.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use watchfire_ingest::{InstanceQuotas, Limits};
use watchfire_web::LimitRow;

use super::SETTINGS;
use super::resolve::{Resolved, number, text};

/// The settings that are numbers of bytes or of things, and where each one goes.
const FIELDS: [(&str, Field); 20] = [
    ("max-envelope-size", |it| &mut it.envelope_bytes_max),
    ("max-event-size", |it| &mut it.event_bytes_max),
    ("max-attachment-size", |it| &mut it.attachment_bytes_max),
    ("max-attachments-size", |it| &mut it.attachments_bytes_max),
    ("max-attachments", |it| &mut it.attachments_max),
    ("max-user-report-size", |it| &mut it.user_report_bytes_max),
    ("max-sessions-size", |it| &mut it.sessions_bytes_max),
    ("max-sessions", |it| &mut it.sessions_max),
    ("max-client-reports-size", |it| {
        &mut it.client_reports_bytes_max
    }),
    ("max-client-reports", |it| &mut it.client_reports_max),
    ("max-check-in-size", |it| &mut it.check_in_bytes_max),
    ("max-profile-size", |it| &mut it.profile_bytes_max),
    ("max-replay-compressed-size", |it| {
        &mut it.replay_compressed_bytes_max
    }),
    ("max-replay-size", |it| &mut it.replay_bytes_max),
    ("max-log-size", |it| &mut it.log_bytes_max),
    ("max-trace-metric-size", |it| &mut it.trace_metric_bytes_max),
    ("max-span-size", |it| &mut it.span_bytes_max),
    ("max-container-size", |it| &mut it.container_bytes_max),
    ("max-standalone-spans", |it| &mut it.standalone_spans_max),
    ("max-in-flight-size", |it| &mut it.in_flight_bytes_max),
];

/// Finds the field that a setting fills.
type Field = fn(&mut Limits) -> &mut usize;

/// The limits of single requests.
///
/// # Errors
/// A sentence that names the first setting that is no size or number.
pub(super) fn limits(resolved: &[Resolved]) -> Result<Limits> {
    let mut limits = Limits {
        retention_days: number(resolved, "retention-days")?,
        body_time_max: Duration::from_secs(number(resolved, "max-body-seconds")?),
        ..Limits::default()
    };
    for (name, field) in FIELDS {
        let value = text(resolved, name);
        *field(&mut limits) = if name.ends_with("-size") {
            size(value).with_context(|| {
                format!("{name} must be a size such as 512KiB or 20MiB, but is {value:?}")
            })?
        } else {
            number(resolved, name)?
        };
    }
    Ok(limits)
}

/// The limits of the whole server over time.
///
/// # Errors
/// A sentence that names the first setting that is no number.
pub(super) fn quotas(resolved: &[Resolved]) -> Result<InstanceQuotas> {
    let quota = |name| match text(resolved, name) {
        "" => Ok(None),
        _ => number(resolved, name).map(Some),
    };
    Ok(InstanceQuotas {
        per_minute: quota("events-per-minute")?,
        per_hour: quota("events-per-hour")?,
        per_month: quota("events-per-month")?,
    })
}

/// Every limit with its value, for the settings page.
pub(super) fn rows(resolved: &[Resolved]) -> Vec<LimitRow> {
    let is_limit = |name: &str| name.starts_with("max-") || name.starts_with("events-per-");
    let settings = SETTINGS.iter().filter(|setting| is_limit(setting.name));
    let rows = settings.map(|setting| LimitRow {
        name: setting.name.to_owned(),
        value: match text(resolved, setting.name) {
            "" => "any number".to_owned(),
            value => value.to_owned(),
        },
        note: setting.help.to_owned(),
    });
    rows.collect()
}

/// Bytes of a text such as `300`, `300B`, `2KiB`, `2MiB` or `2GiB`; `KB` and so on mean the same.
fn size(text: &str) -> Result<usize> {
    let digits = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let unit = text.strip_prefix(digits).unwrap_or_default().trim();
    let factor: usize = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => bail!("unknown unit {unit:?}"),
    };
    digits
        .parse::<usize>()?
        .checked_mul(factor)
        .context("the number is too large")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_a_unit_or_none() {
        let of = |text| size(text).ok();
        assert_eq!(of("300"), Some(300));
        assert_eq!(of("2KiB"), Some(2048));
        assert_eq!(of("40 mb"), Some(40 << 20));
        assert_eq!(of("1GiB"), Some(1 << 30));
        for bad in ["", "MiB", "-1", "1.5MiB", "3 parsecs", "99999999999GiB"] {
            assert_eq!(of(bad), None, "{bad:?}");
        }
    }
}
