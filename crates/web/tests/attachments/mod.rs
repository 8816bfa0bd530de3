//! Files of events: listed, shown where that is safe, and downloaded.

use actix_web::http::{StatusCode, header};
use serde_json::json;

use crate::site::{Answer, on_both};

const EVENT: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnot really, but it begins like one";
const HTML: &[u8] = b"<script>alert(1)</script>";

fn header_of(answer: &Answer, name: header::HeaderName) -> String {
    let value = answer
        .headers
        .get(name)
        .map(|value| value.to_str().unwrap());
    value.unwrap_or_default().to_owned()
}

#[test]
fn files_are_listed_shown_and_downloaded_without_harm() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&json!({"event_id": EVENT, "message": "x"}))
            .await;
        site.attach(EVENT, "screen.png", Some("image/png"), PNG)
            .await;
        site.attach(EVENT, "page.html", Some("text/html"), HTML)
            .await;
        site.attach(EVENT, "fake.png", Some("image/png"), HTML)
            .await;
        let page = site.get("/projects/default/issues/1").await;
        for part in [
            "screen.png",
            "src=\"/projects/default/attachments/1/image\"",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "25 B",
        ] {
            assert!(
                page.body.contains(part),
                "{part} is missing in {}",
                page.body
            );
        }
        assert!(!page.body.contains("<script>alert"));

        let image = site.get("/projects/default/attachments/1/image").await;
        assert_eq!(image.status, StatusCode::OK);
        assert_eq!(header_of(&image, header::CONTENT_TYPE), "image/png");
        for file in [image, site.get("/projects/default/attachments/2").await] {
            assert!(header_of(&file, header::CONTENT_SECURITY_POLICY).contains("sandbox"));
            assert_eq!(header_of(&file, header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        }
        let html = site.get("/projects/default/attachments/2").await;
        assert_eq!(
            header_of(&html, header::CONTENT_TYPE),
            "application/octet-stream"
        );
        assert!(
            header_of(&html, header::CONTENT_DISPOSITION)
                .starts_with("attachment; filename=\"page.html\"")
        );
        for never in [2, 3] {
            let path = format!("/projects/default/attachments/{never}/image");
            assert_eq!(
                site.get(&path).await.status,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
        let unknown = site.get("/projects/default/attachments/99").await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
        site.forget();
        let stranger = site.get("/projects/default/attachments/2").await;
        assert_eq!(stranger.status, StatusCode::SEE_OTHER);
    });
}
