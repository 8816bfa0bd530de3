use actix_web::test::TestRequest;
use serde_json::json;
use watchfire_ingest::Limits;
use watchfire_store::quota::Scope;
use watchfire_testkit::database::TestDatabase;

use crate::attachments::{Field, files, form, post_form};
use crate::filters::rule;
use crate::harness::{Answer, gzip, on_both, run_with_limits};

#[path = "../src/items/minidump/synth.rs"]
mod synth;

const PATH: &str = "/api/PROJECT/minidump/";
const DUMP: &str = "upload_file_minidump";
const ID: &str = "9ec79c33ec9942ab8353589fcb2e04dc";
const HYPHENATED: &str = "9ec79c33-ec99-42ab-8353-589fcb2e04dc";

/// The id that a crash report is answered with.
#[track_caller]
fn id(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("text/plain"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(
        (answer.body.len(), answer.body.matches('-').count()),
        (36, 4)
    );
    answer.body.replace('-', "")
}

on_both!(a_form_becomes_an_event_with_files, |it| {
    let dump = synth::crash();
    let sentry = json!({"event_id": ID, "release": "shop@1", "tags": {"os": "linux"}}).to_string();
    let fields: [Field<'_>; 5] = [
        (DUMP, Some("crash.dmp"), &dump),
        ("sentry", None, sentry.as_bytes()),
        ("sentry[environment]", None, b"prod"),
        ("log", Some("log.txt"), b"last words"),
        ("view-hierarchy.json", Some("view-hierarchy.json"), b"{}"),
    ];
    let answer = post_form(&it, PATH, &fields).await;
    answer.check(200, HYPHENATED);
    assert_eq!(id(&answer), ID);
    let event = it.event(ID).await;
    assert_eq!(event["platform"], "native");
    assert_eq!(event["level"], "fatal");
    assert_eq!(event["release"], "shop@1");
    assert_eq!(event["environment"], "prod");
    let exception = &event["exception"]["values"][0];
    assert_eq!(exception["type"], "SIGSEGV / SEGV_MAPERR");
    assert_eq!(exception["mechanism"]["type"], "minidump");
    assert_eq!(exception["mechanism"]["handled"], false);
    let frames = exception["stacktrace"]["frames"]
        .as_array()
        .expect("frames");
    assert_eq!(frames.len(), 3);
    assert_eq!(frames[2]["package"], "/opt/shop/bin/shop");
    assert_eq!(event["debug_meta"]["images"][0]["type"], "elf");
    assert_eq!(event["contexts"]["os"]["name"], "Linux");
    let files = files(&it, ID).await;
    assert!(files[0].starts_with("crash.dmp event.minidump MDMP"));
    assert_eq!(files[1], "log.txt event.attachment last words");
    assert_eq!(files[2], "view-hierarchy.json event.view_hierarchy {}");
    let bytes = dump.len() + 12;
    assert_eq!(
        it.outcomes().await,
        [
            format!("accepted attachment {bytes}"),
            "accepted attachment_item 3".to_owned(),
            "accepted error 1".to_owned(),
        ]
    );
});

on_both!(the_body_may_be_the_dump_itself, |it| {
    for content_type in ["application/octet-stream", "application/x-dmp"] {
        let request = TestRequest::post()
            .insert_header(("content-type", content_type))
            .set_payload(gzip(synth::crash()));
        let path = "/api/PROJECT/minidump?sentry_key=KEY";
        let id = id(&it.send(request, path).await);
        assert_eq!(it.event(&id).await["level"], "fatal");
        let files = files(&it, &id).await;
        assert!(files[0].starts_with("minidump.dmp event.minidump MDMP"));
    }
});

on_both!(old_electron_wraps_the_form_once_more, |it| {
    let inner = form("inner", &[(DUMP, Some("crash.dmp"), &synth::crash())]);
    let answer = post_form(&it, PATH, &[(DUMP, Some("dump"), &inner)]).await;
    assert_eq!(it.event(&id(&answer)).await["level"], "fatal");
});

on_both!(what_is_no_dump_is_refused, |it| {
    let post = |fields: Vec<Field<'static>>| {
        let it = &it;
        async move { post_form(it, PATH, &fields).await }
    };
    let other: Field<'static> = ("log", Some("log.txt"), b"x");
    post(vec![other]).await.check_error(400, "missing minidump");
    let text: Field<'static> = (DUMP, Some("a"), b"some text");
    post(vec![text]).await.check_error(400, "invalid minidump");
    let broken: Field<'static> = (DUMP, Some("a"), b"\x1f\x8brubbish");
    post(vec![broken])
        .await
        .check_error(400, "invalid compression format");
    let request = TestRequest::post()
        .insert_header(("content-type", "multipart/form-data; boundary=xyz"))
        .set_payload("--xyz\r\ncut off");
    it.send(request, &format!("{PATH}?sentry_key=KEY"))
        .await
        .check_error(400, "invalid multipart data");
    assert_eq!(
        it.outcomes().await,
        [
            "invalid error invalid_compression 1",
            "invalid error invalid_minidump 1",
            "invalid error invalid_multipart 1",
            "invalid error missing_minidump_upload 1",
        ]
    );
});

on_both!(a_broken_dump_is_still_a_crash, |it| {
    let answer = post_form(&it, PATH, &[(DUMP, Some("a"), b"MDMP rubbish")]).await;
    let event = it.event(&id(&answer)).await;
    assert_eq!(
        event["exception"]["values"][0]["value"],
        "The dump cannot be read"
    );
});

#[test]
fn a_file_over_its_limit_is_dropped_and_the_crash_kept() {
    let limits = Limits {
        attachment_bytes_max: 10_000,
        ..Limits::default()
    };
    run_with_limits(&TestDatabase::sqlite(), limits, |it| async move {
        let dump = synth::crash();
        let large = vec![b'x'; 10_001];
        let fields: [Field<'_>; 2] = [
            (DUMP, Some("a.dmp"), &dump),
            ("log", Some("log.txt"), &large),
        ];
        let id = id(&post_form(&it, PATH, &fields).await);
        assert_eq!(files(&it, &id).await.len(), 1);
        let huge = [dump, large].concat();
        let answer = post_form(&it, PATH, &[(DUMP, Some("a"), &huge)]).await;
        assert_eq!(answer.status, 413);
        assert!(answer.body.contains("'attachment:minidump'"));
        let words = vec![b'x'; 1024 * 1024];
        let fields: [Field<'_>; 2] = [(DUMP, Some("a"), b"MDMP"), ("sentry", None, &words)];
        let answer = post_form(&it, PATH, &fields).await;
        assert_eq!(answer.status, 413);
        assert!(answer.body.contains("'form_data'"));
        let outcomes = it.outcomes().await;
        for line in [
            "invalid error too_large:form_data 1",
            "invalid attachment too_large:attachment 10001",
            "invalid attachment_item too_large:attachment 1",
            "invalid error too_large:attachment:minidump 1",
        ] {
            assert!(
                outcomes.iter().any(|it| it == line),
                "{line} in {outcomes:?}"
            );
        }
    });
}

/// A crash archive as newer versions of the engine write it.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let number = |value: usize| u32::try_from(value).expect("fits").to_le_bytes();
    let text = |text: &str| [&number(text.len())[..], text.as_bytes()].concat();
    let mut bytes = b"CR1".to_vec();
    bytes.extend(text("UE4CC-1"));
    bytes.extend(text("UE4CC-1.ue4crash"));
    bytes.extend(number(0));
    bytes.extend(number(files.len()));
    for (index, (name, content)) in files.iter().enumerate() {
        bytes.extend(number(index));
        bytes.extend(text(name));
        bytes.extend(number(content.len()));
        bytes.extend(*content);
    }
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, &bytes).expect("writes");
    encoder.finish().expect("finishes")
}

on_both!(a_report_of_the_unreal_engine_becomes_all_its_parts, |it| {
    let context = "<FGenericCrashContext><RuntimeProperties>\
        <ErrorMessage>Out of ammo</ErrorMessage><UserName>ada</UserName>\
        <UserDescription>I shot the door</UserDescription>\
        </RuntimeProperties></FGenericCrashContext>";
    let archive = archive(&[
        ("UE4Minidump.dmp", &synth::crash()),
        ("CrashContext.runtime-xml", context.as_bytes()),
        ("Shop.log", b"LogInit: started\n"),
    ]);
    let request = TestRequest::post().set_payload(archive);
    let path = "/api/PROJECT/unreal/KEY/?UserID=login1%7Cepic2%7Cmachine3&AppID=x";
    let id = id(&it.send(request, path).await);
    let event = it.event(&id).await;
    assert_eq!(
        event["exception"]["values"][0]["type"],
        "SIGSEGV / SEGV_MAPERR"
    );
    assert_eq!(event["user"]["id"], "login1");
    assert_eq!(files(&it, &id).await.len(), 3);
    let reports = it.feedback().await;
    assert_eq!(reports[0].event_id.map(|it| it.to_string()), Some(id));
    assert_eq!(reports.len(), 1);
    assert_eq!(
        (&*reports[0].name, &*reports[0].message),
        ("ada", "I shot the door")
    );
});

on_both!(what_is_no_report_of_the_engine_is_refused, |it| {
    let request = TestRequest::post().set_payload("rubbish");
    it.send(request, "/api/PROJECT/unreal/KEY/")
        .await
        .check_error(400, "invalid unreal report");
    assert_eq!(
        it.outcomes().await,
        ["invalid error invalid_unreal_report 1"]
    );
});

on_both!(a_sender_of_crashes_is_never_told_of_limits, |it| {
    it.limit(Scope::Key, "error", 3600, 0).await;
    let dump = synth::crash();
    let fields: [Field<'_>; 2] = [(DUMP, Some("a.dmp"), &dump), ("log", Some("b"), b"1234")];
    let id_of_dump = id(&post_form(&it, PATH, &fields).await);
    assert!(!it.has_event(&id_of_dump).await);
    assert_eq!(files(&it, &id_of_dump).await, Vec::<String>::new());
    let request = TestRequest::post().set_payload(archive(&[("a.txt", b"123")]));
    id(&it.send(request, "/api/PROJECT/unreal/KEY/").await);
    let bytes = dump.len() + 4 + 3;
    assert_eq!(
        it.outcomes().await,
        [
            format!("rate_limited attachment key_quota {bytes}"),
            "rate_limited attachment_item key_quota 3".to_owned(),
            "rate_limited error key_quota 2".to_owned(),
        ]
    );
});

on_both!(a_filter_keeps_neither_the_crash_nor_its_files, |it| {
    it.set("filter", json!({"releases": ["bad@*"]})).await;
    let dump = synth::crash();
    let fields: [Field<'_>; 2] = [
        (DUMP, Some("a.dmp"), &dump),
        ("sentry[release]", None, b"bad@1"),
    ];
    let id = id(&post_form(&it, PATH, &fields).await);
    assert!(!it.has_event(&id).await);
    assert_eq!(files(&it, &id).await, Vec::<String>::new());
});

on_both!(a_rule_sees_of_a_crash_what_its_page_shows, |it| {
    // What the dump says and what came beside it, as one event.
    let conditions = json!({"all": [
        {"field": "exception.type", "op": "is", "value": "SIGSEGV / SEGV_MAPERR"},
        {"field": "exception.value", "op": "starts_with", "value": "Fatal Error: SIGSEGV"},
        {"field": "frame.module", "op": "is", "value": "/opt/shop/bin/shop"},
        {"field": "handled", "op": "is", "value": false},
        {"field": "platform", "op": "is", "value": "native"},
        {"field": "level", "op": "is", "value": "fatal"},
        {"field": "release", "op": "is", "value": "shop@1"},
        {"field": "tag.os", "op": "is", "value": "linux"},
    ]});
    rule(&it, false, json!({"level": "info"}), conditions).await;
    let is_other = json!({"field": "release", "op": "is", "value": "shop@2"});
    rule(&it, false, json!("drop"), is_other).await;
    let dump = synth::crash();
    for (release, is_kept) in [("shop@1", true), ("shop@2", false)] {
        let sentry = json!({"release": release, "tags": {"os": "linux"}}).to_string();
        let fields: [Field<'_>; 2] = [
            (DUMP, Some("a.dmp"), &dump),
            ("sentry", None, sentry.as_bytes()),
        ];
        let id = id(&post_form(&it, PATH, &fields).await);
        assert_eq!(it.has_event(&id).await, is_kept, "{release}");
        if is_kept {
            assert_eq!(it.event(&id).await["level"], "info");
        }
    }
});

on_both!(secrets_in_a_dump_are_on_no_disk, |it| {
    let token = format!(
        "{}{}",
        concat!("gh", "p_"),
        "a8Kq2Lm9Zx4Vb7Nc1Rt6Yw3Ps5Df0GhJkLuQ"
    );
    let texts = synth::Texts {
        program: &format!("/opt/{token}"),
        thread: &token,
        release: &token,
        environment: &format!("HOME=/root\0API_TOKEN={token}\0"),
        memory: &token,
        annotation: &token,
    };
    let dump = synth::dump_of(&texts, 11);
    let id = id(&post_form(&it, PATH, &[(DUMP, Some("a.dmp"), &dump)]).await);
    let event = it.event(&id).await.to_string();
    let file = files(&it, &id).await.remove(0);
    let wide: String = token.chars().flat_map(|it| [it, '\0']).collect();
    for text in [event, file] {
        assert!(!text.contains(&token) && !text.contains(&wide), "{text}");
        assert!(text.contains("libc.so.6") || text.contains("l\0i\0b\0c\0"));
    }
});
