use watchfire_event::{Event, Timestamp, decode};

use super::suggestions;

fn event(text: &str) -> Event<'_> {
    Event::from_draft(decode(text.as_bytes()).unwrap(), Timestamp(0))
}

#[test]
fn selectors_are_offered_from_the_nearest_type_of_the_schema() {
    let event = event(
        r#"{"logentry":{"formatted":"hi"},"extra":{"my key":"v","l":[{"n":5}],"b":true,"z":null},
        "exception":{"values":[{"type":"E","value":"boom","stacktrace":{"frames":[
            {"vars":{"foo":"bar"},"function":"f"}]}}]},
        "request":{"headers":[["X-A","h"]]},"user":{"email":"e"},"tags":[["t","v"]],
        "contexts":{"device":{"type":"device","name":"d","model":"m"}}}"#,
    );
    let offered: Vec<_> = suggestions(&event)
        .into_iter()
        .map(|one| format!("{}={}", one.path, one.value.unwrap_or_default()))
        .collect();
    assert_eq!(
        offered,
        [
            "$error.value=boom",
            "$frame.vars=",
            "$frame.vars.foo=bar",
            "$http.headers=",
            "$http.headers.X-A=h",
            "$message=hi",
            "$number=",
            "$string=bar",
            "$string=boom",
            "$string=e",
            "$string=h",
            "$string=hi",
            "$string=v",
            "$user.email=e",
            "contexts.device.name=d",
            "extra=",
            "extra.'my key'=v",
            "extra.l=",
            "extra.l.*=",
            "extra.l.*.n=",
            "tags=",
            "tags.t=v",
        ]
    );
}

#[test]
fn a_selector_occurs_where_it_names_a_value_even_a_removed_one() {
    let event = event(r#"{"extra":{"a":"x","gone":null},"transaction":"t"}"#);
    let occurs = |selector: &str| {
        selector
            .parse::<crate::Selector>()
            .unwrap()
            .occurs_in(&event)
    };
    assert!(occurs("a") && occurs("extra.gone") && occurs("$string") && occurs("extra.*"));
    assert!(!occurs("b") && !occurs("transaction") && !occurs("$user.**"));
}
