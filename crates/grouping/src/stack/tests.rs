use serde_json::{Value as Json, json};
use watchfire_event::{Event, Timestamp, decode};

use crate::stack_rules::StackRules;
use crate::{RuleKind, RuleText, Version};

use super::*;

fn rules(version: Version, own: &str) -> StackRules {
    let text = RuleText {
        kind: RuleKind::StackTrace,
        origin: "project rules".to_owned(),
        text: own.to_owned(),
    };
    let mut problems = Vec::new();
    let rules = StackRules::new(version, &[text], &mut problems);
    assert_eq!(problems, []);
    rules
}

/// What is said of each frame in a view, then of the stack trace: hints of what does not count,
/// `counts` for what does, and the line of the rule that decided.
fn said(platform: &str, frames: &Json, own: &str, version: Version, view: View) -> Vec<String> {
    let body = json!({"platform": platform, "stacktrace": {"frames": frames}}).to_string();
    let event = Event::from_draft(decode(body.as_bytes()).unwrap(), Timestamp::now());
    let rules = rules(version, own);
    let stack = Stack::read(&event.body, Platform::new(platform), &rules).unwrap();
    let component = stack.component(view);
    let show = |component: &Component<'_>| {
        let hint = component.hint.as_deref();
        let mut said = match (component.contributes, hint) {
            (true, None) => "counts".to_owned(),
            (true, Some(hint)) => format!("counts, {hint}"),
            (false, hint) => hint.unwrap_or("no").to_owned(),
        };
        if let Some(rule) = component.rule {
            said.push_str(&format!(" by {} {}", rule.origin, rule.line));
        }
        said
    };
    let mut all: Vec<_> = component.parts().iter().map(show).collect();
    all.push(show(&component));
    all
}

fn system(frames: &Json, own: &str) -> Vec<String> {
    said("python", frames, own, Version::LATEST, View::System)
}

fn app(frames: &Json, own: &str) -> Vec<String> {
    said("python", frames, own, Version::LATEST, View::App)
}

fn three() -> Json {
    json!([
        {"function": "a", "in_app": true},
        {"function": "b", "in_app": false},
        {"function": "c", "in_app": true},
    ])
}

#[test]
fn a_view_shows_why_each_frame_counts_or_not() {
    assert_eq!(
        app(&three(), ""),
        ["counts", "non app frame", "counts", "counts"]
    );
    assert_eq!(system(&three(), ""), ["counts"; 4]);
}

#[test]
fn frames_that_a_rule_ignores_name_the_rule() {
    let own = "# wrapper\nfunction:a -group";
    let ignored = "ignored by stack-trace rule by project rules 2";
    assert_eq!(
        system(&three(), own),
        [ignored, "counts", "counts", "counts"]
    );
    assert_eq!(
        app(&three(), own),
        [ignored, "non app frame", "counts", "counts"]
    );
}

#[test]
fn frames_that_a_rule_marks_name_the_rule() {
    let own = "function:a -app\nfunction:b +app";
    let expected = [
        "marked out of app by stack-trace rule by project rules 1",
        "counts, marked in-app by stack-trace rule by project rules 2",
        "counts",
        "counts",
    ];
    assert_eq!(app(&three(), own), expected);
    // Of all frames it does not matter whose they are.
    assert_eq!(system(&three(), own), ["counts"; 4]);
}

#[test]
fn a_rule_that_says_what_was_so_is_not_named() {
    assert_eq!(app(&three(), "function:a +app +group")[0], "counts");
}

#[test]
fn a_rule_revives_frames_but_never_those_of_others_in_the_view_of_the_application() {
    let twice = json!([
        {"function": "a", "lineno": 1, "in_app": true},
        {"function": "a", "lineno": 1, "in_app": true},
        {"function": "b", "in_app": false},
    ]);
    let own = "function:* +group";
    let revived = "counts, un-ignored by stack-trace rule by project rules 1";
    assert_eq!(
        system(&twice, ""),
        ["counts", "ignored due to recursion", "counts", "counts"]
    );
    assert_eq!(system(&twice, own), ["counts", revived, "counts", "counts"]);
    assert_eq!(
        app(&twice, own),
        ["counts", revived, "non app frame", "counts"]
    );
}

#[test]
fn only_the_frames_nearest_to_the_crash_count_where_a_rule_limits_them() {
    let cut = "ignored because a rule limits how many frames count by project rules 1";
    let own = "family:other max-frames=2";
    assert_eq!(system(&three(), own), [cut, "counts", "counts", "counts"]);
    assert_eq!(
        app(&three(), own),
        ["counts", "non app frame", "counts", "counts"]
    );
    assert_eq!(
        app(&three(), "family:other max-frames=1"),
        [cut, "non app frame", "counts", "counts"]
    );
    assert_eq!(system(&three(), "family:other max-frames=5"), ["counts"; 4]);
    assert_eq!(
        system(
            &three(),
            "family:other max-frames=1\nfunction:c max-frames=0"
        ),
        ["counts"; 4]
    );
}

#[test]
fn a_stack_trace_with_too_few_frames_does_not_count() {
    let own = "family:other min-frames=3";
    assert_eq!(system(&three(), own), ["counts"; 4]);
    assert_eq!(
        app(&three(), own)[3],
        "ignored because only 2 frames count by project rules 1"
    );
    let one = json!([{"function": "a"}]);
    assert_eq!(
        system(&one, own)[1],
        "ignored because only 1 frame counts by project rules 1"
    );
}

#[test]
fn a_stack_trace_counts_with_its_frames() {
    let library = json!([{"function": "a", "in_app": false}]);
    assert_eq!(
        app(&library, "")[1],
        "ignored because it contains no in-app frames"
    );
    assert_eq!(
        system(&library, "function:a -group")[1],
        "ignored because it contains no contributing frames"
    );
    let own = json!([{"function": "a", "in_app": true}]);
    assert_eq!(
        app(&own, "function:a -group")[1],
        "ignored because it contains no contributing frames"
    );
    // A rule counts the only frame, but it is not the application's.
    assert_eq!(
        app(&library, "function:a +group")[1],
        "ignored because it contains no in-app frames"
    );
}

#[test]
fn rules_may_ask_for_the_exception() {
    let body = json!({"exception": {"values": [{
        "type": "KeyError", "mechanism": {"type": "django"},
        "stacktrace": {"frames": [{"function": "a"}]},
    }]}});
    let body = body.to_string();
    let event = Event::from_draft(decode(body.as_bytes()).unwrap(), Timestamp::now());
    let rules = rules(
        Version::LATEST,
        "type:KeyError mechanism:django function:a +app",
    );
    let values = event.body.get("exception").unwrap().get("values").unwrap();
    let exception = values.as_array().unwrap()[0].as_object().unwrap();
    let platform = Platform::new("python");
    let of_exception = Stack::of_exception(exception, platform, &rules).unwrap();
    assert!(of_exception.frames[0].in_app);
    assert!(!Stack::read(exception, platform, &rules).unwrap().frames[0].in_app);
}

#[test]
fn a_frame_that_was_judged_before_keeps_what_the_client_said() {
    let frames = json!([
        {"function": "a", "in_app": false, "data": {"orig_in_app": 1}},
        {"function": "b", "in_app": true, "data": {"orig_in_app": -1}},
        {"function": "c", "in_app": true, "data": {"orig_in_app": 0}},
    ]);
    assert_eq!(
        app(&frames, ""),
        ["counts", "non app frame", "non app frame", "counts"]
    );
    let frames = json!([{"function": "a", "in_app": true, "data": {"category": "system"}}]);
    let judged = app(&frames, "");
    assert!(judged[0].starts_with("marked out of app by stack-trace rule by default rules"));
}

#[test]
fn a_lone_nameless_frame_of_a_script_counts_by_its_address() {
    let frame = |path: &str| json!([{"abs_path": path, "filename": "a.js", "module": "a"}]);
    let counts = |path: &str, version| {
        said("javascript", &frame(path), "", version, View::System)[0] == "counts"
    };
    for path in ["https://a.b/a.js", "blob:https://a.b/1", "file:///a.js"] {
        assert!(counts(path, Version::Newstyle2026), "{path}");
        assert!(!counts(path, Version::Newstyle2023), "{path}");
    }
    assert!(!counts("/srv/a.js", Version::Newstyle2026));
    assert!(counts("/srv/a.js", Version::Newstyle2023));
}

#[test]
fn spawned_processes_of_python_differ_in_2023_only() {
    let line = "from multiprocessing.spawn import spawn_main; \
                spawn_main(tracker_fd=5, pipe_handle=77)";
    let value = |version| {
        let frames = json!([{
            "module": "__main__", "filename": "<string>", "function": "<module>",
            "context_line": line,
        }]);
        let body = json!({"platform": "python", "stacktrace": {"frames": frames}}).to_string();
        let event = Event::from_draft(decode(body.as_bytes()).unwrap(), Timestamp::now());
        let rules = rules(version, "");
        let stack = Stack::read(&event.body, Platform::new("python"), &rules).unwrap();
        let component = stack.component(View::System);
        component.values().concat().contains("<int>")
    };
    assert!(value(Version::Newstyle2026) && !value(Version::Newstyle2023));
}

#[test]
fn no_frames_are_no_stack_trace() {
    for frames in [
        json!([]),
        json!([null]),
        json!(null),
        json!("x"),
        json!([[]]),
    ] {
        let body = json!({"stacktrace": {"frames": frames}}).to_string();
        let event = Event::from_draft(decode(body.as_bytes()).unwrap(), Timestamp::now());
        let rules = StackRules::default();
        assert!(Stack::read(&event.body, Platform::new("other"), &rules).is_none());
    }
}
