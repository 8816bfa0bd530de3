//! What became of everything that came in, over time.

use serde_json::{Value, json};
use watchfire_event::{ProjectId, Timestamp};
use watchfire_store::outcome::{Outcome, OutcomeCount};
use watchfire_store::set_up;

use crate::harness::{Site, on_each};

const STATS: &str = "/organizations/acme/stats_v2/";
const HOUR_MICROS: i64 = 3_600_000_000;

fn count(
    project: ProjectId,
    category: &'static str,
    (outcome, reason): (Outcome, &'static str),
    hours_ago: i64,
    quantity: u64,
) -> OutcomeCount {
    OutcomeCount {
        project: Some(project),
        key_id: None,
        category: category.into(),
        outcome,
        reason: reason.into(),
        at: Timestamp::now().plus_micros(-hours_ago * HOUR_MICROS),
        quantity,
        message: None,
    }
}

/// Counts of two projects: `shop`, and one more whose id is returned.
fn fill(site: &Site<'_>) -> ProjectId {
    let organization = site.organization;
    let other = site
        .database()
        .write_blocking(|c| {
            let now = Timestamp::now();
            set_up::make_project(c, organization, "Blog", None, now).map(|(project, _)| project.id)
        })
        .unwrap();
    let (filtered, accepted) = ((Outcome::Filtered, "localhost"), (Outcome::Accepted, ""));
    let limited = (Outcome::RateLimited, "key_quota");
    site.count(vec![
        count(site.project, "error", filtered, 0, 2),
        count(site.project, "security", filtered, 1, 3),
        count(site.project, "default", limited, 1, 5),
        count(site.project, "attachment", accepted, 1, 4096),
        count(site.project, "attachment_item", accepted, 1, 2),
        count(site.project, "error", filtered, 48, 70),
        count(other, "error", limited, 0, 11),
    ]);
    other
}

/// The total of the group whose `by` is this.
fn total(answer: &Value, by: &Value, field: &str) -> i64 {
    let mut groups = answer["groups"].as_array().unwrap().iter();
    let group = groups.find(|group| &group["by"] == by);
    let group = group.unwrap_or_else(|| panic!("no group {by} in {answer}"));
    let series = group["series"][field].as_array().unwrap();
    assert_eq!(
        series.len(),
        answer["intervals"].as_array().unwrap().len(),
        "one number for each interval"
    );
    let sum: i64 = series.iter().map(|point| point.as_i64().unwrap()).sum();
    assert_eq!(group["totals"][field], sum);
    sum
}

#[test]
fn outcomes_are_grouped_in_sentrys_shape() {
    on_each(|site| {
        fill(site);
        let quantity = "sum(quantity)";
        let found = site
            .get(&format!(
                "{STATS}?field=sum(quantity)&groupBy=outcome&groupBy=reason&groupBy=category\
                 &category=error&interval=1h&statsPeriod=3h"
            ))
            .good();
        assert_eq!(found["intervals"].as_array().unwrap().len(), 4);
        assert_eq!(found["intervals"][0], found["start"]);
        assert_eq!(
            found["start"].as_str().unwrap().len(),
            "2026-11-21T08:00:00Z".len()
        );
        let by = |outcome: &str, reason: &str| json!({"outcome": outcome, "reason": reason, "category": "error"});
        // `error` holds everything that becomes an issue.
        assert_eq!(total(&found, &by("filtered", "localhost"), quantity), 5);
        assert_eq!(
            total(&found, &by("rate_limited", "key_quota"), quantity),
            16
        );
        assert_eq!(total(&found, &by("accepted", "none"), quantity), 1);
        assert_eq!(found["groups"].as_array().unwrap().len(), 3);

        let days = site
            .get(&format!(
                "{STATS}?field=sum(quantity)&groupBy=outcome&category=error&interval=1d\
                 &statsPeriod=14d&outcome=filtered"
            ))
            .good();
        assert_eq!(days["intervals"].as_array().unwrap().len(), 15);
        assert_eq!(total(&days, &json!({"outcome": "filtered"}), quantity), 75);
        assert_eq!(days["groups"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn outcomes_are_narrowed_to_projects_reasons_and_categories() {
    on_each(|site| {
        let other = fill(site);
        let ask = |query: &str| {
            site.get(&format!(
                "{STATS}?statsPeriod=3h&field=sum(quantity)&{query}"
            ))
            .good()
        };
        let projects = ask("groupBy=project&category=error&project=-1");
        let quantity = "sum(quantity)";
        assert_eq!(total(&projects, &json!({"project": other.0}), quantity), 11);
        assert_eq!(
            total(&projects, &json!({"project": site.project.0}), quantity),
            11
        );
        let one = ask(&format!("category=error&project={other}"));
        assert_eq!(total(&one, &json!({}), quantity), 11);
        let both = ask(&format!(
            "category=1&project={other}&project={}",
            site.project
        ));
        assert_eq!(total(&both, &json!({}), quantity), 22);
        let reason = ask("category=error&reason=key_quota&groupBy=outcome");
        assert_eq!(
            total(&reason, &json!({"outcome": "rate_limited"}), quantity),
            16
        );
        // Security reports are errors, whatever they are asked by.
        let security = ask("category=security&groupBy=category");
        assert_eq!(total(&security, &json!({"category": "error"}), quantity), 3);
        let every = ask("groupBy=category");
        assert_eq!(
            total(&every, &json!({"category": "attachment"}), quantity),
            4096
        );
        assert_eq!(
            total(&every, &json!({"category": "attachment_item"}), quantity),
            2
        );
        assert_eq!(ask("category=session")["groups"], json!([]));
        assert_eq!(ask("category=error&project=999")["groups"], json!([]));
        let seen = site
            .get(&format!(
                "{STATS}?field=sum(times_seen)&category=attachments"
            ))
            .good();
        assert_eq!(total(&seen, &json!({}), "sum(times_seen)"), 2);
    });
}

#[test]
fn a_question_without_an_answer_is_refused_with_advice() {
    on_each(|site| {
        for (query, word) in [
            ("category=error", "field"),
            ("field=sum(quantity)", "category"),
            ("field=max(quantity)&category=error", "sum(quantity)"),
            ("field=sum(quantity)&category=purple", "purple"),
            (
                "field=sum(quantity)&category=error&groupBy=colour",
                "colour",
            ),
            (
                "field=sum(quantity)&category=error&outcome=lost",
                "accepted",
            ),
            ("field=sum(quantity)&category=error&interval=5m", "one hour"),
            (
                "field=sum(quantity)&category=error&statsPeriod=soon",
                "statsPeriod",
            ),
            ("field=sum(quantity)&category=error&start=2026-11-20", "end"),
        ] {
            let detail = site.get(&format!("{STATS}?{query}")).refused(400);
            assert!(detail.contains(word), "{query}: {detail}");
        }
        let start = "field=sum(quantity)&category=error&start=2026-11-19T00:00:00Z";
        let two_days = site.get(&format!("{STATS}?{start}&end=2026-11-21&interval=1d"));
        assert_eq!(two_days.good()["intervals"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn the_older_statistics_of_a_project_are_pairs_of_time_and_count() {
    on_each(|site| {
        fill(site);
        let sum = |query: &str| {
            let found = site
                .get(&format!("/projects/acme/shop/stats/?{query}"))
                .good();
            let pairs = found.as_array().unwrap().clone();
            let counts = pairs.iter().map(|pair| pair[1].as_i64().unwrap());
            (counts.sum::<i64>(), pairs.len())
        };
        assert_eq!(sum("stat=received&resolution=1h"), (11, 25));
        assert_eq!(sum("stat=rejected").0, 5);
        assert_eq!(sum("stat=blacklisted").0, 5);
        assert_eq!(sum("stat=generated").0, 1);
        let since = Timestamp::now().plus_micros(-72 * HOUR_MICROS).seconds();
        assert_eq!(
            sum(&format!("stat=blacklisted&since={since}&resolution=1d")).0,
            75
        );
        site.get("/projects/acme/shop/stats/?stat=x").refused(400);
    });
}
