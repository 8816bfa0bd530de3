use proptest::prelude::*;

use super::*;
use crate::platform::{Family, Platform};

mod actions;
mod categories;
mod languages;
mod meaning;

/// A frame of a platform: `function`, then texts by field.
#[derive(Clone, Copy)]
struct Given {
    platform: &'static str,
    function: &'static str,
    module: Option<&'static str>,
    package: Option<&'static str>,
    path: Option<&'static str>,
    in_app: Option<bool>,
}

const FRAME: Given = Given {
    platform: "native",
    function: "f",
    module: None,
    package: None,
    path: None,
    in_app: None,
};

impl Given {
    fn subject(&self) -> Subject<'static> {
        Subject {
            family: Platform::new(self.platform).family,
            function: self.function,
            module: self.module,
            package: self.package,
            path: self.path,
            in_app: self.in_app,
            category: None,
        }
    }
}

fn functions(names: &[&'static str]) -> Vec<Given> {
    names
        .iter()
        .map(|function| Given { function, ..FRAME })
        .collect()
}

fn text(origin: &str, text: &str) -> RuleText {
    RuleText {
        kind: RuleKind::StackTrace,
        origin: origin.to_owned(),
        text: text.to_owned(),
    }
}

fn rules(own: &str) -> StackRules {
    let mut problems = Vec::new();
    let rules = StackRules::new(
        Version::LATEST,
        &[text("project rules", own)],
        &mut problems,
    );
    assert_eq!(problems, [], "{own}");
    rules
}

/// What the rules say of each frame: `a` for application, `+` or `-` for group or nothing.
fn judge_with(rules: &StackRules, frames: &[Given], error: &ErrorSubject<'_>) -> Vec<String> {
    let subjects: Vec<_> = frames.iter().map(Given::subject).collect();
    let judged = rules.judge(&subjects, error);
    let show = |frame: &Judgement<'_>| {
        let app = match frame.in_app {
            Some(true) => "app",
            Some(false) => "library",
            None => "?",
        };
        let group = match frame.group {
            Some(true) => "+",
            Some(false) => "-",
            None => "",
        };
        format!("{app}{group}")
    };
    judged.frames.iter().map(show).collect()
}

fn judge(own: &str, frames: &[Given]) -> Vec<String> {
    judge_with(&rules(own), frames, &ErrorSubject::default())
}

/// The functions that the default rules leave in the fingerprint, outermost first.
fn counting(names: &[&'static str]) -> Vec<&'static str> {
    let frames = functions(names);
    let judged = judge("", &frames);
    let pairs = names.iter().zip(&judged);
    pairs
        .filter(|(_, judged)| !judged.ends_with('-'))
        .map(|(name, _)| *name)
        .collect()
}

#[test]
fn every_default_rule_is_read() {
    for version in Version::ALL {
        let lines = base::lines(version);
        assert!(lines.len() > 300, "{version}: {}", lines.len());
        for line in lines {
            grammar::read(&line).unwrap_or_else(|reason| panic!("{line}: {reason}"));
        }
    }
}

#[test]
fn each_matcher_looks_at_its_field() {
    let frame = Given {
        platform: "python",
        function: "checkout",
        module: Some("shop.Views"),
        package: Some("/opt/Shop.so"),
        path: Some("C:\\Srv\\shop\\views.py"),
        in_app: Some(true),
    };
    for (matcher, expected) in [
        ("function:checkout", true),
        ("function:check*", true),
        ("function:Checkout", false),
        ("stack.module:shop.*", true),
        ("module:shop.views", false),
        ("package:/OPT/*", true),
        ("package:/*", false),
        ("path:**/shop/*.py", true),
        ("stack.abs_path:c:/srv/**", true),
        ("path:*.py", false),
        ("family:other", true),
        ("family:native,other", true),
        ("family:all", true),
        ("family:native", false),
        ("!family:native", true),
        ("app:yes", true),
        ("app:no", false),
        ("!app:0", true),
        ("!function:other", true),
        ("function:checkout !module:shop.*", false),
        ("category:none", false),
        ("!category:none", true),
        ("category:*", false),
        ("type:*", false),
    ] {
        let judged = judge(&format!("{matcher} -group"), &[frame]);
        let is_match = judged == ["app-"];
        // An exception without a type is `<unknown>`, which a star matches too.
        assert_eq!(is_match, expected || matcher == "type:*", "{matcher}");
    }
}

#[test]
fn the_exception_can_be_asked_for() {
    let error = ErrorSubject {
        kind: Some("KeyError"),
        value: Some("'a' is missing"),
        mechanism: Some("django"),
    };
    let judged = |matcher: &str, error: &ErrorSubject<'_>| {
        let rules = rules(&format!("{matcher} function:f -group"));
        judge_with(&rules, &[FRAME], error) == ["?-"]
    };
    for matcher in [
        "type:KeyError",
        "error.type:Key*",
        "value:*missing",
        "error.mechanism:django",
        "!type:ValueError",
    ] {
        assert!(judged(matcher, &error), "{matcher}");
    }
    assert!(!judged("type:keyerror", &error));
    assert!(judged("type:<unknown>", &ErrorSubject::default()));
}

#[test]
fn missing_texts_match_only_what_is_negated() {
    assert_eq!(judge("module:* -group", &[FRAME]), ["?"]);
    assert_eq!(judge("!module:* -group", &[FRAME]), ["?-"]);
    let unknown = Given {
        function: "<unknown>",
        ..FRAME
    };
    assert_eq!(judge("function:<unknown> -group", &[unknown]), ["?-"]);
}

#[test]
fn neighbours_are_the_frames_beside() {
    let frames = functions(&["a", "b", "c"]);
    assert_eq!(
        judge("[ function:a ] | function:b -group", &frames),
        ["?", "?-", "?"]
    );
    assert_eq!(
        judge("function:b | [ function:c ] -group", &frames),
        ["?", "?-", "?"]
    );
    assert_eq!(
        judge("function:b | [ function:a ] -group", &frames),
        ["?", "?", "?"]
    );
    // The first frame has no caller, not even one that something is not.
    assert_eq!(
        judge("[ !function:x ] | function:a -group", &frames),
        ["?", "?", "?"]
    );
    assert_eq!(
        judge("function:c | [ !function:x ] -group", &frames),
        ["?", "?", "?"]
    );
    assert_eq!(
        judge("[ function:a ] | function:* | [ function:c ] +app", &frames),
        ["?", "app", "?"]
    );
}

#[test]
fn texts_apply_in_order_behind_the_default_rules() {
    let texts = [
        text("organization rules", "function:std::* +app"),
        text("project rules", "# mine\nfunction:std::a -app"),
    ];
    let mut problems = Vec::new();
    let rules = StackRules::new(Version::LATEST, &texts, &mut problems);
    let frames = functions(&["std::a", "std::b", "core::c"]);
    let subjects: Vec<_> = frames.iter().map(Given::subject).collect();
    let judged = rules.judge(&subjects, &ErrorSubject::default());
    let said: Vec<_> = judged
        .frames
        .iter()
        .map(|frame| {
            let rule = frame.in_app_rule.unwrap();
            (
                frame.in_app,
                rule.origin.as_str(),
                rule.line,
                rule.text.as_str(),
            )
        })
        .collect();
    assert_eq!(
        said[..2],
        [
            (Some(false), "project rules", 2, "function:std::a -app"),
            (Some(true), "organization rules", 1, "function:std::* +app"),
        ]
    );
    assert_eq!((said[2].0, said[2].1), (Some(false), "default rules"));
    assert_eq!(said[2].3, "family:native function:core::* -app");
}

#[test]
fn broken_lines_are_reported_and_the_others_work() {
    let own = "function:a -group\nfunction:b\n\n  # note\nfoo:b -app\nfunction:c -group";
    let mut problems = Vec::new();
    let rules = StackRules::new(Version::LATEST, &[text("rule 3", own)], &mut problems);
    let told: Vec<_> = problems
        .iter()
        .map(|problem| (problem.origin.as_str(), problem.line, problem.text.as_str()))
        .collect();
    assert_eq!(
        told,
        [("rule 3", 2, "function:b"), ("rule 3", 5, "foo:b -app")]
    );
    assert!(problems.iter().all(|problem| !problem.reason.is_empty()));
    let frames = functions(&["a", "b", "c"]);
    let judged = judge_with(&rules, &frames, &ErrorSubject::default());
    assert_eq!(judged, ["?-", "?", "?-"]);
}

#[test]
fn texts_of_other_kinds_are_left_alone() {
    let other = RuleText {
        kind: RuleKind::Fingerprint,
        ..text("project rules", "type:KeyError -> x")
    };
    let mut problems = Vec::new();
    StackRules::new(Version::LATEST, &[other], &mut problems);
    assert_eq!(problems, []);
}

#[test]
fn many_rules_over_many_frames_end() {
    const RULES: usize = 1_500;
    const FRAMES: usize = 2_000;
    let own: String = (0..RULES)
        .map(|number| format!("function:*{} ^-group v+app -app\n", number % 10))
        .collect();
    let rules = rules(&own);
    let names: Vec<String> = (0..FRAMES)
        .map(|number| format!("function{number}"))
        .collect();
    let subjects: Vec<_> = names
        .iter()
        .map(|name| Subject {
            function: name,
            ..FRAME.subject()
        })
        .collect();
    let judged = rules.judge(&subjects, &ErrorSubject::default());
    assert_eq!(judged.frames.len(), FRAMES);
    // All frames are reached by what rules do, but texts are looked at near the crash only.
    assert_eq!(judged.frames[0].in_app, Some(true));
    let all = self::rules("function:* -group");
    let judged = all.judge(&subjects, &ErrorSubject::default());
    let unseen = FRAMES - judge::FRAMES_MAX;
    assert_eq!(judged.frames[unseen - 1].group, None);
    assert_eq!(judged.frames[unseen].group, Some(false));
}

#[test]
fn of_long_values_the_start_is_looked_at() {
    let long = |length| "é".repeat(length) + "end";
    let judged = |value: &str| {
        let error = ErrorSubject {
            value: Some(value),
            ..ErrorSubject::default()
        };
        judge_with(&rules("value:*end -group"), &[FRAME], &error)
    };
    assert_eq!(judged(&long(100)), ["?-"]);
    assert_eq!(judged(&long(ERROR_BYTES_MAX)), ["?"]);
}
