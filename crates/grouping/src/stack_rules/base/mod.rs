//! The stack-trace rules that hold for every project (reference/GROUPING.md section 9, "Default
//! base 2026").
//!
//! They are kept as tables and turned into lines of the same grammar that projects write, so
//! that an explanation can print them and one compiler serves both. What a table says of several
//! names becomes one line per name; later lines win over earlier ones, so the order of the tables
//! matters wherever a name is in two of them.

use crate::Version;

mod apple;
mod categories;
mod dart;
mod effects;
mod graphics;
mod java;
mod native;
mod neighbours;
mod scripts;
mod unreal;

/// Some rules that go together.
pub(super) enum Table {
    /// One line per name: `WHEN KEY:NAME THEN`, where `WHEN` may be empty.
    Names {
        /// Matchers that hold for all names.
        when: &'static str,
        /// The matcher that takes the name.
        key: &'static str,
        /// The names, as patterns.
        names: &'static [&'static str],
        /// The actions.
        then: &'static str,
    },
    /// Lines that have nothing in common.
    Lines(&'static [&'static str]),
}

impl Table {
    /// Functions of machine code.
    const fn functions(names: &'static [&'static str], then: &'static str) -> Self {
        Self::Names {
            when: NATIVE,
            key: "function",
            names,
            then,
        }
    }

    /// Libraries and executables of machine code.
    const fn packages(names: &'static [&'static str], then: &'static str) -> Self {
        Self::Names {
            when: NATIVE,
            key: "package",
            names,
            then,
        }
    }

    /// Modules or classes, whatever the platform.
    const fn modules(names: &'static [&'static str], then: &'static str) -> Self {
        Self::Names {
            when: "",
            key: "module",
            names,
            then,
        }
    }

    /// Source files, whatever the platform.
    const fn paths(names: &'static [&'static str], then: &'static str) -> Self {
        Self::Names {
            when: "",
            key: "path",
            names,
            then,
        }
    }

    /// Functions, whatever the platform.
    const fn any_functions(names: &'static [&'static str], then: &'static str) -> Self {
        Self::Names {
            when: "",
            key: "function",
            names,
            then,
        }
    }

    fn each_line(&self, take: &mut impl FnMut(String)) {
        match self {
            Self::Lines(lines) => lines.iter().for_each(|line| take((*line).to_owned())),
            Self::Names {
                when,
                key,
                names,
                then,
            } => {
                let gap = if when.is_empty() { "" } else { " " };
                for name in *names {
                    let quote = if name.contains([' ', '\\']) { "\"" } else { "" };
                    take(format!("{when}{gap}{key}:{quote}{name}{quote} {then}"));
                }
            }
        }
    }
}

const NATIVE: &str = "family:native";
/// Somebody else's code.
const LIBRARY: &str = "-app";
/// Somebody else's code that says nothing about the error.
const NOISE: &str = "-app -group";
/// Raises the error: neither it nor what it calls says anything.
const RAISES: &str = "^-group -group ^-app -app";

/// The lines of a version's default rules, in the order in which they apply.
pub(super) fn lines(version: Version) -> Vec<String> {
    let tables: &[&[Table]] = match version {
        Version::Newstyle2026 => &LATEST,
        Version::Newstyle2023 => &OF_2023,
    };
    let mut lines = Vec::with_capacity(400);
    for table in tables.iter().copied().flatten() {
        table.each_line(&mut |line| lines.push(line));
    }
    lines
}

/// First what every frame is, then what follows from that.
const LATEST: [&[Table]; 18] = [
    categories::SYSTEM,
    native::LINUX_KERNEL,
    categories::KINDS,
    graphics::DRIVERS,
    categories::FREE,
    graphics::DRAWING,
    categories::LATE_KINDS,
    neighbours::GRAPHICS_AND_MEMORY,
    neighbours::FAKE_MODULES,
    neighbours::RAISING,
    neighbours::HELPERS,
    java::FRAMEWORKS,
    apple::APPLICATIONS,
    unreal::ERRORS,
    native::LIBRARIES,
    dart::LIBRARIES,
    effects::OF_CATEGORIES,
    scripts::LIBRARIES,
];

/// The version of 2023 judged the frames before it knew all categories, its rules for folders
/// looked at machine code only, and functions that raise errors counted themselves.
const OF_2023: [&[Table]; 18] = [
    apple::APPLICATIONS,
    unreal::ERRORS,
    native::LIBRARIES_OF_2023,
    dart::LIBRARIES_OF_2023,
    categories::SYSTEM,
    categories::KINDS,
    graphics::DRIVERS,
    categories::FREE,
    graphics::DRAWING,
    categories::LATE_KINDS,
    neighbours::GRAPHICS_AND_MEMORY,
    effects::OF_RAISING_2023,
    neighbours::RAISING,
    effects::OF_CATEGORIES_2023,
    neighbours::HELPERS,
    scripts::LIBRARIES_OF_2023,
    java::FRAMEWORKS,
    scripts::WITH_FRAMEWORKS_2023,
];
