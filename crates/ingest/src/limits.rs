use std::time::Duration;

/// Bounds on what one request may cost: a field for each row of reference/PROTOCOL.md section 5,
/// with Relay's defaults.
///
/// Sizes are in bytes after decompression. An item over its limit costs the whole envelope: 413 and
/// the outcome `too_large:` with the item's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of an envelope, as sent and again after decompression. Past it: 413.
    pub envelope_bytes_max: usize,
    /// Bytes of one event of any type, security report or feedback, and of a body of `/store/`,
    /// `/security/` and `/cron/`. Past it: 413.
    pub event_bytes_max: usize,
    /// Bytes of one attachment, and of one minidump or unreal report. Past it: 413.
    pub attachment_bytes_max: usize,
    /// Bytes of all attachments of one envelope. Past it: 413.
    pub attachments_bytes_max: usize,
    /// How many attachments one envelope may have. Past it: 413.
    pub attachments_max: usize,
    /// Bytes of one user report. Past it: 413.
    pub user_report_bytes_max: usize,
    /// Bytes of all session updates and session aggregates of one envelope. Past it: 413.
    pub sessions_bytes_max: usize,
    /// How many of them one envelope may have. Past it: 413.
    pub sessions_max: usize,
    /// Bytes of all client reports of one envelope. Past it: 413.
    pub client_reports_bytes_max: usize,
    /// How many of them one envelope may have. Past it: 413.
    pub client_reports_max: usize,
    /// Bytes of one check-in. Past it: 413.
    pub check_in_bytes_max: usize,
    /// Bytes of one profile or profile chunk. Past it: 413.
    pub profile_bytes_max: usize,
    /// Bytes of one replay recording or video as it is sent. Past it: 413.
    pub replay_compressed_bytes_max: usize,
    /// Bytes of all replay recordings of one envelope when they are unpacked.
    pub replay_bytes_max: usize,
    /// Bytes of one log in a container; past it that log is refused. On average past it: 413.
    pub log_bytes_max: usize,
    /// Bytes of one metric in a container; past it that metric is refused. On average past it: 413.
    pub trace_metric_bytes_max: usize,
    /// Bytes of one span in a container; past it that span is refused. On average past it: 413.
    pub span_bytes_max: usize,
    /// Bytes of one container of spans, logs or metrics, and of a body of the OTLP, Vercel and
    /// network error endpoints. Past it: 413.
    pub container_bytes_max: usize,
    /// How many spans outside of containers one envelope may have. Past it: 413.
    pub standalone_spans_max: usize,
    /// Bytes of all bodies that are being read or worked on at one moment. Past it: 503.
    pub in_flight_bytes_max: usize,
    /// How long a body may take to arrive. Past it: 408.
    pub body_time_max: Duration,
    /// Events older than this many days are taken as of now.
    pub retention_days: u32,
}

/// How many errors the whole server accepts; `None` means any number.
///
/// Past it: 429, told to clients as a limit of the organization (reference/PROTOCOL.md section 6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InstanceQuotas {
    /// In each minute.
    pub per_minute: Option<u64>,
    /// In each hour.
    pub per_hour: Option<u64>,
    /// In each calendar month, in UTC.
    pub per_month: Option<u64>,
}

/// How many items an envelope may hold. Past it: 400 `too many individual items`.
pub const ENVELOPE_ITEMS_MAX: usize = 500;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

impl Default for Limits {
    fn default() -> Self {
        Self {
            envelope_bytes_max: 200 * MIB,
            event_bytes_max: MIB,
            attachment_bytes_max: 200 * MIB,
            attachments_bytes_max: 200 * MIB,
            attachments_max: 30,
            // Relay counts them as attachments; here they walk the way of events.
            user_report_bytes_max: MIB,
            sessions_bytes_max: 10 * MIB,
            sessions_max: 100,
            client_reports_bytes_max: 100 * KIB,
            client_reports_max: 100,
            check_in_bytes_max: 100 * KIB,
            profile_bytes_max: 50 * MIB,
            replay_compressed_bytes_max: 10 * MIB,
            replay_bytes_max: 100 * MIB,
            log_bytes_max: 2 * MIB,
            trace_metric_bytes_max: MIB,
            span_bytes_max: 10 * MIB,
            container_bytes_max: 12 * MIB,
            standalone_spans_max: 25,
            in_flight_bytes_max: 512 * MIB,
            body_time_max: Duration::from_secs(60),
            retention_days: 90,
        }
    }
}
