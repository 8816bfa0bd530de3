//! A rule in plain words.

use watchfire_filter::ignore::{Action, Condition, Operator, Rule, Test};

/// How many letters of a value are shown.
const VALUE_CHARS_MAX: usize = 80;
/// How many values of *one of* are shown.
const VALUES_MAX: usize = 3;

/// What a rule does, as one sentence: `Drop events whose exception type is “TimeoutError”.` What
/// is long is cut.
#[must_use]
pub fn sentence(rule: &Rule) -> String {
    let what = match rule.action {
        Action::Drop => "Drop events".to_owned(),
        Action::KeepOneIn(count) => format!("Keep one in {count} of the events"),
        Action::Archive => "Archive events, without alerts,".to_owned(),
        Action::Level(level) => format!("Lower events to the level {}", level.as_str()),
    };
    format!("{what} where {}.", words(&rule.when, Place::Top))
}

/// Where a condition stands, which decides whether it needs brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    All,
    Any,
}

fn words(condition: &Condition, place: Place) -> String {
    match condition {
        Condition::Test(test) => of_test(test, true),
        Condition::Not(inner) => match inner.as_ref() {
            Condition::Test(test) => of_test(test, false),
            Condition::Any(list) if list.len() > 1 => {
                format!("none of these holds: ({})", joined(list, ", ", Place::Any))
            }
            other => format!("not ({})", words(other, Place::Top)),
        },
        Condition::All(list) => bracketed(list, " and ", Place::All, place),
        Condition::Any(list) => bracketed(list, " or ", Place::Any, place),
    }
}

fn bracketed(list: &[Condition], between: &str, inside: Place, place: Place) -> String {
    if let [one] = list {
        return words(one, place);
    }
    let text = joined(list, between, inside);
    if place == Place::Top || place == inside {
        text
    } else {
        format!("({text})")
    }
}

fn joined(list: &[Condition], between: &str, place: Place) -> String {
    let parts: Vec<String> = list.iter().map(|one| words(one, place)).collect();
    parts.join(between)
}

fn of_test(test: &Test, is_so: bool) -> String {
    let field = lower_first(&test.field.label());
    if test.op == Operator::Exists {
        let exists = test.values.first().is_none_or(|value| value != "false");
        let verb = if exists == is_so {
            "exists"
        } else {
            "does not exist"
        };
        return format!("{field} {verb}");
    }
    let verb = if is_so {
        test.op.label()
    } else {
        opposite(test.op)
    };
    format!("{field} {verb} {}", values(&test.values))
}

/// What an operator is called where it must not hold.
#[must_use]
pub fn opposite(op: Operator) -> &'static str {
    match op {
        Operator::Is => "is not",
        Operator::IsNot => "is",
        Operator::Contains => "does not contain",
        Operator::StartsWith => "does not start with",
        Operator::EndsWith => "does not end with",
        Operator::Wildcard => "does not match wildcard",
        Operator::Regex => "does not match regular expression",
        Operator::OneOf => "is none of",
        Operator::Exists => "does not exist",
        Operator::Less => "is not less than",
        Operator::AtMost => "is not at most",
        Operator::More => "is not more than",
        Operator::AtLeast => "is not at least",
        Operator::InRange => "is not in the version range",
    }
}

fn values(values: &[String]) -> String {
    let shown: Vec<String> = values
        .iter()
        .take(VALUES_MAX)
        .map(|it| quoted(it))
        .collect();
    let shown = shown.join(", ");
    match values.len().saturating_sub(VALUES_MAX) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn quoted(value: &str) -> String {
    let end = value.char_indices().nth(VALUE_CHARS_MAX).map(|(at, _)| at);
    match end.and_then(|end| value.get(..end)) {
        Some(cut) => format!("“{cut}…”"),
        None => format!("“{value}”"),
    }
}

/// A label inside a sentence: abbreviations such as `URL` stay as they are.
fn lower_first(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use watchfire_filter::ignore::parse_json;

    use super::*;

    #[track_caller]
    fn check(action: &str, when: &str, expected: &str) {
        let text = format!(r#"{{"name":"n","action":{action},"when":{when}}}"#);
        assert_eq!(sentence(&parse_json(&text).unwrap()), expected);
    }

    #[test]
    fn a_rule_is_a_sentence() {
        let kind = r#"{"field":"exception.type","op":"is","value":"TimeoutError"}"#;
        let url = r#"{"field":"url","op":"contains","value":"/health"}"#;
        check(
            r#""drop""#,
            kind,
            "Drop events where exception type is “TimeoutError”.",
        );
        check(
            r#"{"keep_one_in":10}"#,
            &format!(r#"{{"all":[{kind},{{"not":{url}}}]}}"#),
            "Keep one in 10 of the events where exception type is “TimeoutError” and URL does not \
             contain “/health”.",
        );
        check(
            r#""archive""#,
            &format!(r#"{{"all":[{{"any":[{kind},{url}]}},{{"all":[{kind}]}}]}}"#),
            "Archive events, without alerts, where (exception type is “TimeoutError” or URL \
             contains “/health”) and exception type is “TimeoutError”.",
        );
        check(
            r#"{"level":"info"}"#,
            &format!(r#"{{"not":{{"any":[{kind},{url}]}}}}"#),
            "Lower events to the level info where none of these holds: (exception type is \
             “TimeoutError”, URL contains “/health”).",
        );
    }

    #[test]
    fn many_and_long_values_are_cut() {
        check(
            r#""drop""#,
            r#"{"field":"tag.region","op":"one_of","value":["a","b","c","d","e"]}"#,
            "Drop events where tag region is one of “a”, “b”, “c” and 2 more.",
        );
        let long = "x".repeat(100);
        check(
            r#""drop""#,
            &format!(r#"{{"not":{{"field":"message","op":"starts_with","value":"{long}"}}}}"#),
            &format!(
                "Drop events where message does not start with “{}…”.",
                "x".repeat(80)
            ),
        );
        check(
            r#""drop""#,
            r#"{"field":"user.id","op":"exists","value":false}"#,
            "Drop events where user id does not exist.",
        );
    }
}
