use watchfire_event::{Event, Timestamp, decode};

use super::*;
use crate::Pattern;

#[track_caller]
fn check(event: &str, settings: &Settings, expected: Option<&str>) {
    let draft = decode(event.as_bytes()).unwrap();
    let event = Event::from_draft(draft, Timestamp(0));
    let reason = Inbound::new(settings).first_match(&event, &Origin::default());
    assert_eq!(reason.as_deref(), expected);
}

fn only(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = Settings::none();
    change(&mut settings);
    settings
}

fn pattern(text: &str) -> Pattern {
    Pattern::case_insensitive(text).unwrap()
}

#[test]
fn an_ordinary_error_passes_all_filters() {
    let settings: Settings = serde_json::from_str(
        r#"{"localhost":true,"browserExtensions":true,"webCrawlers":true,"releases":["1.*"],"errorMessages":["x"]}"#,
    )
    .unwrap();
    let event = r#"{"message":"hello","release":"shop@2","exception":[{"type":"ValueError","value":"bad","stacktrace":{"frames":[{"abs_path":"https://shop.example/a.js"}]}}],"request":{"url":"https://shop.example/","headers":{"User-Agent":"Mozilla/5.0"}},"user":{"ip_address":"8.8.8.8"}}"#;
    check(event, &settings, None);
    check("{}", &settings, None);
}

#[test]
fn chunk_load_errors_are_refused_by_default() {
    let event = r#"{"exception":[{"type":"ChunkLoadError","value":"Loading chunk 7 failed."}]}"#;
    check(event, &Settings::default(), Some("chunk-load-error"));
    check(event, &Settings::none(), None);
    let uncaught = r#"{"exception":[{"type":"E"},{"type":"Error","value":"Uncaught (in promise): ChunkLoadError: x"}]}"#;
    check(uncaught, &Settings::default(), Some("chunk-load-error"));
    let other = r#"{"exception":[{"type":"Error","value":"Loading chunk 7 failed."}]}"#;
    check(other, &Settings::default(), None);
}

#[test]
fn react_hydration_errors_are_refused_by_default() {
    let event = r#"{"exception":[{"type":"Error","value":"Minified React error #418; visit https://react.dev/errors/418?args for"}]}"#;
    check(event, &Settings::default(), Some("react-hydration-errors"));
    let other = r#"{"exception":[{"value":"see https://react.dev/errors/419x"},{"value":"see https://react.dev/errors/420"}]}"#;
    check(other, &Settings::default(), Some("react-hydration-errors"));
    check(
        r#"{"exception":[{"value":"see https://react.dev/errors/420"}]}"#,
        &Settings::default(),
        None,
    );
}

#[test]
fn releases_and_messages_match_patterns_in_any_case() {
    let releases = only(|settings| settings.releases = vec![pattern("Shop@1.*")]);
    check(
        r#"{"release":"shop@1.2"}"#,
        &releases,
        Some("release-version"),
    );
    check(r#"{"release":"shop@2.0"}"#, &releases, None);
    let messages = only(|settings| {
        settings.error_messages = vec![pattern("ioerror: *"), pattern("*timeout*")];
    });
    check(
        r#"{"exception":[{"type":"IOError","value":"disk"}]}"#,
        &messages,
        Some("error-message"),
    );
    check(
        r#"{"message":"a TimeOut b"}"#,
        &messages,
        Some("error-message"),
    );
    check(r#"{"exception":[{"type":"IOError"}]}"#, &messages, None);
}

#[test]
fn events_of_developers_are_refused_by_address_and_host() {
    let settings = only(|settings| settings.localhost = true);
    for event in [
        r#"{"user":{"ip_address":"127.0.0.1"}}"#,
        r#"{"request":{"url":"http://localhost:3000/a"}}"#,
        r#"{"request":{"url":"https://app.localhost/"}}"#,
        r#"{"request":{"url":"file:///a.html"}}"#,
        r#"{"request":{"headers":{"host":"127.0.0.1:8000"}}}"#,
    ] {
        check(event, &settings, Some("localhost"));
    }
    check(
        r#"{"request":{"url":"https://localhost.example/"}}"#,
        &settings,
        None,
    );
}

#[test]
fn browser_extensions_are_known_by_message_and_source() {
    let settings = only(|settings| settings.browser_extensions = true);
    for event in [
        r#"{"exception":[{"value":"Can't find variable: ZiteReader"}]}"#,
        r#"{"exception":[{"value":"x","stacktrace":{"frames":[{"abs_path":"chrome-extension://abc/a.js"},{"abs_path":"<anonymous>"}]}}]}"#,
    ] {
        check(event, &settings, Some("browser-extensions"));
    }
    let second = r#"{"exception":[{"value":"fine"},{"value":"fb_xd_fragment"}]}"#;
    check(second, &settings, None);
}

#[test]
fn crawlers_are_known_by_their_user_agent() {
    let settings = only(|settings| settings.web_crawlers = true);
    let event = |agent: &str| format!(r#"{{"request":{{"headers":{{"User-Agent":"{agent}"}}}}}}"#);
    check(&event("Googlebot/2.1"), &settings, Some("web-crawlers"));
    check(&event("some-bot"), &settings, Some("web-crawlers"));
    check(
        &event("Slackbot 1.0(+https://api.slack.com/robots)"),
        &settings,
        None,
    );
    check(&event("Mozilla/5.0 Robotics"), &settings, None);
}

/// Relay's `filterSettings`, an event and the reason that they come to.
#[track_caller]
fn check_relay(settings: &str, event: &str, expected: Option<&str>) {
    let (settings, _) = Settings::of_relay(&serde_json::from_str(settings).unwrap());
    check(event, &settings, expected);
}

#[test]
fn generic_filters_name_their_outcome_and_come_first() {
    let settings = r#"{"localhost":{"isEnabled":true},"generic":{"version":1,"filters":[
        {"id":"off","isEnabled":false,"condition":{"op":"and","inner":[]}},
        {"id":"no-condition","isEnabled":true},
        {"id":"old","isEnabled":true,"condition":{"op":"eq","name":"event.release","value":["1.0","1.1"]}},
        {"id":"old","isEnabled":true,"condition":{"op":"and","inner":[]}}]}}"#;
    check_relay(
        settings,
        r#"{"release":"1.1","request":{"url":"http://localhost/"}}"#,
        Some("old"),
    );
    check_relay(
        settings,
        r#"{"release":"2","request":{"url":"http://localhost/"}}"#,
        Some("localhost"),
    );
    let newer = settings.replace(r#""version":1"#, r#""version":2"#);
    check_relay(&newer, r#"{"release":"1.1"}"#, None);
}

#[test]
fn clients_are_refused_by_address_and_network() {
    let (settings, problems) = Settings::of_relay(
        &serde_json::json!({"clientIps": {"blacklistedIps": [
        "192.0.2.7", "nonsense", "10.0.0.0/8", "2001:db8::/32"]}, "generic": {"version": 1, "filters": [
        {"id": "by-condition", "isEnabled": true, "condition":
            {"op": "cidr", "name": "envelope.client_ip", "value": ["203.0.113.0/24"]}}]}}),
    );
    assert_eq!(problems.len(), 1, "what cannot be read is ignored and told");
    let inbound = Inbound::new(&settings);
    let reason = |client_ip: &str| {
        let event = Event::from_draft(decode(b"{}").unwrap(), Timestamp(0));
        let client_ip = client_ip.parse().ok();
        let origin = Origin {
            client_ip,
            ..Origin::default()
        };
        inbound
            .first_match(&event, &origin)
            .map(Cow::into_owned)
            .unwrap_or_default()
    };
    for address in ["192.0.2.7", "10.255.0.1", "::ffff:10.0.0.1", "2001:db8::1"] {
        assert_eq!(reason(address), "ip-address", "{address}");
    }
    assert_eq!(reason("203.0.113.9"), "by-condition");
    assert_eq!(reason("192.0.2.8"), "");
    assert_eq!(reason(""), "", "an unknown client is nobody's");
}

#[test]
fn reports_about_unwelcome_sources_are_refused() {
    let report =
        |field: &str, uri: &str| format!(r#"{{"type":"csp","csp":{{"{field}":"{uri}"}}}}"#);
    let settings = Settings {
        csp_defaults: true,
        csp_sources: vec!["https://*.ads.example".to_owned()],
        ..Settings::none()
    };
    for (field, uri) in [
        ("blocked_uri", "about"),
        ("blocked_uri", "http://foo.superfish.com"),
        ("source_file", "chrome-extension://fdsa"),
        ("document_uri", "http://localhost:8000"),
        ("blocked_uri", "https://a.ads.example/x"),
    ] {
        check(&report(field, uri), &settings, Some("invalid-csp"));
        check(&report(field, uri), &Settings::none(), None);
    }
    check(
        &report("blocked_uri", "http://example.com"),
        &settings,
        None,
    );
    check(
        &report("blocked_uri", "http://a.ads.example/x"),
        &settings,
        None,
    );
    check(
        r#"{"type":"error","csp":{"blocked_uri":"about"}}"#,
        &settings,
        None,
    );
    check_relay(
        r#"{"csp":{"disallowedSources":["*"]}}"#,
        r#"{"type":"csp"}"#,
        Some("invalid-csp"),
    );
}

#[test]
fn old_browsers_are_known_by_family_and_version() {
    const IE8: &str = "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.0; Trident/4.0)";
    const IE_MOBILE_9: &str = "Mozilla/5.0 (compatible; MSIE 9.0; Windows Phone OS 7.5; Trident/5.0; IEMobile/9.0; NOKIA; Lumia 710)";
    const IE11: &str = "Mozilla/5.0 (Windows NT 6.3; Trident/7.0; rv:11.0) like Gecko";
    const CHROME_110: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/110.0.0.0 Safari/537.36";
    const CHROME_111: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/111.0.0.0 Safari/537.36";
    const EDGE_110: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/110.0.0.0 Safari/537.36 Edg/110.0.1587.41";
    const SAFARI_5: &str = "Mozilla/5.0 (Windows; U; Windows NT 6.1; zh-HK) AppleWebKit/533.18.1 (KHTML, like Gecko) Version/5.0.2 Safari/533.18.5";
    const OPERA_MINI_8: &str =
        "Opera/9.80 (J2ME/MIDP; Opera Mini/8.0.35158/36.2534; U; en) Presto/2.12.423 Version/12.16";
    const ANDROID_2: &str = "Mozilla/5.0 (Linux; U; Android 2.3.5; en-us; HTC Vision Build/GRI40) AppleWebKit/533.1 (KHTML, like Gecko) Version/4.0 Mobile Safari/533.1";
    for (options, agent, is_refused) in [
        (r#"["ie"]"#, IE11, true),
        (r#"["ie"]"#, IE_MOBILE_9, true),
        (r#"["ie_pre_9"]"#, IE8, true),
        (r#"["ie_pre_9"]"#, IE_MOBILE_9, false),
        (r#"["ie9"]"#, IE_MOBILE_9, true),
        (r#"["ie10","ie9"]"#, IE11, false),
        (r#"["chrome"]"#, CHROME_110, true),
        (r#"["chrome"]"#, CHROME_111, false),
        (r#"["edge"]"#, EDGE_110, true),
        (r#"["chrome","edge_pre_79"]"#, EDGE_110, false),
        (r#"["safari"]"#, SAFARI_5, true),
        (r#"["opera_mini"]"#, OPERA_MINI_8, true),
        (r#"["opera_mini_pre_8"]"#, OPERA_MINI_8, false),
        (r#"["android"]"#, ANDROID_2, true),
        (r#"["default"]"#, SAFARI_5, true),
        (r#"["default","chrome","ie"]"#, CHROME_110, false),
        (r#"["default","ie11"]"#, IE11, false),
        (r#"["netscape"]"#, IE8, false),
    ] {
        let event = format!(r#"{{"request":{{"headers":{{"User-Agent":"{agent}"}}}}}}"#);
        let settings = format!(r#"{{"legacyBrowsers":{{"isEnabled":true,"options":{options}}}}}"#);
        check_relay(&settings, &event, is_refused.then_some("legacy-browsers"));
        let off = settings.replace("true", "false");
        check_relay(&off, &event, None);
    }
}

#[test]
fn health_checks_are_refused_as_transactions_only() {
    let transaction = r#"{"type":"transaction","transaction":"GET /healthz"}"#;
    check(
        transaction,
        &Settings::default(),
        Some("filtered-transaction"),
    );
    check(transaction, &Settings::none(), None);
    check(
        &transaction.replace("transaction\",", "error\","),
        &Settings::default(),
        None,
    );
    check_relay(
        r#"{"ignoreTransactions":{"isEnabled":true,"patterns":["*/ready*"]}}"#,
        r#"{"type":"transaction","transaction":"/READY/x"}"#,
        Some("filtered-transaction"),
    );
}
