//! Releases and their sessions.

use serde_json::{Value, json};
use watchfire_event::Timestamp;
use watchfire_store::NewRecord;
use watchfire_store::release_health::{NewSessions, SessionRow};

use crate::harness::{Site, has_keys, on_each};

const SESSIONS: &str = "/organizations/acme/sessions/";
const HOUR_MICROS: i64 = 3_600_000_000;

/// Sessions of one user: in all, and how many were errored, crashed among them.
fn sessions(
    site: &Site<'_>,
    (release, environment): (&str, &str),
    (user, hours_ago): (&str, i64),
    (total, errored, crashed): (u32, u32, u32),
) {
    let now = Timestamp::now();
    site.save(NewRecord::Sessions(NewSessions {
        project: site.project,
        key_id: 0,
        quantity: u64::from(total),
        rows: vec![SessionRow {
            release: release.to_owned(),
            environment: environment.to_owned(),
            started: now.plus_micros(-hours_ago * HOUR_MICROS),
            session_id: None,
            user: Some(user.to_owned()),
            total,
            errored,
            abnormal: 0,
            unhandled: 0,
            crashed,
        }],
        received_at: now,
    }));
}

fn fill(site: &Site<'_>) {
    sessions(site, ("shop@1.0", "production"), ("ada", 0), (6, 2, 1));
    sessions(site, ("shop@1.0", "production"), ("ada", 2), (2, 0, 0));
    sessions(site, ("shop@1.0", "production"), ("bob", 2), (2, 0, 0));
    sessions(site, ("shop@2.0", "staging"), ("eve", 0), (5, 0, 0));
}

fn totals<'a>(answer: &'a Value, by: &Value) -> &'a Value {
    let mut groups = answer["groups"].as_array().unwrap().iter();
    let group = groups.find(|group| &group["by"] == by);
    &group.unwrap_or_else(|| panic!("no group {by} in {answer}"))["totals"]
}

#[test]
fn sessions_are_summed_with_their_users_and_crash_rates() {
    on_each(|site| {
        fill(site);
        let fields = "field=sum(session)&field=count_unique(user)&field=crash_free_rate(session)\
                      &field=crash_free_rate(user)&field=crash_rate(session)\
                      &field=crash_rate(user)";
        let ask = |query: &str| {
            site.get(&format!("{SESSIONS}?{fields}&statsPeriod=4h&{query}"))
                .good()
        };
        let found = ask("groupBy=release&groupBy=environment&groupBy=project");
        assert_eq!(found["intervals"].as_array().unwrap().len(), 5);
        let by = |release: &str, environment: &str| json!({"release": release, "environment": environment, "project": site.project.0});
        // Ada came back two hours later and is one user of the whole.
        assert_eq!(
            totals(&found, &by("shop@1.0", "production")),
            &json!({"sum(session)": 10, "count_unique(user)": 2,
                    "crash_free_rate(session)": 0.9, "crash_rate(session)": 0.1,
                    "crash_free_rate(user)": 0.5, "crash_rate(user)": 0.5})
        );
        let second = totals(&found, &by("shop@2.0", "staging"));
        assert_eq!(second["crash_free_rate(session)"], 1.0);
        let all = ask("");
        assert_eq!(totals(&all, &json!({}))["sum(session)"], 15);
        let last = &all["groups"][0]["series"];
        assert_eq!(last["sum(session)"][4], 11);
        assert_eq!(last["count_unique(user)"][2], 2);
        // An hour without sessions has no rate.
        assert!(last["crash_free_rate(session)"][3].is_null());
        for query in [
            "environment=staging",
            "query=release:shop@2.0",
            "query=environment:staging",
        ] {
            assert_eq!(
                totals(&ask(query), &json!({}))["sum(session)"],
                5,
                "{query}"
            );
        }
        assert_eq!(ask("project=999")["groups"], json!([]));
    });
}

#[test]
fn sessions_are_grouped_by_how_they_went() {
    on_each(|site| {
        fill(site);
        let found = site
            .get(&format!(
                "{SESSIONS}?field=sum(session)&field=count_unique(user)&groupBy=session.status\
                 &query=release:shop@1.0&statsPeriod=24h&interval=1d"
            ))
            .good();
        for (status, count, users) in [
            ("healthy", 8, 1),
            ("errored", 1, 0),
            ("crashed", 1, 1),
            ("abnormal", 0, 0),
            ("unhandled", 0, 0),
        ] {
            let totals = totals(&found, &json!({"session.status": status}));
            assert_eq!(totals["sum(session)"], count, "{status}");
            assert_eq!(totals["count_unique(user)"], users, "{status}");
        }
        for (query, word) in [
            ("groupBy=release", "field"),
            ("field=p50(session.duration)", "sum(session)"),
            ("field=sum(session)&groupBy=os", "environment"),
            (
                "field=crash_rate(user)&groupBy=session.status",
                "crash_rate(user)",
            ),
            ("field=sum(session)&query=os:linux", "os:linux"),
        ] {
            let detail = site.get(&format!("{SESSIONS}?{query}")).refused(400);
            assert!(detail.contains(word), "{detail}");
        }
    });
}

#[test]
fn releases_have_every_key_that_clients_need() {
    on_each(|site| {
        site.store(&json!({"message": "a", "release": "shop@1.0"}));
        site.store(&json!({"message": "a", "release": "shop@1.0+7"}));
        site.store(&json!({"message": "b", "release": "shop@1.0+7"}));
        fill(site);
        let list = site.get("/organizations/acme/releases/").good();
        assert_eq!(list.as_array().unwrap().len(), 3);
        let path = "/organizations/acme/releases/shop@1.0+7/";
        let found = site.get(path).good();
        has_keys(
            &found,
            "version shortVersion versionInfo status ref url dateCreated dateReleased newGroups \
             commitCount lastCommit deployCount lastDeploy authors owner projects firstEvent \
             lastEvent data",
        );
        assert_eq!(found["shortVersion"], "1.0+7");
        assert_eq!(found["versionInfo"]["package"], "shop");
        let project = &found["projects"][0];
        has_keys(project, "id slug name newGroups platform hasHealthData");
        assert_eq!(project["slug"], "shop");
        assert_eq!(project["hasHealthData"], false);
        // The other issue was there before.
        assert_eq!(
            (&found["newGroups"], &project["newGroups"]),
            (&json!(1), &json!(1))
        );
        let path = "/projects/acme/shop/releases/shop@2.0/";
        let second = site.get(path).good();
        assert_eq!(second["projects"][0]["hasHealthData"], true);
        let part = site.get("/projects/acme/shop/releases/?query=2.0&per_page=1");
        assert_eq!(part.good(), json!([second]));
        assert_eq!(part.cursor("next"), None);
        site.get("/projects/acme/shop/releases/shop@9/")
            .refused(404);
    });
}
