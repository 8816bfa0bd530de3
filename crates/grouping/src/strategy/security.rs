//! Reports of browsers about violated policies (reference/GROUPING.md section 6).

use std::borrow::Cow;

use watchfire_event::json::Object;

use super::{Components, DEFAULT};
use crate::Component;
use crate::context::Context;

/// A violated content security policy: the directive and what it blocked.
pub(super) fn csp<'e>(context: &Context<'e>) -> Components<'e> {
    let Some(report) = context.body.get_object("csp") else {
        return Vec::new();
    };
    let directive = report.get_str("effective_directive").unwrap_or_default();
    let blocked = blocked_host(report.get_str("blocked_uri").unwrap_or_default());
    let inline = (directive == "script-src" && blocked == SELF)
        .then(|| inline_violation(report))
        .flatten();
    let uri = Component::leaf("uri", blocked);
    let mut parts = vec![Component::leaf("salt", directive)];
    match inline {
        Some(violation) => {
            parts.push(Component::leaf("violation", violation));
            parts.push(uri.without("violation takes precedence"));
        }
        None => parts.push(uri),
    }
    vec![(DEFAULT, Component::node("csp", parts))]
}

/// What a browser's report is about: the host that was blocked, or the one without a certificate
/// (reference/GROUPING.md section 10).
pub(crate) fn location(context: &Context<'_>) -> Option<String> {
    if let Some(report) = context.body.get_object("csp") {
        let blocked = report.get_str("blocked_uri").unwrap_or_default();
        return Some(blocked_host(blocked).into_owned());
    }
    let mut reports = ["hpkp", "expectct", "expectstaple"].into_iter();
    let report = reports.find_map(|key| context.body.get_object(key))?;
    report.get_str("hostname").map(ToOwned::to_owned)
}

/// A violated public key pin.
pub(super) fn hpkp<'e>(context: &Context<'e>) -> Components<'e> {
    by_host(context, "hpkp", "hpkp")
}

/// A missing OCSP staple.
pub(super) fn expect_staple<'e>(context: &Context<'e>) -> Components<'e> {
    by_host(context, "expectstaple", "expect-staple")
}

/// A certificate that is not in the transparency logs.
pub(super) fn expect_ct<'e>(context: &Context<'e>) -> Components<'e> {
    by_host(context, "expectct", "expect-ct")
}

const SELF: &str = "'self'";

fn by_host<'e>(context: &Context<'e>, key: &str, salt: &'static str) -> Components<'e> {
    let Some(report) = context.body.get_object(key) else {
        return Vec::new();
    };
    let host = report
        .get_str("hostname")
        .map(|host| Component::leaf("hostname", host));
    let parts = [Some(Component::leaf("salt", salt)), host];
    let component = Component::node(salt, parts.into_iter().flatten().collect());
    vec![(DEFAULT, component)]
}

fn inline_violation(report: &Object<'_>) -> Option<&'static str> {
    let directive = report.get_str("violated_directive")?;
    ["'unsafe-inline'", "'unsafe-eval'"]
        .into_iter()
        .find(|word| directive.contains(word))
}

/// What a policy blocked, without the parts of the address that differ from event to event.
fn blocked_host(uri: &str) -> Cow<'_, str> {
    if matches!(uri, "" | "self" | SELF) {
        return Cow::Borrowed(SELF);
    }
    let Some((scheme, rest)) = uri.split_once(':') else {
        return Cow::Owned(format!("{uri}://"));
    };
    let after = rest.strip_prefix("//").unwrap_or_default();
    let authority = after.split(['/', '?', '#']).next().unwrap_or_default();
    if matches!(scheme, "http" | "https") {
        return Cow::Borrowed(authority);
    }
    Cow::Owned(format!("{scheme}://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocked_addresses_keep_only_the_host() {
        assert_eq!(blocked_host("self"), SELF);
        assert_eq!(blocked_host("data"), "data://");
        assert_eq!(blocked_host("https://cdn.x.y/a?b"), "cdn.x.y");
        assert_eq!(blocked_host("blob:"), "blob://");
        assert_eq!(blocked_host("ws://h/p"), "ws://h");
    }
}
