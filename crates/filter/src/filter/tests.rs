use watchfire_event::{Timestamp, decode};

use super::*;
use crate::ignore::{Condition, Field, Operator, Test, parse_json};

fn event(text: &str) -> Event<'_> {
    Event::from_draft(decode(text.as_bytes()).unwrap(), Timestamp(0))
}

/// A filter with these rules, numbered from 1.
fn filter(rules: &[&str]) -> Filter {
    let numbered = rules.iter().zip(1..).map(|(rule, id)| Numbered {
        id,
        rule: parse_json(rule).unwrap(),
    });
    Filter::new(&Settings::none(), &numbered.collect::<Vec<_>>())
}

fn rule(action: &str, rest: &str) -> String {
    format!(
        r#"{{"name":"r","action":{action},"when":{{"field":"message","op":"contains","value":"noise"}}{rest}}}"#
    )
}

const NOISE: &str = r#"{"message":"Noise!","level":"error"}"#;

#[test]
fn a_rule_that_drops_names_the_outcome_and_ends_the_way() {
    let (archive, drop) = (rule(r#""archive""#, ""), rule(r#""drop""#, ""));
    let filter = filter(&[&archive, &drop, &archive]);
    let refused = filter.decide(event(NOISE), &Origin::default()).unwrap_err();
    assert_eq!(refused.refusal.reason, "ignore-rule 2");
    assert_eq!(refused.refusal.rule, Some(2));
    assert_eq!(refused.verdict.hits, [1, 2]);
    let kept = filter.decide(event(r#"{"message":"music"}"#), &Origin::default());
    assert_eq!(*kept.unwrap().verdict(), Verdict::default());
}

#[test]
fn archive_and_level_let_the_event_go_on() {
    let (archive, level) = (rule(r#""archive""#, ""), rule(r#"{"level":"info"}"#, ""));
    let kept = filter(&[&archive, &level])
        .decide(event(NOISE), &Origin::default())
        .unwrap();
    assert!(kept.verdict().is_muted && kept.verdict().hits == [1, 2]);
    assert_eq!(kept.event().level, Level::Info);
    assert_eq!(kept.event().body.get_str("level"), Some("info"));
    let debug = r#"{"message":"noise","level":"debug"}"#;
    let kept = filter(&[&level])
        .decide(event(debug), &Origin::default())
        .unwrap();
    assert_eq!(kept.event().level, Level::Debug, "a level is never raised");
}

#[test]
fn rules_that_are_off_or_expired_do_nothing() {
    let off = rule(r#""drop""#, r#","enabled":false"#);
    let expired = rule(r#""drop""#, r#","expires":"2026-01-01T00:00:00Z""#);
    let filter = filter(&[&off, &expired]);
    let decide = |now: &str| {
        let origin = Origin {
            client_ip: None,
            now: Timestamp::parse(now).unwrap(),
        };
        filter
            .decide(event(NOISE), &origin)
            .map_err(|refused| refused.refusal.reason)
    };
    assert_eq!(decide("2025-12-31T23:59:59Z").unwrap_err(), "ignore-rule 2");
    assert!(decide("2026-01-01T00:00:00Z").is_ok());
}

#[test]
fn one_event_in_so_many_is_kept_whoever_asks() {
    let (sampling, archive) = (rule(r#"{"keep_one_in":10}"#, ""), rule(r#""archive""#, ""));
    let filter = filter(&[&sampling, &rule(r#"{"keep_one_in":2}"#, ""), &archive]);
    let mut kept = 0;
    for number in 1..=10_000_u32 {
        let text = format!(r#"{{"event_id":"{number:032x}","message":"noise"}}"#);
        let decide = || {
            filter
                .decide(event(&text), &Origin::default())
                .unwrap()
                .verdict()
                .clone()
        };
        let verdict = decide();
        assert_eq!(verdict, decide(), "the id decides");
        let sample = verdict.sample.unwrap();
        assert_eq!(
            (sample.rule, sample.one_in),
            (1, 10),
            "the first rule decides for all"
        );
        assert!(verdict.is_muted && verdict.hits == [1, 2, 3]);
        kept += u32::from(sample.is_kept);
    }
    assert!((900..1_100).contains(&kept), "{kept}");
}

#[test]
fn sampling_leaves_nothing_that_later_rules_do_to_chance() {
    let sampling = rule(r#"{"keep_one_in":10}"#, "");
    let filter = filter(&[&sampling, &rule(r#""drop""#, "")]);
    for number in 1..=100_u32 {
        let text = format!(r#"{{"event_id":"{number:032x}","message":"noise"}}"#);
        let refused = filter.decide(event(&text), &Origin::default()).unwrap_err();
        assert_eq!(refused.refusal.rule, Some(2), "{number}");
    }
}

#[test]
fn inbound_filters_come_before_rules() {
    let drop = parse_json(&rule(r#""drop""#, "")).unwrap();
    let settings = Settings {
        localhost: true,
        ..Settings::none()
    };
    let filter = Filter::new(&settings, &[Numbered { id: 1, rule: drop }]);
    let local = r#"{"message":"noise","user":{"ip_address":"::1"}}"#;
    let refused = filter.decide(event(local), &Origin::default()).unwrap_err();
    assert_eq!(
        refused.refusal,
        Refusal {
            reason: "localhost".into(),
            rule: None
        }
    );
    assert!(refused.verdict.hits.is_empty());
}

#[test]
fn the_head_of_a_refused_event_holds_what_rules_look_at() {
    let text = r#"{"event_id":"0af7651916cd43dd8448eb211c80319c","message":"noise","extra":{"a":"secret"},
        "breadcrumbs":[{"message":"secret"}],"tags":{"t":"kept"},"user":{"id":"kept"},
        "request":{"url":"https://kept/","data":"secret","cookies":"c=secret","env":{"a":"secret"},
            "headers":{"User-Agent":"kept","Authorization":"secret"}},
        "exception":[{"type":"kept","value":"kept","mechanism":{"type":"kept","data":{"a":"secret"}},
            "stacktrace":{"registers":{"a":"secret"},"frames":[{"function":"kept","vars":{"a":"secret"},"pre_context":["secret"]}]}}]}"#;
    let drop = rule(r#""drop""#, "");
    let refused = filter(&[&drop])
        .decide(event(text), &Origin::default())
        .unwrap_err();
    let head = refused.into_head();
    let json = head.event().to_json();
    assert!(!json.contains("secret"), "{json}");
    assert_eq!(json.matches("kept").count(), 8, "{json}");
}

#[test]
fn a_rule_that_cannot_be_compiled_switches_no_other_off() {
    let mut bad = parse_json(&rule(r#""drop""#, "")).unwrap();
    // Another version may have accepted what this one does not.
    bad.name = "bad".to_owned();
    bad.when = Condition::Test(Test {
        field: Field::Message,
        op: Operator::Regex,
        values: vec!["(".to_owned()],
    });
    let good = |id| Numbered {
        id,
        rule: parse_json(&rule(r#""archive""#, "")).unwrap(),
    };
    let rules = [good(1), Numbered { id: 2, rule: bad }, good(3)];
    let filter = Filter::new(&Settings::none(), &rules);
    let kept = filter.decide(event(NOISE), &Origin::default()).unwrap();
    assert_eq!(kept.verdict().hits, [1, 3]);
    let [problem] = filter.problems() else {
        panic!("{:?}", filter.problems());
    };
    assert_eq!(problem.at, "ignore rule 2 \"bad\"");
}

#[test]
fn rules_that_are_too_large_together_work_in_their_order_all_the_same() {
    let large = |id: i64| {
        let number = "x".repeat(usize::try_from(id).unwrap());
        let tests = (0..12).map(|test| {
            let regex = format!(r"\\w{{3}}{number}{test}|oise");
            format!(r#"{{"field":"message","op":"regex","value":"(?:{regex}|.e.)"}}"#)
        });
        let tests = tests.collect::<Vec<_>>().join(",");
        let text = format!(r#"{{"name":"r","action":"archive","when":{{"any":[{tests}]}}}}"#);
        let rule = parse_json(&text).unwrap();
        Numbered { id, rule }
    };
    let rules: Vec<_> = (1..=12).map(large).collect();
    let filter = Filter::new(&Settings::none(), &rules);
    assert_eq!(filter.problems(), []);
    let kept = filter.decide(event(NOISE), &Origin::default()).unwrap();
    assert_eq!(kept.verdict().hits, (1..=12).collect::<Vec<_>>());
}
