//! Logging in and out.

mod login;
mod logout;

use std::net::IpAddr;

use actix_web::{HttpRequest, web};

/// The routes of logging in and out.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/login", web::get().to(login::show))
        .route("/login", web::post().to(login::log_in))
        .route("/logout", web::post().to(logout::log_out));
}

/// Whose attempts are counted together: the peer's address, or, when the peer is a proxy on this
/// machine or in a private network, the address that it forwards.
fn client_address(request: &HttpRequest) -> String {
    let Some(peer) = request.peer_addr().map(|peer| peer.ip()) else {
        return "unknown".to_owned();
    };
    let is_near = match peer {
        IpAddr::V4(peer) => peer.is_loopback() || peer.is_private(),
        IpAddr::V6(peer) => peer.is_loopback() || peer.is_unique_local(),
    };
    if is_near && let Some(client) = request.connection_info().realip_remote_addr() {
        return client.to_owned();
    }
    peer.to_string()
}
