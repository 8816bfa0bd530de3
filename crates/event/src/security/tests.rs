use super::*;
use crate::{EventKind, NormalizeContext, Timestamp, decode, normalize};

const KEBAB: &str = r#"{"csp-report":{"document-uri":"https://shop.com/cart?a=1","referrer":"https://search.com/","violated-directive":"script-src https://shop.com","effective-directive":"script-src","original-policy":"script-src 'self'","blocked-uri":"https://evil.com/x.js","status-code":"200","line-number":7}}"#;
const CAMEL: &str = r#"{"type":"csp-violation","age":10,"url":"https://shop.com/cart","user_agent":"Browser/1","body":{"documentURL":"https://shop.com/cart?a=1","referrer":"https://search.com/","violatedDirective":"script-src https://shop.com","effectiveDirective":"script-src","originalPolicy":"script-src 'self'","blockedURL":"https://evil.com/x.js","statusCode":200,"lineNumber":7,"sample":"eval(1)","disposition":"enforce"}}"#;

fn only(body: &str) -> String {
    let facts = RequestFacts {
        user_agent: Some("Browser/2"),
        ..RequestFacts::default()
    };
    let mut events = to_events(body.as_bytes(), Some("shop@1"), Some("live"), &facts);
    assert_eq!(events.len(), 1);
    let event = events.remove(0).expect("is read");
    String::from_utf8(event).expect("is text")
}

#[test]
fn both_forms_become_the_same_event() {
    let kebab = only(KEBAB);
    assert_eq!(
        kebab,
        r#"{"level":"error","logentry":{"formatted":"Blocked 'script' from 'evil.com'"},"culprit":"script-src 'self'","tags":[["effective-directive","script-src"],["blocked-uri","https://evil.com/x.js"],["blocked-host","evil.com"]],"request":{"headers":[["Referer","https://search.com/"],["User-Agent","Browser/2"]],"url":"https://shop.com/cart?a=1"},"csp":{"effective_directive":"script-src","blocked_uri":"https://evil.com/x.js","document_uri":"https://shop.com/cart?a=1","original_policy":"script-src 'self'","referrer":"https://search.com/","status_code":200,"violated_directive":"script-src https://shop.com","line_number":7},"release":"shop@1","environment":"live"}"#
    );
    let same = only(CAMEL).replace(r#","script_sample":"eval(1)","disposition":"enforce""#, "");
    assert_eq!(same, kebab);
}

#[test]
fn without_a_violated_directive_the_effective_one_is_the_culprit() {
    let event = only(r#"{"csp-report":{"effective-directive":"img-src"}}"#);
    assert!(event.contains(r#""culprit":"img-src""#), "{event}");
}

#[test]
fn a_report_without_details_still_says_what_was_violated() {
    let event = only(r#"{"csp-report":{"violated-directive":"style-src 'none'"}}"#);
    assert!(event.contains(r#""effective_directive":"style-src""#));
    assert!(event.contains(r#""blocked_uri":"self""#));
    assert!(event.contains("Blocked inline 'style'"));
}

#[test]
fn queries_to_stripe_are_not_kept_in_tags() {
    let event = only(
        r#"{"csp-report":{"effective-directive":"connect-src","blocked-uri":"https://api.stripe.com/v1/tokens?card=4242"}}"#,
    );
    assert!(event.contains(r#"["blocked-uri","https://api.stripe.com/v1/tokens"]"#));
}

#[test]
fn bad_reports_of_a_list_do_not_spoil_the_good_ones() {
    let body = format!(
        r#"[{{"type":"deprecation","body":{{}}}},{CAMEL},{{"csp-report":{{"effective-directive":"x"}}}},{{"expect-ct-report":{{}}}},7]"#
    );
    let reasons: Vec<_> = to_events(body.as_bytes(), None, None, &RequestFacts::default())
        .into_iter()
        .map(|event| event.err().map(|error| error.reason()))
        .collect();
    assert_eq!(
        reasons,
        [
            Some("security_report_type"),
            None,
            Some("security_report"),
            Some("security_report"),
            Some("security_report")
        ]
    );
}

#[test]
fn what_is_no_json_is_one_bad_report_and_a_flood_is_refused() {
    let facts = RequestFacts::default();
    let events = to_events(b"{", None, None, &facts);
    assert!(matches!(events.as_slice(), [Err(ReportError::Json(_))]));
    let body = format!("[{}]", vec![KEBAB; REPORTS_MAX + 1].join(","));
    let events = to_events(body.as_bytes(), None, None, &facts);
    assert_eq!(events.iter().filter(|event| event.is_ok()).count(), 100);
    assert!(matches!(events.last(), Some(Err(ReportError::TooMany))));
}

#[test]
fn normalisation_gives_it_the_type_and_the_clients_address() {
    let json = only(KEBAB);
    let draft = decode(json.as_bytes()).expect("decodes");
    let context = NormalizeContext {
        received_at: Timestamp(1_767_225_600_000_000),
        sent_at: None,
        event_id: None,
        client_ip: Some("198.51.100.9"),
        user_agent: Some("Browser/3"),
        sdk_client: None,
        retention_days: 90,
        dsc: None,
        kind: EventKind::Security,
        sensitive: None,
    };
    let event = normalize(draft, &context).expect("is accepted");
    let text = |key| event.body.get_str(key);
    assert_eq!(
        (text("type"), text("logger"), text("level")),
        (Some("csp"), Some("csp"), Some("error"))
    );
    assert_eq!(text("culprit"), Some("script-src 'self'"));
    let user = event.body.get_object("user").expect("is there");
    assert_eq!(user.get_str("ip_address"), Some("198.51.100.9"));
    let request = event.body.get_object("request").expect("is there");
    assert_eq!(request.get_str("url"), Some("https://shop.com/cart"));
    let headers = request.get("headers").map(Value::to_json);
    assert_eq!(
        headers.as_deref(),
        Some(r#"[["Referer","https://search.com/"],["User-Agent","Browser/2"]]"#)
    );
}
