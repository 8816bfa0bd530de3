//! Real SDKs report to a real server; what was stored is read through the API.

use std::time::Duration;

use anyhow::Context;
use serde_json::Value;
use watchfire_testkit::api::Api;
use watchfire_testkit::server::{Server, wait_for};

use crate::apps::{CARD, PASSWORD, Shop, browser_available, run_browser, run_node, sdks_available};
use crate::databases::each_database;

/// From the SDK's capture to the answer of the API; SDKs send from a thread of their own.
const ARRIVAL_WAIT_MAX: Duration = Duration::from_secs(10);

/// Waits for the issue whose title holds `title` and returns it with its newest event.
fn arrived(api: &Api, title: &str) -> anyhow::Result<(Value, Value)> {
    let issue = wait_for(title, ARRIVAL_WAIT_MAX, || {
        let issues = api.issues()?;
        Ok(issues
            .into_iter()
            .find(|issue| issue["title"].as_str().unwrap_or("").contains(title)))
    })?;
    let event = api.latest_event(&issue)?;
    Ok((issue, event))
}

fn entry<'a>(event: &'a Value, kind: &str) -> &'a Value {
    let entries = event["entries"].as_array().expect("entries");
    let found = entries.iter().find(|entry| entry["type"] == kind);
    &found.unwrap_or_else(|| panic!("no {kind} among the entries of {event}"))["data"]
}

fn exception_types(event: &Value) -> Vec<&str> {
    let values = entry(event, "exception")["values"]
        .as_array()
        .expect("values");
    values
        .iter()
        .map(|value| value["type"].as_str().unwrap_or(""))
        .collect()
}

/// The innermost frame of the exception that was raised last.
fn failing_frame(event: &Value) -> &Value {
    let values = entry(event, "exception")["values"]
        .as_array()
        .expect("values");
    let frames = values.last().expect("an exception")["stacktrace"]["frames"].as_array();
    frames.expect("frames").last().expect("a frame")
}

/// The source line whose number is the frame's.
fn failing_line(frame: &Value) -> &str {
    let lines = frame["context"].as_array().expect("source lines");
    let line = lines
        .iter()
        .find(|line| line[0] == frame["lineNo"])
        .expect("the failing line");
    line[1].as_str().expect("text")
}

fn tag<'a>(event: &'a Value, key: &str) -> &'a Value {
    let tags = event["tags"].as_array().expect("tags");
    &tags
        .iter()
        .find(|tag| tag["key"] == key)
        .unwrap_or_else(|| panic!("no tag {key}"))["value"]
}

/// The value of a pair list such as cookies or headers.
fn pair<'a>(pairs: &'a Value, key: &str) -> &'a Value {
    let pairs = pairs.as_array().expect("pairs");
    &pairs
        .iter()
        .find(|pair| pair[0] == key)
        .unwrap_or_else(|| panic!("no {key} in {pairs:?}"))[1]
}

#[test]
fn a_failing_django_view_is_stored_with_chain_locals_user_and_without_secrets() {
    if !sdks_available() {
        return;
    }
    each_database(|database_url| {
        let server = Server::start(database_url)?;
        let shop = Shop::start(&server.dsn())?;
        assert_eq!(shop.check_out()?, 500);
        let (issue, event) = arrived(&server.api()?, "PaymentError")?;

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
        Ok(())
    });
}

#[test]
fn what_django_logs_and_captures_by_hand_keeps_extra_level_and_context() {
    if !sdks_available() {
        return;
    }
    each_database(|database_url| {
        let server = Server::start(database_url)?;
        let shop = Shop::start(&server.dsn())?;
        let api = server.api()?;
        assert_eq!(shop.open("/stock/?article=saucer")?, 200);
        let (issue, event) = arrived(&api, "KeyError")?;
        assert_eq!(event["context"]["warehouse"], "cgn-2");
        assert_eq!(issue["isUnhandled"], false);

        assert_eq!(shop.open("/newsletter/")?, 200);
        let (issue, event) = arrived(&api, "newsletter sent to 1250 customers")?;
        assert_eq!(issue["level"], "warning");
        assert_eq!(event["contexts"]["campaign"]["recipients"], 1250);
        assert_eq!(tag(&event, "campaign"), "winter-sale");
        Ok(())
    });
}

#[test]
fn the_same_django_error_again_joins_its_issue_and_reopens_it_when_resolved() {
    if !sdks_available() {
        return;
    }
    each_database(|database_url| {
        let server = Server::start(database_url)?;
        let shop = Shop::start(&server.dsn())?;
        let api = server.api()?;
        shop.check_out()?;
        let (issue, _) = arrived(&api, "PaymentError")?;
        let path = format!(
            "organizations/default/issues/{}/",
            issue["id"].as_str().context("id")?
        );
        let resolved = api.put(&path, &serde_json::json!({"status": "resolved"}))?;
        assert_eq!(resolved["status"], "resolved");

        shop.check_out()?;
        let again = wait_for("the second event", ARRIVAL_WAIT_MAX, || {
            let issue = api.get(&path)?;
            Ok((issue["count"] == "2").then_some(issue))
        })?;
        assert_eq!(again["status"], "unresolved");
        assert_eq!(again["substatus"], "regressed");
        assert_eq!(api.issues()?.len(), 1);
        Ok(())
    });
}

#[test]
fn node_errors_with_a_cause_are_stored_by_the_newest_and_the_previous_major() {
    if !sdks_available() {
        return;
    }
    for package in ["@sentry/node", "sentry-node-previous"] {
        each_database(|database_url| {
            let server = Server::start(database_url)?;
            run_node(&server.dsn(), package, "error")?;
            let (_, event) = arrived(&server.api()?, "StockError: cannot reserve 2 of POT-0007")?;
            assert_eq!(exception_types(&event), ["SyntaxError", "StockError"]);
            let frame = failing_frame(&event);
            assert_eq!(frame["function"], "reserve");
            assert!(
                failing_line(frame).contains("throw new StockError("),
                "{frame}"
            );
            assert_eq!(event["user"]["id"], "77");
            assert_eq!(tag(&event, "region"), "eu-west");
            assert_eq!(event["context"]["articles"][0], "POT-0007");
            Ok(())
        });
    }
}

#[test]
fn node_messages_and_unhandled_rejections_arrive() {
    if !sdks_available() {
        return;
    }
    each_database(|database_url| {
        let server = Server::start(database_url)?;
        let api = server.api()?;
        run_node(&server.dsn(), "@sentry/node", "message")?;
        run_node(&server.dsn(), "@sentry/node", "rejection")?;
        let (issue, _) = arrived(&api, "stock list is older than a day")?;
        assert_eq!(issue["level"], "warning");
        let (issue, _) = arrived(&api, "no warehouse has POT-0007")?;
        assert_eq!(issue["isUnhandled"], true);
        Ok(())
    });
}

#[test]
fn an_error_in_a_browser_crosses_origins_and_arrives() {
    if !browser_available() {
        return;
    }
    each_database(|database_url| {
        let server = Server::start(database_url)?;
        run_browser(&server.dsn())?;
        let (issue, event) = arrived(&server.api()?, "TypeError")?;
        assert_eq!(issue["isUnhandled"], true);
        assert_eq!(failing_frame(&event)["function"], "price");
        assert_eq!(event["user"]["id"], "99");
        assert_eq!(event["platform"], "javascript");
        assert_eq!(
            entry(&event, "breadcrumbs")["values"][0]["category"],
            "ui.click"
        );
        Ok(())
    });
}
