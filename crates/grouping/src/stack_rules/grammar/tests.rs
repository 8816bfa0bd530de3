use proptest::prelude::*;

use super::*;

fn reason(line: &str) -> String {
    read(line).unwrap_err()
}

#[test]
fn a_whole_rule_is_read() {
    let line = read(
        "[ !category:gl ] | family:native,other \"stack.function\":\"a b*\" !app:no \
         | [ error.type:E ] v+app ^-group category=x max-frames=3 min-frames = 2 # why",
    )
    .unwrap();
    let places: Vec<_> = line.matchers.iter().map(|it| it.place).collect();
    use Place::{Callee, Caller, Own};
    assert_eq!(places, [Caller, Own, Own, Own, Callee]);
    let negated: Vec<_> = line.matchers.iter().map(|it| it.is_negated).collect();
    assert_eq!(negated, [true, false, false, true, false]);
    assert_eq!(line.actions.len(), 5);
    assert_eq!(
        line.actions.first(),
        Some(&Action::Flag(FlagAction {
            flag: Flag::InApp,
            value: true,
            range: Range::Down
        }))
    );
}

#[test]
fn every_matcher_has_its_names() {
    for key in [
        "stack.abs_path",
        "path",
        "stack.module",
        "module",
        "stack.function",
        "function",
        "stack.package",
        "package",
        "category",
        "error.type",
        "type",
        "error.value",
        "value",
        "error.mechanism",
        "mechanism",
    ] {
        assert!(read(&format!("{key}:x -app")).is_ok(), "{key}");
    }
    for line in ["family:all -app", "app:1 -app", "app:false -group"] {
        assert!(read(line).is_ok(), "{line}");
    }
}

#[test]
fn two_backslashes_are_one() {
    let matches = |line: &str, text: &str| match &read(line).unwrap().matchers[..] {
        [
            Matcher {
                test: Test::Text(_, glob),
                ..
            },
        ] => glob.matches(text),
        _ => unreachable!(),
    };
    assert!(matches("function:a\\\\*b -app", "a*b"));
    assert!(matches("function:\"a\\\\\\\\*b c\" -app", "a*b c"));
    assert!(matches("function:\"say \\\"hi\\\"\" -app", "say \"hi\""));
    assert!(matches("package:C:\\Windows\\** -app", "c:/windows/x.dll"));
}

#[test]
fn errors_name_what_is_wrong_and_where() {
    assert!(reason("function:x").starts_with("no action"));
    assert!(reason("-app").contains("expected a matcher"));
    assert!(reason("foo:x -app").contains("unknown matcher foo"));
    assert!(reason("family:python -app").contains("unknown family python"));
    assert!(reason("app:maybe -app").contains("takes yes or no"));
    assert!(reason("function:\"x -app").contains("not closed"));
    assert!(reason("function: -app").contains("nothing to look for"));
    assert!(reason("function:x -apple").contains("`le`"));
    assert!(reason("function:x +prefix").contains("expected app or group at `prefix`"));
    assert!(reason("function:x invert-stacktrace=1").contains("expected an action"));
    assert!(reason("function:x max-frames=many").contains("takes a number"));
    assert!(reason("function:[x -app").contains("has no `]`"));
    assert!(reason("[ function:x | function:y -app").contains("expected ]"));
    assert!(reason("function:x | [ function:y -app").contains("expected ]"));
}

proptest! {
    #[test]
    fn no_line_panics(line in "\\PC{0,80}") {
        read(&line).map(drop).unwrap_or_default();
    }

    #[test]
    fn lines_of_rule_like_pieces_do_not_panic(
        pieces in proptest::collection::vec(
            proptest::sample::select(vec![
                "[", "]", "|", " ", "!", "function", ":", "\"", "\\", "+app", "^", "v-group",
                "category", "=", "max-frames=1", "#", "family:native", "é",
            ]),
            0..20,
        )
    ) {
        read(&pieces.concat()).map(drop).unwrap_or_default();
    }
}
