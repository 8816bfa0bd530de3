use watchfire_event::{Event, Timestamp, decode};

use super::*;
use crate::Origin;
use crate::filters::getter::Whole;

const EVENT: &str = r#"{"release":"shop@1.4.0","environment":"Prod","level":"warning","type":"error",
        "transaction":"/cart","platform":"python","user":{"id":"7","ip_address":"10.1.2.3"},"tags":{"a.b":"x","empty":""},
        "contexts":{"response":{"status_code":503},"app":{"in_foreground":true},"trace":{"trace_id":"0af7651916cd43dd8448eb211c80319c"}},
        "request":{"url":"https://a.example/","headers":{"X-Test":"yes"}},"extra":{"deep":{"k":"v"}},
        "logentry":{"formatted":"hi"},"exception":{"values":[{"type":"A","value":"first"},{"type":"B","value":"second"}]}}"#;

const CONDITIONS: &[(bool, &str)] = &[
    (
        true,
        r#"{"op":"eq","name":"event.environment","value":"Prod"}"#,
    ),
    (
        false,
        r#"{"op":"eq","name":"event.environment","value":"prod"}"#,
    ),
    (
        true,
        r#"{"op":"eq","name":"event.environment","value":["x","PROD"],"options":{"ignoreCase":true}}"#,
    ),
    (true, r#"{"op":"eq","name":"event.dist","value":null}"#),
    (
        true,
        r#"{"op":"eq","name":"event.tags.empty","value":null}"#,
    ),
    (true, r#"{"op":"eq","name":"event.tags.a.b","value":"x"}"#),
    (
        true,
        r#"{"op":"eq","name":"event.contexts.app.in_foreground","value":true}"#,
    ),
    (
        true,
        r#"{"op":"eq","name":"event.contexts.trace.trace_id","value":"0af76519-16cd-43dd-8448-eb211c80319c"}"#,
    ),
    (
        true,
        r#"{"op":"gte","name":"event.contexts.response.status_code","value":503}"#,
    ),
    (
        false,
        r#"{"op":"gt","name":"event.contexts.response.status_code","value":503}"#,
    ),
    (
        true,
        r#"{"op":"lt","name":"event.contexts.response.status_code","value":503.5}"#,
    ),
    (false, r#"{"op":"lte","name":"event.release","value":2}"#),
    (
        true,
        r#"{"op":"glob","name":"event.release","value":["SHOP@1.*","other"]}"#,
    ),
    (
        true,
        r#"{"op":"cidr","name":"event.user.ip_address","value":["192.0.2.1","10.0.0.0/8"]}"#,
    ),
    (
        false,
        r#"{"op":"cidr","name":"event.user.id","value":["0.0.0.0/0"]}"#,
    ),
    (
        true,
        r#"{"op":"release","name":"event.release","operator":"lt","value":"1.10"}"#,
    ),
    (
        false,
        r#"{"op":"release","name":"event.release","value":"1.4.1"}"#,
    ),
    (
        true,
        r#"{"op":"eq","name":"event.release.package","value":"shop"}"#,
    ),
    (
        true,
        r#"{"op":"glob","name":"event.request.headers.x-test","value":["y*"]}"#,
    ),
    (
        true,
        r#"{"op":"eq","name":"event.extra.deep.k","value":"v"}"#,
    ),
    (
        true,
        r#"{"op":"eq","name":"event.logentry.formatted","value":"hi"}"#,
    ),
    (true, r#"{"op":"and","inner":[]}"#),
    (false, r#"{"op":"or","inner":[]}"#),
    (true, r#"{"op":"not","inner":{"op":"or","inner":[]}}"#),
    (
        true,
        r#"{"op":"any","name":"event.exception.values","inner":{"op":"eq","name":"ty","value":"B"}}"#,
    ),
    (
        false,
        r#"{"op":"all","name":"event.exception.values","inner":{"op":"eq","name":"ty","value":"B"}}"#,
    ),
    (
        true,
        r#"{"op":"all","name":"event.exception.values","inner":{"op":"glob","name":"value","value":["*S*"]}}"#,
    ),
    (
        false,
        r#"{"op":"any","name":"event.threads.values","inner":{"op":"and","inner":[]}}"#,
    ),
    (false, r#"{"op":"newer","name":"x"}"#),
    (true, r#"{"op":"not","inner":{"op":"newer"}}"#),
];

#[test]
fn every_operator_holds_where_relays_does() {
    let event = Event::from_draft(decode(EVENT.as_bytes()).unwrap(), Timestamp(0));
    let origin = Origin::default();
    let whole = Whole {
        event: &event,
        origin: &origin,
    };
    for (holds, text) in CONDITIONS {
        let condition = Condition::read(&serde_json::from_str(text).unwrap()).unwrap();
        assert_eq!(condition.holds(&whole), *holds, "{text}");
    }
}
