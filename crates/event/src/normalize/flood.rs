//! Limits on how many things of a kind one event may hold. Relay has none of them; they keep a
//! body of a megabyte from becoming one of twelve, as every breadcrumb gets a type and a level.

use crate::PathItem;
use crate::json::{Object, Value};
use crate::place::Place;

/// The newest breadcrumbs stay. SDKs send up to 100 unless told otherwise.
const BREADCRUMBS_MAX: usize = 500;
/// The last exceptions stay, as the last one is what was reported.
const EXCEPTIONS_MAX: usize = 100;
/// Threads that crashed or were running stay first, then those at the start.
const THREADS_MAX: usize = 500;
/// The first contexts stay, and the trace.
const CONTEXTS_MAX: usize = 200;
/// The first keys of the event and of each context stay.
const KEYS_MAX: usize = 1_000;
/// The first of the errors that the SDK or an earlier step noted stay.
const ERRORS_MAX: usize = 100;

/// Cuts off what is too many, with the original number in the notes.
pub(super) fn normalize(body: &mut Object<'_>, root: &mut Place<'_>) {
    first_keys(body, root, KEYS_MAX, |_| false);
    if let Some(values) = values(body, "breadcrumbs") {
        last(
            values,
            &mut root.key("breadcrumbs").key("values"),
            BREADCRUMBS_MAX,
        );
    }
    if let Some(values) = values(body, "exception") {
        last(
            values,
            &mut root.key("exception").key("values"),
            EXCEPTIONS_MAX,
        );
    }
    if let Some(values) = values(body, "threads") {
        threads(values, &mut root.key("threads").key("values"));
    }
    if let Some(Value::Array(errors)) = body.get_mut("errors") {
        keep(errors, &mut root.key("errors"), ERRORS_MAX, |index| {
            index < ERRORS_MAX
        });
    }
    if let Some(Value::Object(contexts)) = body.get_mut("contexts") {
        let mut place = root.key("contexts");
        first_keys(contexts, &mut place, CONTEXTS_MAX, |key| key == "trace");
        for (key, context) in contexts.iter_mut() {
            if let Value::Object(context) = context {
                first_keys(context, &mut place.key(key), KEYS_MAX, |key| key == "type");
            }
        }
    }
}

fn values<'v, 'a>(body: &'v mut Object<'a>, key: &str) -> Option<&'v mut Vec<Value<'a>>> {
    body.get_mut(key)?
        .as_object_mut()?
        .get_mut("values")?
        .as_array_mut()
}

fn last(items: &mut Vec<Value<'_>>, place: &mut Place<'_>, max: usize) {
    let start = items.len().saturating_sub(max);
    keep(items, place, max, |index| index >= start);
}

fn threads(items: &mut Vec<Value<'_>>, place: &mut Place<'_>) {
    if items.len() <= THREADS_MAX {
        return;
    }
    let is = |thread: &Value<'_>, key| thread.get(key).and_then(Value::as_bool) == Some(true);
    let matters = |thread: &Value<'_>| is(thread, "crashed") || is(thread, "current");
    let (first, other): (Vec<usize>, Vec<usize>) =
        (0..items.len()).partition(|index| items.get(*index).is_some_and(matters));
    let mut kept: Vec<usize> = first.into_iter().chain(other).take(THREADS_MAX).collect();
    kept.sort_unstable();
    keep(items, place, THREADS_MAX, |index| {
        kept.binary_search(&index).is_ok()
    });
}

/// Keeps the elements for which `wanted` says so, if there are more than `max`.
fn keep(
    items: &mut Vec<Value<'_>>,
    place: &mut Place<'_>,
    max: usize,
    wanted: impl Fn(usize) -> bool,
) {
    let length = items.len();
    if length <= max {
        return;
    }
    let mut index = 0;
    items.retain(|_| {
        let stays = wanted(index);
        index += 1;
        stays
    });
    place.keep_indices(length, wanted);
    note(place, length);
}

fn first_keys(
    object: &mut Object<'_>,
    place: &mut Place<'_>,
    max: usize,
    is_wanted: impl Fn(&str) -> bool,
) {
    let length = object.len();
    if length <= max {
        return;
    }
    let mut count = 0;
    object.retain(|key, _| {
        count += 1;
        let stays = count <= max || is_wanted(key);
        if !stays {
            place.forget(PathItem::Key(key));
        }
        stays
    });
    note(place, length);
}

/// A second run, which may cut again what the first one added, leaves the number alone.
fn note(place: &mut Place<'_>, length: usize) {
    let note = place.note();
    note.original_length = note.original_length.or(u64::try_from(length).ok());
}

#[cfg(test)]
mod tests {
    use super::super::tests::{context, event};
    use super::*;

    fn list(count: usize, item: impl Fn(usize) -> String) -> String {
        (0..count).map(item).collect::<Vec<_>>().join(",")
    }

    #[track_caller]
    fn check(input: &str, path: [&str; 2], expected: usize, original: u64) {
        let event = event(input, &context());
        let held = event.body.get(path[0]).expect("is there");
        let held = if path[1].is_empty() {
            held
        } else {
            held.get(path[1]).expect("is there")
        };
        let length = match held {
            Value::Array(items) => items.len(),
            Value::Object(object) => object.len(),
            _ => 0,
        };
        assert_eq!(length, expected);
        let path = path.map(PathItem::Key);
        let path = if path[1] == PathItem::Key("") {
            &path[..1]
        } else {
            &path
        };
        let note = event.meta.get(path).expect("is noted");
        assert_eq!(note.original_length, Some(original));
    }

    #[test]
    fn floods_of_breadcrumbs_exceptions_and_threads_are_cut_off() {
        let crumbs = list(5_000, |index| format!(r#"{{"message":"{index}"}}"#));
        let input = format!(r#"{{"breadcrumbs":[{crumbs}]}}"#);
        check(&input, ["breadcrumbs", "values"], 500, 5_000);
        let newest = event(&input, &context()).to_json();
        assert!(newest.contains(r#""4999""#) && newest.contains(r#""4500""#));
        assert!(!newest.contains(r#""4499""#));
        let exceptions = list(150, |index| format!(r#"{{"type":"E{index}"}}"#));
        let input = format!(r#"{{"exception":[{exceptions}]}}"#);
        check(&input, ["exception", "values"], 100, 150);
        assert!(event(&input, &context()).to_json().contains(r#""E149""#));
        let threads = list(600, |index| {
            format!(r#"{{"id":{index},"crashed":{}}}"#, index == 599)
        });
        let input = format!(r#"{{"threads":[{threads}]}}"#);
        check(&input, ["threads", "values"], 500, 600);
        let json = event(&input, &context()).to_json();
        assert!(json.contains(r#"{"id":599,"crashed":true}"#) && json.contains(r#"{"id":498,"#));
        assert!(!json.contains(r#"{"id":499,"#));
    }

    #[test]
    fn floods_of_keys_are_cut_off() {
        let keys = list(10_000, |index| format!(r#""k{index}":1"#));
        let input = format!(r#"{{"contexts":{{"app":{{{keys}}}}}}}"#);
        check(&input, ["contexts", "app"], 1_001, 10_001);
        let contexts = list(10_000, |index| format!(r#""k{index}":{{}}"#));
        let input = format!(r#"{{"contexts":{{{contexts},"trace":{{}}}}}}"#);
        check(&input, ["contexts", ""], 201, 10_001);
        let input = format!("{{{keys}}}");
        let event = event(&input, &context());
        assert!(event.body.len() < 1_020);
        assert_eq!(event.meta.meta.original_length, Some(10_000));
    }

    #[test]
    fn errors_of_the_sdk_are_cut_off_but_new_ones_are_listed() {
        let errors = list(5_000, |_| r#"{"type":"x"}"#.to_owned());
        let input = format!(r#"{{"release":"a/b","errors":[{errors}]}}"#);
        check(&input, ["errors", ""], 101, 5_000);
    }
}
