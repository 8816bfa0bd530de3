use super::attributes::discard;
use crate::PathItem;
use crate::json::{Object, Value};
use crate::place::Place;

/// Splits types off values, takes out empty entries, and gives a lone exception the event's own
/// stack trace (reference/PROTOCOL.md section 8.2).
pub(super) fn normalize(body: &mut Object<'_>, root: &mut Place<'_>) {
    adopt_stacktrace(body, root);
    let Some(Value::Object(exceptions)) = body.get_mut("exception") else {
        return;
    };
    let mut place = root.key("exception");
    let mut place = place.key("values");
    let has_more = exceptions.len() > 1;
    match exceptions.get_mut("values") {
        Some(Value::Array(values)) if !values.is_empty() => {
            for (index, exception) in values.iter_mut().enumerate() {
                normalize_one(exception, &mut place.index(index));
            }
        }
        _ if has_more => {}
        _ => discard(body, root, "exception"),
    }
}

fn adopt_stacktrace(body: &mut Object<'_>, root: &mut Place<'_>) {
    let lacks_trace = |exception: &Value<'_>| {
        exception.as_object().is_some() && exception.get("stacktrace").is_none_or(Value::is_null)
    };
    let is_lone = body
        .get("exception")
        .and_then(|exception| exception.get("values")?.as_array())
        .is_some_and(|values| matches!(values, [exception] if lacks_trace(exception)));
    if !is_lone || body.get_object("stacktrace").is_none() {
        return;
    }
    let Some(trace) = body.remove("stacktrace") else {
        return;
    };
    let exception = body
        .get_mut("exception")
        .and_then(Value::as_object_mut)
        .and_then(|exception| exception.get_mut("values"))
        .and_then(Value::as_array_mut)
        .and_then(|values| values.first_mut())
        .and_then(Value::as_object_mut);
    if let Some(exception) = exception {
        let target = [
            PathItem::Key("exception"),
            PathItem::Key("values"),
            PathItem::Index(0),
            PathItem::Key("stacktrace"),
        ];
        root.rename("stacktrace", &target);
        exception.insert("stacktrace", trace);
    }
}

fn normalize_one(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Value::Object(exception) = value else {
        return;
    };
    let is_empty = |text: Option<&str>| text.is_none_or(str::is_empty);
    let text = exception.get_str("value");
    if exception.get_str("type").is_none()
        && let Some((kind, message)) = text.and_then(split_type)
    {
        let (kind, message) = (kind.to_owned(), message.to_owned());
        exception.insert("type", kind);
        exception.insert("value", message);
    }
    if is_empty(exception.get_str("type")) && is_empty(exception.get_str("value")) {
        let mut data = Object::new();
        data.insert("attribute", "type or value");
        let kind = "missing_attribute".to_owned();
        place.error(crate::MetaError { kind, data }, value);
    }
}

/// `Type: message`, where the type is one word and the message one line.
fn split_type(text: &str) -> Option<(&str, &str)> {
    let (kind, message) = text.split_once(':')?;
    let is_word = !kind.is_empty()
        && kind
            .chars()
            .all(|letter| letter.is_alphanumeric() || letter == '_');
    (is_word && !message.contains('\n')).then(|| (kind, message.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_split_off_one_line_values() {
        assert_eq!(
            split_type("ValueError: bad: x"),
            Some(("ValueError", "bad: x"))
        );
        assert_eq!(split_type("no type: here"), None);
        assert_eq!(split_type("Error: a\nb"), None);
        assert_eq!(split_type(": x"), None);
    }
}
