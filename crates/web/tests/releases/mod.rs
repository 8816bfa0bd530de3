//! Releases and their health.

use serde_json::json;

use crate::site::on_both;

const PAGE: &str = "/projects/default/releases";

#[test]
fn a_project_without_releases_says_how_they_are_named() {
    on_both(|site| async move {
        site.set_up().await;
        assert!(site.get(PAGE).await.body.contains("No release yet"));
    });
}

#[test]
fn a_release_shows_its_health_and_leads_to_its_issues() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&json!({"message": "x", "release": "shop@1.0", "environment": "staging"}))
            .await;
        let bare = site.get(PAGE).await;
        assert!(bare.body.contains("shop@1.0") && bare.body.contains("No sessions in this period"));
        site.sessions("shop@1.1", "production", [300, 30, 3]).await;
        site.sessions("shop@1.0", "staging", [100, 0, 0]).await;
        let page = site.get(PAGE).await;
        for part in [
            "99 %",
            "75 %",
            "100 %",
            "27",
            "/projects/default/issues?query&#x3D;release:%22shop%401.1%22",
            "production",
        ] {
            assert!(
                page.body.contains(part),
                "{part} is missing in {}",
                page.body
            );
        }
        let staging = site
            .get(&format!("{PAGE}?environment=staging&period=24h"))
            .await;
        assert!(staging.body.contains("shop@1.0") && !staging.body.contains("shop@1.1"));
        let nowhere = site.get(&format!("{PAGE}?environment=nowhere")).await;
        assert!(nowhere.body.contains("In all environments"));
    });
}
