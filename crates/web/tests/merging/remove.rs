//! Deleting issues, and discarding what comes of their kind.

use super::*;

#[test]
fn issues_are_deleted_after_a_page_that_names_them_and_their_kind_comes_anew() {
    on_both(|site| async move {
        with_issues(&site, &["red", "red", "green"]).await;
        let fields = [("issue", "1"), ("issue", "2"), ("back", LIST)];
        site.get(LIST).await;
        let asked = site.post("/projects/default/delete", &fields).await;
        contains(
            &site.get(&asked.location).await,
            &[
                "Delete 2 issues with 3 events?",
                "red",
                "green",
                "Delete 2 issues</button>",
                "cannot be undone",
            ],
        );
        let fields = [("issue", "1"), ("sure", "yes"), ("back", LIST)];
        let done = site.post("/projects/default/delete", &fields).await;
        assert_eq!(done.location, LIST);
        contains(&site.get(LIST).await, &["Deleted 1 issue"]);
        assert_eq!(site.titles().await, ["green"]);
        assert_eq!(site.get("/issues/1").await.status, StatusCode::NOT_FOUND);
        site.run_jobs().await;
        site.store(&message("red")).await;
        assert_eq!(site.titles().await, ["green", "red"]);
    });
}

#[test]
fn what_is_discarded_does_not_come_back() {
    on_both(|site| async move {
        with_issues(&site, &["red", "green"]).await;
        let page = site.get("/issues/1").await;
        contains(
            &page,
            &[
                "/projects/default/discard?issues=1&back=",
                "/projects/default/delete?issues=1&back=",
            ],
        );
        contains(
            &site.get("/projects/default/discard?issues=1").await,
            &[
                "Delete and discard 1 issue with 1 event?",
                "Later events with the same fingerprints are dropped",
            ],
        );
        let asked = site.post("/issues/1/discard", &[("back", LIST)]).await;
        assert!(
            asked
                .location
                .starts_with("/projects/default/discard?issues=1")
        );
        let fields = [("sure", "yes"), ("back", LIST)];
        let done = site.post("/issues/1/discard", &fields).await;
        assert_eq!(done.location, LIST);
        contains(
            &site.get(LIST).await,
            &["what comes of their kind is discarded"],
        );
        site.run_jobs().await;
        site.store(&message("red")).await;
        assert_eq!(site.titles().await, ["green"]);
        contains(
            &site.get("/projects/default/discard?issues=1").await,
            &["Nothing to delete"],
        );
    });
}
