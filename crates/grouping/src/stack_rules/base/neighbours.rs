//! What a frame is because of the frame that called it or that it calls.

use super::Table;

/// Only the first of a row of helpers says what was asked for.
pub(super) const GRAPHICS_AND_MEMORY: &[Table] = &[Table::Lines(&[
    // Of drivers only the last, since the frames before it are often guessed.
    "category:driver | [ category:driver ] category=internals",
    "[ category:gl ] | category:gl category=internals",
    "[ category:av ] | category:av category=internals",
    "[ category:malloc ] | category:malloc category=internals",
])];

/// Python starts a new process with a module made up for it.
pub(super) const FAKE_MODULES: &[Table] = &[Table::Lines(&[
    "function:<module> | [ function:spawn_main ] category=internals",
])];

/// An error that is raised because of another one.
pub(super) const RAISING: &[Table] = &[Table::Lines(&[
    // A call of a missing method stands for itself, not for how Windows ends the program.
    "[ function:_purecall ] | category:throw category=internals",
    "[ category:throw ] | category:throw category=internals",
])];

/// Helpers of the system, of compilers and of what they are called by.
pub(super) const HELPERS: &[Table] = &[
    Table::Lines(&[
        "family:native category:system function:_* !function:_purecall category=internals",
        "family:native category:system function:<unknown> category=internals",
    ]),
    // Made by compilers, most of them by Swift's.
    Table::functions(
        &[
            "_INTERNAL*",
            "_ArrayBuffer._nativeTypeChecked.getter",
            "@callee_guaranteed",
            "Array._getElement",
            "Array.subscript.getter",
            "Collection.map<T>",
            "closure",
            "range",
        ],
        "category=internals",
    ),
    // The seldom taken half of a function is a function of its own after optimisation.
    Table::functions(&["*.cold.1"], "category=indirection"),
    // The system between two others passes a call on.
    Table::Lines(&[
        "[ !category:system ] | category:system | [ !category:system ] category=indirection",
        "[ category:free ] | category:system category=internals",
        "[ category:system ] | category:system category=internals",
        "[ category:std ] | category:system category=internals",
        "[ category:std ] | category:std category=internals",
        "[ category:ui ] | category:ui category=internals",
        "[ category:ui ] | category:system category=internals",
        "[ category:internals ] | category:system category=internals",
        "[ category:internals ] | category:ui category=internals",
        "[ category:load ] | category:system category=internals",
        "[ category:load ] | category:load category=internals",
        "[ category:throw ] | category:system category=internals",
        "[ category:runtime ] | category:system category=internals",
        "[ category:runtime ] | category:runtime category=internals",
        "[ category:dtor ] | category:dtor category=internals",
    ]),
];
