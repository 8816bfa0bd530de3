use std::borrow::Cow;

use super::{Frame, native};
use crate::Component;
use crate::platform::{Family, Platform};

/// Sets the function's trimmed and raw names from what the SDK sent
/// (reference/GROUPING.md section 3 "Trimming").
pub(super) fn normalize<'e>(frame: &mut Frame<'e>, function: Option<&'e str>) {
    frame.function = function.map(Cow::Borrowed);
    if frame.raw_function.is_some_and(|raw| !raw.is_empty()) {
        return;
    }
    let Some(function) = function else { return };
    let trimmed = trim(function, frame.platform);
    if trimmed != function {
        frame.raw_function = Some(function);
        frame.function = Some(trimmed);
    }
}

/// The name without arguments and decoration, as the platform writes them.
pub(crate) fn trim<'e>(function: &'e str, platform: Platform<'_>) -> Cow<'e, str> {
    if platform.is("csharp") {
        let end = function.find(" (").unwrap_or(function.len());
        return Cow::Borrowed(function.get(..end).unwrap_or(function));
    }
    match platform.family {
        Family::Native => native::trim(function, platform),
        Family::JavaScript | Family::Other => Cow::Borrowed(function),
    }
}

/// The function's name without what differs between two runs or builds
/// (reference/GROUPING.md section 3 "function").
pub(super) fn component<'e>(frame: &Frame<'e>, has_context: bool) -> Option<Component<'e>> {
    let trimmed = frame.function.clone();
    let raw = frame.raw_function.map(Cow::Borrowed);
    let (first, second) = if frame.platform.is("csharp") {
        (raw, trimmed)
    } else {
        (trimmed, raw)
    };
    let is_named = |name: &Cow<'_, str>| !name.is_empty();
    let name = first.filter(is_named).or(second.filter(is_named))?;
    let leaf = |name| Component::leaf("function", name);
    Some(match frame.platform.name {
        "ruby" => leaf(map(name, ruby_name)),
        "php" if is_php_anonymous(&name) => leaf(name).without("ignored anonymous function"),
        "php" => leaf(map(name, php_name)),
        "java" if name.starts_with("lambda$") => leaf(name).without("ignored lambda function"),
        _ => match frame.platform.family {
            Family::Native if matches!(&*name, "<redacted>" | "<unknown>") => {
                leaf(name).without("ignored unknown function")
            }
            Family::JavaScript => javascript(frame, map(name, last_part), has_context),
            Family::Native | Family::Other => leaf(name),
        },
    })
}

fn javascript<'e>(frame: &Frame<'e>, name: Cow<'e, str>, has_context: bool) -> Component<'e> {
    let raw = frame.raw_function.filter(|raw| !raw.is_empty());
    let raw = raw.or(frame.function.as_deref());
    let is_unnamed = raw.map(last_part).is_none_or(|raw| {
        matches!(
            raw,
            "" | "?" | "<anonymous function>" | "<anonymous>" | "Anonymous function"
        ) || raw.ends_with("/<")
    });
    let component = Component::leaf("function", name);
    if is_unnamed {
        component.without("ignored unknown function name")
    } else if frame.has_source_map && has_context {
        component.without("ignored because sourcemap used and context line available")
    } else {
        component
    }
}

/// What stands behind the last dot of a JavaScript function's name.
pub(super) fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// A block has its line in its name, a generated method two numbers.
fn ruby_name(name: &str) -> &str {
    if name.starts_with("block ") {
        return "block";
    }
    let numbers = |text: &str| text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let stem = name.rsplit_once('_').and_then(|(rest, last)| {
        let (stem, first) = rest.rsplit_once("__")?;
        (numbers(first) && numbers(last)).then_some(stem)
    });
    stem.unwrap_or(name)
}

/// Whether a function has no name of its own; a method of an anonymous class has one.
fn is_php_anonymous(name: &str) -> bool {
    let is_class = name.starts_with("class@anonymous\0") && !name.contains("::");
    name.starts_with("[Anonymous") || is_class
}

fn php_name(name: &str) -> &str {
    if name.starts_with("class@anonymous") {
        return name.rsplit("::").next().unwrap_or(name);
    }
    name
}

fn map<'e>(name: Cow<'e, str>, change: impl Fn(&str) -> &str) -> Cow<'e, str> {
    match name {
        Cow::Borrowed(name) => Cow::Borrowed(change(name)),
        Cow::Owned(name) => Cow::Owned(change(&name).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ruby_names_lose_lines_and_numbers() {
        assert_eq!(ruby_name("block in retryable"), "block");
        assert_eq!(ruby_name("_call__1234_56789"), "_call");
        assert_eq!(ruby_name("_call__12_56789"), "_call__12_56789");
    }

    #[test]
    fn php_methods_of_anonymous_classes_keep_the_method() {
        assert_eq!(php_name("class@anonymous::run"), "run");
        assert_eq!(php_name("class@anonymous\0/a.php:3$0::run"), "run");
        assert!(!is_php_anonymous("class@anonymous\0/a.php:3$0::run"));
        assert!(is_php_anonymous("class@anonymous\0/a.php:3$0"));
        assert!(is_php_anonymous("[Anonymous function]"));
        assert_eq!(php_name("App\\Job::run"), "App\\Job::run");
    }

    #[test]
    fn csharp_names_lose_their_arguments() {
        let name = trim("Get (System.Int32)", Platform::new("csharp"));
        assert_eq!(name, "Get");
    }
}
