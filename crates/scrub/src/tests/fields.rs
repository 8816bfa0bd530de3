use super::{check, check_untouched, defaults, relay, with_config};
use crate::Settings;

#[test]
fn local_variables_are_scrubbed_and_source_code_is_not() {
    check(
        &defaults(),
        r#"{"exception":{"values":[{"type":"SecretError","value":"password=1","stacktrace":{"frames":[
            {"function":"get_password","module":"app.auth","filename":"app/auth.py",
             "context_line":"password = 1","pre_context":["secret=1"],
             "vars":{"password":"'x'","n":"5","d":{"l":["'4111111111111111'",{"passwd":"x"}]}}}]}}]}}"#,
        r#"{"exception":{"values":[{"type":"SecretError","value":"password=1","stacktrace":{"frames":[
            {"function":"get_password","module":"app.auth","filename":"app/auth.py",
             "context_line":"password = 1","pre_context":["secret=1"],
             "vars":{"password":"[Filtered]","n":"5","d":{"l":["'[Filtered]'",{"passwd":"[Filtered]"}]}}}]}}]},
        "_meta":{"exception":{"values":{"0":{"stacktrace":{"frames":{"0":{"vars":{
            "password":{"":{"rem":[["@password:filter","s",0,10]],"len":3}},
            "d":{"l":{"0":{"":{"rem":[["@creditcard:filter","s",1,11]],"len":18}},
                      "1":{"passwd":{"":{"rem":[["@password:filter","s",0,10]],"len":1}}}}}}}}}}}}}}"#,
    );
}

#[test]
fn a_message_only_has_its_matches_replaced() {
    check(
        &defaults(),
        r#"{"logentry":{"message":"pw %s","formatted":"pw password=abc bob@x.com Bearer abc","params":["password=abc"]}}"#,
        r#"{"logentry":{"message":"pw %s","formatted":"pw password=abc [email] Bearer [token]","params":["[Filtered]"]},
        "_meta":{"logentry":{
            "formatted":{"":{"rem":[["@email:replace","s",16,23],["@bearer:replace","s",24,38]],"len":36}},
            "params":{"0":{"":{"rem":[["@password:filter","s",0,10]],"len":12}}}}}}"#,
    );
}

#[test]
fn session_cookies_are_filtered_by_name_and_others_by_the_default_words() {
    check(
        &defaults(),
        r#"{"request":{"cookies":"sessionid=abc; csrftoken=zzz; theme=dark; PHPSESSID=1"}}"#,
        r#"{"request":{"cookies":[["sessionid","[Filtered]"],["csrftoken","[Filtered]"],["theme","dark"],["PHPSESSID","[Filtered]"]]},
        "_meta":{"request":{"cookies":{
            "0":{"1":{"":{"rem":[["@anything:filter","s",0,10]],"len":3}}},
            "1":{"1":{"":{"rem":[["@password:filter","s",0,10]],"len":3}}},
            "3":{"1":{"":{"rem":[["@anything:filter","s",0,10]],"len":1}}}}}}}"#,
    );
}

#[test]
fn headers_and_query_strings_are_scrubbed_as_pairs() {
    check(
        &defaults(),
        r#"{"request":{"headers":[["Authorization","Basic abc"],["User-Agent","token=abc"],[null,"password"]],
            "query_string":"foo=bar&token=1"}}"#,
        r#"{"request":{"headers":[["Authorization","[Filtered]"],["User-Agent","token=abc"],[null,"[Filtered]"]],
            "query_string":[["foo","bar"],["token","[Filtered]"]]},
        "_meta":{"request":{
            "headers":{"0":{"1":{"":{"rem":[["@password:filter","s",0,10]],"len":9}}},
                       "2":{"1":{"":{"rem":[["@password:filter","s",0,10]],"len":8}}}},
            "query_string":{"1":{"1":{"":{"rem":[["@password:filter","s",0,10]],"len":1}}}}}}}"#,
    );
}

#[test]
fn only_lists_made_of_pairs_alone_are_pairs() {
    check(
        &defaults(),
        r#"{"extra":{"v":[["password","hunter2"],["token",42]],"w":[["password","x"],"y"]}}"#,
        r#"{"extra":{"v":[["password","[Filtered]"],["token",null]],"w":[["[Filtered]","x"],"y"]},
        "_meta":{"extra":{
            "v":{"0":{"1":{"":{"rem":[["@password:filter","s",0,10]],"len":7}}},
                 "1":{"1":{"":{"rem":[["@password:filter","x"]]}}}},
            "w":{"0":{"0":{"":{"rem":[["@password:filter","s",0,10]],"len":8}}}}}}}"#,
    );
}

#[test]
fn fields_without_personal_data_stay() {
    check_untouched(
        r#"{"transaction":"/auth/","logger":"secret","release":"token@1","tags":[["password","x"]],
        "request":{"url":"https://u:p@h/?token=abc","method":"password"},
        "threads":{"values":[{"id":"secret","name":"auth"}]},
        "exception":{"values":[{"type":"AuthError","module":"auth"}]},
        "debug_meta":{"images":[{"type":"elf","code_file":"/secret/auth.so"}]}}"#,
    );
}

#[test]
fn contexts_follow_their_type_and_own_contexts_are_scrubbed_whole() {
    check(
        &defaults(),
        r#"{"contexts":{"biz":{"type":"biz","d":{"token":"y"}},"secret":{"type":"secret","a":"b"},
            "phone":{"type":"device","password":"x"},
            "trace":{"type":"trace","data":{"http.query":"token=1"},"token":"t"}}}"#,
        r#"{"contexts":{"biz":{"type":"biz","d":{"token":"[Filtered]"}},"secret":null,
            "phone":{"type":"device","password":"x"},
            "trace":{"type":"trace","data":{"http.query":"[Filtered]"},"token":"t"}},
        "_meta":{"contexts":{
            "biz":{"d":{"token":{"":{"rem":[["@password:filter","s",0,10]],"len":1}}}},
            "secret":{"":{"rem":[["@password:filter","x"]]}},
            "trace":{"data":{"http.query":{"":{"rem":[["@password:filter","s",0,10]],"len":7}}}}}}}"#,
    );
}

#[test]
fn graphql_variables_vanish_from_request_and_answer() {
    check(
        &defaults(),
        r#"{"request":{"api_target":"GraphQL","data":{"query":"q","variables":{"login":"foo"}}},
        "contexts":{"response":{"type":"response","data":{"data":{"viewer":{"login":"foo","id":1}}}}}}"#,
        r#"{"request":{"api_target":"GraphQL","data":{"query":"q","variables":{"login":"[Filtered]"}}},
        "contexts":{"response":{"type":"response","data":{"data":{"viewer":{"login":"[Filtered]","id":1}}}}}}"#,
    );
    check(
        &defaults(),
        r#"{"request":{"api_target":"graphql","data":{"query":"{me}"}},
        "contexts":{"response":{"type":"response","data":{"data":{"me":1},"errors":[]}}}}"#,
        r#"{"request":{"api_target":"graphql","data":{"query":"{me}"}},
        "contexts":{"response":{"type":"response","data":{"errors":[]}}}}"#,
    );
}

#[test]
fn addresses_go_where_they_are_known_and_are_replaced_elsewhere() {
    let settings = Settings {
        scrub_ip_addresses: true,
        ..Settings::off()
    };
    let scrubber = relay(settings, "{}");
    check(
        &scrubber,
        r#"{"user":{"ip_address":"1.2.3.4","sentry_user":"ip:1.2.3.4"},"request":{"env":{"REMOTE_ADDR":"x"}},
        "extra":{"v":"from 10.0.0.1:80 and ::1"},"exception":{"values":[{"value":"1.2.3.4"}]}}"#,
        r#"{"user":{"ip_address":null,"sentry_user":"ip:[ip]"},"request":{"env":{"REMOTE_ADDR":null}},
        "extra":{"v":"from [ip]:80 and [ip]"},"exception":{"values":[{"value":"1.2.3.4"}]},
        "_meta":{"user":{"ip_address":{"":{"rem":[["@ip:replace","s",0,4],["@anything:remove","x"]],"len":7}},
                         "sentry_user":{"":{"rem":[["@ip:replace","s",3,7]],"len":10}}},
            "request":{"env":{"REMOTE_ADDR":{"":{"rem":[["@anything:remove","x"]]}}}},
            "extra":{"v":{"":{"rem":[["@ip:replace","s",5,9],["@ip:replace","s",17,21]],"len":24}}}}}"#,
    );
}

#[test]
fn how_a_trace_was_sampled_is_left_alone() {
    check_untouched(
        r#"{"_dsc":{"trace_id":"41111111111111114111111111111111","public_key":"41111111111111114111111111111111","org_id":"4111111111111111","sample_rate":0.5,"sampled":true}}"#,
    );
}

#[test]
fn feedback_is_not_touched_at_all() {
    let event = r#"{"contexts":{"feedback":{"message":"forgot my password","name":"Bob","contact_email":"bob@x.com","type":"feedback"}}}"#;
    check_untouched(event);
    let rules = r#"{"applications":{"contexts.feedback.contact_email":["@email:replace"]}}"#;
    check(&with_config(rules), event, event);
}
