//! The explanation of one event, and what the issue page itself says of grouping.

use super::*;

#[test]
fn the_page_says_what_counts_what_does_not_and_why() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&with_id(error("load", "gave up after 3 s"), 'a'))
            .await;
        let issue = plain(&site.get(ISSUE).await);
        let link = format!("{GROUPING}?event={}", id('a'));
        contains(&issue, &[&link, "Grouped by the application's own frames"]);
        let page = plain(&site.get(&link).await);
        contains(
            &page,
            &[
                "The event was put here by the application's own frames.",
                "newstyle:2026-01-20",
                "gives the first hash",
                "belongs to this issue",
                "gives a further hash",
                "the stack trace says enough, so the text may differ",
                "2 of 4 frames count",
                "2 frames that do not count",
                "class=\"text-on\" title=\"function\">load<",
                "raise TimeoutError(why)",
                "no rule of its own",
                "1 event had it first",
                "/issues/1/grouping/change/?kind=split&event=",
                "/issues/1/grouping/change/?kind=ignore_frame&event=",
            ],
        );
        assert!(page.contains("class=\"text-off\" title=\"filename: "));
    });
}

#[test]
fn rules_that_touched_a_frame_are_named_and_lead_to_where_they_are_changed() {
    on_both(|site| async move {
        site.set_up().await;
        site.add_rule("stack.function:get -group", false).await;
        site.store(&error("load", "a")).await;
        let page = plain(&site.get(GROUPING).await);
        contains(
            &page,
            &[
                "does not count because of a rule",
                "href=\"/projects/default/grouping/#rule-1\">rule 1</a>",
                "stack.function:get -group",
                "1 rule of its own",
                "1 of 4 frames count",
            ],
        );
    });
}

#[test]
fn the_stack_trace_shows_as_libraries_what_the_rules_take_for_libraries() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&error("load", "a")).await;
        // The SDK said in_app, the default rules say site-packages.
        contains(&plain(&site.get(ISSUE).await), &["2 library frames"]);
        site.add_rule("stack.module:shop.pool -app", false).await;
        let page = plain(&site.get(ISSUE).await);
        contains(&page, &["1 library frame<", "2 library frames"]);
    });
}

#[test]
fn each_frame_of_the_crash_leads_to_the_form_that_ignores_it() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&with_id(error("load", "a"), 'a')).await;
        let page = plain(&site.get(&format!("{ISSUE}?stack=full")).await);
        let form = |frame: usize| {
            let event = id('a');
            format!("/issues/1/grouping/change/?kind=ignore_frame&frame={frame}&event={event}\"")
        };
        // The one nearest to the crash, which stands first, is number 0.
        in_order(&page, &[&form(0), &form(1), &form(2)]);
        assert_eq!(
            site.get("/issues/1/grouping/change/?kind=ignore_frame&frame=0")
                .await
                .status,
            StatusCode::OK
        );
    });
}

#[test]
fn an_event_is_picked_by_word_or_id_and_a_wrong_one_is_explained() {
    on_both(|site| async move {
        site.set_up().await;
        let mut oldest = with_id(error("load", "a"), 'a');
        oldest["timestamp"] = json!(Timestamp::now().seconds() - 3_600.0);
        site.store(&oldest).await;
        site.store(&with_id(error("load", "b"), 'b')).await;
        site.store(&with_id(json!({"message": "other"}), 'c')).await;
        for (word, event) in [("", 'b'), ("latest", 'b'), ("oldest", 'a'), (&id('a'), 'a')] {
            let page = plain(&site.get(&format!("{GROUPING}?event={word}")).await);
            contains(&page, &[&format!("{ISSUE}/events/{}\"", id(event))]);
            assert!(!page.contains("keeps no event"), "{word}");
        }
        // An event of another issue is not this issue's.
        for word in [&id('c'), &id('f'), "nonsense"] {
            let page = plain(&site.get(&format!("{GROUPING}?event={word}")).await);
            contains(&page, &[&format!("keeps no event “{word}”"), &id('b')]);
        }
    });
}

#[test]
fn similar_issues_name_what_differs_and_are_merged_with_one_click() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&error("load", "a")).await;
        site.store(&error("save", "b")).await;
        site.store(&json!({"message": "nothing alike", "level": "info"}))
            .await;
        for path in [ISSUE, GROUPING] {
            let page = plain(&site.get(path).await);
            let similar = page.split_once("id=\"similar\"").expect("is there").1;
            contains(
                similar,
                &["DEFAULT-2", "load", "save", "Compare", "Merge into this"],
            );
            assert!(!similar.contains("DEFAULT-3"));
        }
        let merged = site
            .post(
                &format!("{ISSUE}/merge"),
                &[("with", "2"), ("back", GROUPING)],
            )
            .await;
        assert_eq!(merged.location, GROUPING);
        let page = plain(&site.get(GROUPING).await);
        contains(
            &page,
            &[
                "Merged DEFAULT-2 into DEFAULT-1",
                "data-undo",
                "Also group future events like these?",
                "/issues/1/grouping/change/?kind=merge&with=2",
                "DEFAULT-2</strong> was merged into this issue",
            ],
        );
        let issue = site.get(ISSUE).await;
        contains(&plain(&issue), &["Ana merged DEFAULT-2 into this issue"]);
        site.post("/projects/default/undo", &[("back", GROUPING)])
            .await;
        let list = site.get("/projects/default/issues").await;
        assert_eq!(list.issue_ids().len(), 3);
    });
}

#[test]
fn a_job_says_how_far_it_is_until_it_is_done() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&error("load", "a")).await;
        site.store(&error("save", "b")).await;
        site.add_rule("stack.module:shop.orders -group", true).await;
        for path in [ISSUE, GROUPING] {
            contains(
                &plain(&site.get(path).await),
                &[
                    "Stored events are being grouped anew",
                    "<progress",
                    "/projects/default/grouping/#jobs",
                ],
            );
        }
        site.run_jobs().await;
        let page = plain(&site.get("/issues/1").await);
        assert!(!page.contains("<progress"), "{page}");
        contains(&page, &["by changed rules", "rule 1"]);
    });
}

#[test]
fn markup_and_monsters_in_an_event_stay_text_and_stay_a_page() {
    on_both(|site| async move {
        site.set_up().await;
        let hostile = "<script>alert('x')</script>";
        let frames: Vec<Value> = (0..3_000)
            .map(|number| {
                let mut frame = frame("orders", &format!("{hostile}{number}"), hostile);
                frame["module"] = json!(hostile);
                frame["lineno"] = json!(number);
                frame
            })
            .collect();
        let event = json!({"platform": "python", "fingerprint": ["{{ default }}", hostile],
            "exception": {"values": [{"type": hostile, "value": hostile,
                "stacktrace": {"frames": frames}}]}});
        site.store(&event).await;
        site.store(&json!({"message": hostile})).await;
        for path in [
            GROUPING.to_owned(),
            format!("{GROUPING}?event={hostile}"),
            format!("{GROUPING}/compare?left=latest&right=2"),
            format!("{GROUPING}/compare?left={hostile}"),
        ] {
            let page = site
                .get(
                    &path
                        .replace('<', "%3C")
                        .replace('>', "%3E")
                        .replace('\'', "%27"),
                )
                .await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(!page.body.contains("<script>alert"), "{path}");
            assert!(page.body.contains("&lt;script&gt;"), "{path}");
            assert!(page.body.len() < 1_500_000, "{} bytes", page.body.len());
        }
    });
}

#[test]
fn strangers_see_nothing_of_it() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&error("load", "a")).await;
        site.become_person("ben", None).await;
        for path in ["", "/compare"] {
            let page = site.get(&format!("{GROUPING}{path}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND);
        }
        for path in ["merge", "unmerge", "delete", "discard"] {
            let fields = [("with", "1"), ("sure", "yes"), ("issue", "1")];
            let answer = site.post(&format!("{ISSUE}/{path}"), &fields).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        site.forget();
        let answer = site.get(GROUPING).await;
        assert!(answer.location.starts_with("/login"), "{}", answer.location);
    });
}
