//! Pages, waiting, and what cannot be imported.

use anyhow::Context;
use serde_json::{Value, json};

use super::sentry::{FakeSentry, Reply, Request};
use super::site::{PROJECT, Site, TOKEN, hashes, issue};

#[test]
fn pages_are_followed_and_trouble_is_waited_out() -> anyhow::Result<()> {
    let site = Site::start(None)?;
    let answer = |request: &Request| match (request.path.as_str(), request.cursor()) {
        (PROJECT, None) if request.attempt == 1 => Reply::status(503),
        (PROJECT, None) => Reply::list(vec![issue("1", "SHOP-1", "a")]).with_next("1:100:0"),
        (PROJECT, Some("1:100:0")) if request.attempt == 1 => {
            Reply::status(429).with_header("Retry-After", "1")
        }
        (PROJECT, Some("1:100:0")) => Reply::list(vec![
            issue("2", "SHOP-2", "b"),
            json!({"id": "3", "title": "no dates"}),
            issue("4", "SHOP-4", "gone meanwhile"),
            json!({"id": "5", "issueCategory": "performance"}),
        ]),
        // An older version knows only the address without the organisation.
        ("/api/0/issues/1/hashes/", None) => hashes(&[&"a".repeat(32)]).with_next("0:100:0"),
        ("/api/0/issues/1/hashes/", Some("0:100:0")) => hashes(&[&"b".repeat(32)]),
        ("/api/0/issues/2/hashes/", None) => hashes(&[&"c".repeat(32), "odd"]),
        _ => Reply::status(404),
    };
    let fake = FakeSentry::start(answer)?;
    let output = site.import(&fake)?;
    let said = String::from_utf8_lossy(&output.stderr);
    let summary: Value =
        serde_json::from_slice(&output.stdout).with_context(|| said.to_string())?;
    assert_eq!(summary["issues"]["created"], 2, "{said}");
    assert_eq!(summary["issues"]["other"], 1);
    assert_eq!(
        summary["hashes"],
        json!({"added": 3, "elsewhere": 0, "left_out": 1})
    );
    let problems: Vec<&Value> = summary["problems"]
        .as_array()
        .context("problems")?
        .iter()
        .collect();
    assert_eq!(
        (&problems[0]["id"], &problems[1]["id"]),
        (&json!("3"), &json!("4")),
        "{problems:?}"
    );
    assert!(said.contains("left out 3: firstSeen is missing"), "{said}");
    assert!(
        said.contains("429") && said.contains("waiting 1 s"),
        "{said}"
    );
    let requests = fake.requests();
    assert!(
        requests
            .iter()
            .all(|request| request.authorization == format!("Bearer {TOKEN}"))
    );
    assert!(requests[0].query.contains("query=") && requests[0].query.contains("limit=100"));
    Ok(())
}

#[test]
fn a_newer_sentry_lists_issues_of_the_organisation_alone() -> anyhow::Result<()> {
    let site = Site::start(None)?;
    let answer = |request: &Request| match request.path.as_str() {
        PROJECT => Reply::status(410),
        "/api/0/projects/acme/shop/" => Reply::status(200).with_body(&json!({"id": "21"})),
        "/api/0/organizations/acme/issues/" if request.query.contains("project=21") => {
            // Counts of the period that was asked for, and those of all time beside them.
            let mut listed = issue("1", "SHOP-1", "a");
            listed["count"] = json!("3");
            listed["lifetime"] = json!({"count": "77", "userCount": 5, "firstSeen":
                "2025-01-01T00:00:00Z", "lastSeen": "2026-11-01T08:00:00Z", "stats": {}});
            Reply::list(vec![listed])
        }
        "/api/0/organizations/acme/issues/1/hashes/" => hashes(&[&"a".repeat(32)]),
        _ => Reply::status(400),
    };
    site.imported(&FakeSentry::start(answer)?)?;
    let found = site.issue("a")?;
    assert_eq!(
        (&found["count"], &found["userCount"]),
        (&json!("77"), &json!(5))
    );
    assert_eq!(found["firstSeen"], "2025-01-01T00:00:00.000000Z");
    Ok(())
}

#[test]
fn an_import_that_breaks_off_keeps_what_it_has_and_goes_on_later() -> anyhow::Result<()> {
    let site = Site::start(None)?;
    let answer = |request: &Request| match (request.path.as_str(), request.cursor()) {
        (PROJECT, None) => Reply::list(vec![issue("1", "SHOP-1", "a")]).with_next("1:100:0"),
        (PROJECT, Some(_)) => Reply::status(429).with_header("Retry-After", "3600"),
        _ => hashes(&[&"a".repeat(32)]),
    };
    let output = site.import(&FakeSentry::start(answer)?)?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said.contains("1 issues new") && said.contains("3600 seconds"),
        "{said}"
    );
    assert!(!said.contains(TOKEN), "{said}");
    assert_eq!(site.issues()?.len(), 1);
    Ok(())
}

#[test]
fn what_cannot_begin_says_why() -> anyhow::Result<()> {
    let site = Site::start(None)?;
    let refusing = |status: u16, detail: &'static str| {
        FakeSentry::start(move |_| Reply::status(status).with_body(&json!({"detail": detail})))
    };
    for (status, detail, words) in [
        (
            401,
            "Invalid token",
            "refuses the token (401): Invalid token",
        ),
        (403, "You do not have permission", "event:read"),
        (
            404,
            "The requested resource does not exist",
            "knows no project \"shop\"",
        ),
        (400, "Bad query", "400: Bad query"),
    ] {
        let output = site.import(&refusing(status, detail)?)?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{status}");
        assert!(
            said.contains(words) && !said.contains(TOKEN),
            "{status}: {said}"
        );
    }
    let elsewhere =
        FakeSentry::start(|_| Reply::status(302).with_header("Location", "https://x.example/"))?;
    let said = site.import(&elsewhere)?.stderr;
    assert!(String::from_utf8_lossy(&said).contains("https://x.example/"));
    assert_eq!(elsewhere.requests().len(), 1, "the token is not sent on");
    Ok(())
}

#[test]
fn wrong_arguments_are_named() -> anyhow::Result<()> {
    let site = Site::start(None)?;
    for (arguments, words) in [
        (["--to", "shop"].as_slice(), "--token is missing"),
        (
            &["--token", TOKEN, "--org", "a", "--project", "nothing"],
            "no project \"nothing\"",
        ),
        (
            &["--token", TOKEN, "--org", "a/b", "--project", "shop"],
            "--org is a slug",
        ),
        (
            &[
                "--token",
                TOKEN,
                "--org",
                "a",
                "--project",
                "shop",
                "--url",
                "sentry.io",
            ],
            "--url is",
        ),
        (
            &["--file", "/nothing/here.json", "--to", "shop"],
            "cannot read",
        ),
    ] {
        let output = site
            .server
            .run(&[["import", "sentry"].as_slice(), arguments].concat())?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(
            said.contains(words) && !said.contains(TOKEN),
            "{arguments:?}: {said}"
        );
    }
    Ok(())
}
