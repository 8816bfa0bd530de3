use watchfire_event::json::{Object, Value};

const FILTERED: &str = "[Filtered]";

/// Removes what a GraphQL request asked with and was answered (reference/SCRUBBING.md section
/// 6.9): every variable of the request, and in the response every leaf named as a variable; when
/// there are no variables, the whole answer. As in Relay, `_meta` does not tell of it.
pub(crate) fn scrub_graphql(body: &mut Object<'_>) {
    let Some(names) = scrub_variables(body) else {
        return;
    };
    let contexts = body.get_mut("contexts").and_then(Value::as_object_mut);
    let response = contexts.and_then(|contexts| contexts.get_mut("response"));
    let data = response.and_then(|response| response.as_object_mut()?.get_mut("data"));
    let Some(data) = data.and_then(Value::as_object_mut) else {
        return;
    };
    if names.is_empty() {
        data.remove("data");
    } else if let Some(answer) = data.get_mut("data").and_then(Value::as_object_mut) {
        scrub_leaves(answer, &names);
    }
}

/// Filters the variables and returns their names; `None` when this is no GraphQL request.
fn scrub_variables(body: &mut Object<'_>) -> Option<Vec<String>> {
    let request = body.get_mut("request")?.as_object_mut()?;
    if !request
        .get_str("api_target")?
        .eq_ignore_ascii_case("graphql")
    {
        return None;
    }
    let data = request.get_mut("data")?.as_object_mut()?;
    let variables = data.get_mut("variables").and_then(Value::as_object_mut);
    let mut names = Vec::new();
    for (name, value) in variables.into_iter().flat_map(Object::iter_mut) {
        names.push(name.to_owned());
        *value = Value::from(FILTERED);
    }
    Some(names)
}

fn scrub_leaves(object: &mut Object<'_>, names: &[String]) {
    for (key, value) in object.iter_mut() {
        match value {
            Value::Object(inner) => scrub_leaves(inner, names),
            leaf if names.iter().any(|name| name == key) => *leaf = Value::from(FILTERED),
            _ => {}
        }
    }
}
