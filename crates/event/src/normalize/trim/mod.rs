//! Cuts every field to its limit (reference/PROTOCOL.md sections 8.1 to 8.3). One table per
//! interface; `text` and `bag` do the cutting.

mod bag;
mod text;

use bag::{Bag, cut_bag, cut_bag_of_bags, cut_pairs};
use text::{Limit, cut_text};

use crate::json::{Object, Value};
use crate::place::Place;

/// Local variables, parameters, data of breadcrumbs and mechanisms, cookies.
const MEDIUM: Bag = Bag::new(2_048, 5);
/// Bodies, headers, environments, modules.
const LARGE: Bag = Bag::new(8_192, 7);
const QUERY: Bag = Bag::new(1_024, 3);
const EXTRA: Bag = Bag::new(262_144, 7);
const EXTRA_VALUE: Bag = Bag::new(16_384, 7);

const MESSAGE: Limit = Limit::new(8_192, 200);
const SYMBOL: Limit = Limit::new(256, 20);
const FUNCTION: Limit = Limit::new(512, 20);
const URL: Limit = Limit::new(256, 40);
const FRAGMENT: Limit = Limit::new(1_024, 100);
const NAME: Limit = Limit::new(200, 0);
const TAG: Limit = Limit::new(200, 0);
const SHORT: Limit = Limit::new(128, 0);
const LOGGER: Limit = Limit::new(64, 0);
const EMAIL: Limit = Limit::new(75, 0);
const CHECKSUM: Limit = Limit::new(128, 0);
const VERSION: Limit = Limit::new(256, 20);
/// Section 9.7.
const FEEDBACK: Limit = Limit::new(4_096, 0);
/// The longest address that mail can have.
const CONTACT: Limit = Limit::new(254, 0);
/// Ours; Relay does not cut the page that a feedback is about.
const PAGE: Limit = Limit::new(2_048, 0);

/// Cuts what is over its limit and notes it.
pub(super) fn trim(body: &mut Object<'_>, root: &mut Place<'_>) {
    for (key, value) in body.iter_mut() {
        let mut place = root.key(key);
        match key {
            "exception" => each_value(value, &mut place, exception),
            "threads" => each_value(value, &mut place, thread),
            "breadcrumbs" => each_value(value, &mut place, breadcrumb),
            "stacktrace" => stacktrace(value, &mut place),
            "request" => request(value, &mut place),
            "user" => user(value, &mut place),
            "logentry" => logentry(value, &mut place),
            "tags" => tags(value, &mut place),
            "sdk" => sdk(value, &mut place),
            "contexts" => contexts(value, &mut place),
            "extra" => cut_bag_of_bags(value, &mut place, EXTRA, EXTRA_VALUE),
            "modules" => cut_bag(value, &mut place, LARGE),
            "logger" => cut_text(value, &mut place, LOGGER),
            "transaction" | "culprit" => cut_text(value, &mut place, NAME),
            "checksum" => cut_text(value, &mut place, CHECKSUM),
            _ => {}
        }
    }
}

type Cut = fn(&str, &mut Value<'_>, &mut Place<'_>);

fn each_field(value: &mut Value<'_>, place: &mut Place<'_>, cut: Cut) {
    if let Value::Object(object) = value {
        for (key, value) in object.iter_mut() {
            cut(key, value, &mut place.key(key));
        }
    }
}

fn each_value(value: &mut Value<'_>, place: &mut Place<'_>, cut: Cut) {
    let values = value
        .as_object_mut()
        .and_then(|object| object.get_mut("values"))
        .and_then(Value::as_array_mut);
    let mut place = place.key("values");
    for (index, value) in values.into_iter().flatten().enumerate() {
        each_field(value, &mut place.index(index), cut);
    }
}

fn exception(key: &str, value: &mut Value<'_>, place: &mut Place<'_>) {
    match key {
        "type" | "module" => cut_text(value, place, SYMBOL),
        "value" => cut_text(value, place, MESSAGE),
        "stacktrace" | "raw_stacktrace" => stacktrace(value, place),
        "mechanism" => each_field(value, place, mechanism),
        _ => {}
    }
}

fn mechanism(key: &str, value: &mut Value<'_>, place: &mut Place<'_>) {
    match key {
        "type" => cut_text(value, place, SHORT),
        "data" => cut_bag(value, place, MEDIUM),
        _ => {}
    }
}

fn thread(key: &str, value: &mut Value<'_>, place: &mut Place<'_>) {
    if matches!(key, "stacktrace" | "raw_stacktrace") {
        stacktrace(value, place);
    }
}

fn stacktrace(value: &mut Value<'_>, place: &mut Place<'_>) {
    let frames = value
        .as_object_mut()
        .and_then(|trace| trace.get_mut("frames"))
        .and_then(Value::as_array_mut);
    let mut place = place.key("frames");
    for (index, value) in frames.into_iter().flatten().enumerate() {
        each_field(value, &mut place.index(index), frame);
    }
}

fn frame(key: &str, value: &mut Value<'_>, place: &mut Place<'_>) {
    match key {
        "vars" => cut_bag(value, place, MEDIUM),
        "filename" | "abs_path" | "module" | "package" | "symbol" => {
            cut_text(value, place, SYMBOL);
        }
        "function" | "raw_function" => cut_text(value, place, FUNCTION),
        _ => {}
    }
}

fn breadcrumb(key: &str, value: &mut Value<'_>, place: &mut Place<'_>) {
    match key {
        "message" => cut_text(value, place, MESSAGE),
        "data" => cut_bag(value, place, MEDIUM),
        "type" | "category" => cut_text(value, place, SHORT),
        _ => {}
    }
}

fn request(value: &mut Value<'_>, place: &mut Place<'_>) {
    each_field(value, place, |key, value, place| match key {
        "url" => cut_text(value, place, URL),
        "fragment" => cut_text(value, place, FRAGMENT),
        "data" | "env" => cut_bag(value, place, LARGE),
        "headers" => cut_pairs(value, place, LARGE),
        "cookies" => cut_pairs(value, place, MEDIUM),
        "query_string" => cut_pairs(value, place, QUERY),
        _ => {}
    });
}

fn user(value: &mut Value<'_>, place: &mut Place<'_>) {
    each_field(value, place, |key, value, place| match key {
        "id" | "username" | "name" => cut_text(value, place, SHORT),
        "email" => cut_text(value, place, EMAIL),
        "data" => cut_bag(value, place, MEDIUM),
        _ => {}
    });
}

fn logentry(value: &mut Value<'_>, place: &mut Place<'_>) {
    each_field(value, place, |key, value, place| match key {
        "message" | "formatted" => cut_text(value, place, MESSAGE),
        "params" => cut_bag(value, place, MEDIUM),
        _ => {}
    });
}

fn contexts(value: &mut Value<'_>, place: &mut Place<'_>) {
    if let Some(feedback) = value
        .as_object_mut()
        .and_then(|contexts| contexts.get_mut("feedback"))
    {
        each_field(
            feedback,
            &mut place.key("feedback"),
            |key, value, place| match key {
                "message" => cut_text(value, place, FEEDBACK),
                "name" | "contact_email" => cut_text(value, place, CONTACT),
                "url" => cut_text(value, place, PAGE),
                _ => {}
            },
        );
    }
}

fn tags(value: &mut Value<'_>, place: &mut Place<'_>) {
    for (index, tag) in value.as_array_mut().into_iter().flatten().enumerate() {
        let mut place = place.index(index);
        for (side, value) in tag.as_array_mut().into_iter().flatten().enumerate() {
            cut_text(value, &mut place.index(side), TAG);
        }
    }
}

fn sdk(value: &mut Value<'_>, place: &mut Place<'_>) {
    each_field(value, place, |key, value, place| {
        if matches!(key, "name" | "version") {
            cut_text(value, place, VERSION);
        }
    });
}
