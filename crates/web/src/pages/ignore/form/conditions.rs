//! Conditions of a rule as groups of rows, and back.

use watchfire_filter::ignore::Condition;

use super::groups::{Group, Join, Quantity};
use super::row::Row;
use super::{GROUPS_MAX, Problem, ROWS_MAX};

/// The groups that say the same; nothing where conditions nest deeper or are too many.
pub(super) fn to_groups(when: &Condition) -> Option<(Join, Vec<Group>)> {
    let (join, groups) = match when {
        Condition::All(list) if list.iter().all(is_row) => (Join::All, vec![group(when)?]),
        Condition::Any(list) if list.iter().all(is_row) => (Join::All, vec![group(when)?]),
        Condition::All(list) => (Join::All, joined(list, Quantity::All)?),
        Condition::Any(list) => (Join::Any, joined(list, Quantity::Any)?),
        one => (Join::All, vec![group(one)?]),
    };
    let fits = groups.len() <= GROUPS_MAX && groups.iter().all(|it| it.rows.len() <= ROWS_MAX);
    fits.then_some((join, groups))
}

/// Groups for the parts of a list; neighbours that are single rows share one.
fn joined(list: &[Condition], of_rows: Quantity) -> Option<Vec<Group>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut was_row = false;
    for one in list {
        let is_row = is_row(one);
        match (groups.last_mut(), row(one)) {
            (Some(last), Some(row)) if was_row => last.rows.push(row),
            (_, Some(row)) => groups.push(Group {
                quantity: of_rows,
                rows: vec![row],
            }),
            (_, None) => groups.push(group(one)?),
        }
        was_row = is_row;
    }
    Some(groups)
}

/// One group; nothing where there is more in it than rows.
fn group(condition: &Condition) -> Option<Group> {
    let (quantity, list) = match condition {
        Condition::All(list) => (Quantity::All, list.as_slice()),
        Condition::Any(list) => (Quantity::Any, list.as_slice()),
        Condition::Not(inner) => match inner.as_ref() {
            Condition::All(list) => (Quantity::NotAll, list.as_slice()),
            Condition::Any(list) => (Quantity::None, list.as_slice()),
            _ => (Quantity::All, std::slice::from_ref(condition)),
        },
        Condition::Test(_) => (Quantity::All, std::slice::from_ref(condition)),
    };
    let rows = list.iter().map(row).collect::<Option<Vec<Row>>>()?;
    Some(Group { quantity, rows })
}

fn is_row(condition: &Condition) -> bool {
    match condition {
        Condition::Test(_) => true,
        Condition::Not(inner) => matches!(inner.as_ref(), Condition::Test(_)),
        _ => false,
    }
}

fn row(condition: &Condition) -> Option<Row> {
    match condition {
        Condition::Test(test) => Some(Row::of(test, false)),
        Condition::Not(inner) => match inner.as_ref() {
            Condition::Test(test) => Some(Row::of(test, true)),
            _ => None,
        },
        _ => None,
    }
}

/// The condition that the groups say; nothing where a row is wrong or nothing was filled in, which
/// is added to the problems. Empty rows are left out.
pub(super) fn of_groups(
    join: Join,
    groups: &[Group],
    problems: &mut Vec<Problem>,
) -> Option<Condition> {
    let before = problems.len();
    let mut parts = Vec::new();
    for (number, group) in groups.iter().enumerate() {
        parts.extend(of_group(number, group, problems));
    }
    if problems.len() > before {
        return None;
    }
    if parts.is_empty() {
        problems.push(Problem::new(
            "conditions",
            "Say which events: fill in at least one condition.",
        ));
    }
    Some(match join {
        Join::All => single(parts, Condition::All),
        Join::Any => single(parts, Condition::Any),
    })
}

fn of_group(number: usize, group: &Group, problems: &mut Vec<Problem>) -> Option<Condition> {
    let mut rows = Vec::new();
    for (place, row) in group.rows.iter().enumerate() {
        if row.is_empty() {
            continue;
        }
        match row.condition() {
            Ok(condition) => rows.push(condition),
            Err(error) => problems.push(Problem::new(format!("g{number}r{place}"), error.reason)),
        }
    }
    if rows.is_empty() {
        return None;
    }
    let not = |inner: Condition| Condition::Not(Box::new(inner));
    Some(match group.quantity {
        Quantity::All => single(rows, Condition::All),
        Quantity::Any => single(rows, Condition::Any),
        Quantity::None => not(single(rows, Condition::Any)),
        Quantity::NotAll => not(single(rows, Condition::All)),
    })
}

/// The only one of a list, or all of them together.
fn single(mut list: Vec<Condition>, all: impl FnOnce(Vec<Condition>) -> Condition) -> Condition {
    match list.len() {
        1 => list.remove(0),
        _ => all(list),
    }
}

#[cfg(test)]
mod tests {
    use watchfire_filter::ignore::parse_json;

    use super::*;

    fn when(text: &str) -> Condition {
        let rule = format!(r#"{{"name":"n","action":"drop","when":{text}}}"#);
        parse_json(&rule).unwrap().when
    }

    const A: &str = r#"{"field":"exception.type","op":"is","value":"A"}"#;
    const B: &str = r#"{"not":{"field":"tag.region","op":"one_of","value":["a","b"]}}"#;
    const C: &str = r#"{"field":"context.device.family","op":"exists","value":false}"#;

    #[track_caller]
    fn comes_back(text: &str, groups_expected: usize) {
        let before = when(text);
        let (join, groups) = to_groups(&before).unwrap();
        assert_eq!(groups.len(), groups_expected, "{groups:?}");
        let mut problems = Vec::new();
        assert_eq!(of_groups(join, &groups, &mut problems), Some(before));
        assert_eq!(problems, []);
    }

    #[test]
    fn conditions_come_back_from_the_rows() {
        comes_back(A, 1);
        comes_back(&format!(r#"{{"all":[{A},{B},{C}]}}"#), 1);
        comes_back(&format!(r#"{{"any":[{A},{C}]}}"#), 1);
        comes_back(&format!(r#"{{"not":{{"any":[{A},{B}]}}}}"#), 1);
        comes_back(&format!(r#"{{"not":{{"all":[{A},{B}]}}}}"#), 1);
        comes_back(
            &format!(r#"{{"all":[{{"any":[{A},{B}]}},{{"not":{{"any":[{A},{C}]}}}}]}}"#),
            2,
        );
        comes_back(
            &format!(r#"{{"any":[{{"all":[{A},{B}]}},{{"all":[{A},{C}]}}]}}"#),
            2,
        );
    }

    #[test]
    fn rows_beside_groups_share_one() {
        let mixed = when(&format!(r#"{{"all":[{A},{B},{{"any":[{A},{C}]}}]}}"#));
        let (join, groups) = to_groups(&mixed).unwrap();
        let sizes: Vec<usize> = groups.iter().map(|group| group.rows.len()).collect();
        assert_eq!((join, sizes), (Join::All, vec![2, 2]));
    }

    #[test]
    fn what_nests_deeper_is_text() {
        let deep = format!(r#"{{"all":[{{"any":[{A},{{"all":[{A},{B}]}}]}},{C}]}}"#);
        assert_eq!(to_groups(&when(&deep)), None);
    }

    #[test]
    fn empty_rows_are_left_out_and_wrong_ones_are_named() {
        let mut group = Group::empty();
        let mut problems = Vec::new();
        of_groups(Join::All, std::slice::from_ref(&group), &mut problems);
        assert_eq!(problems.pop().unwrap().at, "conditions");
        group.rows.push(Row {
            field: "level".to_owned(),
            op: "contains".to_owned(),
            value: "err".to_owned(),
            ..Row::default()
        });
        assert_eq!(of_groups(Join::All, &[group], &mut problems), None);
        assert_eq!(problems[0].at, "g0r1");
        assert!(problems[0].reason.contains("operators are"), "{problems:?}");
    }
}
