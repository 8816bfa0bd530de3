use actix_web::test::TestRequest;
use watchfire_store::attachment;
use watchfire_store::quota::Scope;

use crate::harness::{Answer, Harness, event_json, on_both, run_with_limits};
use watchfire_ingest::Limits;
use watchfire_testkit::database::TestDatabase;

const ID: &str = "9ec79c33ec9942ab8353589fcb2e04dc";
const PATH: &str = "/api/PROJECT/events/9ec79c33ec9942ab8353589fcb2e04dc/attachments/";

/// A field of a form with files: name, file name (if it is a file), content.
pub(crate) type Field<'a> = (&'a str, Option<&'a str>, &'a [u8]);

/// The body of a form with this boundary.
pub(crate) fn form(boundary: &str, fields: &[Field<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, content) in fields {
        let file = file.map(|it| format!("; filename=\"{it}\"\r\ncontent-type: text/plain"));
        let head = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"{}\r\n\r\n",
            file.unwrap_or_default()
        );
        body.extend(head.into_bytes());
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{boundary}--\r\n").into_bytes());
    body
}

/// Posts a form with the key in the query.
pub(crate) async fn post_form(it: &Harness, path: &str, fields: &[Field<'_>]) -> Answer {
    let request = TestRequest::post()
        .insert_header(("content-type", "multipart/form-data; boundary=xyz"))
        .set_payload(form("xyz", fields));
    it.send(request, &format!("{path}?sentry_key=KEY")).await
}

/// The attachments of an event, `name kind content` each, sorted.
pub(crate) async fn files(it: &Harness, id: &str) -> Vec<String> {
    let (project, id) = (it.project, id.parse().expect("an id"));
    let found = it
        .database
        .read(move |conn| attachment::of_event(conn, project, id))
        .await
        .expect("reads");
    let mut lines = Vec::new();
    for file in found {
        let bytes = it.blobs.get(&file.blob_key).await.expect("reads");
        let bytes = bytes.expect("the bytes of a row are there");
        assert_eq!(usize::try_from(file.size).expect("fits"), bytes.len());
        let text = String::from_utf8_lossy(&bytes).into_owned();
        lines.push(format!("{} {} {text}", file.filename, file.kind));
    }
    lines.sort();
    lines
}

on_both!(files_of_an_event_may_come_by_themselves, |it| {
    let fields: [Field<'_>; 3] = [
        ("a", Some("log.txt"), b"one"),
        ("note", None, b"no file"),
        ("b", Some("dump.bin"), b"two\0"),
    ];
    let answer = post_form(&it, PATH, &fields).await;
    answer.check(201, "");
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    it.post("store", event_json(ID).to_string()).await;
    let expected = [
        "dump.bin event.attachment two\0",
        "log.txt event.attachment one",
    ];
    assert_eq!(files(&it, ID).await, expected);
    assert_eq!(
        it.outcomes().await,
        [
            "accepted attachment 7",
            "accepted attachment_item 2",
            "accepted error 1"
        ]
    );
});

on_both!(what_is_no_form_with_files_is_refused, |it| {
    let endpoint = format!("events/{ID}/attachments");
    let answer = it.post(&endpoint, "x").await;
    answer.check_error(400, "invalid multipart data");
    post_form(&it, PATH, &[("note", None, b"no file")])
        .await
        .check_error(400, "empty request body");
    post_form(&it, "/api/PROJECT/events/xyz/attachments/", &[])
        .await
        .check_error(400, "bad event id path parameter");
    let request = TestRequest::post().set_payload("x");
    it.send(request, PATH)
        .await
        .check_error(401, "missing authorization information");
    assert_eq!(
        it.outcomes().await,
        [
            "invalid attachment_item empty_body 1",
            "invalid attachment_item invalid_event_id 1",
            "invalid attachment_item invalid_multipart 1",
        ]
    );
});

#[test]
fn files_over_a_limit_are_refused_together() {
    let limits = Limits {
        attachment_bytes_max: 10,
        ..Limits::default()
    };
    run_with_limits(&TestDatabase::sqlite(), limits, |it| async move {
        let fields: [Field<'_>; 2] = [("a", Some("a"), b"small"), ("b", Some("b"), &[b'x'; 11])];
        let answer = post_form(&it, PATH, &fields).await;
        assert_eq!(answer.status, 413);
        assert!(answer.body.contains("size limits for type 'attachment'"));
        assert_eq!(files(&it, ID).await, Vec::<String>::new());
        assert_eq!(
            it.outcomes().await,
            [
                "invalid attachment too_large:attachment 16",
                "invalid attachment_item too_large:attachment 2",
            ]
        );
    });
}

on_both!(a_limit_of_files_is_told, |it| {
    it.limit(Scope::Project, "attachment", 3600, 0).await;
    let answer = post_form(&it, PATH, &[("a", Some("a"), b"12345")]).await;
    assert_eq!(answer.status, 429);
    let limits = answer.header("x-sentry-rate-limits").unwrap_or_default();
    assert!(
        limits.ends_with(":attachment:project:project_quota"),
        "{limits}"
    );
    assert_eq!(files(&it, ID).await, Vec::<String>::new());
});

on_both!(secrets_in_files_are_removed_before_they_are_stored, |it| {
    let secret = ["hunter2", "Xk93pQ"].concat();
    let log = format!("connect postgres://ana:{secret}@db.example/shop\nand on");
    let fields: [Field<'_>; 1] = [("a", Some("log.txt"), log.as_bytes())];
    assert!(post_form(&it, PATH, &fields).await.status < 300);
    let found = files(&it, ID).await;
    assert!(!found[0].contains(&secret), "{found:?}");
    assert!(found[0].contains("and on"), "{found:?}");
});
