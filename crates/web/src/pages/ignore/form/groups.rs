use super::ROWS_MAX;
use super::row::Row;
use crate::csrf::Posted;

/// Whether all groups must hold or one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Join {
    #[default]
    All,
    Any,
}

impl Join {
    pub(super) fn of(word: &str) -> Self {
        if word == "any" { Self::Any } else { Self::All }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
        }
    }
}

/// How many rows of a group must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Quantity {
    #[default]
    All,
    Any,
    None,
    NotAll,
}

impl Quantity {
    pub(super) const EACH: [Self; 4] = [Self::All, Self::Any, Self::None, Self::NotAll];

    pub(super) fn of(word: &str) -> Self {
        let mut all = Self::EACH.into_iter();
        all.find(|it| it.word() == word).unwrap_or_default()
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
            Self::None => "none",
            Self::NotAll => "not_all",
        }
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::All => "all of these hold",
            Self::Any => "one of these holds",
            Self::None => "none of these holds",
            Self::NotAll => "not all of these hold",
        }
    }
}

/// Conditions that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) quantity: Quantity,
    pub(super) rows: Vec<Row>,
}

impl Group {
    /// A group with a row to fill in.
    pub(super) fn empty() -> Self {
        Self {
            quantity: Quantity::All,
            rows: vec![Row::default()],
        }
    }

    /// The group of a number as it was posted; nothing where there is none.
    pub(super) fn read(form: &Posted, number: usize) -> Option<Self> {
        let quantity = form.one(&format!("g{number}.mode"));
        if quantity.is_empty() {
            return None;
        }
        let rows = (0..ROWS_MAX).map_while(|row| Row::read(form, &format!("g{number}.r{row}")));
        Some(Self {
            quantity: Quantity::of(quantity),
            rows: rows.collect(),
        })
    }
}
