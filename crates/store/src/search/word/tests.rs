use super::*;

const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

fn meaning(text: &str) -> Meaning {
    Word::parse(text, NOW).unwrap().meaning
}

fn problem(text: &str) -> String {
    Word::parse(text, NOW).unwrap_err().to_string()
}

fn text(text: &str, negated: bool) -> Meaning {
    Meaning::Text(TextCondition {
        text: text.to_owned(),
        negated,
    })
}

fn tag(key: &str, values: &[&str], negated: bool) -> Meaning {
    Meaning::Tag(TagCondition {
        key: key.to_owned(),
        values: values.iter().map(ToString::to_string).collect(),
        negated,
    })
}

#[test]
fn pieces_of_pasted_messages_are_text() {
    for word in [
        "timeout",
        "KeyError:",
        "https://example.com/x",
        "12:30",
        "shop/views.py:88",
        "x[0]",
        "!",
    ] {
        assert_eq!(meaning(word), text(word, false), "{word}");
    }
    assert_eq!(meaning("\"a b\""), text("a b", false));
    assert_eq!(meaning("!timeout"), text("timeout", true));
    assert_eq!(meaning("!\"a b\""), text("a b", true));
    assert_eq!(meaning("message:\"a b\""), text("a b", false));
}

#[test]
fn any_other_key_is_a_tag() {
    assert_eq!(meaning("release:1.4.*"), tag("release", &["1.4.*"], false));
    assert_eq!(
        meaning("!browser:Firefox"),
        tag("browser", &["Firefox"], true)
    );
    assert_eq!(meaning("user:\"Ana B\""), tag("user", &["Ana B"], false));
    assert_eq!(
        meaning("environment:[production, \"stage 2\"]"),
        tag("environment", &["production", "stage 2"], false)
    );
    assert_eq!(meaning("tags[is]:x"), tag("is", &["x"], false));
    assert_eq!(meaning("\"a:b\":c"), tag("a:b", &["c"], false));
    assert_eq!(
        meaning("url:http://x/y"),
        tag("url", &["http://x/y"], false)
    );
}

#[test]
fn presence_and_absence_have_three_spellings() {
    assert_eq!(meaning("has:user"), tag("user", &[], false));
    assert_eq!(meaning("!has:user"), tag("user", &[], true));
    assert_eq!(meaning("user:\"\""), tag("user", &[], true));
    assert_eq!(meaning("!user:\"\""), tag("user", &[], false));
}

#[test]
fn states_are_statuses_substatuses_or_handling() {
    assert_eq!(
        meaning("is:muted"),
        Meaning::Statuses(vec![Status::Ignored])
    );
    assert_eq!(
        meaning("!is:resolved"),
        Meaning::Statuses(vec![Status::Unresolved, Status::Ignored])
    );
    assert_eq!(
        meaning("is:[new, regressed]"),
        Meaning::Substatuses(vec![Substatus::New, Substatus::Regressed])
    );
    assert_eq!(meaning("is:unhandled"), Meaning::Unhandled(true));
    assert_eq!(meaning("!is:unhandled"), Meaning::Unhandled(false));
    assert_eq!(meaning("error.handled:true"), Meaning::Unhandled(false));
    assert_eq!(meaning("error.unhandled:1"), Meaning::Unhandled(true));
}

#[test]
fn levels_are_checked_and_known_by_their_other_names() {
    assert_eq!(
        meaning("level:[Error, critical]"),
        tag("level", &["error", "fatal"], false)
    );
    assert!(problem("level:erro").contains("Use fatal, error"));
}

#[test]
fn short_ids_name_issues() {
    assert_eq!(meaning("issue:SHOP-1A"), Meaning::ShortNumbers(vec![42]));
    assert!(problem("issue:shop").contains("SHOP-1A"));
}

#[test]
fn every_mistake_says_what_to_write() {
    for (word, advice) in [
        ("is:open", "Use unresolved"),
        ("is:", "is:unresolved"),
        ("has:", "has:release"),
        ("level:[]", "level:error"),
        ("browser:[]", "[a, b]"),
        ("age:24h", "age:-24h"),
        ("!age:-24h", "newer"),
        ("!is:new", "is:[ongoing, regressed]"),
        ("OR", "level:[error, fatal]"),
        ("timesSeen:>5", "sort by events"),
        ("stack.filename:x", "write the word itself"),
    ] {
        let problem = problem(word);
        assert!(problem.contains(advice), "{word}: {problem}");
    }
}
