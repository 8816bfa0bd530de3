//! What is kept beside events with a body, and scrubbed with them.

use serde_json::{Value, json};
use watchfire_event::{IssueId, Timestamp};
use watchfire_scrub::{Document, Policy};
use watchfire_store::dropped::{self, NewHead};
use watchfire_store::rescrub::{self, Preview, Span, WarningKind};
use watchfire_store::{
    Conn, NewRecord, Result, environment, erase, issue, job, project, release, tag, tombstone,
};
use watchfire_testkit::database::{TestDatabase, for_each_database};

use crate::recount;
use crate::rescrub::{NO_ADDRESSES, address, files_hold, leaking, run};
use crate::sampling::not_kept;
use crate::scrubbing::set;
use crate::support::{Shop, body, scrubbed, with};

/// A token of a kind that the secrets catalogue knows, put together here so that nobody takes it
/// for one that leaked.
pub(crate) fn token() -> String {
    ["ghp", "_16C7e42F292c6912E7", "710c838347Ae178B4a"].concat()
}

fn tag_values(shop: &Shop, id: IssueId) -> Vec<String> {
    let keys = shop.read(|c| tag::distribution(c, id, 1_000));
    let values = keys.into_iter().flat_map(|key| key.top);
    values.map(|value| value.value).collect()
}

/// Counts an event without its body.
pub(crate) fn count_only(shop: &Shop, body: &Value) {
    let event = shop.judged(body, &not_kept());
    assert!(
        shop.store_all([event])
            .iter()
            .all(std::result::Result::is_ok)
    );
}

#[test]
fn what_is_counted_of_events_without_a_body_is_scrubbed_too() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (anna, ben) = (address("anna"), address("ben"));
        let id = shop.store(leaking("one", 0, &anna)).issue_id;
        count_only(&shop, &leaking("one", 1, &anna));
        count_only(&shop, &leaking("one", 2, &ben));
        let before = shop.read(|c| issue::get(c, id)).unwrap();
        assert!(before.title.contains(&ben) && before.user_count == 2);
        set(&shop, NO_ADDRESSES);
        run(&shop, Span::Project, false);
        let after = shop.read(|c| issue::get(c, id)).unwrap();
        assert_eq!(after.title, "LookupError: no [email]");
        assert_eq!((after.event_count, after.user_count), (3, 0));
        let values = tag_values(&shop, id);
        assert!(
            !values.iter().any(|value| value.contains("@mail")),
            "{values:?}"
        );
        let keys = shop.read(|c| tag::distribution(c, id, 1_000));
        let contact = keys.iter().find(|key| key.key == "contact").unwrap();
        assert_eq!((contact.event_count, contact.value_count), (3, 1));
    });
}

#[test]
fn a_user_is_forgotten_where_events_have_no_body() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (anna, ben) = (address("anna"), address("ben"));
        let id = shop.store(leaking("one", 0, &ben)).issue_id;
        count_only(&shop, &leaking("one", 1, &anna));
        let person = erase::Person::parse("email", &anna).unwrap();
        let job = shop.write(|c| {
            let project = project::get(c, shop.project)?.unwrap();
            erase::queue(c, &project, &person, None, Timestamp::now())
        });
        job::run_waiting(&shop.database).unwrap();
        let receipt = shop.read(|c| erase::receipt(c, job)).unwrap();
        assert_eq!(receipt.removed.get("sampled_user"), Some(&1));
        assert_eq!(receipt.removed.get("event"), None);
        let after = shop.read(|c| issue::get(c, id)).unwrap();
        assert_eq!((after.event_count, after.user_count), (2, 1));
        assert!(!after.title.contains(&anna), "{}", after.title);
        let values = tag_values(&shop, id);
        assert!(!values.iter().any(|it| it.contains(&anna)), "{values:?}");
        assert!(values.contains(&format!("email:{ben}")), "{values:?}");
    });
}

pub(crate) fn head(shop: &Shop, body: &Value) -> NewRecord {
    let text = body.to_string();
    let grouped = watchfire_grouping::Grouper::default().group(scrubbed(&text));
    let dictionaries = shop.database.dictionaries();
    NewRecord::Head(NewHead::new(
        shop.project,
        "ignore-rule 7",
        &grouped,
        dictionaries,
    ))
}

pub(crate) fn heads(shop: &Shop) -> Vec<String> {
    let dictionaries = shop.database.dictionaries();
    let heads = shop.read(|c| dropped::heads(c, dictionaries, shop.project, 100));
    let text = |head: &dropped::Head| format!("{} {}", head.title, head.event().unwrap().to_json());
    heads.iter().map(text).collect()
}

#[test]
fn heads_of_dropped_events_are_scrubbed_and_erased() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (anna, ben) = (address("anna"), address("ben"));
        shop.save(head(&shop, &leaking("one", 0, &anna)));
        shop.save(head(&shop, &leaking("one", 1, &ben)));
        let person = erase::Person::parse("email", &ben).unwrap();
        shop.write(|c| {
            let project = project::get(c, shop.project)?.unwrap();
            erase::queue(c, &project, &person, None, Timestamp::now())
        });
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(heads(&shop).len(), 1);
        set(&shop, NO_ADDRESSES);
        let report = run(&shop, Span::Project, false);
        let is_head = |path: &str| path.starts_with("(dropped) ");
        assert!(report.by.iter().any(|it| is_head(&it.path)), "{report:?}");
        assert!(!heads(&shop)[0].contains(&anna), "{:?}", heads(&shop));
    });
}

#[test]
fn titles_of_discarded_issues_are_scrubbed() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let anna = address("anna");
        let id = shop.store(leaking("one", 0, &anna)).issue_id;
        shop.write(|c| issue::discard(c, &[id], None, Timestamp::now()));
        job::run_waiting(&shop.database).unwrap();
        set(&shop, NO_ADDRESSES);
        run(&shop, Span::Project, false);
        let titles = shop.read(|c| tombstone::list(c, shop.project));
        assert!(!titles[0].title.contains(&anna), "{titles:?}");
        assert!(titles[0].title.contains("[email]"), "{titles:?}");
    });
}

type Names = fn(&mut Conn<'_>, watchfire_event::ProjectId) -> Result<Vec<String>>;

const NAMES: [Names; 2] = [
    |c, id| {
        Ok(release::list(c, id, 100)?
            .into_iter()
            .map(|it| it.version)
            .collect())
    },
    |c, id| {
        Ok(environment::list(c, id)?
            .into_iter()
            .map(|it| it.name)
            .collect())
    },
];

#[test]
fn a_token_in_a_name_leaves_every_list() {
    let test = TestDatabase::sqlite();
    let shop = Shop::open(&test);
    let token = token();
    let named = json!({
        "release": format!("shop@{token}"),
        "environment": format!("e-{token}"),
        "transaction": format!("/login/{token}"),
        "tags": { "session": token },
        "message": format!("cannot use {token}"),
        "user": { "id": format!("u-{token}") },
    });
    let id = shop.store(with(body("one", 0), named.clone())).issue_id;
    assert!(files_hold(&test, &token));
    run(&shop, Span::Project, false);
    recount::check(&shop, false);
    count_only(&shop, &with(body("one", 1), named));
    assert!(files_hold(&test, &token));
    let report = run(&shop, Span::Project, false);
    assert!(!files_hold(&test, &token), "{report:#?}");
    assert!(tag_values(&shop, id).iter().all(|it| !it.contains(&token)));
    for names in NAMES {
        let names = shop.read(|c| names(c, shop.project));
        assert!(names.iter().all(|name| !name.contains(&token)), "{names:?}");
    }
}

fn preview(shop: &Shop, document: &str) -> Preview {
    let document = Document::parse(document).unwrap();
    let policy = Policy::of(&Document::default(), &document);
    let dictionaries = shop.database.dictionaries();
    shop.read(|c| {
        let project = project::get(c, shop.project)?.unwrap();
        rescrub::preview(c, dictionaries, &project, &policy, 100)
    })
}

#[test]
fn a_preview_shows_before_and_after_and_warns_of_rules_that_miss_or_blank() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let anna = address("anna");
        let kept = shop.store(leaking("one", 0, &anna));
        shop.store(body("two", 1));
        let shown = preview(&shop, NO_ADDRESSES);
        assert_eq!((shown.looked_at, shown.is_complete), (2, true));
        assert_eq!(shown.events.len(), 1);
        assert_eq!(shown.events[0].issue_id, kept.issue_id);
        let note = shown.events[0]
            .changes
            .iter()
            .find(|it| it.path == "extra.note")
            .unwrap();
        assert_eq!(
            note.before.as_deref(),
            Some(format!("asked by {anna}").as_str())
        );
        assert_eq!(note.after.as_deref(), Some("asked by [email]"));

        let rules = r#"{"piiConfig": {
            "rules": {
                "nothing": {"type": "pattern", "pattern": "never-there"},
                "all": {"type": "anything", "redaction": {"method": "remove"}}
            },
            "applications": {"extra.note": ["nothing"], "extra": ["all"]}
        }}"#;
        let shown = preview(&shop, rules);
        let warned = |rule: &str| {
            let of_rule = shown.warnings.iter().find(|it| it.rule.ends_with(rule));
            of_rule.map(|it| it.kind.clone())
        };
        assert_eq!(
            warned("nothing"),
            Some(WarningKind::MatchesNothing),
            "{shown:?}"
        );
        let blanked = WarningKind::BlanksContainer {
            path: "extra".to_owned(),
        };
        assert_eq!(warned("all"), Some(blanked), "{shown:?}");
        // Nothing was written.
        assert!(
            recount::issues(&shop)
                .iter()
                .any(|it| it.title.contains(&anna))
        );
    });
}
