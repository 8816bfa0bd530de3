//! Taking fingerprints out of an issue.

use super::*;

const GROUPING: &str = "/projects/default/issues/1/grouping";

/// The fingerprints in the form of the grouping page.
fn hashes(page: &Answer) -> Vec<String> {
    let parts = page.body.split("name=\"hash\" value=\"").skip(1);
    parts
        .map(|part| part.split('"').next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn a_merged_issue_comes_out_again_with_its_events_after_a_page_that_asks() {
    on_both(|site| async move {
        with_issues(&site, &["red", "green", "green"]).await;
        site.get(LIST).await;
        site.post("/issues/1/merge", &[("with", "2")]).await;
        let page = site.get(GROUPING).await;
        contains(
            &page,
            &[
                "2 fingerprints",
                "DEFAULT-2</strong> was merged into this issue: 1 fingerprint with 2 events",
                "merged from</span> DEFAULT-2",
            ],
        );
        let href = page.body.split_once("/unmerge?hash").expect("is offered").1;
        let hash = href.trim_start_matches("&#x3D;").trim_start_matches('=');
        let hash = hash.split('"').next().expect("has an end");

        let asked = site.post("/issues/1/unmerge", &[("hash", hash)]).await;
        assert_eq!(
            asked.location,
            format!("/projects/default/issues/1/unmerge?hash={hash}")
        );
        contains(
            &site.get(&asked.location).await,
            &[
                "Take 1 fingerprint with 2 events out of DEFAULT-1?",
                "Back into DEFAULT-2",
            ],
        );
        let fields = [("hash", hash), ("sure", "yes")];
        let done = site.post("/issues/1/unmerge", &fields).await;
        assert_eq!(done.location, format!("{GROUPING}#fingerprints"));
        contains(
            &site.get(GROUPING).await,
            &["Took 1 fingerprint out into DEFAULT-2", "data-undo"],
        );
        assert_eq!(site.titles().await, ["green", "red"]);
        contains(
            &site.get("/issues/2").await,
            &["Event 2 of 2", "Ana took its events out of DEFAULT-1"],
        );

        site.post("/projects/default/undo", &[]).await;
        assert_eq!(site.get(LIST).await.issue_ids(), ["1"]);
    });
}

#[test]
fn an_issue_keeps_at_least_one_fingerprint() {
    on_both(|site| async move {
        with_issues(&site, &["red", "green"]).await;
        site.get(LIST).await;
        site.post("/issues/1/merge", &[("with", "2")]).await;
        let all = hashes(&site.get(GROUPING).await);
        assert_eq!(all.len(), 2);
        let page = site
            .get(&format!("/issues/1/unmerge?hash={}", all.join(",")))
            .await;
        contains(&page, &["An issue keeps at least one fingerprint"]);
        contains(
            &site.get("/issues/1/unmerge?hash=").await,
            &["Tick at least one"],
        );
        let fields = [
            ("hash", all[0].as_str()),
            ("hash", &all[1]),
            ("sure", "yes"),
        ];
        site.post("/issues/1/unmerge", &fields).await;
        contains(
            &site.get(GROUPING).await,
            &["keeps at least one fingerprint", "2 fingerprints"],
        );
        // An issue with one fingerprint offers nothing to take out.
        site.store(&message("blue")).await;
        let lone = site.get("/issues/3/grouping").await;
        contains(&lone, &["1 fingerprint"]);
        assert!(hashes(&lone).is_empty() && !lone.body.contains("Unmerge the ticked"));
    });
}
