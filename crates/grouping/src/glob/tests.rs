use proptest::prelude::*;

use super::{Glob, GlobError, GlobKind, Shape};

fn is_match(pattern: &str, kind: GlobKind, text: &str) -> bool {
    Glob::new(pattern, kind).unwrap().matches(text)
}

#[track_caller]
fn check(kind: GlobKind, pattern: &str, yes: &[&str], no: &[&str]) {
    for text in yes {
        assert!(
            is_match(pattern, kind, text),
            "{pattern:?} is to match {text:?}"
        );
    }
    for text in no {
        assert!(
            !is_match(pattern, kind, text),
            "{pattern:?} is not to match {text:?}"
        );
    }
}

#[test]
fn a_star_stands_for_anything_in_text() {
    use GlobKind::Text;
    check(
        Text,
        "shop.*",
        &["shop.views", "shop.", "shop.a/b\nc"],
        &["shop", "Shop.views"],
    );
    check(
        Text,
        "*Error",
        &["Error", "KeyError"],
        &["KeyErrors", "keyerror"],
    );
    check(Text, "*chunk*", &["chunk", "a chunk of"], &["Chunk", ""]);
    check(
        Text,
        "a*b*c",
        &["abc", "a b c", "a b b c c"],
        &["abcd", "ac"],
    );
    check(Text, "*", &["", "anything"], &[]);
    check(Text, "**", &["", "anything/at all"], &[]);
    check(Text, "", &[""], &["a"]);
}

#[test]
fn other_wildcards_work_in_text() {
    use GlobKind::Text;
    check(Text, "v?", &["v1", "vé", "v/"], &["v", "v12"]);
    check(
        Text,
        "1.18.[0-4].*",
        &["1.18.3.2153-2aa"],
        &["1.18.5.1", "1.18.3"],
    );
    check(Text, "[!a-c]x", &["dx"], &["ax", "x"]);
    check(Text, "[^a]", &["b"], &["a"]);
    check(Text, "[]a]", &["]", "a"], &["b"]);
    check(Text, "[a-]", &["-", "a"], &["b"]);
    check(
        Text,
        "{Key,Value,}Error",
        &["KeyError", "ValueError"],
        &["Error", "{Key}Error"],
    );
    check(Text, "{a,b{c,d*}}e", &["ae", "bce", "bdxe"], &["be"]);
    check(Text, "a,b", &["a,b"], &["a"]);
    check(Text, r"\*\[x\]\{\}", &["*[x]{}"], &["a[x]{}"]);
}

#[test]
fn case_counts_only_in_plain_text() {
    check(
        GlobKind::AnyCase,
        "Out Of*",
        &["out of memory", "OUT OF"],
        &["without"],
    );
    check(
        GlobKind::AnyCase,
        "*MEMORY*",
        &["Out of Memory", "memory"],
        &["memo"],
    );
    check(
        GlobKind::AnyCase,
        "*É*",
        &["café au lait", "CAFÉ"],
        &["cafe"],
    );
    check(GlobKind::AnyCase, "[A-C]1", &["b1", "B1"], &["d1"]);
}

#[test]
fn a_star_stays_in_its_folder() {
    use GlobKind::Path;
    check(Path, "*.py", &["hello.py"], &["foo/hello.py"]);
    check(
        Path,
        "**/*.py",
        &["hello.py", "foo/hello.PY", "/a/b/c.py"],
        &["hello.js"],
    );
    check(
        Path,
        "foo/**/*.py",
        &[r"foo\hello\bar.PY", "foo/x.py"],
        &["bar/foo/x.py"],
    );
    check(
        Path,
        "**/vendor/**",
        &["/srv/vendor/x", "vendor/x/y"],
        &["vendor", "/a/vendored/x"],
    );
    check(
        Path,
        "/usr/lib/**",
        &["/usr/lib/x/y", "/usr/lib/"],
        &["/usr/lib", "/usr/library"],
    );
    check(Path, "a**b", &["ab", "axxb"], &["a/b"]);
    check(Path, "**/**/x", &["x", "a/x", "a/b/x"], &["ax"]);
    check(Path, "?/b", &["a/b"], &["//b"]);
    check(Path, "**", &["", "a/b"], &[]);
    check(
        Path,
        "{**/foo,bar/**}",
        &["a/foo", "foo", "bar/a/b"],
        &["a/bar"],
    );
    check(Path, "c:\\app\\*", &["C:/app/x.py"], &["C:/app/x/y.py"]);
}

#[test]
fn a_path_is_tried_with_a_slash_in_front() {
    let glob = Glob::new("/app/**", GlobKind::Path).unwrap();
    assert!(glob.matches_path("app/x.py") && glob.matches_path("/app/x.py"));
    assert!(!glob.matches_path("srv/app/x.py"));
}

#[test]
fn what_is_no_pattern_is_told() {
    let error = |pattern: &str| Glob::new(pattern, GlobKind::Text).unwrap_err();
    assert_eq!(error("[a"), GlobError::OpenClass);
    assert_eq!(error("[z-a]"), GlobError::BadRange);
    assert_eq!(error("{a,b"), GlobError::OpenChoice);
    assert_eq!(error("a}"), GlobError::CloseChoice);
    assert_eq!(error(r"a\"), GlobError::OpenEscape);
    assert_eq!(error(&"{".repeat(100_000)), GlobError::Deep);
    assert_eq!(error(&"a?".repeat(600)), GlobError::Long);
    assert!(Glob::new(&"a".repeat(60_000), GlobKind::Text).is_ok());
}

#[test]
fn patterns_that_would_explode_take_one_pass() {
    let text = "a".repeat(5_000);
    for pattern in [
        "*a".repeat(100) + "b",
        "a*".repeat(100) + "b",
        format!("{}b", "{a,a?,*a}".repeat(20)),
        "**/".repeat(100) + "*b",
        "[a-b]*".repeat(80) + "c",
    ] {
        assert!(!is_match(&pattern, GlobKind::AnyCase, &text), "{pattern}");
        assert!(!is_match(&pattern, GlobKind::Path, &text), "{pattern}");
    }
    let (long, pattern) = (text.repeat(20), format!("*{}b*", "a".repeat(50_000)));
    assert!(!is_match(&pattern, GlobKind::AnyCase, &long));
}

/// What a pattern of `a`, `b`, `/`, `?`, `*` means, said as simply as possible.
fn by_trying(pattern: &[char], text: &[char], is_path: bool) -> bool {
    let crosses = |it: char| !(is_path && it == '/');
    match pattern {
        [] => text.is_empty(),
        ['*', rest @ ..] => {
            let reach = text.iter().take_while(|it| crosses(**it)).count();
            (0..=reach).any(|taken| by_trying(rest, &text[taken..], is_path))
        }
        ['?', rest @ ..] => {
            text.first().is_some_and(|it| crosses(*it)) && by_trying(rest, &text[1..], is_path)
        }
        [wanted, rest @ ..] => text.first() == Some(wanted) && by_trying(rest, &text[1..], is_path),
    }
}

proptest! {
    #[test]
    fn one_pass_finds_what_trying_everything_finds(
        pattern in "[ab/?*]{0,8}",
        text in "[ab/]{0,10}",
    ) {
        prop_assume!(!pattern.contains("**"));
        let characters = |text: &str| text.chars().collect::<Vec<_>>();
        for kind in [GlobKind::Text, GlobKind::AnyCase, GlobKind::Path] {
            let wanted = by_trying(&characters(&pattern), &characters(&text), kind == GlobKind::Path);
            prop_assert_eq!(is_match(&pattern, kind, &text), wanted, "{:?}", kind);
        }
    }

    #[test]
    fn folders_without_a_program_are_found_like_with_one(
        name in "[ab]{1,2}",
        text in "[ab/]{0,8}",
    ) {
        let (between, last) = (format!("**/{name}/**"), format!("**/{name}"));
        let same = |pattern: &str, slower: String| {
            is_match(pattern, GlobKind::Path, &text) == is_match(&slower, GlobKind::Path, &text)
        };
        // A choice of one is always a program.
        let choice = ["{", &name, "}"].concat();
        prop_assert!(same(&between, ["**/", &choice, "/**"].concat()));
        prop_assert!(same(&last, ["**/", &choice].concat()));
        prop_assert!(same(&[&name, "/**"].concat(), [&choice, "/**"].concat()));
    }

    #[test]
    fn few_steps_are_gone_through_like_many(
        pattern in "[ab/?*{},]{0,10}",
        text in "[ab/]{0,10}",
    ) {
        for kind in [GlobKind::Text, GlobKind::Path] {
            let Ok(Glob { shape: Shape::Program(program), .. }) = Glob::new(&pattern, kind) else {
                continue;
            };
            prop_assert_eq!(program.matches(&text), program.matches_slowly(&text));
        }
    }

    #[test]
    fn a_match_holds_the_literal(pattern in "[ab/?*]{0,8}", text in "[ab/]{0,10}") {
        let glob = Glob::new(&pattern, GlobKind::Path).unwrap();
        prop_assert!(!glob.matches(&text) || text.contains(glob.literal()));
    }

    #[test]
    fn no_pattern_and_no_text_panics(pattern in any::<String>(), text in any::<String>()) {
        for kind in [GlobKind::Text, GlobKind::AnyCase, GlobKind::Path] {
            if let Ok(glob) = Glob::new(&pattern, kind) {
                glob.matches_path(&text);
            }
        }
    }

    #[test]
    fn a_text_matches_itself(text in "[a-zA-Z0-9 ./:]{0,40}") {
        for kind in [GlobKind::Text, GlobKind::AnyCase, GlobKind::Path] {
            prop_assert!(is_match(&text, kind, &text));
            let ending = format!("*{text}");
            prop_assert!(is_match(&ending, GlobKind::AnyCase, &text.to_uppercase()));
        }
    }
}
