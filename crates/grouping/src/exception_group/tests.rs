use watchfire_event::json::Value;

use super::*;
use crate::compiled::Compiled;
use crate::platform::Platform;

fn check(exceptions: &str, places: &[usize], main: Option<usize>) {
    let compiled = Compiled::default();
    let list = watchfire_event::json::parse(exceptions.as_bytes()).unwrap();
    let fields = list.as_array().unwrap().iter().filter_map(Value::as_object);
    let exceptions: Vec<_> = fields
        .map(|fields| Exception::read(fields, Platform::new("other"), &compiled))
        .collect();
    let selection = select(&exceptions, false);
    assert_eq!(selection.places, places);
    assert_eq!(selection.main, main);
}

#[test]
fn a_plain_chain_counts_as_it_is() {
    check(r#"[{"type":"A"},{"type":"B"}]"#, &[0, 1], None);
}

#[test]
fn of_equal_members_one_stands_for_the_group() {
    check(
        r#"[
            {"type":"A","value":"1","mechanism":{"exception_id":2,"parent_id":0}},
            {"type":"A","value":"1","mechanism":{"exception_id":1,"parent_id":0}},
            {"type":"G","mechanism":{"exception_id":0,"is_exception_group":true}}
        ]"#,
        &[1],
        Some(1),
    );
}

#[test]
fn different_members_count_with_the_group() {
    check(
        r#"[
            {"type":"A","value":"1","mechanism":{"exception_id":2,"parent_id":0}},
            {"type":"B","value":"1","mechanism":{"exception_id":1,"parent_id":0}},
            {"type":"G","mechanism":{"exception_id":0,"is_exception_group":true}}
        ]"#,
        &[1, 0, 2],
        None,
    );
}

#[test]
fn a_member_counts_with_its_causes() {
    check(
        r#"[
            {"type":"C","mechanism":{"exception_id":2,"parent_id":1}},
            {"type":"A","mechanism":{"exception_id":1,"parent_id":0}},
            {"type":"G","mechanism":{"exception_id":0,"is_exception_group":true}}
        ]"#,
        &[1, 0],
        Some(1),
    );
}

#[test]
fn what_is_no_tree_counts_as_it_is() {
    for exceptions in [
        // Two with one number.
        r#"[{"type":"A","mechanism":{"exception_id":0}},{"type":"B","mechanism":{"exception_id":0}}]"#,
        // One without a number.
        r#"[{"type":"A","mechanism":{"exception_id":0}},{"type":"B"}]"#,
        // Its own parent.
        r#"[{"type":"A","mechanism":{"exception_id":0}},
            {"type":"B","mechanism":{"exception_id":1,"parent_id":1}}]"#,
        // Nothing with number 0.
        r#"[{"type":"A","mechanism":{"exception_id":2}},
            {"type":"B","mechanism":{"exception_id":1,"parent_id":2}}]"#,
        // Groups that contain each other.
        r#"[{"type":"A","mechanism":{"exception_id":0,"parent_id":1,"is_exception_group":true}},
            {"type":"B","mechanism":{"exception_id":1,"parent_id":0,"is_exception_group":true}}]"#,
    ] {
        check(exceptions, &[0, 1], None);
    }
}

#[test]
fn a_group_without_members_stands_alone() {
    check(
        r#"[{"type":"A","mechanism":{"exception_id":1,"parent_id":7}},
            {"type":"B","mechanism":{"exception_id":0,"is_exception_group":true}}]"#,
        &[1],
        None,
    );
}

#[test]
fn causes_in_a_circle_end_and_count_as_they_are() {
    check(
        r#"[
            {"type":"A","mechanism":{"exception_id":0,"parent_id":1}},
            {"type":"B","mechanism":{"exception_id":1,"parent_id":0}}
        ]"#,
        &[0, 1],
        Some(0),
    );
}

#[test]
fn an_error_that_react_recovered_from_is_named_after_its_cause() {
    let recovered = format!(
        r#"[
            {{"type":"Error","value":"{}","mechanism":{{"exception_id":0}}}},
            {{"type":"TypeError","mechanism":{{"exception_id":1,"parent_id":0,"source":"cause"}}}}
        ]"#,
        REACT_RECOVERIES[1]
    );
    check(&recovered, &[0, 1], Some(1));
    check(&recovered.replace("hydrating", "x"), &[0, 1], Some(0));
}

#[test]
fn a_wrapper_of_rxjava_is_named_after_what_it_wraps() {
    check(
        r#"[
            {"type":"IOException","mechanism":{"exception_id":1,"parent_id":0}},
            {"type":"UndeliverableException","module":"io.reactivex.rxjava3.exceptions",
             "mechanism":{"type":"UncaughtExceptionHandler","exception_id":0}}
        ]"#,
        &[1, 0],
        Some(0),
    );
}
