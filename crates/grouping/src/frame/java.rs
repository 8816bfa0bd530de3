//! Names of classes that Java frameworks generate at run time.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// The fixed part of a generated name stays, the number behind it becomes `<auto>`; in this order
/// (reference/GROUPING.md section 3 "module").
static GENERATED: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"(sun\.reflect\.Generated(?:Serialization)?ConstructorAccessor)\d+",
        r"(\$\$[\w_]+?CGLIB\$\$)[a-fA-F0-9]+(?:_[0-9]+)?",
        JAVASSIST,
        r"(\$fn__)\d+",
        r"(\$\$?EnhancerBy[\w_]+?\$?\$)[a-fA-F0-9]+(?:_[0-9]+)?",
        r"(\$\$?FastClassBy[\w_]+?\$?\$)[a-fA-F0-9]+(?:_[0-9]+)?",
        r"(\$\$?HibernateProxy\$?\$)\w+(?:_[0-9]+)?",
    ]
    .into_iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

const JAVASSIST: &str = r"(\$\$_javassist)(?:_seam)?(?:_[0-9]+)?";
const METHOD_ACCESSORS: [&str; 2] = [
    "sun.reflect.GeneratedMethodAccessor",
    "jdk.internal.reflect.GeneratedMethodAccessor",
];

/// A class name without what differs between two runs of the program.
pub(super) fn clean_module(module: &str) -> Cow<'_, str> {
    if let Some(accessor) = METHOD_ACCESSORS
        .into_iter()
        .find(|accessor| module.starts_with(accessor))
    {
        return Cow::Borrowed(accessor);
    }
    if !module.contains('$') && !module.starts_with("sun.reflect.") {
        return Cow::Borrowed(module);
    }
    GENERATED
        .iter()
        .fold(Cow::Borrowed(module), |module, pattern| {
            replace(pattern, module)
        })
}

/// A file name without the number of a class that Javassist generated.
pub(super) fn clean_filename(filename: Cow<'_, str>) -> Cow<'_, str> {
    match GENERATED.get(2) {
        Some(javassist) if filename.contains("$$_javassist") => replace(javassist, filename),
        _ => filename,
    }
}

fn replace<'e>(pattern: &Regex, text: Cow<'e, str>) -> Cow<'e, str> {
    match pattern.replace_all(&text, "${1}<auto>") {
        Cow::Borrowed(_) => text,
        Cow::Owned(replaced) => Cow::Owned(replaced),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_patterns_compile() {
        assert_eq!(GENERATED.len(), 7);
    }

    #[test]
    fn numbers_of_generated_classes_are_masked() {
        let check = |module, expected: &str| assert_eq!(clean_module(module), expected);
        check(
            "a.B$$EnhancerByCGLIB$$1ebdddb0",
            "a.B$$EnhancerByCGLIB$$<auto>",
        );
        check("a.core$_main$fn__1539", "a.core$_main$fn__<auto>");
        check(
            "a.User$HibernateProxy$oqwi2",
            "a.User$HibernateProxy$<auto>",
        );
        check(
            "sun.reflect.GeneratedMethodAccessor12",
            "sun.reflect.GeneratedMethodAccessor",
        );
        check("a.Controller", "a.Controller");
    }
}
