use watchfire_event::Event;

use crate::fields::header;

const ADDRESSES: [&str; 2] = ["127.0.0.1", "::1"];
const HOSTS: [&str; 2] = ["localhost", "127.0.0.1"];

/// Whether the event comes from a developer's own machine: by the user's address, the address of
/// the page, or the host that the request was for.
pub(crate) fn matches(event: &Event<'_>) -> bool {
    let field = |object: &str, key: &str| event.body.get(object)?.get(key)?.as_str();
    let is_local_host = |text: &str| {
        let host = text.split_once(':').map_or(text, |(host, _)| host);
        HOSTS.contains(&host)
    };
    field("user", "ip_address").is_some_and(|address| ADDRESSES.contains(&address))
        || field("request", "url").is_some_and(is_local_url)
        || ["Host", "X-Forwarded-Host"]
            .iter()
            .any(|name| header(event, name).is_some_and(is_local_host))
}

fn is_local_url(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else {
        return false;
    };
    if scheme.eq_ignore_ascii_case("file") {
        return true;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    HOSTS.iter().any(|local| {
        let rest = host.strip_suffix(local);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}
