//! What follows from the kind of a frame.

use super::{LIBRARY, NOISE, RAISES, Table};

const fn of(names: &'static [&'static str], then: &'static str) -> Table {
    Table::Names {
        when: "",
        key: "category",
        names,
        then,
    }
}

/// Everything but frameworks, which are judged with the libraries of their language.
pub(super) const OF_CATEGORIES: &[Table] = &[
    of(&["throw"], RAISES),
    of(&["system"], LIBRARY),
    of(&["threadbase"], "-group v-group"),
    // The crash itself lies further out than what handles it.
    of(&["handler"], "^-group -group"),
    of(&["telemetry", "internals"], NOISE),
    of(&["indirection"], "-group"),
];

/// In 2023 the function that raises an error counted.
pub(super) const OF_RAISING_2023: &[Table] = &[of(&["throw"], "^-group")];

/// In 2023 helpers stayed the application's where the client said so.
pub(super) const OF_CATEGORIES_2023: &[Table] = &[
    of(&["system"], LIBRARY),
    of(&["threadbase"], "-group v-group"),
    of(&["handler"], "^-group -group"),
    of(&["telemetry", "indirection", "internals"], "-group"),
];
