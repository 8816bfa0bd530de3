//! Whose address an event came from (reference/PROTOCOL.md section 2.3).

use std::net::IpAddr;

use actix_web::http::header::HeaderMap;
use watchfire_event::Network;

/// Headers in which proxies pass the client's address on; the first that is not empty counts.
const FORWARDED_HEADERS: [&str; 4] = [
    "cf-connecting-ip",
    "x-vercel-forwarded-for",
    "x-sentry-forwarded-for",
    "x-forwarded-for",
];

/// The header to which every proxy appends the address that it saw.
const APPENDED_HEADER: &str = "x-forwarded-for";

/// Whose word about the client's address is believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TrustedProxies {
    /// Nobody's: the peer is the client.
    #[default]
    Nobody,
    /// Everybody's; right only when nothing but a proxy can reach the server.
    Everybody,
    /// That of peers in these networks.
    Networks(Vec<Network>),
}

impl TrustedProxies {
    /// The client's address: the first one of the forwarding headers if `peer` is believed and the
    /// address can be read, else `peer` itself.
    pub(crate) fn client_ip(&self, headers: &HeaderMap, peer: Option<IpAddr>) -> Option<IpAddr> {
        let forwarded = || {
            FORWARDED_HEADERS
                .iter()
                .filter_map(|name| headers.get(*name)?.to_str().ok())
                .find(|value| !value.trim().is_empty())
                .and_then(|value| value.split(',').next()?.trim().parse().ok())
        };
        if self.trusts(peer) {
            forwarded().or(peer)
        } else {
            peer
        }
    }

    /// The nearest address that is no trusted proxy, for counting attempts: unlike the client's
    /// own word at the start of `X-Forwarded-For`, nobody can make it up. Each proxy appends the
    /// address that it saw, so the list is read from its end.
    pub fn nearest_ip(&self, headers: &HeaderMap, peer: Option<IpAddr>) -> Option<IpAddr> {
        if !self.trusts(peer) {
            return peer;
        }
        let lists = headers
            .get_all(APPENDED_HEADER)
            .filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = lists.flat_map(|list| list.split(',')).collect();
        let mut nearest = peer;
        for hop in hops.into_iter().rev() {
            let Ok(address) = hop.trim().parse::<IpAddr>() else {
                break;
            };
            nearest = Some(address);
            if *self == Self::Everybody || !self.trusts(nearest) {
                break;
            }
        }
        nearest
    }

    fn trusts(&self, peer: Option<IpAddr>) -> bool {
        match self {
            Self::Nobody => false,
            Self::Everybody => true,
            Self::Networks(networks) => {
                peer.is_some_and(|peer| networks.iter().any(|network| network.contains(peer)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[track_caller]
    fn check(proxies: &TrustedProxies, headers: &[(&'static str, &'static str)], expected: &str) {
        let headers = headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        let peer = "10.1.2.3".parse().ok();
        let found = proxies.client_ip(&headers, peer).map(|ip| ip.to_string());
        assert_eq!(found.as_deref(), Some(expected));
    }

    fn networks(texts: &[&str]) -> TrustedProxies {
        let parse = |text: &&str| text.parse().expect("a network");
        TrustedProxies::Networks(texts.iter().map(parse).collect())
    }

    #[test]
    fn without_the_setting_the_peer_is_the_client() {
        let headers = [("x-forwarded-for", "1.1.1.1")];
        check(&TrustedProxies::Nobody, &headers, "10.1.2.3");
        check(&networks(&["10.2.0.0/16", "::1"]), &headers, "10.1.2.3");
    }

    #[test]
    fn a_trusted_proxy_is_believed() {
        let headers = [
            ("x-forwarded-for", "1.1.1.1, 2.2.2.2"),
            ("x-sentry-forwarded-for", " 3.3.3.3 ,4.4.4.4"),
            ("cf-connecting-ip", ""),
        ];
        check(&TrustedProxies::Everybody, &headers, "3.3.3.3");
        check(&networks(&["10.1.0.0/16"]), &headers, "3.3.3.3");
        check(&networks(&["0.0.0.0/0"]), &headers, "3.3.3.3");
        check(&networks(&["10.1.2.3"]), &headers, "3.3.3.3");
    }

    #[test]
    fn nonsense_from_a_proxy_falls_back_to_the_peer() {
        check(
            &TrustedProxies::Everybody,
            &[("x-forwarded-for", "unknown")],
            "10.1.2.3",
        );
        check(&TrustedProxies::Everybody, &[], "10.1.2.3");
    }

    #[test]
    fn attempts_are_counted_by_an_address_that_nobody_can_make_up() {
        use actix_web::http::header::{HeaderName, HeaderValue};
        let mut headers = HeaderMap::new();
        let list = HeaderValue::from_static("6.6.6.6, 203.0.113.7, 10.0.0.2");
        headers.insert(HeaderName::from_static("x-forwarded-for"), list);
        let peer = "10.0.0.1".parse().ok();
        let nearest = |proxies: TrustedProxies| {
            proxies
                .nearest_ip(&headers, peer)
                .map(|ip| ip.to_string())
                .unwrap_or_default()
        };
        let networks = vec!["10.0.0.0/8".parse().unwrap()];
        assert_eq!(nearest(TrustedProxies::Nobody), "10.0.0.1");
        assert_eq!(nearest(TrustedProxies::Networks(networks)), "203.0.113.7");
        assert_eq!(nearest(TrustedProxies::Everybody), "10.0.0.2");
    }
}
