use std::time::Duration;

use actix_web::test::TestRequest;
use serde_json::json;
use watchfire_event::Timestamp;
use watchfire_ingest::Limits;
use watchfire_store::Conn;
use watchfire_testkit::database::TestDatabase;

use crate::attachments::files;
use crate::harness::{envelope, run, run_with_limits};

const ID: &str = "00000000000000000000000000000001";

#[test]
fn a_writer_that_is_down_is_said_so_and_when_to_come_back() {
    run(&TestDatabase::sqlite(), |it| async move {
        it.writer.shutdown().await;
        let answer = it.post_envelope(envelope(ID)).await;
        answer.check_error(503, "project not available");
        assert_eq!(answer.header("retry-after"), Some("5"));
    });
}

#[test]
fn full_memory_refuses_bodies_and_is_given_back() {
    let limits = Limits {
        in_flight_bytes_max: 1000,
        ..Limits::default()
    };
    run_with_limits(&TestDatabase::sqlite(), limits, |it| async move {
        let answer = it.post_envelope(" ".repeat(1001)).await;
        answer.check_error(503, "failed to queue envelope");
        for _ in 0..5 {
            it.post_envelope(format!("{{}}{}", "\n".repeat(900)))
                .await
                .check(200, "{}");
        }
    });
}

#[test]
fn a_file_without_memory_costs_no_event_and_sessions_wait_for_the_next_try() {
    let limits = Limits {
        in_flight_bytes_max: 6000,
        ..Limits::default()
    };
    run_with_limits(&TestDatabase::sqlite(), limits, |it| async move {
        let session = json!({
            "sid": "4c79f60c-1121-4eb3-8604-f4ae0781bfb2", "init": true, "status": "ok",
            "started": Timestamp::now().to_string(), "attrs": {"release": "shop@1.0"}
        });
        let with_file = |bytes: usize| {
            let (event, file) = (envelope(ID), "x".repeat(bytes));
            format!(
                "{event}{{\"type\":\"session\"}}\n{session}\n{{\"type\":\"attachment\"}}\n{file}\n"
            )
        };
        it.post_envelope(with_file(4000))
            .await
            .check_error(503, "failed to queue envelope");
        assert!(it.has_event(ID).await);
        assert_eq!(it.post_envelope(with_file(1000)).await.status, 200);
        assert_eq!(
            it.outcomes().await,
            [
                "accepted attachment 1000",
                "accepted attachment_item 1",
                "accepted error 1",
                "accepted session 1",
                "invalid attachment queue_failed 4000",
                "invalid attachment_item queue_failed 1",
                "invalid error duplicate 1",
                "invalid session queue_failed 1",
            ]
        );
    });
}

#[test]
fn memory_of_a_file_is_held_until_it_is_stored_though_the_client_goes_away() {
    let limits = Limits {
        in_flight_bytes_max: 8000,
        ..Limits::default()
    };
    run_with_limits(&TestDatabase::sqlite(), limits, |it| async move {
        it.post_envelope("{}").await.check(200, "{}");
        let database = it.database.clone();
        let (locked, until_locked) = tokio::sync::oneshot::channel();
        let (unlock, until_unlocked) = std::sync::mpsc::channel::<()>();
        let lock = actix_web::rt::spawn(async move {
            let wait = move |_: &mut Conn<'_>| {
                locked.send(()).ok();
                until_unlocked.recv().ok();
                Ok(())
            };
            database.write(wait).await
        });
        until_locked.await.expect("is locked");
        let file = "x".repeat(3500);
        let body = format!("{{\"event_id\":\"{ID}\"}}\n{{\"type\":\"attachment\"}}\n{file}\n");
        let impatient = tokio::time::timeout(Duration::from_millis(300), it.post_envelope(body));
        impatient.await.expect_err("nothing is stored meanwhile");
        let other = format!("{{}}{}", "\n".repeat(5000));
        let answer = it.post_envelope(other.clone()).await;
        answer.check_error(503, "failed to queue envelope");
        unlock.send(()).expect("unlocks");
        lock.await.expect("ends").expect("unlocks");
        while it.post_envelope(other.clone()).await.status != 200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let file = format!("attachment event.attachment {file}");
        assert_eq!(files(&it, ID).await, [file]);
    });
}

#[test]
fn the_limit_of_a_body_holds_before_decompression() {
    let limits = Limits {
        envelope_bytes_max: 1000,
        ..Limits::default()
    };
    run_with_limits(&TestDatabase::sqlite(), limits, |it| async move {
        let request = TestRequest::post().set_payload("x".repeat(1001));
        it.send(request, "/api/PROJECT/envelope/?sentry_key=KEY")
            .await
            .check_error(413, "request content exceeded size limits");
    });
}
