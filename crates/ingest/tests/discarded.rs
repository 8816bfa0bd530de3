use serde_json::json;
use watchfire_event::Timestamp;
use watchfire_store::{event, issue, tombstone};

use crate::attachments::files;
use crate::harness::{Harness, event_json, on_both};

const FIRST: &str = "9ec79c33ec9942ab8353589fcb2e04dc";
const SECOND: &str = "0ec79c33ec9942ab8353589fcb2e04dc";

/// An event with a file and a word of its user.
fn envelope(id: &str) -> String {
    let header = json!({ "event_id": id });
    let file = r#"{"type":"attachment","length":3,"filename":"a.log"}"#;
    format!(
        "{header}\n{{\"type\":\"event\"}}\n{}\n{file}\none\n",
        event_json(id)
    )
}

async fn discard(it: &Harness, id: &'static str) {
    let project = it.project;
    let discarding = it.database.write(move |conn| {
        let row = event::get(conn, project, id.parse().expect("an id"))?.expect("is stored");
        issue::discard(conn, &[row.issue_id], None, Timestamp::now())
    });
    assert_eq!(discarding.await.expect("writes"), 1);
}

on_both!(
    an_event_of_a_discarded_issue_is_taken_and_dropped_with_its_files,
    |it| {
        it.post_envelope(envelope(FIRST))
            .await
            .check(200, &answer(FIRST));
        assert_eq!(files(&it, FIRST).await.len(), 1);
        discard(&it, FIRST).await;
        it.post_envelope(envelope(SECOND))
            .await
            .check(200, &answer(SECOND));
        let alone = event_json("1ec79c33ec9942ab8353589fcb2e04dc").to_string();
        assert_eq!(it.post("store", alone).await.status, 200);
        assert!(!it.has_event(SECOND).await);
        assert_eq!(files(&it, SECOND).await, Vec::<String>::new());
        let project = it.project;
        let tombstones = it.database.read(move |conn| tombstone::list(conn, project));
        let tombstones = tombstones.await.expect("reads");
        assert_eq!(tombstones.first().map(|it| it.hit_count), Some(2));
        assert_eq!(
            it.outcomes().await,
            [
                "accepted attachment 3",
                "accepted attachment_item 1",
                "accepted error 1",
                "filtered attachment discarded-hash 3",
                "filtered attachment_item discarded-hash 1",
                "filtered error discarded-hash 2",
            ]
        );
    }
);

fn answer(id: &str) -> String {
    json!({ "id": id }).to_string()
}
