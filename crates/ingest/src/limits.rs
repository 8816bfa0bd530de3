use std::time::Duration;

/// Bounds on what one request may cost. Each has a default and a defined answer past it
/// (reference/PROTOCOL.md section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of an envelope, as sent and again after decompression. Past it: 413.
    pub envelope_bytes_max: usize,
    /// Bytes of one event, and of a `/store/` body after decompression. Past it: 413.
    pub event_bytes_max: usize,
    /// Bytes of one attachment, replay video or other large item. Past it: 413.
    pub attachment_bytes_max: usize,
    /// Bytes of one session update or session aggregate. Past it: 413.
    pub session_bytes_max: usize,
    /// Bytes of one client report, check-in or user report. Past it: 413.
    pub small_item_bytes_max: usize,
    /// Bytes of one profile. Past it: 413.
    pub profile_bytes_max: usize,
    /// Bytes of one container of spans, logs or metrics. Past it: 413.
    pub container_bytes_max: usize,
    /// Bytes of all bodies that are being read or worked on at one moment. Past it: 503.
    pub in_flight_bytes_max: usize,
    /// How long a body may take to arrive. Past it: 408.
    pub body_time_max: Duration,
    /// Events older than this many days are taken as of now.
    pub retention_days: u32,
}

/// How many items an envelope may hold. Past it: 400 `too many individual items`.
pub const ENVELOPE_ITEMS_MAX: usize = 500;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

impl Default for Limits {
    fn default() -> Self {
        Self {
            envelope_bytes_max: 40 * MIB,
            event_bytes_max: MIB,
            attachment_bytes_max: 40 * MIB,
            session_bytes_max: 10 * MIB,
            small_item_bytes_max: 100 * KIB,
            profile_bytes_max: 40 * MIB,
            container_bytes_max: 12 * MIB,
            in_flight_bytes_max: 256 * MIB,
            body_time_max: Duration::from_secs(60),
            retention_days: 90,
        }
    }
}
