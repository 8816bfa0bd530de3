//! Name and version of a runtime out of its `raw_description` or build.

use super::{lacks, version};
use crate::json::Object;

/// Descriptions longer than this are not looked at.
const DESCRIPTION_BYTES_MAX: usize = 1_024;
const FRAMEWORK: &str = ".NET Framework";

/// Fills in name and version from the description, and the version of the .NET Framework, which
/// its description gets wrong, from its build.
pub(super) fn describe(context: &mut Object<'_>) {
    if lacks(context, "name") && lacks(context, "version") {
        let text = context.get_str("raw_description").unwrap_or_default();
        let found = read(text).map(|(name, version)| (name.to_owned(), version.to_owned()));
        if let Some((name, version)) = found {
            context.insert("name", name);
            context.insert("version", version);
        }
    }
    let is_framework = |name: &str| name.starts_with(FRAMEWORK);
    if context.get_str("name").is_some_and(is_framework)
        && let Some(version) = context.get_str("build").and_then(framework_version)
    {
        context.insert("version", version);
    }
}

/// `.NET Core 3.1.4 …`: a name, a space, and a version of two to four numbers.
fn read(text: &str) -> Option<(&str, &str)> {
    if text.len() > DESCRIPTION_BYTES_MAX {
        return None;
    }
    // The last version in the text counts, as a name may hold numbers too.
    text.rmatch_indices(' ').find_map(|(at, _)| {
        let (name, rest) = text.split_at_checked(at)?;
        let (found, _) = version(rest.strip_prefix(' ')?, 2, 4)?;
        Some((name, found))
    })
}

/// The version that a release key of the registry stands for.
fn framework_version(build: &str) -> Option<&'static str> {
    Some(match build {
        "378389" => "4.5",
        "378675" | "378758" => "4.5.1",
        "379893" => "4.5.2",
        "393295" | "393297" => "4.6",
        "394254" | "394271" => "4.6.1",
        "394802" | "394806" => "4.6.2",
        "460798" | "460805" => "4.7",
        "461308" | "461310" => "4.7.1",
        "461808" | "461814" => "4.7.2",
        "528040" | "528049" | "528209" | "528372" | "528449" => "4.8",
        "533320" | "533325" => "4.8.1",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[track_caller]
    fn check(input: &str, expected: &str) {
        let mut context = parse(input.as_bytes()).expect("reads");
        describe(context.as_object_mut().expect("is one"));
        assert_eq!(context.to_json(), expected);
    }

    #[test]
    fn descriptions_are_a_name_and_a_version() {
        check(
            r#"{"raw_description":".NET Core 3.1.4 (x)"}"#,
            r#"{"raw_description":".NET Core 3.1.4 (x)","name":".NET Core","version":"3.1.4"}"#,
        );
        check(
            r#"{"raw_description":"Mono"}"#,
            r#"{"raw_description":"Mono"}"#,
        );
    }

    #[test]
    fn the_build_of_the_framework_tells_its_version() {
        check(
            r#"{"raw_description":".NET Framework 4.7.3056.0","build":"461814"}"#,
            r#"{"raw_description":".NET Framework 4.7.3056.0","build":"461814","name":".NET Framework","version":"4.7.2"}"#,
        );
    }
}
