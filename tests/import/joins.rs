//! What becomes of issues and of their next events.

use std::time::Duration;

use anyhow::Context;
use serde_json::{Value, json};

use super::sentry::FakeSentry;
use super::site::{Site, event, hash, holding, issue};
use crate::databases::each_database;

#[test]
fn the_next_event_of_an_issue_joins_it() {
    let known = hash("cart");
    each_database(|database_url| {
        let site = Site::start(database_url)?;
        let mut resolved = issue("4242", "SHOP-1A", "KeyError: 'sku'");
        resolved["status"] = json!("resolved");
        resolved["substatus"] = Value::Null;
        let fake = FakeSentry::start(holding(vec![(resolved, known.clone())]))?;
        let summary = site.imported(&fake)?;
        assert_eq!(summary["issues"]["created"], 1);
        assert_eq!(summary["hashes"]["added"], 1);

        let before = site.issue("KeyError: 'sku'")?;
        assert_eq!(before["shortId"], "SHOP-1A");
        assert_eq!(
            (&before["count"], &before["userCount"]),
            (&json!("1500"), &json!(40))
        );
        assert_eq!(before["status"], "resolved");
        assert_eq!(before["firstSeen"], "2026-01-02T03:04:05.000000Z");
        assert_eq!(before["lastSeen"], "2026-11-01T08:00:00.250000Z");
        assert_eq!(before["metadata"]["function"], "cart");

        site.send(&event("cart"))?;
        site.send(&event("checkout"))?;
        let issues = site.issues()?;
        assert_eq!(issues.len(), 2, "one event joined, the other one is new");
        let after = issues.iter().find(|issue| issue["id"] == before["id"]);
        let after = after.context("the imported issue")?;
        assert_eq!(after["count"], "1501");
        assert_eq!(
            (&after["status"], &after["substatus"]),
            (&json!("unresolved"), &json!("regressed"))
        );
        let path = format!(
            "organizations/default/issues/{}/",
            before["id"].as_str().unwrap_or_default()
        );
        let shown = site.server.api()?.get(&path)?;
        let notes = shown["activity"].as_array().context("activity")?;
        let note = notes
            .iter()
            .find(|activity| activity["type"] == "note")
            .context("a note")?;
        let text = note["data"]["text"].as_str().unwrap_or_default();
        assert!(
            text.contains("SHOP-1A") && text.contains("/issues/4242/"),
            "{text}"
        );
        Ok(())
    });
}

#[test]
fn importing_again_adds_what_changed_and_nothing_twice() {
    let known = hash("cart");
    each_database(|database_url| {
        let site = Site::start(database_url)?;
        let first = issue("4242", "SHOP-1A", "KeyError: 'sku'");
        let fake = FakeSentry::start(holding(vec![(first.clone(), known.clone())]))?;
        site.imported(&fake)?;
        site.send(&event("cart"))?;

        let asked = fake.requests().len();
        let again = site.imported(&fake)?;
        assert_eq!(
            (&again["issues"]["created"], &again["issues"]["unchanged"]),
            (&json!(0), &json!(1))
        );
        assert_eq!(
            fake.requests().len(),
            asked + 1,
            "what is unchanged costs no request of its own"
        );
        assert_eq!(site.issue("KeyError: 'sku'")?["count"], "1501");

        let mut later = first;
        later["count"] = json!("1510");
        later["status"] = json!("ignored");
        later["substatus"] = json!("archived_until_escalating");
        let newer = issue("4300", "SHOP-1A", "ValueError: no stock");
        let fake = FakeSentry::start(holding(vec![
            (later, known.clone()),
            (newer, hash("stock")),
        ]))?;
        let changed = site.imported(&fake)?;
        assert_eq!(
            (&changed["issues"]["created"], &changed["issues"]["updated"]),
            (&json!(1), &json!(1))
        );
        let old = site.issue("KeyError: 'sku'")?;
        assert_eq!(
            (&old["count"], &old["status"]),
            (&json!("1511"), &json!("ignored"))
        );
        assert_eq!(old["substatus"], "archived_until_escalating");
        assert_eq!(
            site.issue("ValueError: no stock")?["shortId"],
            "SHOP-1B",
            "SHOP-1A is taken"
        );
        Ok(())
    });
}

#[test]
fn an_issue_joins_the_one_that_its_events_made_here_before() {
    let known = hash("cart");
    each_database(|database_url| {
        let site = Site::start(database_url)?;
        site.send(&event("cart"))?;
        let here = site.issue("KeyError: 'sku'")?;
        let fake = FakeSentry::start(holding(vec![(
            issue("7", "SHOP-9", "KeyError: 'sku'"),
            known.clone(),
        )]))?;
        let summary = site.imported(&fake)?;
        assert_eq!(summary["issues"]["joined"], 1);
        let issues = site.issues()?;
        assert_eq!(issues.len(), 1);
        assert_eq!(issues[0]["id"], here["id"]);
        assert_eq!(
            (&issues[0]["count"], &issues[0]["shortId"]),
            (&json!("1501"), &here["shortId"])
        );
        assert_eq!(issues[0]["firstSeen"], "2026-01-02T03:04:05.000000Z");
        Ok(())
    });
}

#[test]
fn a_file_of_issues_is_imported_as_well() {
    let known = hash("cart");
    each_database(|database_url| {
        let site = Site::start(database_url)?;
        let mut good = issue("4242", "OTHER-1A", "KeyError: 'sku'");
        good["hashes"] = json!([known]);
        let mut nul = issue("4243", "OTHER-1B", "ValueError: \u{0}");
        nul["hashes"] = json!([{"id": "d".repeat(32), "latestEvent": null}]);
        let path = site.server.data_dir().join("issues.jsonl");
        std::fs::write(&path, format!("{good}\n{{broken\n{nul}\n"))?;
        let path = path.to_str().context("a path")?;
        let arguments = [
            "import",
            "sentry",
            "--file",
            path,
            "--to",
            "default/shop",
            "--json",
        ];
        let output = site.server.run(&arguments)?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let summary: Value = serde_json::from_slice(&output.stdout).context(said)?;
        assert_eq!(
            (
                &summary["issues"]["created"],
                &summary["issues"]["left_out"]
            ),
            (&json!(2), &json!(1))
        );
        assert_eq!(summary["problems"][0]["id"], "line 2");
        site.send(&event("cart"))?;
        assert_eq!(site.issue("KeyError: 'sku'")?["count"], "1501");
        assert_eq!(
            site.issue("KeyError: 'sku'")?["shortId"],
            "SHOP-1A",
            "the number is kept"
        );
        Ok(())
    });
}

#[test]
fn a_server_that_has_the_project_in_use_learns_of_the_import() -> anyhow::Result<()> {
    let site = Site::start(None)?;
    // The server remembers the project from now on.
    site.send(&event("other"))?;
    let fake = FakeSentry::start(holding(vec![(
        issue("1", "SHOP-50", "KeyError: 'sku'"),
        hash("cart"),
    )]))?;
    let begun = std::time::Instant::now();
    site.imported(&fake)?;
    assert!(begun.elapsed() < Duration::from_secs(30));
    site.send(&event("cart"))?;
    let issues = site.issues()?;
    assert_eq!(issues.len(), 2, "{issues:?}");
    let joined = issues.iter().find(|issue| issue["shortId"] == "SHOP-50");
    assert_eq!(joined.context("the imported issue")?["count"], "1501");
    Ok(())
}
