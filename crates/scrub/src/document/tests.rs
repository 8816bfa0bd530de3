use crate::{Document, Mode, Policy};

/// The problems of a document as `at: reason`.
fn problems(text: &str) -> Vec<String> {
    let strict = Document::parse(text).err().unwrap_or_default();
    let (_, lenient) = Document::parse_leniently(text);
    assert_eq!(strict, lenient, "both ways name the same problems");
    strict.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(problems(text), expected, "{text}");
}

#[test]
fn a_document_may_say_everything_or_nothing() {
    for nothing in ["", " \n", "{}", r#"{"scrubData":null,"piiConfig":null}"#] {
        check(nothing, &[]);
    }
    let all = r#"{"scrubData":true,"scrubDefaults":false,"scrubIpAddresses":true,
        "sensitiveFields":["a"," "],"excludeFields":["b"],"mode":"compatible","secrets":false,
        "piiConfig":{"rules":{"r":{"type":"pattern","pattern":"x"}},"vars":{"hashKey":"k"},
            "applications":{"$string":["r","@email:mask"],"freeform":["@common"]}}}"#;
    let document = Document::parse(all).unwrap();
    assert_eq!(document.scrub_defaults, Some(false));
    assert_eq!(document.sensitive_fields, ["a"]);
    assert_eq!(document.mode, Some(Mode::Compatible));
    assert_eq!(document.secrets, Some(false));
    // Two words for one selector are one application.
    assert_eq!(document.config.applications.len(), 1);
}

#[test]
fn what_is_no_json_is_refused_with_line_and_column() {
    check(
        "{\n  \"scrubData\": yes\n}",
        &["line 2, column 16: is no JSON: expected value"],
    );
    check(
        "[]",
        &[r#"document: must be an object such as {"scrubData": true}"#],
    );
    let long = format!("\"{}\"", " ".repeat(crate::DOCUMENT_BYTES_MAX));
    let refused = Document::parse(&long).unwrap_err();
    assert!(
        refused[0]
            .to_string()
            .starts_with("document: is 262146 bytes long")
    );
    // What is stored already counts, however long it is.
    let spaces = " ".repeat(crate::DOCUMENT_BYTES_MAX);
    let stored = format!(r#"{{"sensitiveFields":["kept"]{spaces}}}"#);
    assert!(Document::parse(&stored).is_err());
    let (document, problems) = Document::parse_stored(&stored).unwrap();
    assert!(document.sensitive_fields == ["kept"] && problems.is_empty());
}

#[test]
fn settings_of_the_wrong_kind_are_refused() {
    check(
        r#"{"scrubData":"yes","mode":"strict","sensitiveFields":["a",5],"excludeFields":"b","scrubdata":true}"#,
        &[
            "scrubdata: unknown setting; known are scrubData, scrubDefaults, scrubIpAddresses, \
             sensitiveFields, excludeFields, piiConfig, mode, secrets",
            "scrubData: must be true or false, not \"yes\"",
            "sensitiveFields[1]: must be a name in quotes, not 5",
            "excludeFields: must be a list of names, not \"b\"",
            "mode: must be \"improved\" or \"compatible\", not \"strict\"",
        ],
    );
}

#[test]
fn selectors_are_refused_with_the_character() {
    check(
        r#"{"piiConfig":{"applications":{"a.*.":["@email"],"$foo":["@email"],"a":"@email"}}}"#,
        &[
            "piiConfig.applications.\"$foo\": unknown type $foo at character 1; known are $string, \
             $binary, $number, $boolean, $bool, $datetime, $array, $list, $object, $event, \
             $attachments, $replay, $error, $exception, $stack, $stacktrace, $frame, $http, \
             $request, $user, $logentry, $message, $thread, $breadcrumb, $log, $trace_metric, \
             $span, $sdk, $minidump, $heap_memory, $stack_memory",
            "piiConfig.applications.\"a\": must be a list of ids of rules, not \"@email\"",
            "piiConfig.applications.\"a.*.\": invalid syntax at character 5: expected a path such \
             as extra.password",
        ],
    );
}

#[test]
fn patterns_are_refused_with_the_character_and_by_their_size() {
    check(
        r#"{"piiConfig":{"rules":{"1":{"type":"pattern","pattern":"ä(b"},
            "2":{"type":"redact_pair","keyPattern":"(?=x)"},
            "3":{"type":"pattern","pattern":"\\w{1000}"}}}}"#,
        &[
            "piiConfig.rules.1.pattern: is no valid pattern at character 2: unclosed group",
            "piiConfig.rules.2.keyPattern: is no valid pattern at character 1: look-around, \
             including look-ahead and look-behind, is not supported",
            "piiConfig.rules.3.pattern: is too large: compiled it takes more than 262144 bytes",
        ],
    );
    let fields: Vec<_> = (0..900)
        .map(|number| format!("{number}ſ{}", "k".repeat(90)))
        .collect();
    let text = serde_json::json!({"sensitiveFields": fields}).to_string();
    assert_eq!(
        problems(&text),
        [
            "sensitiveFields: together they make a pattern that is too large: compiled it takes more \
          than 262144 bytes"
        ]
    );
    // Stored ones are cut, not dropped.
    let (document, _) = Document::parse_stored(&text).unwrap();
    let kept = document.sensitive_fields.len();
    assert!((1..900).contains(&kept), "{kept}");
    assert_eq!(document.sensitive_fields, fields[..kept]);
}

#[test]
fn rules_of_no_known_kind_or_method_are_refused() {
    let problems = problems(
        r#"{"piiConfig":{"rules":{"a":{"type":"nosuch"},"b":{"type":"pattern"},
            "c":{"type":"email","redaction":{"method":"bogus"}}},"applications":{"$string":["a"]}}}"#,
    );
    assert!(
        problems[0].starts_with("piiConfig.rules.a: unknown variant `nosuch`, expected one of")
    );
    assert_eq!(problems[1], "piiConfig.rules.b: missing field `pattern`");
    assert_eq!(
        problems[2],
        "piiConfig.rules.c.redaction.method: unknown method \"bogus\"; known are remove, replace, \
         mask and hash"
    );
    // A rule that cannot be read is not missing too.
    assert_eq!(problems.len(), 3);
}

#[test]
fn references_to_nothing_and_in_circles_are_refused() {
    check(
        r#"{"piiConfig":{"rules":{"a":{"type":"multiple","rules":["b","@nosuch"]},
            "b":{"type":"alias","rule":"a"}},"applications":{"$string":["a","none","@email"]}}}"#,
        &[
            "piiConfig.rules.a: there is no rule \"@nosuch\"",
            "piiConfig.rules.a: refers to itself: a → b → a",
            "piiConfig.rules.b: refers to itself: b → a → b",
            "piiConfig.applications.\"$string\"[1]: there is no rule none",
        ],
    );
}

#[test]
fn a_stored_document_loses_only_what_cannot_be_read() {
    let (document, problems) = Document::parse_leniently(
        r#"{"scrubData":5,"scrubIpAddresses":true,"piiConfig":{"rules":{"bad":{"type":"new"},
            "good":{"type":"email"}},"applications":{"$new":["good"],"$string":["bad","good"]}}}"#,
    );
    assert_eq!(problems.len(), 3);
    assert_eq!(document.scrub_ip_addresses, Some(true));
    let policy = Policy::of(&Document::default(), &document);
    let rules: Vec<_> = crate::effective(&policy)
        .into_iter()
        .filter(|rule| rule.origin == crate::RuleOrigin::Project)
        .map(|rule| rule.id)
        .collect();
    assert_eq!(rules, ["project:good"]);
    let (document, _) = Document::parse_leniently(r#"{"scrubIpAddresses":"yes"}"#);
    assert_eq!(document.scrub_ip_addresses, Some(true));
    assert!(Document::parse_stored("{").is_err() && Document::parse_stored("[]").is_err());
    let (nothing, problems) = Document::parse_leniently("{");
    assert!(nothing.scrub_data.is_none() && problems.len() == 1);
}
