use crate::{Mode, PiiConfig, Policy, Scrubber, Settings};

const PLAIN: &str = "event.attachment";

fn with_rules(selector: &str, rule: &str) -> Scrubber {
    let config = serde_json::json!({"applications": {selector: [rule]}}).to_string();
    let config: PiiConfig = serde_json::from_str(&config).unwrap();
    Scrubber::of_policy(&Policy::new(Settings::off(), config, Mode::Compatible))
}

#[track_caller]
fn check(rule: &str, content: &[u8], expected: &[u8]) {
    let scrubber = with_rules("$attachments.'x.txt'", rule);
    let scrubbed = scrubber.scrub_attachment("x.txt", PLAIN, content);
    assert_eq!(scrubbed.as_deref().unwrap_or(content), expected, "{rule}");
    assert_eq!(scrubbed.is_some(), content != expected);
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn what_goes_is_covered_and_the_length_stays() {
    let text = b"before 127.0.0.1 after";
    for (rule, expected) in [
        ("@ip", &b"before [ip]***** after"[..]),
        ("@ip:remove", b"before ********* after"),
        ("@ip:mask", b"before ********* after"),
        ("@ip:hash", b"before AE12FE3B5 after"),
        ("@email", text),
    ] {
        check(rule, text, expected);
    }
    check("@anything:remove", b"a\nb\0c\xff", b"******");
    check("@password:filter", b"a\npassword", b"[Filtered]");
}

#[test]
fn text_of_two_bytes_a_character_is_searched_too() {
    let text = wide("before 127.0.0.1 after");
    check("@ip", &text, &wide("before [ip]***** after"));
    check("@ip:hash", &text, &wide("before 3FA8F5A46 after"));
    let mut inside = b"\xd8\xd8".to_vec();
    inside.extend(wide("at 127.0.0.1"));
    let mut expected = b"\xd8\xd8".to_vec();
    expected.extend(wide("at *********"));
    check("@ip:mask", &inside, &expected);
    check("@ip:mask", &wide("::1"), &wide("::1"));
}

#[test]
fn only_rules_that_name_the_file_apply() {
    let content = b"before 127.0.0.1 after";
    let hits = |selector: &str| {
        let scrubber = with_rules(selector, "@ip");
        scrubber
            .scrub_attachment("foo.txt", PLAIN, content)
            .is_some()
    };
    for selector in [
        "$string",
        "$attachments",
        "$attachments.*",
        "$binary",
        "**",
        "$attachments.'bar.txt'",
        "$attachments.* && $string",
    ] {
        assert!(!hits(selector), "{selector}");
    }
    for selector in [
        "$attachments.'foo.txt'",
        "$attachments.'FOO.txt'",
        "'foo.txt' && $binary",
    ] {
        assert!(hits(selector), "{selector}");
    }
}

#[test]
fn a_view_hierarchy_is_scrubbed_by_the_path_of_its_keys() {
    let content =
        br#"{"rendering_system":"x","windows":[{"label":"bob@x.com","identifier":"bob@x.com"}]}"#;
    let scrub = |selector: &str| {
        let scrubber = with_rules(selector, "@email");
        let scrubbed = scrubber.scrub_attachment("v.json", "event.view_hierarchy", content);
        scrubbed.map(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).unwrap())
    };
    let label = scrub("windows.*.label").unwrap();
    assert_eq!(
        label["windows"][0],
        serde_json::json!({"label": "[email]", "identifier": "bob@x.com"})
    );
    let all = scrub("$string").unwrap();
    assert_eq!(all["windows"][0]["identifier"], "[email]");
    assert_eq!(scrub("$user.email"), None);
}

#[test]
fn secrets_in_texts_are_covered_by_default() {
    let secret = format!("{}_{}", "ghp", "a1B2c3D4e5".repeat(4).get(..36).unwrap());
    let text = format!("2026 token {secret} end\n");
    let scrubber = Scrubber::default();
    for content in [text.clone().into_bytes(), wide(&format!("ü\u{d7ff}{text}"))] {
        let scrubbed = scrubber
            .scrub_attachment("log.txt", PLAIN, &content)
            .unwrap();
        assert_eq!(scrubbed.len(), content.len());
        let is_left = |part: &[u8]| scrubbed.windows(part.len()).any(|window| window == part);
        assert!(!is_left(secret.as_bytes()) && !is_left(&wide(&secret)));
    }
    assert_eq!(
        scrubber.scrub_attachment("log.txt", PLAIN, b"nothing here"),
        None
    );
    let off = Scrubber::of_policy(&Policy::default().with_secrets(false));
    assert_eq!(
        off.scrub_attachment("log.txt", PLAIN, text.as_bytes()),
        None
    );
}

#[test]
fn secrets_in_the_memory_of_a_dump_are_covered_and_nothing_else_moves() {
    let token = format!("{}_{}", "ghp", "a1B2c3D4e5".repeat(4).get(..36).unwrap());
    let environment = b"HOME=/root\0PASSWORD=hunter2hunter2\0SHELL=sh\0".as_slice();
    let (narrow, wide) = (token.clone().into_bytes(), wide(&token));
    let parts: [&[u8]; 11] = [
        b"MDMP\xa7\x93\0\0",
        &narrow,
        &wide,
        b"\x01",
        &narrow,
        b"\0",
        &wide,
        b"\x01\x02",
        &wide,
        environment,
        b"\xff end",
    ];
    let dump = parts.concat();
    let scrubber = Scrubber::default();
    let scrubbed = scrubber
        .scrub_attachment("x.dmp", "event.minidump", &dump)
        .unwrap();
    assert_eq!(scrubbed.len(), dump.len());
    let is_left = |part: &[u8]| scrubbed.windows(part.len()).any(|window| window == part);
    assert!(!is_left(&narrow) && !is_left(&wide) && !is_left(b"hunter2"));
    assert!(is_left(b"HOME=/root\0PASSWORD=") && is_left(b"\0SHELL=sh\0\xff end"));
    assert!(scrubbed.starts_with(b"MDMP\xa7\x93\0\0"));
    let off = Scrubber::of_policy(&Policy::default().with_secrets(false));
    assert_eq!(off.scrub_attachment("x.dmp", "event.minidump", &dump), None);
}

#[test]
fn the_rules_that_changed_a_file_are_named_with_their_counts() {
    let secret = format!("{}_{}", "ghp", "a1B2c3D4e5".repeat(4).get(..36).unwrap());
    let text = format!("bob@x.com and eve@x.com know {secret}");
    let scrubber = with_rules("$attachments.'log.txt'", "@email");
    let scrubbed = scrubber
        .scrub_attachment_by("log.txt", PLAIN, text.as_bytes())
        .unwrap();
    let rules: Vec<(&str, usize)> = scrubbed
        .rules
        .iter()
        .map(|(rule, count)| (rule.as_str(), *count))
        .collect();
    assert_eq!(rules.first(), Some(&("@email", 2)));
    assert!(rules.iter().all(|(rule, _)| !rule.contains(&secret)));
    let default = Scrubber::default().scrub_attachment_by("log.txt", PLAIN, text.as_bytes());
    let named = default.unwrap().rules;
    assert!(
        named.keys().all(|rule| rule.starts_with("@secret.")),
        "{named:?}"
    );
    assert_eq!(named.values().sum::<usize>(), 1);
}
