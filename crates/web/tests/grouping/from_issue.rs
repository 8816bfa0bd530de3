//! The form that makes a rule from an issue.

use super::*;

/// Three events of one issue, in two regions.
async fn with_regions(site: &Site) -> String {
    site.set_up().await;
    for region in ["eu", "eu", "us"] {
        site.store(&error("TimeoutError", "no answer", region))
            .await;
    }
    site.issues().await.remove(0)
}

fn form(issue: &str) -> String {
    format!("/issues/{issue}/grouping/change/")
}

#[test]
fn a_split_shows_what_it_would_do_and_saves_nothing_before() {
    on_both(|site| async move {
        let issue = with_regions(&site).await;
        let page = site
            .get(&format!("{}?kind=split&by=tag", form(&issue)))
            .await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.rule_text().contains("tags.region"),
            "{}",
            page.rule_text()
        );
        let fields = [("kind", "split"), ("by", "tag"), ("tag", "region")];
        let tried = site.try_out(&form(&issue), &fields).await;
        assert_eq!(tried.status, StatusCode::OK);
        assert!(
            tried
                .sentence()
                .contains("1 of 3 events would move, into 1 new issue"),
            "the larger part stays: {}",
            tried.sentence()
        );
        assert!(tried.body.contains("/events/"), "with examples");
        assert!(
            unescaped(&tried.body).contains("region = us"),
            "and what is special"
        );
        assert!(site.rules().await.is_empty() && site.jobs().await.is_empty());
        assert_eq!(site.issues().await.len(), 1, "nothing is saved");
    });
}

#[test]
fn what_was_seen_is_saved_with_author_and_note_and_moves_the_past() {
    on_both(|site| async move {
        let issue = with_regions(&site).await;
        let fields = [
            ("kind", "split"),
            ("by", "tag"),
            ("tag", "region"),
            ("note", "one bug per region"),
            ("past", "1"),
        ];
        let saved = site.try_and_save(&form(&issue), &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let [rule] = &site.rules().await[..] else {
            panic!("one rule");
        };
        assert_eq!(
            saved.location,
            format!("/projects/default/grouping/rules/{}", rule.id)
        );
        assert_eq!(
            (rule.note.as_str(), rule.is_active),
            ("one bug per region", true)
        );
        assert!(rule.user_id.is_some() && rule.issue_id == issue.parse().ok());
        let page = site.get(&saved.location).await;
        for part in [
            "one bug per region",
            "by Ana",
            "Regroup past events",
            "Saved rule",
        ] {
            assert!(page.body.contains(part), "{part}: {}", page.body);
        }
        site.run_jobs().await;
        assert_eq!(site.issues().await.len(), 2, "the past is split");
        let page = site.get(&saved.location).await;
        assert!(
            page.body.contains(">done<") && page.body.contains("1 moved"),
            "{}",
            page.body
        );
    });
}

#[test]
fn a_rule_that_nobody_tried_is_tried_first() {
    on_both(|site| async move {
        let issue = with_regions(&site).await;
        let fields = [
            ("kind", "split"),
            (
                "text",
                "error.type:TimeoutError -> timeouts, {{ tags.region }}",
            ),
            ("action", "save"),
            ("previewed", "made up"),
        ];
        let shown = site.post(&form(&issue), &fields).await;
        assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(shown.body.contains("Look at it, then save"));
        assert!(
            shown.sentence().contains("events would"),
            "{}",
            shown.sentence()
        );
        assert!(site.rules().await.is_empty());
    });
}

#[test]
fn a_typed_line_stays_until_something_else_is_chosen() {
    on_both(|site| async move {
        let issue = with_regions(&site).await;
        let page = site
            .get(&format!("{}?kind=split&by=type", form(&issue)))
            .await;
        let chosen = page.hidden("chosen");
        let typed = "error.type:Timeout* -> mine";
        let mut fields = vec![
            ("kind", "split"),
            ("by", "type"),
            ("tag", "region"),
            ("frame", "0"),
            ("chosen", &chosen),
            ("text", typed),
        ];
        assert_eq!(
            site.try_out(&form(&issue), &fields).await.rule_text(),
            typed
        );
        fields[1] = ("by", "message");
        let other = site.try_out(&form(&issue), &fields).await.rule_text();
        assert!(
            other.contains("error.value") && !other.contains("mine"),
            "{other}"
        );
    });
}

#[test]
fn a_bad_line_is_told_with_its_number_and_never_saved() {
    on_both(|site| async move {
        let issue = with_regions(&site).await;
        let fields = [
            ("kind", "split"),
            ("text", "error.type:TimeoutError -> x\nno rule at all"),
        ];
        let tried = site.try_out(&form(&issue), &fields).await;
        assert!(tried.body.contains("data-line=\"2\"") && tried.body.contains("no rule at all"));
        let saved = site.try_and_save(&form(&issue), &fields).await;
        assert_eq!(saved.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(saved.body.contains("Line 2 cannot be used"));
        assert!(site.rules().await.is_empty());
        let empty = [
            ("kind", "split"),
            ("text", " "),
            ("chosen", ""),
            ("action", "save"),
        ];
        let nothing = site.post(&form(&issue), &empty).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    });
}

#[test]
fn two_issues_are_merged_by_a_rule() {
    on_both(|site| async move {
        site.set_up().await;
        for _ in 0..2 {
            site.store(&error("TimeoutError", "a", "eu")).await;
        }
        site.store(&error("ConnectionError", "b", "eu")).await;
        let issues = site.issues().await;
        let [first, second] = &issues[..] else {
            panic!("two issues");
        };
        let page = site
            .get(&format!("{}?kind=merge&with={second}", form(first)))
            .await;
        assert!(page.body.contains("TimeoutError") && page.body.contains("ConnectionError"));
        let lines = page.rule_text();
        assert!(
            lines.contains("TimeoutError") && lines.contains("ConnectionError"),
            "{lines}"
        );
        let fields = [("kind", "merge"), ("with", second.as_str()), ("past", "1")];
        let saved = site.try_and_save(&form(first), &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        site.run_jobs().await;
        assert_eq!(site.issues().await.len(), 1);
        let nobody = [("kind", "merge"), ("add", "SHOP-99")];
        let refused = site.try_out(&form(first), &nobody).await;
        assert!(
            refused.body.contains("is no other issue of"),
            "{}",
            refused.body
        );
    });
}

#[test]
fn a_frame_is_ignored_and_a_text_is_variable() {
    on_both(|site| async move {
        let issue = with_regions(&site).await;
        let page = site
            .get(&format!("{}?kind=ignore_frame&frame=0", form(&issue)))
            .await;
        assert!(
            page.body.contains("call"),
            "the frame nearest to the crash is offered"
        );
        let line = page.rule_text();
        assert!(line.contains("-group"), "{line}");
        site.store(&json!({"message": "customer acme-42 is gone", "platform": "python"}))
            .await;
        let issues = site.issues().await;
        let other = issues.iter().find(|id| **id != issue).unwrap();
        let page = site
            .get(&format!("{}?kind=variable&text=acme-42", form(other)))
            .await;
        assert!(page.body.contains("<mark>acme-42</mark>"), "{}", page.body);
        assert!(!page.rule_text().is_empty() && page.body.contains("name=\"pattern\""));
        let page = site
            .get(&format!("{}?kind=variable&text=nowhere", form(other)))
            .await;
        assert!(page.body.contains("does not stand in any of the texts"));
    });
}

#[test]
fn members_read_the_form_and_cannot_use_it() {
    on_both(|site| async move {
        let issue = with_regions(&site).await;
        site.become_person("mia", Some("member")).await;
        let page = site.get(&format!("{}?kind=split", form(&issue))).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.body
                .contains("<fieldset class=\"bare change-grid\" disabled>")
        );
        assert!(page.body.contains("Owners, managers and admins"));
        let refused = site.try_out(&form(&issue), &[("kind", "split")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        site.become_person("stranger", None).await;
        let hidden = site.get(&form(&issue)).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND);
        let hidden = site.try_out(&form(&issue), &[("kind", "split")]).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    });
}
