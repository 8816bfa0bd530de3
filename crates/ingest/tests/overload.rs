use actix_web::test::TestRequest;
use watchfire_ingest::Limits;
use watchfire_testkit::database::TestDatabase;

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
