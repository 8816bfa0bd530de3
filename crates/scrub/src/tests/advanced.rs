use super::{check, check_text, with_config};

/// A scrubber with one built-in rule for all texts.
fn with_rule(id: &str) -> crate::Scrubber {
    with_config(&format!(r#"{{"applications":{{"$string":["{id}"]}}}}"#))
}

/// A built-in rule, a text, what the rule makes of it, and the remarks.
const FAMILIES: [[&str; 4]; 15] = [
    [
        "@email",
        "a bob@x.com b",
        "a [email] b",
        r#"[["@email","s",2,9]]"#,
    ],
    [
        "@ip:remove",
        "1.2.3.4.5",
        ".5",
        r#"[["@ip:remove","x",0,0]]"#,
    ],
    ["@ip", "2001:db8::1", "2001:[ip]", r#"[["@ip","s",5,9]]"#],
    [
        "@imei",
        "35-209900-176148-1",
        "[imei]",
        r#"[["@imei","s",0,6]]"#,
    ],
    [
        "@mac",
        "ff:ff:ff:ff:ff:00",
        "*****************",
        r#"[["@mac","m",0,17]]"#,
    ],
    [
        "@uuid:replace",
        "x ceee0822-ed8f-4622-b2a3-789e73e75cd1",
        "x [uuid]",
        r#"[["@uuid:replace","s",2,8]]"#,
    ],
    [
        "@iban",
        "DE89370400440532013000",
        "[iban]",
        r#"[["@iban","s",0,6]]"#,
    ],
    [
        "@creditcard:mask",
        "4111 1111 1111 1111",
        "*******************",
        r#"[["@creditcard:mask","m",0,19]]"#,
    ],
    [
        "@urlauth",
        "https://u:p@h/",
        "https://[auth]@h/",
        r#"[["@urlauth","s",8,14]]"#,
    ],
    [
        "@usssn",
        "078-05-1120",
        "***********",
        r#"[["@usssn","m",0,11]]"#,
    ],
    [
        "@userpath",
        "C:\\Users\\jane\\x",
        "C:\\Users\\[user]\\x",
        r#"[["@userpath","s",9,15]]"#,
    ],
    [
        "@bearer",
        "the bearer of news",
        "the Bearer [token] news",
        r#"[["@bearer","s",4,18]]"#,
    ],
    ["@password", "my password", "", r#"[["@password","x",0,0]]"#],
    [
        "@cookies:filter",
        "a=b; sessionid=x; c",
        "a=b; sessionid=[Filtered]; c",
        r#"[["@cookies:filter","s",15,25]]"#,
    ],
    [
        "@anything",
        "two\nlines",
        "[Filtered]\n[Filtered]",
        r#"[["@anything","s",0,10],["@anything","s",11,21]]"#,
    ],
];

#[test]
fn every_family_finds_its_own() {
    for [id, text, expected, remarks] in FAMILIES {
        check_text(&with_rule(id), text, expected, remarks);
    }
}

#[test]
fn rules_that_nobody_defines_do_nothing() {
    for id in [
        "@nosuch",
        "@userpath:filter",
        "@ip:filter",
        "@email:bogus",
        "email",
    ] {
        check_text(
            &with_rule(id),
            "/home/jane 1.2.3.4 a@b.co",
            "/home/jane 1.2.3.4 a@b.co",
            "null",
        );
    }
}

#[test]
fn an_outer_rule_overrides_the_inner_one_only_when_it_hides_it() {
    let config = |hide| {
        with_config(&format!(
            r#"{{"rules":{{"m":{{"type":"multiple","rules":["@email","@ip:remove"],"hideInner":{hide},
            "redaction":{{"method":"mask"}}}}}},"applications":{{"$string":["m"]}}}}"#
        ))
    };
    let text = "a@b.co 1.2.3.4";
    check_text(
        &config(true),
        text,
        "****** *******",
        r#"[["m","m",0,6],["m","m",7,14]]"#,
    );
    check_text(
        &config(false),
        text,
        "[email] ",
        r#"[["@email","s",0,7],["@ip:remove","x",8,8]]"#,
    );
}

#[test]
fn rules_that_refer_to_each_other_in_a_circle_do_nothing() {
    let circle = with_config(
        r#"{"rules":{"a":{"type":"multiple","rules":["b","b"]},"b":{"type":"multiple","rules":["a","a"]}},
        "applications":{"$string":["a"]}}"#,
    );
    check_text(&circle, "x", "x", "null");
}

#[test]
fn patterns_may_redact_single_groups_and_invalid_ones_are_skipped() {
    let config = with_config(
        r#"{"rules":{"r":{"type":"pattern","pattern":"(id)=(\\d+)","replaceGroups":[1,2],"redaction":{"method":"mask"}},
        "bad":{"type":"pattern","pattern":"(","redaction":{"method":"mask"}}},
        "applications":{"$string":["bad","r"]}}"#,
    );
    check_text(
        &config,
        "id=55 id=6",
        "**=** **=*",
        r#"[["r","m",0,2],["r","m",3,5],["r","m",6,8],["r","m",9,10]]"#,
    );
}

#[test]
fn a_rule_for_anything_removes_what_is_no_text() {
    check(
        &with_config(
            r#"{"rules":{"r":{"type":"anything","redaction":{"method":"replace","text":"<x>"}}},"applications":{"extra.*":["r"]}}"#,
        ),
        r#"{"extra":{"s":"a","n":5,"b":true,"o":{"a":1},"z":null}}"#,
        r#"{"extra":{"s":"<x>","n":null,"b":true,"o":null,"z":null},"_meta":{"extra":{
            "s":{"":{"rem":[["r","s",0,3]],"len":1}},"n":{"":{"rem":[["r","x"]]}},"o":{"":{"rem":[["r","x"]]}}}}}"#,
    );
}

#[test]
fn the_name_of_a_file_survives_any_rule() {
    check(
        &with_config(
            r#"{"applications":{"$frame.abs_path":["@anything:remove"],"$frame.filename":["@userpath"]}}"#,
        ),
        r#"{"stacktrace":{"frames":[{"abs_path":"/Users/jane/app/x.py","filename":"/home/jane/x.py"},{"abs_path":"jane.py"}]}}"#,
        r#"{"stacktrace":{"frames":[{"abs_path":"x.py","filename":"/home/[user]/x.py"},{"abs_path":"jane.py"}]},
        "_meta":{"stacktrace":{"frames":{"0":{"abs_path":{"":{"rem":[["@anything:remove","x"]]}},
            "filename":{"":{"rem":[["@userpath","s",6,12]],"len":10}}}}}}}"#,
    );
}
