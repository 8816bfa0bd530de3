//! Libraries of languages that are told apart by folders and modules.

use super::{LIBRARY, NOISE, Table, java};

/// Libraries, helpers of transpilers and of the run time, other crash reporters.
pub(super) const LIBRARIES: &[Table] = &[
    FOLDERS,
    SCRIPTS,
    REPORTED,
    HELPERS,
    REACT,
    TASKS,
    GO,
    FRAMEWORKS,
    java::KOTLIN,
    OTHER_SDKS,
    OTHER_SDK_FILES,
];

/// In 2023 Java's frameworks were told apart at the end.
pub(super) const LIBRARIES_OF_2023: &[Table] =
    &[FOLDERS, SCRIPTS, REPORTED, HELPERS, REACT, TASKS, GO];

/// What follows on Java's frameworks.
pub(super) const WITH_FRAMEWORKS_2023: &[Table] =
    &[FRAMEWORKS, java::KOTLIN, OTHER_SDKS, OTHER_SDK_FILES];

const FOLDERS: Table = Table::paths(
    &[
        "**/vendor/**",
        // Python
        "**/dist-packages/**",
        "**/site-packages/**",
        // JavaScript
        "**/node_modules/**",
        "**https://cdn.jsdelivr.net/**",
        "**https://cdnjs.cloudflare.com/**",
        "**https://esm.run/**",
        "**https://unpkg.com/**",
    ],
    LIBRARY,
);

const SCRIPTS: Table = Table::modules(&["unpkg/**"], LIBRARY);

/// A browser's function to report an error that was caught.
const REPORTED: Table = Table::Lines(&["family:javascript function:reportError ^-app -app"]);

/// Transpilers and polyfills.
const HELPERS: Table = Table::modules(
    &[
        "@babel/**",
        "core-js/**",
        "regenerator-runtime/**",
        "tslib/**",
    ],
    NOISE,
);

const REACT: Table = Table::Lines(&["family:javascript function:_callSuper -app -group"]);

/// How Node gets from one task to the next.
const TASKS: Table = Table::any_functions(
    &[
        "nextTick",
        "processTicksAndRejections",
        "queueMicrotask",
        "runMicrotasks",
        "runNextTicks",
    ],
    NOISE,
);

const GO: Table = Table::paths(&["**/go/pkg/mod/**"], LIBRARY);

const FRAMEWORKS: Table = Table::Lines(&["category:framework -app"]);

const OTHER_SDKS: Table = Table::modules(&["newrelic"], NOISE);

const OTHER_SDK_FILES: Table = Table::paths(&["**/*newrelic*/**", "**/*LogRocket*/**"], NOISE);
