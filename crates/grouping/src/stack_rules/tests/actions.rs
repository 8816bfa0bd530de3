//! What actions do, and in which order.

use super::*;

#[test]
fn actions_reach_this_frame_those_above_or_those_below() {
    let frames = functions(&["a", "b", "c"]);
    assert_eq!(judge("function:b +app", &frames), ["?", "app", "?"]);
    assert_eq!(judge("function:b ^+app", &frames), ["?", "?", "app"]);
    assert_eq!(judge("function:b v-group", &frames), ["?-", "?", "?"]);
    assert_eq!(
        judge("function:b ^-group -group v+app", &frames),
        ["app", "?-", "?-"]
    );
    assert_eq!(
        judge("function:b v+app -app ^-app", &frames),
        ["app", "library", "library"]
    );
}

#[test]
fn later_rules_win() {
    let frames = functions(&["a"]);
    assert_eq!(
        judge("function:a -group\nfunction:a +group", &frames),
        ["?+"]
    );
    assert_eq!(
        judge("function:a +app\nfunction:a -app", &frames),
        ["library"]
    );
}

#[test]
fn categories_of_own_rules_have_effects() {
    let frames = functions(&["a", "b"]);
    let own = "function:a category=mine\n[ category:mine ] | function:b category=yours\n\
               category:yours -group\ncategory:mi* +app";
    assert_eq!(judge(own, &frames), ["app", "?-"]);
}

#[test]
fn all_classifying_comes_before_counting() {
    let frames = functions(&["a"]);
    // The category is set behind the rule that asks for it, which counts all the same.
    assert_eq!(
        judge("category:mine -group\nfunction:a category=mine", &frames),
        ["?-"]
    );
    // Whether it is the application's must be known before.
    assert_eq!(
        judge("category:mine -app\nfunction:a category=mine", &frames),
        ["?"]
    );
}

#[test]
fn app_is_asked_as_earlier_rules_left_it() {
    let frames = functions(&["a", "b"]);
    let own = "function:a +app\napp:yes category=x\ncategory:x -group";
    assert_eq!(judge(own, &frames), ["app-", "?"]);
    assert_eq!(judge("app:no -group", &frames), ["?-", "?-"]);
}

#[test]
fn the_last_limit_holds_and_zero_lifts_it() {
    let limits = |own: &str| {
        let rules = rules(own);
        let judged = rules.judge(&[FRAME.subject()], &ErrorSubject::default());
        let count = |limit: Option<Limit<'_>>| limit.map(|limit| limit.count);
        (count(judged.max_frames), count(judged.min_frames))
    };
    assert_eq!(
        limits("family:native max-frames=3 min-frames=2"),
        (Some(3), Some(2))
    );
    assert_eq!(
        limits("family:native max-frames=3\nfunction:f max-frames=1"),
        (Some(1), None)
    );
    assert_eq!(
        limits("family:native max-frames=3\nfunction:f max-frames=0"),
        (None, None)
    );
    assert_eq!(limits("family:javascript max-frames=3"), (None, None));
}
