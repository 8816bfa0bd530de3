//! The Django shop, whose views fail in different ways.

use anyhow::Context;
use serde_json::json;
use watchfire_testkit::server::wait_for;

use super::look::{entry, exception_types, failing_frame, failing_line, pair, tag};
use super::site::{ACCEPTED, Site};
use crate::apps::{CARD, PASSWORD, Shop};

/// A view under WSGI that nobody catches: cause, locals, user, request, and no secret anywhere.
pub(super) fn wsgi(site: &Site<'_>) -> anyhow::Result<()> {
    fails_without_secrets(site, &Shop::start(site.dsn())?)
}

/// The same view under ASGI, whose request is read in another way.
pub(super) fn asgi(site: &Site<'_>) -> anyhow::Result<()> {
    fails_without_secrets(site, &Shop::start_asgi(site.dsn())?)
}

fn fails_without_secrets(site: &Site<'_>, shop: &Shop) -> anyhow::Result<()> {
    assert_eq!(shop.check_out()?, 500);
    let (issue, event) = site.arrived("PaymentError")?;
    assert_eq!(exception_types(&event), ["GatewayTimeout", "PaymentError"]);
    assert_eq!(
        issue["metadata"]["value"],
        "could not charge 148.40 EUR for order 2026-42-0007"
    );
    assert_eq!(issue["isUnhandled"], true);
    let frame = failing_frame(&event);
    assert_eq!(frame["function"], "charge");
    assert_eq!(frame["inApp"], true);
    assert!(
        failing_line(frame).contains("raise PaymentError("),
        "{frame}"
    );
    assert_eq!(frame["vars"]["order"]["number"], "'2026-42-0007'");
    assert_eq!(event["user"]["id"], "42");
    assert_eq!(tag(&event, "plan"), "business");
    assert_eq!(event["environment"], "production");
    assert_eq!(event["release"]["version"], "shop@2.4.0");
    assert_eq!(event["sdk"]["name"], "sentry.python.django");

    let request = entry(&event, "request");
    assert_eq!(request["method"], "POST");
    assert_eq!(frame["vars"]["password"], "[Filtered]");
    assert_eq!(request["data"]["password"], "[Filtered]");
    assert_eq!(pair(&request["cookies"], "sessionid"), "[Filtered]");
    assert_eq!(pair(&request["headers"], "Authorization"), "[Filtered]");
    let meta = event["_meta"].to_string();
    assert!(meta.contains("@password:filter"), "{meta}");
    let text = event.to_string();
    for secret in [PASSWORD, CARD, shop.session()] {
        assert!(!text.contains(secret), "{secret:?} was stored");
    }
    site.expect_outcomes(&[(ACCEPTED, "error", 1)])
}

/// `logger.exception` with extra values, and a message captured by hand with a context.
pub(super) fn logs_and_messages(site: &Site<'_>) -> anyhow::Result<()> {
    let shop = Shop::start(site.dsn())?;
    assert_eq!(shop.open("/stock/?article=saucer")?, 200);
    let (issue, event) = site.arrived("KeyError")?;
    assert_eq!(event["context"]["warehouse"], "cgn-2");
    assert_eq!(issue["isUnhandled"], false);

    assert_eq!(shop.open("/newsletter/")?, 200);
    let (issue, event) = site.arrived("newsletter sent to 1250 customers")?;
    assert_eq!(issue["level"], "warning");
    assert_eq!(event["contexts"]["campaign"]["recipients"], 1250);
    assert_eq!(tag(&event, "campaign"), "winter-sale");
    site.expect_outcomes(&[(ACCEPTED, "error", 2)])
}

/// The same error again after its issue was resolved.
pub(super) fn regression(site: &Site<'_>) -> anyhow::Result<()> {
    let shop = Shop::start(site.dsn())?;
    shop.check_out()?;
    let (issue, _) = site.arrived("PaymentError")?;
    let id = issue["id"].as_str().context("id")?;
    let path = format!("organizations/default/issues/{id}/");
    let resolved = site.api.put(&path, &json!({"status": "resolved"}))?;
    assert_eq!(resolved["status"], "resolved");

    shop.check_out()?;
    let wait = std::time::Duration::from_secs(10);
    let again = wait_for("the second event", wait, || {
        let issue = site.api.get(&path)?;
        Ok((issue["count"] == "2").then_some(issue))
    })?;
    assert_eq!(again["status"], "unresolved");
    assert_eq!(again["substatus"], "regressed");
    assert_eq!(site.titles()?.len(), 1);
    Ok(())
}
