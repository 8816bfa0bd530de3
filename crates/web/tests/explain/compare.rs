//! Two events side by side.

use super::*;

const COMPARE: &str = "/projects/default/issues/1/grouping/compare";

#[test]
fn the_sentence_that_names_the_deciding_component_stands_first() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&error("load", "a")).await;
        site.store(&error("save", "b")).await;
        let page = plain(&site.get(&format!("{COMPARE}?left=latest&right=2")).await);
        let main = page.split_once("<main").expect("has a main part").1;
        in_order(main, &["verdict-sentence", "id=\"left\"", "Part by part"]);
        let sentence = main.split_once("verdict-sentence\">").expect("is there").1;
        let sentence = sentence.split('<').next().expect("has text");
        contains(sentence, &["function", "load", "save"]);
        contains(
            main,
            &[
                "no hash in common",
                "in two issues",
                "cell-decides",
                "separates</span>",
                "cell-same",
                "Merge DEFAULT-2 into DEFAULT-1",
            ],
        );
    });
}

#[test]
fn events_of_one_issue_share_a_hash_and_the_page_offers_to_split() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&with_id(error("load", "one"), 'a')).await;
        site.store(&with_id(error("load", "two"), 'b')).await;
        let path = format!("{COMPARE}?left={}&right={}", id('a'), id('b'));
        let page = plain(&site.get(&path).await);
        contains(
            &page,
            &[
                "they share a hash",
                "in one issue",
                "cell-same",
                "/issues/1/grouping/change/?kind=split",
            ],
        );
        contains(&page, &["joins</span>"]);
        assert!(!page.contains("separates</span>"));
    });
}

#[test]
fn merged_events_are_in_one_issue_without_a_common_hash() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&with_id(error("load", "one"), 'a')).await;
        site.store(&with_id(error("save", "two"), 'b')).await;
        site.post(&format!("{ISSUE}/merge"), &[("with", "DEFAULT-2")])
            .await;
        let path = format!("{COMPARE}?left={}&right={}", id('a'), id('b'));
        contains(
            &plain(&site.get(&path).await),
            &["no hash in common", "in one issue all the same", "merged"],
        );
    });
}

#[test]
fn an_event_is_named_by_word_id_or_issue_and_nonsense_is_explained() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&with_id(error("load", "one"), 'a')).await;
        site.store(&with_id(error("save", "two"), 'b')).await;
        for right in ["2", "DEFAULT-2", &id('b')] {
            let page = plain(&site.get(&format!("{COMPARE}?right={right}")).await);
            contains(&page, &[&id('a'), &id('b')]);
        }
        for wrong in ["nonsense", &id('f'), "999"] {
            let page = plain(&site.get(&format!("{COMPARE}?right={wrong}")).await);
            contains(&page, &["No event is kept for", "aria-invalid=\"true\""]);
            assert!(!page.contains("verdict-sentence"));
        }
    });
}
