use watchfire_filter::ignore::{Condition, Operator, RuleError, Test, fields, read_test};

use crate::csrf::Posted;

/// What stands before an operator that must not hold.
const NOT: &str = "not:";

/// One condition of the form: a test of a field, or its opposite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// The field's name; of a tag or a context what stands before its key. Empty where none was
    /// chosen.
    pub(super) field: String,
    /// The key of a tag, or name and key of a context.
    pub(super) key: String,
    /// The operator's name, behind `not:` where it must not hold.
    pub(super) op: String,
    /// One line, but for *one of*.
    pub(super) value: String,
}

impl Row {
    /// The row of this name as it was posted; nothing where there is none.
    pub(super) fn read(form: &Posted, name: &str) -> Option<Self> {
        let field = format!("{name}.field");
        form.pairs().find(|(key, _)| *key == field)?;
        let one = |part: &str| form.one(&format!("{name}.{part}")).replace("\r\n", "\n");
        Some(Self {
            field: one("field"),
            key: one("key"),
            op: one("op"),
            value: one("value"),
        })
    }

    /// Whether nothing was filled in.
    pub(super) fn is_empty(&self) -> bool {
        self.field.is_empty() && self.key.trim().is_empty() && self.value.trim().is_empty()
    }

    /// The condition that the row says.
    pub(super) fn condition(&self) -> Result<Condition, RuleError> {
        if self.field.is_empty() {
            return Err(RuleError {
                at: "field".to_owned(),
                reason: "choose what to look at, or remove the row".to_owned(),
            });
        }
        let takes_key = self.field.ends_with('.');
        let key = if takes_key { self.key.trim() } else { "" };
        let field = format!("{}{key}", self.field);
        let (op, is_not) = match self.op.strip_prefix(NOT) {
            Some(op) => (op, true),
            None => (self.op.as_str(), false),
        };
        if op == Operator::Exists.name() {
            let value = if is_not { "false" } else { "true" };
            return read_test(&field, op, value).map(Condition::Test);
        }
        let value = if op == Operator::OneOf.name() {
            self.value.as_str()
        } else {
            // The field grows with its text, so that a line end at the end is easily made.
            self.value.trim_end_matches('\n')
        };
        let test = Condition::Test(read_test(&field, op, value)?);
        Ok(match is_not {
            true => Condition::Not(Box::new(test)),
            false => test,
        })
    }

    /// The row that says a test, or its opposite.
    pub(super) fn of(test: &Test, is_not: bool) -> Self {
        let name = test.field.to_string();
        let known = fields().iter().filter(|info| info.takes_key());
        let prefix = known.map(|info| info.name).find(|it| name.starts_with(it));
        let (field, key) = match prefix {
            Some(prefix) => name.split_at(prefix.len()),
            None => (name.as_str(), ""),
        };
        let exists_not = test.op == Operator::Exists && test.values == ["false"];
        let (op, is_not) = match test.op {
            Operator::Is if is_not => (Operator::IsNot, false),
            Operator::IsNot if is_not => (Operator::Is, false),
            op => (op, is_not != exists_not),
        };
        Self {
            field: field.to_owned(),
            key: key.to_owned(),
            op: op_word(op, is_not),
            value: match test.op {
                Operator::Exists => String::new(),
                _ => test.values.join("\n"),
            },
        }
    }
}

/// What the form calls an operator, or its opposite.
pub(super) fn op_word(op: Operator, is_not: bool) -> String {
    let not = if is_not { NOT } else { "" };
    format!("{not}{}", op.name())
}
