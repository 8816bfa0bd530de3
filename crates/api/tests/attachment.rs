//! The files that came with events.

use serde_json::json;
use watchfire_event::{EventId, ProjectId, Timestamp};
use watchfire_store::NewRecord;
use watchfire_store::attachment::{NewAttachment, new_blob_key};

use crate::harness::{Site, has_keys, on_each};

fn attach(site: &Site<'_>, event: EventId, name: &str, kind: Option<&str>, bytes: &'static [u8]) {
    let project: ProjectId = site.project;
    let blob_key = new_blob_key(project, event);
    site.wait(site.blobs.put(&blob_key, bytes.into())).unwrap();
    site.save(NewRecord::Attachment(NewAttachment {
        project,
        key_id: 0,
        event_id: event,
        filename: name.to_owned(),
        content_type: kind.map(str::to_owned),
        kind: "event.attachment".to_owned(),
        size: u64::try_from(bytes.len()).unwrap(),
        blob_key,
        received_at: Timestamp::now(),
    }));
}

#[test]
fn attachments_are_listed_shown_and_downloaded() {
    on_each(|site| {
        let event = site.store_simple("a", 1);
        attach(
            site,
            event,
            "out.log",
            Some("text/plain; charset=utf-8"),
            b"all is lost",
        );
        attach(site, event, "page.html", Some("text/html"), b"<script>");
        let base = format!("/projects/acme/shop/events/{event}/attachments/");
        let list = site.get(&base).good();
        let log = &list[0];
        has_keys(
            log,
            "id event_id type name mimetype dateCreated size headers sha1",
        );
        assert_eq!(log["name"], "out.log");
        assert_eq!(log["size"], 11);
        assert_eq!(log["type"], "event.attachment");
        assert_eq!(log["event_id"], event.to_string());
        assert_eq!(list.as_array().unwrap().len(), 2);

        let path = |index: usize| format!("{base}{}/", list[index]["id"].as_str().unwrap());
        assert_eq!(&site.get(&path(0)).good(), log);
        let bytes = site.get(&format!("{}?download=1", path(0)));
        assert_eq!(bytes.text, "all is lost");
        assert_eq!(bytes.header("content-type"), "text/plain");
        assert_eq!(bytes.header("x-content-type-options"), "nosniff");
        let disposition = bytes.header("content-disposition");
        assert!(disposition.starts_with("attachment; filename=\"out.log\""));
        // A browser never learns that it could run something.
        let page = site.get(&format!("{}?download", path(1)));
        assert_eq!(page.header("content-type"), "application/octet-stream");
        assert_eq!(page.text, "<script>");
        let shown = site
            .get(&format!("/projects/acme/shop/events/{event}/"))
            .good();
        assert_eq!(shown["attachmentCount"], 2);
    });
}

#[test]
fn attachments_are_there_without_their_event_and_only_in_their_place() {
    on_each(|site| {
        let (event, stranger) = (EventId::random(), site.store_simple("a", 1));
        attach(site, event, "early.bin", None, b"\0");
        let base = |event: EventId| format!("/projects/acme/shop/events/{event}/attachments/");
        let early = site.get(&base(event)).good()[0].clone();
        assert_eq!(early["mimetype"], "application/octet-stream");
        let id = early["id"].as_str().unwrap();
        assert_eq!(site.get(&base(stranger)).good(), json!([]));
        site.get(&format!("{}{id}/", base(stranger))).refused(404);
        site.get(&format!("{}999999/", base(event))).refused(404);
        site.get(&format!("{}x/", base(event))).refused(404);
        site.get("/projects/acme/shop/events/x/attachments/")
            .refused(400);
        // A file that is gone from the disk is missing, not a failure.
        site.wait(async {
            let project = site.project;
            let id: i64 = id.parse().unwrap();
            let find = move |c: &mut watchfire_store::Conn<'_>| {
                watchfire_store::attachment::get(c, project, id)
            };
            let found = site.database().read(find).await.unwrap().unwrap();
            site.blobs.delete(&found.blob_key).await.unwrap();
        });
        site.get(&format!("{}{id}/?download=1", base(event)))
            .refused(404);
        site.token("other", None, &["project:read"]);
        site.ask(actix_web::http::Method::GET, &base(event), "other", None)
            .refused(403);
    });
}
