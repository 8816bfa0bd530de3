//! The commands that people and scripts type, against a running server's own database.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use watchfire_testkit::server::{Server, binary};

use crate::databases::each_database;

/// Standard output as one JSON value.
fn json_of(output: &Output) -> Value {
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    serde_json::from_slice(&output.stdout).expect("JSON alone on standard output")
}

/// Explains JSON lines, without server and database.
pub(crate) fn explain(what: &str, lines: &[Value]) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(binary().expect("the binary is built"))
        .env_clear()
        .current_dir(folder.path())
        .args(["explain", what])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("watchfire starts");
    let mut input = child.stdin.take().expect("a pipe");
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    // Answers come before the last question is read.
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("ends");
    writer.join().expect("ends").expect("writes");
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        0,
        "nothing is made"
    );
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn a_project_made_while_the_server_runs_takes_events_at_once() {
    each_database(|database_url| {
        let server = Server::start(database_url).expect("a server");
        let made = json_of(
            &server
                .run(&[
                    "project",
                    "create",
                    "My Shop",
                    "--json",
                    "--url",
                    &server.url(),
                ])
                .expect("runs"),
        );
        assert_eq!(
            (&made["slug"], &made["org"]),
            (&json!("my-shop"), &json!("default"))
        );
        let dsn = made["dsn"].as_str().expect("a DSN");
        let expected = format!(
            "@{}/{}",
            server.url().trim_start_matches("http://"),
            made["id"]
        );
        assert!(
            dsn.ends_with(&expected) && dsn.contains(made["public_key"].as_str().expect("a key"))
        );
        let sent = json_of(&server.run(&["demo", "--dsn", dsn, "--json"]).expect("runs"));
        assert!(sent["sent"].as_u64() >= Some(40));
        let again = server.run(&["project", "create", "my shop"]).expect("runs");
        assert_eq!(again.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&again.stderr).contains("already has a project"));
        Ok(())
    });
}

#[test]
fn accounts_and_tokens_are_made_by_command() {
    let server = Server::start(None).expect("a server");
    let user = json_of(
        &server
            .run(&["user", "create", "Ana@Example.com", "--superuser", "--json"])
            .expect("runs"),
    );
    assert_eq!(user["email"], "ana@example.com");
    assert_eq!(user["password"].as_str().map(str::len), Some(20));
    let token = json_of(
        &server
            .run(&[
                "token",
                "create",
                "--name",
                "ci",
                "--scopes",
                "event:read,org:read",
                "--user",
                "ana@example.com",
                "--json",
            ])
            .expect("runs"),
    );
    let secret = token["token"].as_str().expect("a token");
    assert!(secret.starts_with("sntryu_") && secret.len() == "sntryu_".len() + 64);
    for (arguments, words) in [
        (
            ["user", "create", "ana@example.com"].as_slice(),
            "already an account",
        ),
        (&["user", "create", "ana"], "has an @"),
        (
            &["token", "create", "--name", "x", "--scopes", "everything"],
            "unknown scope",
        ),
        (&["project", "create", "x", "--org", "nobody"], "not found"),
    ] {
        let output = server.run(arguments).expect("runs");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains(words),
            "{arguments:?}"
        );
    }
}

#[test]
fn an_account_made_by_command_ends_the_set_up_link() {
    let server = Server::start(None).expect("a server");
    let link = server.setup_url();
    let status = || {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build();
        let answer = ureq::Agent::from(agent)
            .get(&link)
            .call()
            .expect("an answer");
        answer.status().as_u16()
    };
    assert_eq!(status(), 200);
    json_of(
        &server
            .run(&["user", "create", "ana@example.com", "--json"])
            .expect("runs"),
    );
    assert_eq!(status(), 410);
}

#[test]
fn a_short_password_is_refused_and_makes_no_account() {
    let folder = tempfile::tempdir().expect("a folder");
    let create = |password: &str| {
        let mut child = Command::new(binary().expect("the binary is built"))
            .env_clear()
            .current_dir(folder.path())
            .args(["user", "create", "ana@example.com", "--password-stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("watchfire starts");
        let mut input = child.stdin.take().expect("a pipe");
        writeln!(input, "{password}").expect("writes");
        drop(input);
        child.wait_with_output().expect("ends")
    };
    let refused = create("short");
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("at least 8 characters"));
    assert!(create("long enough for anybody").status.success());
}

#[test]
fn the_settings_in_force_are_printed_without_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new(binary().expect("the binary is built"))
        .env_clear()
        .env("WATCHFIRE_LOG", "warn")
        .current_dir(folder.path())
        .args([
            "config",
            "--json",
            "--database-url",
            "postgres://shop:hunter22@db/shop",
        ])
        .output()
        .expect("watchfire starts");
    let settings = json_of(&output);
    let value = |name: &str| settings[name]["value"].clone();
    let origin = |name: &str| settings[name]["origin"].clone();
    assert_eq!(value("database-url"), "postgres://shop:***@db/shop");
    assert_eq!(origin("database-url"), "flag");
    assert_eq!(
        (value("log"), origin("log")),
        (json!("warn"), json!("environment WATCHFIRE_LOG"))
    );
    assert_eq!(
        (value("retention-days"), origin("retention-days")),
        (json!("90"), json!("default"))
    );
}

#[test]
fn scrubbing_is_explained_line_by_line() {
    let settings = json!({"scrubData": true, "scrubDefaults": true});
    let answers = explain(
        "scrub",
        &[
            json!({"event": {"extra": {"password": "x", "n": 1}}, "settings": settings}),
            json!({"event": {"extra": {"v": "a bob@x.com"}}, "pii_config": {"applications": {"$string": ["@email"]}}}),
            json!({"event": {}, "pii_config": {"applications": {"**.**": ["@email"]}}}),
            json!({"event": {"extra": {"v": "stays"}}}),
        ],
    );
    assert_eq!(
        answers[0]["event"]["extra"],
        json!({"password": "[Filtered]", "n": 1})
    );
    let remark = &answers[0]["event"]["_meta"]["extra"]["password"][""]["rem"][0];
    assert_eq!(remark, &json!(["@password:filter", "s", 0, 10]));
    assert_eq!(answers[1]["event"]["extra"]["v"], "a [email]");
    // In Relay's words, and where and why in ours.
    assert_eq!(
        answers[2]["error"],
        r#"invalid value: string "**.**", expected a selector at line 1 column 24"#
    );
    let problem = &answers[2]["problems"][0];
    assert_eq!(problem["at"], r#"piiConfig.applications."**.**""#);
    assert_eq!(
        problem["reason"],
        "a second ** at character 4: it may occur once in a path"
    );
    assert_eq!(answers[3], json!({"event": {"extra": {"v": "stays"}}}));
}

#[test]
fn filtering_is_explained_line_by_line() {
    let drop = json!({"name": "Bots", "action": "drop", "when":
        {"field": "user_agent", "op": "contains", "value": "bot"}});
    let mut mute = drop.clone();
    mute["action"] = json!("archive");
    let mut broken = drop.clone();
    broken["when"]["op"] = json!("like");
    let bot = json!({"request": {"headers": {"User-Agent": "some-bot"}}});
    let file = "[[rule]]\nname = \"Bots\"\naction = \"drop\"\nwhen = 7\n";
    let crawlers = json!({"webCrawlers": {"isEnabled": true}});
    let answers = explain(
        "filter",
        &[
            json!({"event": bot, "rules": crawlers}),
            json!({"event": {"message": "hi"}, "rules": crawlers}),
            json!({"event": bot, "rules": {"webCrawlers": true}}),
            json!({"event": bot, "rules": {"filter": crawlers, "ignore": [mute]}}),
            json!({"event": bot, "rules": [mute, drop]}),
            json!({"event": bot, "rules": [mute]}),
            json!({"event": {}, "rules": {"clientIps": {"blacklistedIps": ["10.0.0.0/8", "?"]}},
                "normalize_config": {"client_ip": "10.1.2.3"}}),
            json!({"event": bot, "rules": [drop, broken]}),
            json!({"event": bot, "rules": file}),
            json!({"event": bot, "rules": {"releases": ["[a"]}}),
        ],
    );
    let crawler = json!({"kept": false, "outcome": "filtered:web-crawlers"});
    let dropped = json!({"kept": false, "outcome": "filtered:ignore-rule 2", "rule": 2,
        "name": "Bots", "action": "drop"});
    let muted = json!({"kept": true, "rule": 1, "name": "Bots", "action": "archive"});
    let by_address = json!({"kept": false, "outcome": "filtered:ip-address"});
    let expected = [
        &crawler,
        &json!({"kept": true}),
        &crawler,
        &crawler,
        &dropped,
        &muted,
        &by_address,
    ];
    assert_eq!(answers.iter().take(7).collect::<Vec<_>>(), expected);
    let error = |place: usize| {
        answers[place]["error"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert!(
        error(7).starts_with("the rules: rule 2: when.op: there is no operator"),
        "{}",
        error(7)
    );
    assert!(
        error(8).starts_with("the rules: rule 1 \"Bots\", when (line 4, column 8): expected"),
        "{}",
        error(8)
    );
    assert!(
        error(9).starts_with("the rules: releases[0]: the pattern ends"),
        "{}",
        error(9)
    );
}

#[test]
fn grouping_is_explained_line_by_line() {
    let event = |value: &str| {
        json!({"event": {"platform": "python", "exception": {"values": [
            {"type": "KeyError", "value": value, "stacktrace": {"frames": [
                {"module": "shop.views", "function": "cart", "in_app": true, "lineno": 7}
            ]}}
        ]}}})
    };
    let answers = explain("grouping", &[event("'a'"), event("'b'")]);
    assert_eq!(
        answers[0]["hashes"], answers[1]["hashes"],
        "messages do not count beside a stack"
    );
    assert_eq!(answers[0]["title"], "KeyError: 'a'");
    assert_eq!(answers[0]["culprit"], "shop.views in cart");
    assert_eq!(answers[0]["variants"]["app"]["contributes"], true);
}

#[test]
fn grouping_is_explained_with_the_rules_and_the_version_of_a_line() {
    let line = |extra: Value| {
        let frame = |name: &str| json!({"function": name, "in_app": true});
        let mut line = json!({"event": {"platform": "python", "exception": {"values": [{
            "type": "KeyError",
            "value": "no ORD-17x",
            "stacktrace": {"frames": [frame("wrap"), frame("pay")]},
        }]}}});
        for (key, value) in extra.as_object().expect("an object") {
            line[key] = value.clone();
        }
        line
    };
    let answers = explain(
        "grouping",
        &[
            line(json!({})),
            line(json!({"stacktrace_rules": "function:wrap -group\nfunction: +app"})),
            line(json!({"fingerprinting_rules": "error.type:KeyError -> lost title=\"Lost\""})),
            line(json!({"grouping_config": "newstyle:2023-01-11"})),
            line(json!({"grouping_config": "newstyle:1999"})),
            json!({"event": {"message": "no ORD-17x"}, "normalize": true,
                   "variable_rules": "order: /ORD-[0-9a-z]+/"}),
            json!("no object"),
            line(json!({})),
        ],
    );
    assert_eq!(answers.len(), 8, "an answer in the place of each line");
    let wrap = "/variants/app/components/values/0/values/2/values/0";
    let wrap = answers[1].pointer(wrap).expect("a frame");
    assert_eq!(wrap["contributes"], false);
    assert_eq!(
        wrap["rule"],
        json!({"origin": "project rules", "line": 1, "text": "function:wrap -group"})
    );
    assert_eq!(answers[1]["problems"][0]["line"], 2);
    assert_ne!(answers[1]["hashes"], answers[0]["hashes"]);
    assert_eq!(answers[2]["title"], "Lost");
    let rule = &answers[2]["variants"]["custom-fingerprint"]["rule"];
    assert_eq!(rule["line"], 1);
    assert_ne!(answers[3]["sentry_hashes"], answers[0]["sentry_hashes"]);
    for wrong in [&answers[4], &answers[6]] {
        assert!(wrong["error"].is_string(), "{wrong}");
    }
    let message = &answers[5]["variants"]["default"]["components"]["values"][0];
    assert_eq!(message["values"], json!(["no <order>"]));
    assert_eq!(answers[7], answers[0]);
}
