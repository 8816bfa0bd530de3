//! Bags: free-form data with a limit on size and depth (reference/PROTOCOL.md section 8.0).

use std::borrow::Cow;

use super::text::{Limit, cut_text};
use crate::PathItem;
use crate::json::{Object, Value};
use crate::place::Place;

/// What a bag may hold.
#[derive(Clone, Copy)]
pub(super) struct Bag {
    bytes_max: usize,
    depth_max: usize,
}

impl Bag {
    /// `bytes_max` bytes of JSON, names not counted; objects and lists `depth_max` levels deep,
    /// the bag itself included.
    pub(super) const fn new(bytes_max: usize, depth_max: usize) -> Self {
        Self {
            bytes_max,
            depth_max,
        }
    }
}

/// Cuts a bag that is too large: what comes last goes, in the order of the names. Objects and
/// lists that lie too deep become JSON text.
pub(super) fn cut_bag(value: &mut Value<'_>, place: &mut Place<'_>, bag: Bag) {
    if fits(value, bag) {
        return;
    }
    let mut left = bag.bytes_max;
    cut(value, place, bag.depth_max, &mut left);
}

/// Cuts a list of pairs; a pair stays a pair, with null for the side that has no room.
pub(super) fn cut_pairs(value: &mut Value<'_>, place: &mut Place<'_>, bag: Bag) {
    if fits(value, bag) {
        return;
    }
    let Value::Array(pairs) = value else {
        return;
    };
    let mut left = bag.bytes_max;
    cut_items(pairs, place, &mut left, |pair, place, left| {
        let sides = pair.as_array_mut().into_iter().flatten();
        for (index, side) in sides.enumerate() {
            match *left {
                0 => *side = Value::Null,
                _ => cut_text(side, &mut place.index(index), Limit::new(*left, 0)),
            }
            *left = left.saturating_sub(cost(side));
        }
    });
}

/// Cuts an object whose values are bags themselves, within the limit of the whole.
pub(super) fn cut_bag_of_bags(value: &mut Value<'_>, place: &mut Place<'_>, whole: Bag, each: Bag) {
    let Value::Object(object) = value else {
        return;
    };
    let depth_max = whole.depth_max.saturating_sub(1).min(each.depth_max);
    let inner = Bag::new(each.bytes_max, depth_max);
    if object.iter().all(|(_, value)| fits(value, inner)) && value.json_size() <= whole.bytes_max {
        return;
    }
    let Value::Object(object) = value else {
        return;
    };
    let mut left = whole.bytes_max;
    cut_entries(object, place, &mut left, |value, place, left| {
        let start = (*left).min(each.bytes_max);
        let mut own = start;
        cut(value, place, depth_max, &mut own);
        *left = left.saturating_sub(start - own);
    });
}

/// Whether a bag is within its limits for certain: then nothing has to be sorted or counted twice.
fn fits(value: &Value<'_>, bag: Bag) -> bool {
    measure(value, bag.depth_max).is_some_and(|size| size <= bag.bytes_max)
}

/// What a value takes from the limit; `None` when something in it lies too deep.
fn measure(value: &Value<'_>, depth_left: usize) -> Option<usize> {
    let own = cost(value);
    let inner = |value| measure(value, depth_left.saturating_sub(1));
    match value {
        Value::Array(_) | Value::Object(_) if depth_left <= 1 => None,
        Value::Array(items) => items
            .iter()
            .try_fold(own, |sum, item| Some(sum + inner(item)?)),
        Value::Object(object) => object
            .iter()
            .try_fold(own, |sum, (_, value)| Some(sum + inner(value)?)),
        _ => Some(own),
    }
}

fn cost(value: &Value<'_>) -> usize {
    value.flat_json_size() + 1
}

/// Cuts a value and all below to what is left.
fn cut(value: &mut Value<'_>, place: &mut Place<'_>, depth_left: usize, left: &mut usize) {
    if depth_left <= 1 && matches!(value, Value::Array(_) | Value::Object(_)) {
        *value = Value::from(sorted(std::mem::take(value)).to_json());
    }
    let depth_below = depth_left.saturating_sub(1);
    let cut_below = |value: &mut Value<'_>, place: &mut Place<'_>, left: &mut usize| {
        cut(value, place, depth_below, left);
    };
    match value {
        Value::String(_) => cut_text(value, place, Limit::new(*left, 0)),
        Value::Array(items) => cut_items(items, place, left, cut_below),
        Value::Object(object) => cut_entries(object, place, left, cut_below),
        _ => {}
    }
}

fn cut_items<'a>(
    items: &mut Vec<Value<'a>>,
    place: &mut Place<'_>,
    left: &mut usize,
    cut_below: impl Fn(&mut Value<'a>, &mut Place<'_>, &mut usize),
) {
    let length = items.len();
    let mut kept = 0;
    for item in items.iter_mut() {
        if *left == 0 {
            break;
        }
        cut_below(item, &mut place.index(kept), left);
        *left = left.saturating_sub(cost(item));
        kept += 1;
    }
    if kept < length {
        items.truncate(kept);
        place.keep_indices(length, |index| index < kept);
        place.note().original_length = u64::try_from(length).ok();
    }
}

fn cut_entries<'a>(
    object: &mut Object<'a>,
    place: &mut Place<'_>,
    left: &mut usize,
    cut_below: impl Fn(&mut Value<'a>, &mut Place<'_>, &mut usize),
) {
    let length = object.len();
    sort(object);
    object.retain(|key, value| {
        if *left == 0 {
            place.forget(PathItem::Key(key));
            return false;
        }
        cut_below(value, &mut place.key(key), left);
        *left = left.saturating_sub(cost(value));
        true
    });
    if object.len() < length {
        place.note().original_length = u64::try_from(length).ok();
    }
}

fn sort(object: &mut Object<'_>) {
    let mut entries: Vec<_> = std::mem::take(object).into_iter().collect();
    entries.sort_by(|left, right| left.0.cmp(&right.0));
    *object = entries.into_iter().collect();
}

/// The value with the keys of all objects sorted, as Relay writes them.
fn sorted(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Object(object) => {
            let mut entries: Vec<(Cow<'_, str>, Value<'_>)> = object
                .into_iter()
                .map(|(key, value)| (key, sorted(value)))
                .collect();
            entries.sort_by(|left, right| left.0.cmp(&right.0));
            Value::Object(entries.into_iter().collect())
        }
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MetaTree;
    use crate::json::parse;
    use crate::place::Scope;

    #[track_caller]
    fn check(input: &str, bag: Bag, expected: &str, notes: &str) {
        let mut meta = MetaTree::default();
        let mut value = parse(input.as_bytes()).expect("reads");
        for _ in 0..2 {
            cut_bag(
                &mut value,
                &mut Place::root(&mut meta, &Scope::default()),
                bag,
            );
            assert_eq!(value.to_json(), expected);
            let written = meta.to_value().map_or(String::new(), |meta| meta.to_json());
            assert_eq!(written, notes);
        }
    }

    #[test]
    fn what_fits_is_left_alone() {
        let text = r#"{"b":1,"a":[1,2]}"#;
        check(text, Bag::new(20, 3), text, "");
    }

    #[test]
    fn what_comes_last_by_name_goes_and_the_number_is_noted() {
        check(
            r#"{"b":"0123456789","c":1,"a":"01234"}"#,
            Bag::new(16, 3),
            r#"{"a":"01234","b":"01234..."}"#,
            r#"{"":{"len":3},"b":{"":{"rem":[["!limit","s",5,8]],"len":10}}}"#,
        );
        check("[1,2,3,4]", Bag::new(5, 2), "[1,2,3]", r#"{"":{"len":4}}"#);
    }

    #[test]
    fn what_lies_too_deep_becomes_text() {
        check(
            r#"{"x":{"b":[1],"a":2}}"#,
            Bag::new(100, 3),
            r#"{"x":{"a":2,"b":"[1]"}}"#,
            "",
        );
    }
}
