//! Versions, rules and what else the events of a project may be known by.

use serde_json::{Value, json};

use super::{python_event, with_event};
use crate::{
    FallbackHash, Grouper, Grouping, Hash, RuleKind, RuleText, SentryHash, Settings, Version, check,
};

fn describe(settings: &Settings, event: &Value) -> Grouping {
    let grouper = Grouper::new(settings);
    assert_eq!(grouper.problems(), []);
    with_event(event, |event| grouper.describe(event))
}

fn of_version(version: Version) -> Settings {
    Settings {
        version,
        ..Settings::default()
    }
}

fn text(kind: RuleKind, text: &str) -> RuleText {
    RuleText {
        kind,
        origin: "project rules".to_owned(),
        text: text.to_owned(),
    }
}

/// A message that the versions read differently.
fn message() -> Value {
    json!({"logentry": {"message": "lost 123456789"}})
}

#[test]
fn nothing_is_looked_up_unless_the_project_has_a_past() {
    assert_eq!(
        describe(&Settings::default(), &python_event()).fallbacks,
        []
    );
}

#[test]
fn hashes_of_the_older_version_are_looked_up_where_they_differ() {
    let settings = Settings {
        older: Some(Version::Newstyle2023),
        ..Settings::default()
    };
    let former = describe(&of_version(Version::Newstyle2023), &python_event()).hashes;
    let now = describe(&settings, &python_event());
    let differing = former.into_iter().filter(|hash| !now.hashes.contains(hash));
    let expected: Vec<_> = differing.map(FallbackHash::Older).collect();
    assert!(!expected.is_empty());
    assert_eq!(now.fallbacks, expected);
    let plain = json!({"logentry": {"message": "the same in both"}});
    assert_eq!(describe(&settings, &plain).fallbacks, []);
}

#[test]
fn the_version_of_today_as_the_older_one_changes_nothing() {
    let settings = Settings {
        older: Some(Version::LATEST),
        ..Settings::default()
    };
    assert_eq!(describe(&settings, &message()).fallbacks, []);
}

#[test]
fn sentrys_hashes_of_all_versions_are_looked_up_the_own_one_first() {
    let sentry = |version| {
        let grouper = Grouper::new(&of_version(version));
        let hashes = with_event(&message(), |event| grouper.explain(event).sentry_hashes);
        let hashes = hashes
            .iter()
            .map(|hash| hash.parse::<SentryHash>().unwrap());
        hashes.map(FallbackHash::Sentry).collect::<Vec<_>>()
    };
    let (former, now) = (sentry(Version::Newstyle2023), sentry(Version::Newstyle2026));
    let settings = Settings {
        knows_sentry: true,
        ..Settings::default()
    };
    let expected: Vec<_> = now.iter().chain(&former).copied().collect();
    let found = describe(&settings, &message()).fallbacks;
    assert_eq!(found, expected);
    assert!(found.iter().all(|hash| hash.as_bytes().len() == 16));
    let both = Settings {
        older: Some(Version::Newstyle2023),
        ..settings
    };
    let found = describe(&both, &message()).fallbacks;
    assert_eq!(found[0].as_bytes().len(), 32);
    assert_eq!(found[1..], expected[..]);
}

#[test]
fn a_checksum_is_sentrys_hash_if_it_looks_like_one() {
    let settings = Settings {
        knows_sentry: true,
        ..Settings::default()
    };
    let hex = "acbd18db4cc2f85cedef654fccc4a4d8";
    let found = describe(&settings, &json!({"checksum": hex})).fallbacks;
    assert_eq!(found, [FallbackHash::Sentry(hex.parse().unwrap())]);
    let explained = |version, checksum: &str| {
        let grouper = Grouper::new(&of_version(version));
        with_event(&json!({"checksum": checksum}), |event| {
            grouper.explain(event).sentry_hashes
        })
    };
    assert_eq!(explained(Version::LATEST, "release-4711").len(), 1);
    let of_2023 = explained(Version::Newstyle2023, "release-4711");
    assert_eq!(of_2023[1], "release-4711");
    assert_eq!(of_2023.len(), 2);
    assert_eq!(explained(Version::Newstyle2023, &"x".repeat(33)).len(), 1);
}

#[test]
fn every_version_can_be_explained_and_agrees_with_itself() {
    for version in Version::ALL {
        let grouper = Grouper::new(&of_version(version));
        with_event(&python_event(), |event| {
            let explanation = grouper.explain(event);
            assert_eq!(explanation.version, version);
            assert_eq!(explanation.hashes, grouper.describe(event).hashes);
        });
    }
}

#[test]
fn a_broken_line_is_reported_and_the_others_work() {
    let settings = Settings {
        texts: vec![
            text(
                RuleKind::Fingerprint,
                "nonsense\nerror.type:ValueError -> money",
            ),
            text(RuleKind::StackTrace, "function:pay\nfunction:pay -group"),
            text(RuleKind::Variable, "X: /(/\nsum: /amount [0-9]+/"),
        ],
        ..Settings::default()
    };
    let grouper = Grouper::new(&settings);
    let lines: Vec<_> = grouper
        .problems()
        .iter()
        .map(|it| (it.kind, it.line))
        .collect();
    assert_eq!(lines.len(), 3, "{:?}", grouper.problems());
    for kind in RuleKind::ALL {
        assert!(lines.contains(&(kind, 1)));
    }
    assert!(
        grouper
            .problems()
            .iter()
            .all(|it| it.origin == "project rules")
    );
    with_event(&python_event(), |event| {
        let explanation = grouper.explain(event);
        assert_eq!(explanation.problems.len(), 3);
        assert!(explanation.variants["custom-fingerprint"].contributes);
    });
}

#[test]
fn a_text_that_is_checked_alone_has_no_origin() {
    let problems = check(RuleKind::StackTrace, "# fine\nfunction:a");
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].line, problems[0].origin.as_str()), (2, ""));
    assert_eq!(problems[0].text, "function:a");
    for kind in RuleKind::ALL {
        assert_eq!(check(kind, ""), []);
    }
}

#[test]
fn a_million_characters_of_rules_are_cut_and_reported() {
    let line = "error.type:A -> a\n";
    for kind in RuleKind::ALL {
        let problems = check(kind, &line.repeat(1_000_000 / line.len()));
        assert!(!problems.is_empty());
        assert!(
            problems.iter().any(|it| it.reason.contains("65536")),
            "{kind}"
        );
    }
}

#[test]
fn a_clone_shares_what_was_compiled() {
    let grouper = Grouper::default();
    assert!(std::ptr::eq(grouper.compiled(), grouper.clone().compiled()));
    assert!(std::ptr::eq(
        grouper.compiled(),
        Grouper::default().compiled()
    ));
}

#[test]
fn the_final_flags_of_frames_stand_where_the_frames_stand() {
    let settings = Settings {
        texts: vec![text(
            RuleKind::StackTrace,
            "function:pay -app\nfunction:f +app",
        )],
        ..Settings::default()
    };
    let grouper = Grouper::new(&settings);
    let mut event = python_event();
    let values = event.pointer_mut("/exception/values").unwrap();
    values.as_array_mut().unwrap().insert(0, json!(null));
    event["stacktrace"] = json!({"frames": [null, {"function": "f"}]});
    event["threads"] =
        json!({"values": [{"id": 1}, {"stacktrace": {"frames": [{"function": "g"}]}}]});
    let in_app = with_event(&event, |event| grouper.in_app(event));
    assert_eq!(in_app.exceptions, [vec![], vec![false, false]]);
    assert_eq!(in_app.stacktrace, [false, true]);
    assert_eq!(in_app.threads, [vec![], vec![false]]);
}

#[test]
fn a_rule_of_a_project_is_part_of_the_hash_only_where_it_matches() {
    let settings = Settings {
        texts: vec![text(RuleKind::Fingerprint, "error.type:Other -> other")],
        ..Settings::default()
    };
    let plain: Vec<Hash> = describe(&Settings::default(), &python_event()).hashes;
    assert_eq!(describe(&settings, &python_event()).hashes, plain);
}

#[test]
fn texts_past_the_limit_of_all_are_left_out_and_said_to_be() {
    let long = format!("# {}\n", "x".repeat(60_000));
    let mut texts = vec![text(RuleKind::Fingerprint, &long); 4];
    texts.push(text(
        RuleKind::Fingerprint,
        &format!("{long}message:* -> late"),
    ));
    let settings = Settings {
        texts,
        ..Settings::default()
    };
    let grouper = Grouper::new(&settings);
    let reasons: Vec<_> = grouper.problems().iter().map(|it| &it.reason).collect();
    assert!(
        matches!(reasons.as_slice(), [reason] if reason.starts_with("left out")),
        "{reasons:?}"
    );
    let hashes = with_event(&message(), |event| grouper.describe(event)).hashes;
    assert_eq!(hashes, describe(&Settings::default(), &message()).hashes);
}
