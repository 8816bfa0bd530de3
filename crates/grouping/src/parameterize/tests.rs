use std::borrow::Cow;

use proptest::prelude::*;

use super::{Parameterizer, effort};
use crate::variable_rules::VariableRules;
use crate::{RuleKind, RuleText, Version};

fn parameterize(text: &str) -> String {
    Parameterizer::default().apply(text).into_owned()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(parameterize(text), expected, "of {text:?}");
}

#[track_caller]
fn check_2023(text: &str, expected: &str) {
    let parameterizer = Parameterizer::new(Version::Newstyle2023, VariableRules::default());
    assert_eq!(parameterizer.apply(text), expected, "of {text:?}");
}

#[test]
fn text_without_variable_parts_stays_as_it_is() {
    for text in [
        "",
        "order failed",
        "naïve café",
        "a-b_c",
        "Foo::bar()",
        "%s of %d",
    ] {
        check(text, text);
    }
}

#[test]
fn addresses_are_masked() {
    check("mail to a.b+c@x-y.org now", "mail to <email> now");
    check("GET https://h.x/p?q=1 failed", "GET <url> failed");
    check("at api.example.com:443", "at <hostname>:<int>");
    check("at api.example.test", "at api.example.test");
    check("from 10.0.255.1 port 80", "from <ip> port <int>");
    check("from 10.0.256.1", "from <float>.<float>");
    check("from ::1 and fe80::1", "from <ip> and <ip>");
    check("from 1:2:3:4:5:6:7:8", "from <ip>");
    check("ws://", "ws://");
    check("3-18b..CF", "<int>-18b..CF");
}

#[test]
fn identifiers_are_masked() {
    check(
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "<traceparent>",
    );
    check("id 7c1811ed-e98f-4c9c-a9f9-58c757ff494f", "id <uuid>");
    check("id 5fc35719b9cf96ec602dbc748ff31c587a46961d", "id <sha1>");
    check("id 0751007cd28df267e8e051b51f918c60", "id <md5>");
    check("at 0x9af8c3b, x0x9", "at <hex>, x0x9");
    check(
        "at deadbeef and beef and be3f",
        "at <hex> and beef and <hex>",
    );
    check("sha a1b2c3d not A1B2C3D", "sha <git_sha> not A1B2C3D");
    check("mIxEd1a2B aB12cD", "mIxEd1a2B aB12cD");
}

#[test]
fn numbers_are_masked() {
    check("took 12 of 5.5", "took <int> of <float>");
    check("at -3 and a-3", "at <int> and a-<int>");
    check(
        "took 50ms or 1.5s or 3s",
        "took <duration> or <duration> or <duration>",
    );
    check("12345678", "<hex>");
    check("v1 a1 1a", "v1 a1 1a");
    check("1.2.3", "<float>.<int>");
    check("é5 5é", "é5 5é");
}

#[test]
fn dates_are_masked() {
    for date in [
        "Mon, 2 Jan 2006 15:04:05 -0700",
        "Mon, 02 Jan 06 15:04 MST",
        "Mon Jan 02, 1999",
        "Monday, 02-Jan-06 15:04:05 GMT",
        "2006-01-02T15:04:05.999Z",
        "2006-01-02T15:04:05+07:00",
        "Mon Jan 02 2006 15:04:05 GMT-0700 (Mountain Standard Time)",
        "2006-01-02 15:04:05.123456",
        "20060102T150405Z",
        "2006-01-02 15:04",
        "3:04 pm",
        "15:04:05",
        "0:30",
        "2006-01-02",
        "Jan  2 15:04:05 2006",
        "02 Jan 2006 15:04:05 GMT",
        "datetime.datetime(2006, 1, 2, 15, 4)",
    ] {
        check(&format!("on {date}."), "on <date>.");
    }
    check("00 Feb 1999 23:29:00 -0000", "<int> Feb <int> <date> <int>");
    check("ratio 3:75", "ratio <int>:<int>");
}

#[test]
fn values_behind_an_equals_sign_are_masked() {
    check("a='b c' d=\"e\"", "a=<quoted_str> d=<quoted_str>");
    check("ok=True, 'x' True", "ok=<bool>, 'x' True");
    check("a=''", "a=''");
}

#[test]
fn the_leftmost_match_wins_and_then_the_first_pattern() {
    check("user+1@example.com", "<email>");
    check("10.0.0.1:8080/2024-01-01", "<ip>:<int>/<date>");
}

#[test]
fn masking_twice_is_masking_once() {
    let once = parameterize("order 5 from a@b.com at 10:00, took 3.5s");
    check(&once, &once);
}

#[test]
fn digits_spaces_and_letters_are_those_of_every_script() {
    check("٣ von ２", "<int> von <int>");
    check("at ١٢:30", "at <int>:<int>");
    check("on 2006-01-0٣", "on <date>");
    check("5² é5 5é", "5² é5 5é");
    check("Jan\u{a0}02,\u{1f}1999", "<date>");
    check("5\u{301}", "<int>\u{301}");
}

#[test]
fn hidden_corners_are_as_in_the_catalogue() {
    check("fe80:%eth0 fe80::1%eth0", "<ip> <ip>%eth0");
    check("shop.example.co.za", "<hostname>.za");
    check("x.za", "<hostname>");
    let call = format!("datetime.datetime({})", "1, ".repeat(2_000));
    check(&call, "<date>");
    check("datetime.datetime(1\n)", "datetime.datetime(<int>\n)");
    check("13:05 pm, 12:05 pm", "<date> pm, <date>");
}

#[test]
fn the_catalogue_of_2023_is_another_one() {
    check_2023("key=123456789", "key=<int>");
    check_2023("deadbeef12 0xfe", "deadbeef12 <hex>");
    check_2023("a1b2c3d", "a1b2c3d");
    check_2023("Foo::bar a::b", "Foo<ip>r <ip>b");
    check_2023("a-3", "a<int>");
    check_2023(
        "took 12s 3.5s 12ms",
        "took 1<duration> <duration> <duration>",
    );
    check_2023("_123:45 3:75am", "_1<date> <date>");
    check_2023("2006-01-02 15:04:05.5", "<date>");
    check_2023("2006-01-02T15:04Z", "<date>T<date>Z");
    check_2023(
        "tx0123456789abcdef01234-0123456789",
        "tx0123456789abcdef01234<int>",
    );
}

#[test]
fn own_variables_come_first() {
    let mut variables = VariableRules::default();
    let text = RuleText {
        kind: RuleKind::Variable,
        origin: "rule 7".to_owned(),
        text: "order: /ORD-\\d+/".to_owned(),
    };
    variables.add(&text, &mut Vec::new());
    let parameterizer = Parameterizer::new(Version::LATEST, variables);
    assert_eq!(parameterizer.apply("ORD-12 of 3"), "<order> of <int>");
    let rule = parameterizer.rule_of("ORD-12 of 3").unwrap();
    assert_eq!((rule.origin.as_str(), rule.line), ("rule 7", 1));
    assert!(matches!(parameterizer.apply("none"), Cow::Borrowed("none")));
}

/// The units of texts that make the patterns work hardest, a JSON text per line.
const WORST: &str = include_str!("worst.txt");

/// What the scanners may look at for each byte of a text.
const LOOKS_MAX: usize = 40;

#[test]
fn the_work_is_in_proportion_to_the_text() {
    for (line, version) in WORST
        .lines()
        .flat_map(|line| Version::ALL.map(|it| (line, it)))
    {
        let unit: String = serde_json::from_str(line).unwrap();
        let parameterizer = Parameterizer::new(version, VariableRules::default());
        let looks = |bytes: usize| {
            let text = unit.repeat(bytes / unit.len());
            effort::take();
            parameterizer.apply(&text);
            effort::take()
        };
        let (short, long) = (looks(2_000), looks(20_000));
        assert!(long <= 20_000 * LOOKS_MAX, "{unit:?}: {long} looks");
        assert!(
            long <= short * 11 + 1_000,
            "{unit:?}: {short}, then {long} looks"
        );
    }
}

proptest! {
    #[test]
    fn no_text_takes_more_than_its_share(
        unit in prop_oneof![
            "[-a-f0-9.:@= /'\"T]{1,12}",
            "(Jan|Mon|1|:|-|[.]|a|datetime|[(]| |٣|é|_|T|Z|[+]|s|ms){1,6}",
            any::<String>(),
        ],
    ) {
        prop_assume!(!unit.is_empty());
        let text = unit.repeat(1_000 / unit.len() + 1);
        for version in Version::ALL {
            effort::take();
            Parameterizer::new(version, VariableRules::default()).apply(&text);
            let looks = effort::take();
            prop_assert!(looks <= text.len() * LOOKS_MAX, "{:?}: {} looks", unit, looks);
        }
    }
}
