//! Every field and every operator.

use watchfire_event::{Event, Timestamp, decode};

use crate::Origin;
use crate::ignore::{Condition, Matcher, Operator, fields, parse_json, read_test};

const EVENT: &str = r#"{"type":"error","level":"warning","logger":"shop.cart","transaction":"/cart/{id}","platform":"python",
    "release":"shop@1.4.0","dist":"42","environment":"Prod","server_name":"web-1",
    "logentry":{"formatted":"Größe 12 is gone"},"sdk":{"name":"sentry.python","version":"2.19.0"},
    "user":{"id":7,"email":"ana@example.com","username":"Ana","ip_address":"10.1.2.3"},
    "tags":[["region","eu-west"],["count","12"],["db.version","10.10"]],
    "contexts":{"device":{"family":"iPhone","cores":[4,2]},"response":{"status_code":503}},
    "request":{"url":"https://shop.example/cart","method":"GET","headers":[["user-agent","HeadlessChrome/1"]]},
    "exception":{"values":[
        {"type":"KeyError","value":"'a'","mechanism":{"type":"chained","handled":true},
            "stacktrace":{"frames":[{"module":"lib.core","filename":"lib/core.py","abs_path":"/site/lib/core.py","function":"run","in_app":false}]}},
        {"type":"TimeoutError","value":"took 30 s","mechanism":{"type":"django","handled":false},
            "stacktrace":{"frames":[{"module":"shop.views","filename":"shop/views.py","function":"load","in_app":true},
                {"module":"lib.net","filename":"lib/net.py","function":"recv","in_app":false}]}}]}}"#;

fn event(text: &str) -> Event<'_> {
    Event::from_draft(decode(text.as_bytes()).unwrap(), Timestamp(0))
}

fn matches(field: &str, op: &str, value: &str, event_text: &str) -> bool {
    let test = read_test(field, op, value).unwrap_or_else(|error| panic!("{field} {op}: {error}"));
    let mut rule = parse_json(
        r#"{"name":"r","action":"drop","when":{"field":"level","op":"is","value":"info"}}"#,
    )
    .unwrap();
    rule.when = Condition::Test(test);
    let matcher = Matcher::new(&rule).unwrap();
    matcher.matches(&event(event_text), &Origin::default())
}

const VALUES: &[(&str, &str)] = &[
    ("exception.type", "keyerror"),
    ("exception.type", "TimeoutError"),
    ("exception.value", "took 30 s"),
    ("exception.mechanism", "django"),
    ("handled", "false"),
    ("message", "GRÖßE 12 IS GONE"),
    ("logger", "shop.cart"),
    ("level", "warning"),
    ("transaction", "/cart/{id}"),
    ("url", "https://shop.example/cart"),
    ("http.method", "get"),
    ("http.status_code", "503"),
    ("release", "shop@1.4.0"),
    ("dist", "42"),
    ("environment", "prod"),
    ("server_name", "web-1"),
    ("platform", "python"),
    ("event.type", "error"),
    ("sdk.name", "sentry.python"),
    ("sdk.version", "2.19.0"),
    ("user.id", "7"),
    ("user.email", "ana@example.com"),
    ("user.username", "ana"),
    ("user.ip", "10.0.0.0/8"),
    ("user_agent", "headlesschrome/1"),
    ("frame.module", "lib.net"),
    ("frame.file", "/site/lib/core.py"),
    ("frame.function", "run"),
    ("frame.in_app.module", "shop.views"),
    ("frame.in_app.file", "shop/views.py"),
    ("frame.in_app.function", "load"),
    ("frame.crashing.module", "lib.net"),
    ("frame.crashing.file", "lib/core.py"),
    ("frame.crashing.function", "recv"),
    ("tag.region", "eu-west"),
    ("context.device.family", "iphone"),
    ("context.device.cores", "2"),
];

#[test]
fn every_field_is_found_in_an_event() {
    for info in fields() {
        let is_tried = VALUES.iter().any(|(field, _)| match info.takes_key() {
            true => field.starts_with(info.name),
            false => *field == info.name,
        });
        assert!(is_tried, "{}", info.name);
    }
    for (field, value) in VALUES {
        assert!(matches(field, "is", value, EVENT), "{field} is {value}");
        assert!(
            !matches(field, "is_not", value, EVENT),
            "{field} is not {value}"
        );
        assert!(matches(field, "exists", "true", EVENT), "{field} exists");
        let is_computed = ["level", "event.type"].contains(field);
        assert!(
            is_computed || matches(field, "exists", "false", "{}"),
            "{field} is absent"
        );
        assert!(
            is_computed || matches(field, "is_not", value, "{}"),
            "absent is not {value}"
        );
    }
    assert!(!matches("frame.in_app.function", "is", "recv", EVENT));
    assert!(!matches("frame.crashing.function", "is", "load", EVENT));
}

const OPERATORS: &[(bool, &str, &str, &str)] = &[
    (true, "message", "contains", "ÖßE"),
    (true, "message", "contains", "IS GONE"),
    (false, "message", "contains", "went"),
    (true, "message", "starts_with", "grö"),
    (false, "message", "starts_with", "is"),
    (true, "message", "ends_with", "Gone"),
    (false, "message", "ends_with", "is"),
    (false, "message", "is", "gone"),
    (true, "url", "wildcard", "https://*.example/*"),
    (false, "url", "wildcard", "shop.example"),
    (true, "transaction", "wildcard", r"/cart/\{*\}"),
    (true, "exception.value", "regex", r"^took \d+ s$"),
    (false, "exception.value", "regex", "TOOK"),
    (true, "exception.value", "regex", "(?i)TOOK"),
    (
        true,
        "exception.type",
        "one_of",
        "ValueError\nTIMEOUTERROR\n",
    ),
    (false, "exception.type", "one_of", "ValueError\nTimeout"),
    (true, "level", "<=", "warning"),
    (false, "level", "<", "warning"),
    (true, "level", ">", "info"),
    (true, "level", "one_of", "fatal\nWarning"),
    (true, "http.status_code", ">=", "500"),
    (false, "http.status_code", ">", "503"),
    (true, "http.status_code", "one_of", "404\n503"),
    (true, "tag.count", "<", "100"),
    (true, "tag.db.version", ">", "10.9"),
    (true, "release", "<", "1.10"),
    (true, "release", ">=", "shop@1.4"),
    (false, "release", ">=", "till@1"),
    (true, "release", "in_range", ">=1.2, <2"),
    (true, "release", "in_range", "shop@^1.4"),
    (false, "release", "in_range", "~1.3.9"),
    (true, "sdk.version", "<", "2.100"),
    (true, "user.ip", "one_of", "192.0.2.1\n10.1.0.0/16"),
    (false, "user.ip", "is", "10.1.2.4"),
    (true, "user.ip", "starts_with", "10.1."),
    (false, "tag.region", "<", "5"),
];

#[test]
fn every_operator_means_what_it_says() {
    for (expected, field, op, value) in OPERATORS {
        let found = matches(field, op, value, EVENT);
        assert_eq!(found, *expected, "{field} {op} {value}");
    }
}

#[test]
fn all_any_and_not_nest() {
    let holds = |when: &str| {
        let rule = format!(r#"{{"name":"r","action":"drop","when":{when}}}"#);
        let matcher = Matcher::new(&parse_json(&rule).unwrap()).unwrap();
        matcher.matches(&event(EVENT), &Origin::default())
    };
    let (yes, no) = (
        r#"{"field":"level","op":"is","value":"warning"}"#,
        r#"{"field":"level","op":"is","value":"fatal"}"#,
    );
    assert!(holds(&format!(
        r#"{{"all":[{yes},{{"any":[{no},{yes}]}},{{"not":{no}}}]}}"#
    )));
    assert!(!holds(&format!(r#"{{"all":[{yes},{no}]}}"#)));
    assert!(!holds(&format!(r#"{{"any":[{no},{{"not":{yes}}}]}}"#)));
}

#[test]
fn without_exceptions_the_frames_of_the_crashed_thread_count() {
    let threads = r#"{"threads":{"values":[{"id":1,"stacktrace":{"frames":[{"function":"idle"}]}},
        {"id":2,"crashed":true,"stacktrace":{"frames":[{"function":"main"},{"function":"abort"}]}}]}}"#;
    assert!(matches("frame.function", "is", "main", threads));
    assert!(matches("frame.crashing.function", "is", "abort", threads));
    assert!(!matches("frame.function", "is", "idle", threads));
}

#[test]
fn every_field_offers_operators_that_it_takes() {
    for info in fields() {
        let operators = info.operators();
        assert!(operators.contains(&Operator::Is) && operators.contains(&Operator::Exists));
        assert!(operators.iter().all(|op| info.kind.takes(*op)));
        assert!(!info.paths.is_empty() && !info.example.is_empty());
    }
    for op in Operator::ALL {
        assert_eq!(Operator::parse(op.name()), Some(op));
    }
}

#[test]
fn expressions_of_any_form_find_what_they_match() {
    let message = r#"{"message":"aaaaaaaa Straße worker-12 stopped: Kelvin \u212aelvin"}"#;
    for (expected, op, value) in [
        (true, "regex", "worker-[0-9]+ (started|stopped)"),
        (true, "regex", "(timeout|worker)-"),
        (true, "regex", "^a+ "),
        (true, "regex", "(?i)WORKER-.. STOPPED"),
        (true, "regex", "(?i)straSSe|straße"),
        (true, "regex", "lvin$"),
        (true, "regex", "x*"),
        (true, "regex", "[^b]aaaaaa[^b]"),
        (false, "regex", "aaaaaaaaa"),
        (false, "regex", "(started|halted): Kelvin"),
        (true, "wildcard", "*STRAßE*"),
        (true, "wildcard", "a*stopped?*elvin"),
        (true, "wildcard", "*worker-[0-9][!a] {started,stopped}*"),
        (true, "wildcard", "*"),
        (false, "wildcard", "*worker-12"),
    ] {
        assert_eq!(
            matches("message", op, value, message),
            expected,
            "{op} {value}"
        );
    }
}
