//! What rules look for, in words.

/// What a rule of this id looks for: `a password, token or other credential`. A custom rule is
/// named by its id alone.
pub(in crate::pages) fn what(rule: &str) -> String {
    match rule {
        "strip-fields" => return "a key or text that contains a sensitive field".to_owned(),
        "strip-fields:path" => return "a place that a sensitive field names".to_owned(),
        _ => {}
    }
    if rule.starts_with("strip-fields:") {
        return "the value behind the name of a sensitive field".to_owned();
    }
    if let Some(kind) = rule.strip_prefix("@secret.") {
        return secret(kind);
    }
    if rule == "@cookies:filter" {
        return "the values of cookies".to_owned();
    }
    if rule.starts_with('@') {
        let family = rule.split(':').next().unwrap_or_default();
        let known = watchfire_scrub::builtins().iter();
        let found = known.into_iter().find(|builtin| builtin.id == family);
        return found.map_or_else(String::new, |builtin| builtin.label.to_owned());
    }
    match rule.split_once(':') {
        Some(("organization", name)) => format!("the organisation's rule “{name}”"),
        Some(("project", name)) => format!("the project's rule “{name}”"),
        _ => String::new(),
    }
}

/// A kind of secret with its provider: `personal access token (GitHub)`.
fn secret(id: &str) -> String {
    let found = watchfire_scrub::kinds().iter().find(|kind| kind.id == id);
    match found {
        Some(kind) if kind.provider == "Any" => kind.what.to_owned(),
        Some(kind) => format!("{} ({})", kind.what, kind.provider),
        None => "a secret of a kind that is no longer in the catalogue".to_owned(),
    }
}
