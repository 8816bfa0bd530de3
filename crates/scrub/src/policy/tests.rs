use watchfire_event::{Event, PathItem, Timestamp, decode};
use watchfire_filter::KeptEvent;

use crate::{
    Document, EffectiveRule, Mode, Policy, RuleOrigin, Scrubber, blame, effective, improvements,
};

fn document(text: &str) -> Document {
    Document::parse(text).unwrap()
}

#[test]
fn a_new_project_has_sentrys_settings_and_everything_that_is_better() {
    let policy = Policy::default();
    assert!(policy.settings().scrub_data && policy.settings().scrub_defaults);
    assert!(!policy.settings().scrub_ip_addresses);
    assert!(policy.finds_secrets() && policy.mode() == Mode::Improved);
}

#[test]
fn what_the_organisation_turned_on_stays_on() {
    let organization = document(r#"{"scrubData":true,"scrubIpAddresses":true,"secrets":true}"#);
    let off =
        r#"{"scrubData":false,"scrubDefaults":false,"scrubIpAddresses":false,"secrets":false}"#;
    let policy = Policy::of(&organization, &document(off));
    assert!(policy.settings().scrub_data && policy.settings().scrub_ip_addresses);
    assert!(!policy.settings().scrub_defaults && policy.finds_secrets());
    let alone = Policy::of(&document("{}"), &document(off));
    assert!(!alone.settings().scrub_data && !alone.finds_secrets());
    let secrets = Policy::of(
        &document("{}"),
        &document(r#"{"scrubData":false,"secrets":true}"#),
    );
    assert!(secrets.finds_secrets(), "asked for by name");
    let unasked = Policy::of(&document(off), &document("{}"));
    assert!(
        unasked.settings().scrub_data,
        "what is off there is only not required"
    );
}

#[test]
fn no_project_leaves_what_its_organisation_asked_for() {
    let compatible = document(r#"{"mode":"compatible"}"#);
    for asked in [r#"{"mode":"improved"}"#, r#"{"secrets":true}"#] {
        let policy = Policy::of(&document(asked), &compatible);
        assert_eq!(policy.mode(), Mode::Improved, "{asked}");
        assert!(policy.finds_secrets(), "{asked}");
    }
    let unasked = Policy::of(&document(r#"{"secrets":false}"#), &compatible);
    assert_eq!(unasked.mode(), Mode::Compatible);
}

#[test]
fn the_project_decides_about_the_mode_then_the_organisation() {
    let compatible = document(r#"{"mode":"compatible"}"#);
    let improved = document(r#"{"mode":"improved"}"#);
    assert_eq!(
        Policy::of(&compatible, &document("")).mode(),
        Mode::Compatible
    );
    assert_eq!(Policy::of(&compatible, &improved).mode(), Mode::Improved);
    assert!(!Policy::of(&document(""), &compatible).finds_secrets());
}

#[test]
fn lists_are_joined_and_custom_rules_keep_apart_by_a_prefix() {
    let said = |field: &str, pattern: &str| {
        document(&format!(
            r#"{{"sensitiveFields":["{field}"],"piiConfig":{{"rules":{{
                "0":{{"type":"pattern","pattern":"{pattern}"}},
                "1":{{"type":"multiple","rules":["0","@email"]}},
                "2":{{"type":"alias","rule":"0"}}}},
                "applications":{{"$string":["1","@ip"],"$http.url":["2"]}}}}}}"#
        ))
    };
    let policy = Policy::of(&said("a", "x"), &said("b", "y"));
    assert_eq!(policy.settings().sensitive_fields, ["a", "b"]);
    let applications: Vec<_> = policy
        .config()
        .applications
        .iter()
        .map(|(selector, ids)| format!("{selector}: {}", ids.join(" ")))
        .collect();
    assert_eq!(
        applications,
        [
            "$string: organization:1 @ip project:1 @ip",
            "$http.url: organization:2 project:2",
        ]
    );
    let advanced = |origin: RuleOrigin| {
        let rules = effective(&policy)
            .into_iter()
            .filter(move |rule| rule.origin == origin);
        rules
            .map(|rule| format!("{} {} {}", rule.selector, rule.id, rule.what))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        advanced(RuleOrigin::Organization),
        [
            "$string @email e-mail addresses",
            "$string organization:0 text that matches x",
            "$string @ip IP addresses",
            "$http.url organization:0 text that matches x",
        ]
    );
    assert_eq!(
        advanced(RuleOrigin::Project)[1],
        "$string project:0 text that matches y"
    );
}

fn find<'r>(rules: &'r [EffectiveRule], id: &str, origin: RuleOrigin) -> &'r EffectiveRule {
    rules
        .iter()
        .find(|rule| rule.id == id && rule.origin == origin)
        .unwrap()
}

#[test]
fn the_effective_rules_say_where_they_come_from_and_what_they_do() {
    let said = r#"{"scrubIpAddresses":true,"sensitiveFields":["holder","extra.x.y"],"excludeFields":["ok"]}"#;
    let rules = effective(&Policy::of(&Document::default(), &document(said)));
    let password = find(&rules, "@password:filter", RuleOrigin::Default);
    assert!(password.guarded_by_safe_fields && password.selector.ends_with("!ok"));
    assert_eq!(password.method, "replaced by [Filtered]");
    let known = find(&rules, "@anything:remove", RuleOrigin::IpAddresses);
    assert!(!known.guarded_by_safe_fields);
    assert_eq!(known.method, "removed");
    find(&rules, "strip-fields", RuleOrigin::SensitiveFields);
    assert!(
        find(&rules, "strip-fields:path", RuleOrigin::SensitiveFields)
            .selector
            .contains("extra.x.y")
    );
    find(&rules, "@password:assigned", RuleOrigin::Improved);
    find(&rules, "@secret", RuleOrigin::Secrets);
    let compatible = effective(&Policy::of(
        &Document::default(),
        &document(r#"{"mode":"compatible"}"#),
    ));
    assert!(
        compatible
            .iter()
            .all(|rule| rule.origin == RuleOrigin::Default)
    );
    assert!(
        effective(&Policy::of(
            &Document::default(),
            &document(r#"{"scrubData":false}"#)
        ))
        .is_empty()
    );
}

#[test]
fn a_remark_is_traced_to_the_rule_that_made_it() {
    let said = r#"{"piiConfig":{"applications":{"extra.a":["@email"],"$request.headers.*":["@email"],
        "extra.*.removed":["@anything:remove"]}}}"#;
    let policy = Policy::of(&Document::default(), &document(said));
    let text = r#"{"extra":{"a":"x@y.zz","password":"p","o":{"removed":{"k":"v"}}},
        "request":{"headers":[["A","b"],["From","x@y.zz"]]},
        "exception":{"values":[{"value":"password=hunter2 AKIA"}]}}"#;
    let event = Event::from_draft(decode(text.as_bytes()).unwrap(), Timestamp(0));
    let scrubbed = Scrubber::of_policy(&policy).scrub(KeptEvent::unfiltered(event));
    let found = |path: &[PathItem<'_>], rule: &str| {
        let rule = blame(&policy, scrubbed.event(), path, rule)?;
        Some((rule.origin, rule.selector))
    };
    let key = PathItem::Key;
    assert_eq!(
        found(&[key("extra"), key("a")], "@email"),
        Some((RuleOrigin::Project, "extra.a".to_owned()))
    );
    let header = [
        key("request"),
        key("headers"),
        PathItem::Index(1),
        PathItem::Index(1),
    ];
    assert_eq!(
        found(&header, "@email"),
        Some((RuleOrigin::Project, "$http.headers.*".to_owned()))
    );
    let removed = [key("extra"), key("o"), key("removed")];
    assert_eq!(
        found(&removed, "@anything:remove"),
        Some((RuleOrigin::Project, "extra.*.removed".to_owned()))
    );
    let password = found(&[key("extra"), key("password")], "@password:filter").unwrap();
    assert_eq!(password.0, RuleOrigin::Default);
    assert_eq!(found(&[key("extra"), key("password")], "@email"), None);
    let secret = blame(&policy, scrubbed.event(), &[], "@secret.password").unwrap();
    assert_eq!(
        (secret.origin, secret.id.as_str()),
        (RuleOrigin::Secrets, "@secret.password")
    );
    assert_eq!(found(&[], "@secret.nosuch"), None);
}

#[test]
fn every_improvement_has_a_name_of_its_own() {
    let mut ids: Vec<_> = improvements()
        .iter()
        .map(|improvement| improvement.id)
        .collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    assert!(
        improvements()
            .iter()
            .any(|improvement| improvement.keeps_more)
    );
}
