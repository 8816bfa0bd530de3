use std::sync::LazyLock;

use regex::{RegexSet, RegexSetBuilder};
use watchfire_event::Event;
use watchfire_event::json::Value;

use crate::fields::exceptions;

const VALUES: [&str; 24] = [
    r"top\.GLOBALS",
    r"originalCreateNotification",
    r"canvas.contentDocument",
    r"MyApp_RemoveAllHighlights",
    r"http://tt\.epicplay\.com",
    r"Can't\sfind\svariable:\sZiteReader",
    r"jigsaw\sis\snot\sdefined",
    r"ComboSearch\sis\snot\sdefined",
    r"http://loading\.retry\.widdit\.com/",
    r"atomicFindClose",
    r"fb_xd_fragment",
    r"bmi_SafeAddOnload",
    r"EBCallBackMessageReceived",
    r"_gCrWeb",
    r"conduitPage",
    r"null\sis\snot\san\sobject\s\(evaluating\s'elt.parentNode'\)",
    r"plugin\.setSuspendState\sis\snot\sa\sfunction",
    r"Extension\scontext\sinvalidated",
    r"webkit-masked-url:",
    r"can't\saccess\sdead\sobject",
    r"Cannot\sredefine\sproperty:\s(solana|ethereum|googletag)",
    r"undefined\sis\snot\san\sobject\s\(evaluating\s'a\..'\)",
    r"Permission\sdenied\sto\saccess\sproperty\s",
    r"Can't\sfind\svariable:\sgmo",
];

const SOURCES: [&str; 12] = [
    r"graph\.facebook\.com",
    r"connect\.facebook\.net",
    r"eatdifferent\.com\.woopra-ns\.com",
    r"static\.woopra\.com/js/woopra\.js",
    r"^chrome(-extension)?://",
    r"^moz-extension://",
    r"^safari(-web)?-extension://",
    r"webkit-masked-url",
    r"127\.0\.0\.1:4001/isrunning",
    r"webappstoolbarba\.texthelp\.com/",
    r"metrics\.itunes\.apple\.com\.edgesuite\.net/",
    r"kaspersky-labs\.com",
];

/// Frames that say nothing about where the code came from.
const PLACELESS: [&str; 2] = ["<anonymous>", "[native code]"];

static VALUE_SET: LazyLock<RegexSet> = LazyLock::new(|| any_case(&VALUES));
static SOURCE_SET: LazyLock<RegexSet> = LazyLock::new(|| any_case(&SOURCES));

fn any_case(patterns: &[&str]) -> RegexSet {
    RegexSetBuilder::new(patterns)
        .case_insensitive(true)
        .build()
        .unwrap_or_default()
}

/// Whether the first exception is one that browser extensions cause: by its message, or by the
/// file of its last frame.
pub(crate) fn matches(event: &Event<'_>) -> bool {
    let Some(exception) = exceptions(event).next() else {
        return false;
    };
    let source = exception
        .frames
        .iter()
        .rev()
        .filter_map(|frame| frame.get("abs_path").and_then(Value::as_str))
        .find(|path| !PLACELESS.contains(path));
    VALUE_SET.is_match(exception.value) || source.is_some_and(|path| SOURCE_SET.is_match(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_expressions_compile() {
        assert_eq!(VALUE_SET.len(), VALUES.len());
        assert_eq!(SOURCE_SET.len(), SOURCES.len());
    }
}
