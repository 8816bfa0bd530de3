//! A 200 means stored: the server is killed while it takes events, and none that it acknowledged is missing.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use watchfire_testkit::client::{Client, event_id};
use watchfire_testkit::server::{Server, wait_for};

use crate::databases::each_database;

const ROUNDS: usize = 10;
const CONNECTIONS: usize = 4;
/// The server is killed once this many events of the round were answered.
const ACCEPTED_BEFORE_KILL: usize = 40;

/// Ids of one round.
#[derive(Default)]
struct Sent {
    /// Answered 200 with their own id.
    accepted: Vec<String>,
    /// Sent without an answer: they may or may not be stored.
    unanswered: Vec<String>,
}

/// Sends events over several connections until the server is gone.
fn send_until_killed(server: &mut Server) -> anyhow::Result<Sent> {
    let client = server.client()?;
    let sent = Mutex::new(Sent::default());
    let accepted = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                while send_one(&client, &sent) {
                    accepted.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        wait_for("events to be accepted", Duration::from_secs(30), || {
            let enough = accepted.load(Ordering::Relaxed) >= ACCEPTED_BEFORE_KILL;
            Ok(enough.then_some(()))
        })?;
        server.kill_hard()
    })?;
    Ok(sent.into_inner().expect("no sender panicked"))
}

/// Sends one event; returns whether it was accepted.
fn send_one(client: &Client, sent: &Mutex<Sent>) -> bool {
    let id = event_id();
    let event = json!({"event_id": id, "platform": "python",
        "exception": {"values": [{"type": "PowerCut", "value": "the light went out"}]}});
    let answer = client.event(&event);
    let mut sent = sent.lock().expect("no sender panicked");
    match answer {
        Ok(answer) if answer.status == 200 && answer.id().as_ref() == Some(&id) => {
            sent.accepted.push(id);
            true
        }
        Ok(answer) => panic!("unexpected answer {answer:?}"),
        Err(_) => {
            sent.unanswered.push(id);
            false
        }
    }
}

#[test]
fn every_event_answered_200_survives_sigkill_exactly_once() {
    each_database(|database_url| {
        let mut server = Server::start(database_url)?;
        keep_bodies(&server, 0)?;
        let mut stored = 0_usize;
        for round in 1..=ROUNDS {
            let sent = send_until_killed(&mut server)?;
            server.restart()?;
            let api = server.api()?;
            for id in &sent.accepted {
                assert_eq!(
                    api.event_status(id)?,
                    200,
                    "round {round}: {id} was answered 200"
                );
            }
            for id in &sent.unanswered {
                stored += usize::from(api.event_status(id)? == 200);
            }
            stored += sent.accepted.len();
            // An SDK that saw no answer may send again; what is stored already stays one event.
            let client = server.client()?;
            for id in sent.accepted.iter().take(3) {
                let event = json!({"event_id": id, "message": "sent again"});
                assert_eq!(client.event(&event)?.status, 200);
            }
            let issues = api.issues()?;
            assert_eq!(issues.len(), 1, "round {round}: {issues:?}");
            assert_eq!(issues[0]["count"], stored.to_string(), "round {round}");
        }
        Ok(())
    });
}

/// How many bodies an issue keeps per hour; 0 for all. No spike gets in between.
fn keep_bodies(server: &Server, issue_budget: i64) -> anyhow::Result<()> {
    let settings = json!({"issueBudget": issue_budget, "spikeFactor": 0});
    server
        .api()?
        .put("projects/default/default/sampling/", &settings)?;
    Ok(())
}

#[test]
fn events_without_a_body_survive_sigkill_and_are_counted_exactly_once() {
    each_database(|database_url| {
        let mut server = Server::start(database_url)?;
        keep_bodies(&server, 8)?;
        let mut ids: Vec<String> = Vec::new();
        for round in 1..=ROUNDS / 2 {
            let sent = send_until_killed(&mut server)?;
            ids.extend(sent.accepted);
            ids.extend(sent.unanswered);
            server.restart()?;
            // Nobody knows which of the unanswered ones were counted: the SDK sends all again.
            let client = server.client()?;
            for id in &ids {
                let event = json!({"event_id": id, "platform": "python",
                    "exception": {"values": [{"type": "PowerCut", "value": "the light went out"}]}});
                assert_eq!(client.event(&event)?.status, 200, "round {round}");
            }
            let issues = server.api()?.issues()?;
            assert_eq!(issues.len(), 1, "round {round}: {issues:?}");
            assert_eq!(issues[0]["count"], ids.len().to_string(), "round {round}");
            let kept = issues[0]["sampling"]["kept"].as_i64();
            // An hour may end meanwhile, and the next one has a budget of its own.
            assert!(kept.is_some_and(|kept| (1..=2 * 9).contains(&kept)));
        }
        Ok(())
    });
}

#[test]
fn sigterm_ends_the_server_with_code_0_and_keeps_what_was_accepted() {
    each_database(|database_url| {
        let mut server = Server::start(database_url)?;
        let id = event_id();
        let answer = server
            .client()?
            .event(&json!({"event_id": id, "message": "last words"}))?;
        assert_eq!(answer.status, 200);
        assert!(server.stop()?, "{}", server.log());
        server.restart()?;
        assert_eq!(server.api()?.event_status(&id)?, 200);
        Ok(())
    });
}
