use std::borrow::Cow;

use super::{Frame, java};
use crate::Component;

/// The file without its folders, in lower case (reference/GROUPING.md section 3 "filename").
pub(super) fn component<'e>(frame: &Frame<'e>, has_module: bool) -> Option<Component<'e>> {
    let path = frame.filename.filter(|name| !name.is_empty())?;
    let name = lower_case(base_name(path));
    if name == "<anonymous>" || name == "[native code]" {
        return Some(Component::leaf("filename", name).without("anonymous filename discarded"));
    }
    let name = if frame.platform.is("java") {
        java::clean_filename(name)
    } else {
        name
    };
    let component = Component::leaf("filename", name);
    Some(if has_url_origin(frame.abs_path, false) {
        component.without("ignored because frame points to a URL")
    } else if has_module {
        component.without("module takes precedence")
    } else {
        component
    })
}

/// What stands behind the last slash of either kind.
pub(super) fn base_name(path: &str) -> &str {
    let slash = memchr::memrchr2(b'/', b'\\', path.as_bytes());
    slash.and_then(|at| path.get(at + 1..)).unwrap_or(path)
}

/// Whether a path was loaded by a browser rather than from a disk.
pub(super) fn has_url_origin(abs_path: Option<&str>, files_count: bool) -> bool {
    let schemes = ["http:", "https:", "applewebdata:", "blob:"];
    abs_path.is_some_and(|path| {
        schemes.iter().any(|scheme| path.starts_with(scheme))
            || (files_count && path.starts_with("file:"))
    })
}

fn lower_case(text: &str) -> Cow<'_, str> {
    let is_lower = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if text.bytes().all(is_lower) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase())
    }
}
