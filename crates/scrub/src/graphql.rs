use watchfire_event::json::{Object, Value};
use watchfire_event::{Meta, MetaTree, PathItem, Remark, RemarkKind};

use crate::config::Mode;

const FILTERED: &str = "[Filtered]";
/// What remarks name as the rule.
const RULE: &str = "@graphql:filter";

/// Removes what a GraphQL request asked with and was answered (reference/SCRUBBING.md section
/// 6.9): every variable of the request, and in the response every leaf named as a variable; when
/// there are no variables, the whole answer. In Relay `_meta` does not tell of it.
pub(crate) fn scrub_graphql(body: &mut Object<'_>, meta: &mut MetaTree, mode: Mode) {
    let Some(names) = scrub_variables(body, meta, mode) else {
        return;
    };
    let contexts = body.get_mut("contexts").and_then(Value::as_object_mut);
    let response = contexts.and_then(|contexts| contexts.get_mut("response"));
    let data = response.and_then(|response| response.as_object_mut()?.get_mut("data"));
    let Some(data) = data.and_then(Value::as_object_mut) else {
        return;
    };
    let path = ["contexts", "response", "data", "data"].map(PathItem::Key);
    if !names.is_empty() {
        if let Some(answer) = data.get_mut("data").and_then(Value::as_object_mut) {
            Leaves { names, mode }.scrub(answer, meta, &mut path.to_vec());
        }
    } else if mode == Mode::Compatible {
        data.remove("data");
    } else if let Some(answer) = data.get_mut("data").filter(|answer| !answer.is_null()) {
        *answer = Value::Null;
        note(meta, &path, RemarkKind::Removed);
    }
}

/// Filters the variables and returns their names; `None` when this is no GraphQL request.
fn scrub_variables(body: &mut Object<'_>, meta: &mut MetaTree, mode: Mode) -> Option<Vec<String>> {
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
        let path = ["request", "data", "variables", name].map(PathItem::Key);
        filter(value, meta, &path, mode);
    }
    Some(names)
}

/// The leaves of an answer that are named as variables.
struct Leaves {
    names: Vec<String>,
    mode: Mode,
}

impl Leaves {
    fn scrub<'p>(
        &self,
        object: &'p mut Object<'_>,
        meta: &mut MetaTree,
        path: &mut Vec<PathItem<'p>>,
    ) {
        for (key, value) in object.iter_mut() {
            path.push(PathItem::Key(key));
            match value {
                Value::Object(inner) => self.scrub(inner, meta, path),
                leaf if self.names.iter().any(|name| name == key) => {
                    filter(leaf, meta, path, self.mode);
                }
                _ => {}
            }
            path.pop();
        }
    }
}

fn filter(value: &mut Value<'_>, meta: &mut MetaTree, path: &[PathItem<'_>], mode: Mode) {
    let is_new = value.as_str() != Some(FILTERED);
    *value = Value::from(FILTERED);
    if is_new && mode == Mode::Improved {
        note(meta, path, RemarkKind::Substituted);
    }
}

/// Notes what became of a value; what was noted about it before goes with it.
fn note(meta: &mut MetaTree, path: &[PathItem<'_>], kind: RemarkKind) {
    let tree = path.iter().fold(meta, |tree, item| tree.child_mut(*item));
    *tree = MetaTree::default();
    tree.meta = Meta {
        remarks: vec![Remark {
            rule: RULE.to_owned(),
            kind,
            range: (kind == RemarkKind::Substituted).then_some((0, FILTERED.len())),
        }],
        ..Meta::default()
    };
}
