//! What organisations and projects say of scrubbing.

use watchfire_store::project;
use watchfire_store::scrubbing::{self, Scope, Version};
use watchfire_testkit::database::for_each_database;

use crate::support::{NOON, SECOND, Shop};

/// Stores a document of the project, which must be good.
pub(crate) fn set(shop: &Shop, document: &str) -> Version {
    let scope = Scope::Project(shop.project);
    let stored = shop.write(|c| scrubbing::set(c, scope, document, None, NOON));
    stored.unwrap()
}

fn organization(shop: &Shop) -> Scope {
    let project = shop.read(|c| project::get(c, shop.project)).unwrap();
    Scope::Organization(project.organization_id)
}

fn policy(shop: &Shop) -> (watchfire_scrub::Policy, Vec<watchfire_scrub::Problem>) {
    shop.read(|c| {
        let project = project::get(c, shop.project)?.unwrap();
        scrubbing::policy(c, &project)
    })
}

#[test]
fn the_newest_document_is_in_force_and_the_others_are_its_history() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let scope = Scope::Project(shop.project);
        assert_eq!(shop.read(|c| scrubbing::document(c, scope)), None);
        let first = set(&shop, r#"{"sensitiveFields": ["iban"]}"#);
        let second = set(&shop, "");
        assert_eq!(
            shop.read(|c| scrubbing::document(c, scope)),
            Some(second.clone())
        );
        assert_eq!(
            shop.read(|c| scrubbing::history(c, scope)),
            [second, first.clone()]
        );
        assert_eq!(
            shop.read(|c| scrubbing::version(c, scope, first.id)),
            Some(first.clone())
        );
        // Another place has none of it.
        let other = Scope::Project(shop.other_project("other"));
        assert_eq!(shop.read(|c| scrubbing::version(c, other, first.id)), None);
        assert!(
            shop.read(|c| scrubbing::history(c, organization(&shop)))
                .is_empty()
        );
    });
}

#[test]
fn a_document_with_a_problem_is_refused_as_a_whole_with_its_place() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let scope = Scope::Project(shop.project);
        for (document, place) in [
            (r#"{"scrubData": "#, "line 1"),
            (r#"{"scrubData": "yes"}"#, "scrubData"),
            (
                r#"{"scrubData": false, "piiConfig": {"applications": {"$foo": []}}}"#,
                "piiConfig.applications",
            ),
        ] {
            let stored =
                shop.write(|c| scrubbing::set(c, scope, document, None, NOON.plus_micros(SECOND)));
            let problems = stored.unwrap_err();
            assert!(problems[0].at.starts_with(place), "{problems:?}");
        }
        assert!(shop.read(|c| scrubbing::history(c, scope)).is_empty());
        let (policy, problems) = policy(&shop);
        assert!(policy.settings().scrub_data && problems.is_empty());
    });
}

#[test]
fn what_an_organisation_requires_no_project_switches_off() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        set(
            &shop,
            r#"{"scrubIpAddresses": false, "sensitiveFields": ["own"]}"#,
        );
        assert!(!policy(&shop).0.settings().scrub_ip_addresses);
        let document = r#"{"scrubIpAddresses": true, "sensitiveFields": ["all"]}"#;
        let scope = organization(&shop);
        shop.write(|c| scrubbing::set(c, scope, document, None, NOON))
            .unwrap();
        let (policy, _) = policy(&shop);
        assert!(policy.settings().scrub_ip_addresses);
        assert_eq!(policy.settings().sensitive_fields, ["all", "own"]);
    });
}

#[test]
fn a_stored_document_that_cannot_be_read_is_named_and_never_switches_scrubbing_off() {
    use diesel::connection::SimpleConnection;
    use diesel::{Connection, SqliteConnection};
    let test = watchfire_testkit::database::TestDatabase::sqlite();
    let shop = Shop::open(&test);
    set(&shop, r#"{"sensitiveFields": ["iban"]}"#);
    let path = test.url().trim_start_matches("sqlite://");
    let mut raw = SqliteConnection::establish(path).unwrap();
    for (document, field) in [
        (
            r#"{"scrubData": 0, "sensitiveFields": ["kept"]}"#,
            Some("kept"),
        ),
        ("no document", None),
    ] {
        raw.batch_execute(&format!("UPDATE scrubbing SET document = '{document}'"))
            .unwrap();
        let (policy, problems) = policy(&shop);
        assert!(problems[0].at.starts_with("project: "), "{problems:?}");
        assert!(policy.settings().scrub_data && policy.settings().scrub_defaults);
        let fields = &policy.settings().sensitive_fields;
        assert_eq!(fields.first().map(String::as_str), field);
    }
    assert!(policy(&shop).0.settings().scrub_ip_addresses);
}

#[test]
fn a_version_that_cannot_be_read_leaves_the_one_before_it_in_force() {
    use diesel::connection::SimpleConnection;
    use diesel::{Connection, SqliteConnection};
    let test = watchfire_testkit::database::TestDatabase::sqlite();
    let shop = Shop::open(&test);
    set(&shop, r#"{"sensitiveFields": ["older"]}"#);
    let good = set(&shop, r#"{"sensitiveFields": ["iban"]}"#);
    let bad = set(&shop, "{}");
    let path = test.url().trim_start_matches("sqlite://");
    let mut raw = SqliteConnection::establish(path).unwrap();
    raw.batch_execute(&format!(
        "UPDATE scrubbing SET document = '{{' WHERE id = {}",
        bad.id
    ))
    .unwrap();
    let (policy, problems) = policy(&shop);
    assert_eq!(policy.settings().sensitive_fields, ["iban"]);
    assert!(!policy.settings().scrub_ip_addresses);
    let said = format!("version {} is followed instead", good.id);
    assert!(
        problems[0].at.starts_with("project: line 1"),
        "{problems:?}"
    );
    assert!(problems[0].reason.ends_with(&said), "{problems:?}");
}

#[test]
fn the_schema_goes_back_whatever_documents_say() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        set(&shop, r#"{"scrubData": false}"#);
        set(&shop, "");
        shop.shutdown();
        shop.database.revert_migrations().unwrap();
    });
}
