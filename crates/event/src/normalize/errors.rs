use crate::MetaTree;
use crate::json::{Object, Value};

/// More errors than this are not listed; `_meta` has them all.
const ERRORS_MAX: usize = 100;

/// Lists everything that could not be read in the body's `errors`, after what the SDK listed
/// (reference/PROTOCOL.md section 8.0). The values are left to `_meta`: they may be secrets, and
/// nothing scrubs this list.
pub(super) fn list(body: &mut Object<'_>, meta: &MetaTree) {
    let mut found = Vec::new();
    collect(meta, &mut String::new(), &mut found);
    if found.is_empty() {
        return;
    }
    if body.get_array("errors").is_none() {
        body.insert("errors", Value::Array(Vec::new()));
    }
    if let Some(Value::Array(errors)) = body.get_mut("errors") {
        for error in found {
            let error = Value::Object(error);
            if !errors.contains(&error) {
                errors.push(error);
            }
        }
    }
}

fn collect(tree: &MetaTree, path: &mut String, found: &mut Vec<Object<'static>>) {
    for error in &tree.meta.errors {
        if found.len() >= ERRORS_MAX {
            return;
        }
        let mut entry = Object::new();
        entry.insert("type", error.kind.clone());
        entry.insert("name", path.clone());
        for (key, value) in error.data.iter() {
            entry.insert(key.to_owned(), value.clone());
        }
        found.push(entry);
    }
    let length = path.len();
    for (name, child) in tree.children() {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        collect(child, path, found);
        path.truncate(length);
    }
}
