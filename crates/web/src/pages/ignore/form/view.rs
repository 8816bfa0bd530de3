//! The form as its template shows it.

use serde::Serialize;
use watchfire_event::Level;
use watchfire_filter::ignore::{FieldKind, NAME_CHARS_MAX, NOTE_CHARS_MAX, Operator, fields};
use watchfire_store::ignore_rule::opposite;

use super::groups::{Group, Join, Quantity};
use super::row::{Row, op_word};
use super::{Form, GROUPS_MAX, Problem, ROWS_MAX};
use crate::frame::Choice;

/// Lines of the text at least and at most; longer texts scroll.
const TEXT_LINES: (usize, usize) = (12, 30);
/// Lines of a value at most; longer ones scroll.
const VALUE_LINES_MAX: usize = 8;

/// The whole form.
#[derive(Serialize)]
pub(in crate::pages::ignore) struct FormView {
    name: Field,
    name_chars_max: usize,
    note: Field,
    note_chars_max: usize,
    is_enabled: bool,
    actions: Vec<ActionChoice>,
    one_in: Field,
    levels: Vec<Choice>,
    expires: Field,
    is_text: bool,
    text: String,
    text_lines: usize,
    text_problems: Vec<String>,
    joins: Vec<Choice>,
    has_groups: bool,
    groups: Vec<GroupView>,
    can_add_group: bool,
    /// What is wrong with the conditions as a whole.
    problems: Vec<String>,
}

#[derive(Serialize)]
struct Field {
    value: String,
    problem: Option<String>,
}

#[derive(Serialize)]
struct ActionChoice {
    value: &'static str,
    label: &'static str,
    note: &'static str,
    selected: bool,
}

#[derive(Serialize)]
struct GroupView {
    number: usize,
    legend: String,
    quantities: Vec<Choice>,
    /// Whether its rows are joined in some way that is worth choosing.
    has_rows: bool,
    rows: Vec<RowView>,
    can_add: bool,
    is_only: bool,
}

#[derive(Serialize)]
struct RowView {
    /// The beginning of its fields' names.
    name: String,
    /// What readers of the page hear: `Condition 2`.
    label: String,
    fields: Vec<FieldChoice>,
    ops: Vec<OpChoice>,
    key: String,
    value: String,
    lines: usize,
    example: &'static str,
    problem: Option<String>,
    remove: String,
}

#[derive(Serialize)]
struct FieldChoice {
    value: &'static str,
    label: &'static str,
    kind: &'static str,
    example: &'static str,
    takes_key: bool,
    selected: bool,
}

#[derive(Serialize)]
struct OpChoice {
    value: String,
    label: &'static str,
    /// The kinds of fields that it is for.
    kinds: String,
    selected: bool,
}

impl FormView {
    /// The form with what is wrong with it beside its fields.
    pub(in crate::pages::ignore) fn of(form: &Form, problems: &[Problem]) -> Self {
        let field = |at: &str, value: &str| Field {
            value: value.to_owned(),
            problem: problem_at(problems, at),
        };
        let text = form.text.clone().unwrap_or_default();
        let all_at = |at: &str| -> Vec<String> {
            let here = problems.iter().filter(|problem| problem.at == at);
            here.map(|problem| problem.reason.clone()).collect()
        };
        Self {
            name: field("name", &form.name),
            name_chars_max: NAME_CHARS_MAX,
            note: field("note", &form.note),
            note_chars_max: NOTE_CHARS_MAX,
            is_enabled: form.is_enabled,
            actions: actions(&form.action),
            one_in: field("one_in", &form.one_in),
            levels: levels(&form.level),
            expires: field("expires", &form.expires),
            is_text: form.text.is_some(),
            text_lines: (text.lines().count() + 1).clamp(TEXT_LINES.0, TEXT_LINES.1),
            text,
            text_problems: all_at("text"),
            joins: [
                (Join::All, "all groups hold"),
                (Join::Any, "one of the groups holds"),
            ]
            .map(|(join, label)| Choice {
                value: join.word().to_owned(),
                label: label.to_owned(),
                selected: join == form.join,
            })
            .into(),
            has_groups: form.groups.len() > 1,
            groups: groups(&form.groups, problems),
            can_add_group: form.groups.len() < GROUPS_MAX,
            problems: all_at("conditions"),
        }
    }
}

fn problem_at(problems: &[Problem], at: &str) -> Option<String> {
    let found = problems.iter().find(|problem| problem.at == at);
    found.map(|problem| problem.reason.clone())
}

fn actions(chosen: &str) -> Vec<ActionChoice> {
    let action = |value, label, note| ActionChoice {
        value,
        label,
        note,
        selected: value == chosen,
    };
    let mut actions = vec![
        action(
            "drop",
            "Drop",
            "Not stored. Counted as filtered in the stats.",
        ),
        action(
            "keep",
            "Keep one in",
            "One in so many is stored, all are counted.",
        ),
        action(
            "archive",
            "Archive",
            "Stored and counted. New issues are archived at once, and nobody is alerted.",
        ),
        action(
            "level",
            "Lower the level to",
            "Stored with this level if its own is worse.",
        ),
    ];
    if !actions.iter().any(|action| action.selected)
        && let Some(first) = actions.first_mut()
    {
        first.selected = true;
    }
    actions
}

fn levels(chosen: &str) -> Vec<Choice> {
    [Level::Debug, Level::Info, Level::Warning, Level::Error]
        .map(|level| Choice {
            value: level.as_str().to_owned(),
            label: level.as_str().to_owned(),
            selected: level.as_str() == chosen,
        })
        .into()
}

fn groups(groups: &[Group], problems: &[Problem]) -> Vec<GroupView> {
    let mut count = 0;
    let views = groups.iter().enumerate().map(|(number, group)| {
        let rows = group.rows.iter().enumerate().map(|(place, row)| {
            count += 1;
            row_view((number, place), count, row, problems)
        });
        GroupView {
            number,
            legend: format!("Group {}", number + 1),
            quantities: quantities(group.quantity),
            rows: rows.collect(),
            has_rows: group.rows.len() > 1 || group.quantity != Quantity::All,
            can_add: group.rows.len() < ROWS_MAX,
            is_only: groups.len() == 1,
        }
    });
    views.collect()
}

fn quantities(chosen: Quantity) -> Vec<Choice> {
    Quantity::EACH
        .map(|quantity| Choice {
            value: quantity.word().to_owned(),
            label: quantity.label().to_owned(),
            selected: quantity == chosen,
        })
        .into()
}

fn row_view(
    (group, place): (usize, usize),
    number: usize,
    row: &Row,
    problems: &[Problem],
) -> RowView {
    let chosen = fields().iter().find(|info| info.name == row.field);
    RowView {
        name: format!("g{group}.r{place}"),
        label: format!("Condition {number}"),
        fields: fields()
            .iter()
            .map(|info| FieldChoice {
                value: info.name,
                label: info.label,
                kind: kind_word(info.kind),
                example: info.example,
                takes_key: info.takes_key(),
                selected: info.name == row.field,
            })
            .collect(),
        ops: ops(&row.op),
        key: row.key.clone(),
        value: row.value.clone(),
        lines: row.value.lines().count().clamp(1, VALUE_LINES_MAX),
        example: chosen.map_or("", |info| info.example),
        problem: problem_at(problems, &format!("g{group}r{place}")),
        remove: format!("remove:{group}:{place}"),
    }
}

/// Every operator and its opposite. Those of *is* are each other's.
fn ops(chosen: &str) -> Vec<OpChoice> {
    let mut ops = Vec::new();
    for op in Operator::ALL {
        let kinds = kinds_of(op);
        let mut add = |is_not: bool, label| {
            let value = op_word(op, is_not);
            ops.push(OpChoice {
                selected: value == chosen,
                value,
                label,
                kinds: kinds.clone(),
            });
        };
        add(false, op.label());
        let has_opposite = !matches!(
            op,
            Operator::Is
                | Operator::IsNot
                | Operator::Less
                | Operator::AtMost
                | Operator::More
                | Operator::AtLeast
        );
        if has_opposite || chosen == op_word(op, true) {
            add(true, opposite(op));
        }
    }
    ops
}

const KINDS: [FieldKind; 7] = [
    FieldKind::Text,
    FieldKind::Level,
    FieldKind::Number,
    FieldKind::Version,
    FieldKind::Address,
    FieldKind::Flag,
    FieldKind::Any,
];

fn kinds_of(op: Operator) -> String {
    let kinds = KINDS.into_iter().filter(|kind| kind.takes(op));
    let words: Vec<&str> = kinds.map(kind_word).collect();
    words.join(" ")
}

fn kind_word(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "text",
        FieldKind::Level => "level",
        FieldKind::Number => "number",
        FieldKind::Version => "version",
        FieldKind::Address => "address",
        FieldKind::Flag => "flag",
        FieldKind::Any => "any",
    }
}
