use std::time::{Duration, Instant};

use actix_web::test::TestRequest;
use watchfire_store::key;

use crate::harness::{UNKNOWN_KEY, envelope, new_project, on_both};

const ID: &str = "00000000000000000000000000000001";

on_both!(a_project_that_was_just_made_is_found_at_once, |it| {
    it.post_envelope(envelope(ID))
        .await
        .check(200, &format!(r#"{{"id":"{ID}"}}"#));
    let (project, public_key) = new_project(&it.database, "blog").await;
    let path = format!("/api/{project}/envelope/?sentry_key={public_key}");
    let answer = it
        .send(TestRequest::post().set_payload(envelope(ID)), &path)
        .await;
    answer.check(200, &format!(r#"{{"id":"{ID}"}}"#));
});

on_both!(a_disabled_key_is_refused, |it| {
    let project = it.project;
    it.database
        .write(move |conn| {
            for key in key::list(conn, project)? {
                key::set_active(conn, project, key.id, false)?;
            }
            Ok(())
        })
        .await
        .expect("writes");
    it.post_envelope(envelope(ID))
        .await
        .check_error(403, "event submission rejected with_reason: ProjectId");
    assert_eq!(
        it.messages().await,
        ["default project_id: the key is switched off in the project's settings"]
    );
    assert_eq!(it.outcomes().await, ["invalid default project_id 1"]);
});

on_both!(unknown_keys_are_asked_for_once_a_second, |it| {
    let path = format!("/api/PROJECT/envelope/?sentry_key={UNKNOWN_KEY}");
    let started = Instant::now();
    for _ in 0..200 {
        assert_eq!(
            it.send(TestRequest::post().set_payload("{}"), &path)
                .await
                .status,
            403
        );
    }
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "strangers cost little"
    );
});
