use serde_json::json;

use super::*;

fn read(text: &str) -> Result<Settings, String> {
    serde_json::from_str(text).map_err(|error: serde_json::Error| error.to_string())
}

#[test]
fn missing_settings_have_the_defaults_of_new_projects() {
    let settings = read("{}").unwrap();
    assert_eq!(settings, Settings::default());
    let on = settings.chunk_load_errors && settings.react_hydration_errors;
    assert!(on && settings.health_checks && !settings.csp_defaults);
    let off = settings.localhost || settings.web_crawlers || settings.browser_extensions;
    assert!(!off && settings.legacy_browsers.is_empty());
    let settings = read(r#"{"reactHydrationErrors":false,"releases":["1.*",""," 2 "]}"#).unwrap();
    assert!(!settings.react_hydration_errors && settings.chunk_load_errors);
    let releases: Vec<&str> = settings.releases.iter().map(Pattern::as_str).collect();
    assert_eq!(releases, ["1.*", "2"], "empty lines mean nothing");
}

#[test]
fn what_is_written_is_read_again() {
    let settings = Settings {
        localhost: true,
        legacy_browsers: vec!["ie".parse().unwrap(), "ie9".parse().unwrap()],
        ip_addresses: vec![
            "10.0.0.0/8".parse().unwrap(),
            "2001:db8::1".parse().unwrap(),
        ],
        releases: vec![Pattern::case_insensitive("1.*").unwrap()],
        csp_sources: vec!["https://*.example".to_owned()],
        generic: vec![GenericFilter {
            id: "mine".to_owned(),
            is_enabled: true,
            condition: Some(json!({"op": "eq", "name": "event.release", "value": "1"})),
        }],
        ..Settings::default()
    };
    let text = serde_json::to_string(&settings).unwrap();
    assert_eq!(read(&text).unwrap(), settings, "{text}");
}

#[test]
fn what_cannot_be_read_is_refused_with_its_place() {
    for (text, expected) in [
        (
            r#"{"releases":["1","[a"]}"#,
            "releases[1]: the pattern ends too early",
        ),
        (
            r#"{"ipAddresses":["10.0.0.0/33"]}"#,
            "ipAddresses[0]: '10.0.0.0/33' is not an address",
        ),
        (
            r#"{"legacyBrowsers":["netscape"]}"#,
            "legacyBrowsers[0]: there is no browser \"netscape\"",
        ),
        (
            r#"{"localhost":"yes"}"#,
            "localhost: expected true or false",
        ),
        (r#"{"errorMessages":"x"}"#, "errorMessages: expected a list"),
        (
            r#"{"errorMessages":[7]}"#,
            "errorMessages[0]: expected a text",
        ),
        (
            r#"{"cspSources":["a b"]}"#,
            "cspSources[0]: a source is an address",
        ),
        (
            r#"{"locahost":true}"#,
            "locahost: there is no filter of this name",
        ),
        (
            r#"{"generic":[{"isEnabled":true}]}"#,
            "generic.filters[0]: \"id\" is missing",
        ),
        (
            r#"{"generic":[{"id":"x","condition":{"op":"gt","name":"a"}}]}"#,
            "generic.filters[0].condition: \"gt\" lacks a number",
        ),
        ("[]", "expected an object"),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.starts_with(expected), "{text}: {error}");
    }
    let deep = format!(
        "{}{{\"op\":\"and\",\"inner\":[]}}{}",
        "{\"op\":\"not\",\"inner\":".repeat(40),
        "}".repeat(40)
    );
    let error = read(&format!(
        r#"{{"generic":[{{"id":"x","condition":{deep}}}]}}"#
    ))
    .unwrap_err();
    assert!(error.contains("nest at most"), "{error}");
}

#[test]
fn one_bad_setting_costs_no_other() {
    let stored = json!({"localhost": true, "releases": ["[a", "1.*"], "later": 1});
    let (settings, problems) = Settings::read_leniently(&stored);
    assert!(settings.localhost && settings.releases.len() == 1);
    assert_eq!(problems.len(), 2);
}

#[test]
fn relays_settings_are_read_too_and_lack_what_they_do_not_name() {
    let relay = json!({"browserExtensions": {"isEnabled": true}, "releases": {"releases": ["1.*"]},
        "errorMessages": {"patterns": ["x*"]}, "legacyBrowsers": {"isEnabled": false, "options": ["ie"]},
        "generic": {"version": 1, "filters": {"mine": {"isEnabled": true, "condition": null}}}});
    let (settings, problems) = Settings::read_leniently(&relay);
    assert_eq!(problems, []);
    assert!(settings.browser_extensions && !settings.chunk_load_errors && !settings.csp_defaults);
    assert!(settings.legacy_browsers.is_empty() && settings.error_messages.len() == 1);
    assert_eq!(settings.generic.first().unwrap().id, "mine");
}

#[test]
fn what_cannot_be_read_survives_a_change() {
    let stored = json!({"localhost": false, "errorMessages": ["[", "noise*"], "releases": "1.0",
        "fromTheFuture": [1]});
    let (mut settings, problems) = Settings::read_leniently(&stored);
    assert_eq!(problems.len(), 3, "{problems:?}");
    settings.localhost = true;
    let written = settings.write_over(&stored).unwrap();
    assert_eq!(written["localhost"], true);
    for key in ["errorMessages", "releases", "fromTheFuture"] {
        assert_eq!(written[key], stored[key], "{key}");
    }
    settings.error_messages.clear();
    let written = settings.write_over(&stored).unwrap();
    assert_eq!(written["errorMessages"], json!(["["]));
    assert_eq!(Settings::read_leniently(&written).0, settings);
}

#[test]
fn settings_of_relay_are_written_over_only_when_all_of_them_can_be_read() {
    let stored =
        json!({"localhost": {"isEnabled": true}, "clientIps": {"blacklistedIps": ["10.0.0.0/8"]}});
    let (mut settings, _) = Settings::read_leniently(&stored);
    settings.web_crawlers = true;
    let written = settings.write_over(&stored).unwrap();
    assert_eq!(
        Settings::read_leniently(&written),
        (settings.clone(), vec![])
    );
    let stored = json!({"clientIps": {"blacklistedIps": ["10.0.0.0/99"]}});
    let problems = settings.write_over(&stored).unwrap_err();
    assert_eq!(problems[0].at, "clientIps.blacklistedIps[0]");
}
