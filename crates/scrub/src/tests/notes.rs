use super::{check, defaults, relay, scrubbed, with_config};
use crate::{Policy, Scrubber, Settings};

#[test]
fn text_of_an_earlier_redaction_is_not_searched_again() {
    check(
        &with_config(r#"{"applications":{"$string":["@email"]}}"#),
        r#"{"extra":{"v":"[ip] bob@x.com"},"_meta":{"extra":{"v":{"":{"rem":[["@ip","s",0,4]],"len":20}}}}}"#,
        r#"{"extra":{"v":"[ip] [email]"},"_meta":{"extra":{"v":{"":{"rem":[["@ip","s",0,4],["@email","s",5,12]],"len":20}}}}}"#,
    );
    let masked = relay(
        Settings::default(),
        r#"{"applications":{"$string":["@email:mask"]}}"#,
    );
    check(
        &masked,
        r#"{"extra":{"password":"bob@x.com"}}"#,
        r#"{"extra":{"password":"*********"},"_meta":{"extra":{"password":{"":{"rem":[["@email:mask","m",0,9]],"len":9}}}}}"#,
    );
}

#[test]
fn a_match_that_swallows_earlier_redactions_leaves_later_ones_in_place() {
    check(
        &with_config(
            r#"{"rules":{"r":{"type":"pattern","pattern":"a.*?b","redaction":{"method":"replace","text":"-"}}},
            "applications":{"$string":["r"]}}"#,
        ),
        r#"{"extra":{"v":"a[1]b [2]"},"_meta":{"extra":{"v":{"":{"rem":[["x","s",1,4],["y","s",6,9]]}}}}}"#,
        r#"{"extra":{"v":"- [2]"},"_meta":{"extra":{"v":{"":{"rem":[["r","s",0,1],["y","s",2,5]],"len":9}}}}}"#,
    );
}

#[test]
fn ranges_that_do_not_fit_the_text_do_no_harm() {
    let event = r#"{"extra":{"v":"ü password"},"_meta":{"extra":{"v":{"":{"rem":[["x","s",1,99],["y","s",9,2]]}}}}}"#;
    assert_eq!(scrubbed(&defaults(), event)["extra"]["v"], "[Filtered]");
    let event =
        r#"{"extra":{"v":"x password"},"_meta":{"extra":{"v":{"":{"rem":[["y","s",9,2]]}}}}}"#;
    assert!(scrubbed(&defaults(), event)["extra"]["v"].is_string());
}

#[test]
fn originals_of_any_kind_are_scrubbed_and_relays_way_is_kept_for_comparison() {
    let event = r#"{"extra":{"password":"x"},"_meta":{
        "user":{"email":{"":{"err":["invalid_data"],"val":["my secret"]}}},
        "extra":{"password":{"":{"val":"old"}}},
        "exception":{"values":{"0":{"type":{"":{"val":{"token":"t"}}}}}}}}"#;
    let improved = &scrubbed(&Scrubber::of_policy(&Policy::default()), event)["_meta"];
    assert_eq!(improved["user"]["email"][""]["val"][0], "[Filtered]");
    assert_eq!(improved["extra"]["password"][""]["val"], "[Filtered]");
    let original = &improved["exception"]["values"]["0"]["type"][""]["val"];
    assert_eq!(original["token"], "[Filtered]");

    let compatible = &scrubbed(&defaults(), event)["_meta"];
    assert_eq!(compatible["user"]["email"][""]["val"][0], "my secret");
    assert_eq!(compatible["extra"]["password"][""]["val"], "[Filtered]");
}

#[test]
fn an_address_made_unreadable_becomes_the_users_id_if_there_is_no_other() {
    let scrubber = with_config(r#"{"applications":{"$user.ip_address":["@ip:hash"]}}"#);
    check(
        &scrubber,
        r#"{"user":{"ip_address":"1.2.3.4"}}"#,
        r#"{"user":{"ip_address":null,"id":"452CBFAF73237C28A6BA00DA112DAD057C3E86D8"},"_meta":{"user":{
            "id":{"":{"rem":[["@ip:hash","p",0,40]],"len":7}},
            "ip_address":{"":{"rem":[["pii:ip_address","x"]]}}}}}"#,
    );
    let known = scrubbed(&scrubber, r#"{"user":{"ip_address":"1.2.3.4","id":"7"}}"#);
    assert_eq!(known["user"]["id"], "7");
}

#[test]
fn notes_about_the_contents_go_with_a_removed_container() {
    check(
        &defaults(),
        r#"{"extra":{"secret":{"a":"b"}},"_meta":{"extra":{"secret":{"":{"len":2},"a":{"":{"val":"x"}}}}}}"#,
        r#"{"extra":{"secret":null},"_meta":{"extra":{"secret":{"":{"rem":[["@password:filter","x"]],"len":2}}}}}"#,
    );
}

#[test]
fn notes_about_pairs_are_found_and_kept() {
    check(
        &defaults(),
        r#"{"request":{"headers":[["A","b"],["Authorization","x"]]},"_meta":{"request":{"headers":{
            "0":{"0":{"":{"len":9}}},"1":{"0":{"":{"len":8}},"1":{"":{"len":7}}}}}}}"#,
        r#"{"request":{"headers":[["A","b"],["Authorization","[Filtered]"]]},"_meta":{"request":{"headers":{
            "0":{"0":{"":{"len":9}}},
            "1":{"0":{"":{"len":8}},"1":{"":{"rem":[["@password:filter","s",0,10]],"len":7}}}}}}}"#,
    );
}

#[test]
fn secrets_in_what_clients_noted_are_hidden() {
    let token = format!("{}{}", "gh", "p_0Z7aB4cD9eF1fA6b8C2dE5xK3yLgMqGrHsJt");
    let event = format!(
        r#"{{"extra":{{"k":"v"}},"_meta":{{"extra":{{"k":{{"":{{"rem":[["{token}","x"]],"err":[["{token}",{{"reason":"saw {token}"}}]]}}}}}}}}}}"#
    );
    let json = scrubbed(&Scrubber::default(), &event).to_string();
    assert!(!json.contains(&token), "{json}");
    assert!(json.contains("saw [secret:github-token]"), "{json}");
}
