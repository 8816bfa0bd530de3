//! Where in the text of a file something stands, by line and column.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file of rules that is TOML, read once more for the places of its parts.
pub(super) struct Positions<'t> {
    text: &'t str,
    table: Option<Spanned<DeTable<'t>>>,
}

impl<'t> Positions<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self {
            text,
            table: DeTable::parse(text).ok(),
        }
    }

    /// `line 3, column 7`: where the part of this path (`when.all[1].value`) of a rule stands, or
    /// the last part on the way to it that there is. Rules count from 1.
    pub(super) fn of_rule(&self, number: usize, path: &str) -> Option<String> {
        let list = self.table.as_ref()?.get_ref().iter();
        let (_, list) = list.into_iter().find(|(key, _)| key.get_ref() == "rule")?;
        let DeValue::Array(list) = list.get_ref() else {
            return None;
        };
        let mut found = list.get(number.checked_sub(1)?)?;
        for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
            let next = match found.get_ref() {
                DeValue::Table(table) => {
                    let named = table.iter().find(|(key, _)| key.get_ref() == step);
                    named.map(|(_, value)| value)
                }
                DeValue::Array(list) => {
                    let index = step.strip_suffix(']').and_then(|index| index.parse().ok());
                    index.and_then(|index: usize| list.get(index))
                }
                _ => None,
            };
            let Some(next) = next else { break };
            found = next;
        }
        Some(position(self.text, found.span().start))
    }
}

/// `line 3, column 7`
pub(super) fn position(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let column = before.get(start..).unwrap_or_default().chars().count() + 1;
    format!("line {line}, column {column}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_stands_where_its_text_begins() {
        let text = "[[rule]]\nname = \"a\"\n\n[[rule]]\nname = \"b\"\nwhen = {all = [\n  {field = \
                    \"level\", op = \"is\"},\n  {field = \"url\", op = 5},\n]}\n";
        let positions = Positions::of(text);
        let of = |number, path| positions.of_rule(number, path).unwrap_or_default();
        assert_eq!(of(2, "name"), "line 5, column 8");
        assert_eq!(of(2, "when.all[1].op"), "line 8, column 24");
        assert_eq!(of(2, "when.all[1].value"), "line 8, column 3");
        assert!(of(1, "").starts_with("line 1, "), "{}", of(1, ""));
        assert_eq!(of(3, "name"), "");
    }
}
