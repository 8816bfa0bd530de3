//! Logging in and out.

mod login;
mod logout;

use std::net::IpAddr;

use actix_web::{HttpRequest, web};

use crate::Web;

/// The routes of logging in and out.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/login", web::get().to(login::show))
        .route("/login", web::post().to(login::log_in))
        .route("/logout", web::post().to(logout::log_out));
}

/// Whose attempts are counted together: one IPv4 address, or the network of one IPv6 customer.
fn attempt_address(web: &Web, request: &HttpRequest) -> String {
    match web.config.client_address(request) {
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Some(address) => address.to_string(),
        None => "unknown".to_owned(),
    }
}
