//! Bodies that are small as sent and large when decompressed.

use actix_web::test::TestRequest;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;
use watchfire_ingest::Limits;
use watchfire_testkit::database::TestDatabase;

use crate::harness::{Answer, Harness, envelope, gzip, run_with_limits};

const MIB: usize = 1024 * 1024;
const ID: &str = "00000000000000000000000000000001";

fn limits() -> Limits {
    Limits {
        envelope_bytes_max: 4 * MIB,
        ..Limits::default()
    }
}

async fn post(it: &Harness, encoding: &'static str, body: Vec<u8>) -> Answer {
    let request = TestRequest::post()
        .insert_header(("content-encoding", encoding))
        .set_payload(body);
    it.send(request, "/api/PROJECT/envelope/?sentry_key=KEY")
        .await
}

fn zlib(text: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).expect("writes");
    encoder.finish().expect("finishes")
}

/// 64 MiB of blanks as a brotli stream: a few blocks that repeat the byte before.
const BROTLI_BOMB: &[u8] = b"\xcb\xff\xff\x3f\xf8\x25\x40\xe2\xb1\x40\x20\xf7\xfe\x8f\xff\xff\x7f\xf0\x4b\x00\
    \xc4\x61\x11\x80\xee\xfd\x1f\xff\xff\xff\xe0\x97\x00\x88\xc3\x02\x00\xdd\xfb\x3f\xfe\xff\xff\xc1\x2f\x01\
    \x10\x87\x05\x00\xba\xf7\x7f\xfc\xff\xff\x83\x5f\x02\x20\x0e\x0b\x00\x74\xef\xff\xf8\xff\xff\x07\xbf\x04\
    \x40\x1c\x16\x00\xe8\xde\xff\xf1\xff\xff\x0f\x7e\x09\x80\x38\x2c\x00\xd0\xbd\xff\xcb\xff\xff\x3f\xfc\x12\
    \x00\x71\x58\x00\xa0\x7b\xff\x07";

#[test]
fn every_encoding_stops_at_the_limit() {
    run_with_limits(&TestDatabase::sqlite(), limits(), |it| async move {
        let large = vec![b' '; 64 * MIB];
        let many_members = gzip(vec![b' '; MIB]).repeat(64);
        let empty_members = gzip("").repeat(100_000);
        for (encoding, body) in [
            ("gzip", gzip(&large)),
            ("gzip", many_members),
            ("deflate", zlib(&large)),
            ("zstd", zstd::encode_all(&large[..], 1).expect("encodes")),
            (
                "zstd",
                zstd::encode_all(&large[..4 * MIB], 1)
                    .expect("encodes")
                    .repeat(16),
            ),
            ("br", BROTLI_BOMB.to_vec()),
        ] {
            assert!(body.len() < MIB, "{encoding} is small on the wire");
            post(&it, encoding, body)
                .await
                .check_error(413, "request content exceeded size limits");
        }
        post(&it, "gzip", empty_members)
            .await
            .check_error(400, "empty request body");
        // What is compressed twice is taken apart once, and then it is no envelope.
        post(&it, "gzip", gzip(gzip(&large)))
            .await
            .check_cause("invalid envelope header");
        for lists in ["gzip, gzip", "gzip,br", "deflate, gzip, zstd"] {
            post(&it, lists, gzip(envelope(ID)))
                .await
                .check_error(415, "unsupported content encoding");
        }
        assert_eq!(post(&it, "gzip", gzip(envelope(ID))).await.status, 200);
        assert_eq!(
            it.outcomes().await,
            [
                "accepted error 1",
                "invalid default empty_body 1",
                "invalid default invalid_compression 3",
                "invalid default invalid_envelope 1",
                "invalid default request_too_large 6",
            ]
        );
    });
}

#[test]
fn what_inflates_past_the_memory_for_bodies_waits_for_better_times() {
    let limits = Limits {
        in_flight_bytes_max: 8 * MIB,
        ..Limits::default()
    };
    run_with_limits(&TestDatabase::sqlite(), limits, |it| async move {
        // It shrinks as much as logs do, so that it is no bomb.
        let lines = (0..2_000_000).map(|line| format!("line {line}  "));
        let body = format!("{{}}\n{}", lines.collect::<String>());
        for _ in 0..3 {
            post(&it, "gzip", gzip(&body))
                .await
                .check_error(503, "failed to queue envelope");
        }
        assert_eq!(post(&it, "gzip", gzip(envelope(ID))).await.status, 200);
        assert_eq!(
            it.outcomes().await,
            ["accepted error 1", "invalid default queue_failed 3"]
        );
    });
}
