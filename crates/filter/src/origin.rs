use std::net::IpAddr;

use watchfire_event::Timestamp;

/// What a filter needs to know besides the event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The address of the client that sent it (reference/PROTOCOL.md section 2.3).
    pub client_ip: Option<IpAddr>,
    /// When it came: rules that expired before do nothing.
    pub now: Timestamp,
}
