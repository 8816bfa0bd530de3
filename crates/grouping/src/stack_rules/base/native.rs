//! Libraries and run times of machine code, and functions that raise errors in them.

use super::{LIBRARY, NATIVE, NOISE, RAISES, Table};

/// The library that the Linux kernel maps into every process.
pub(super) const LINUX_KERNEL: &[Table] = &[Table::packages(
    &["linux-gate.so*", "linux-vdso.so*"],
    "category=system",
)];

/// Folders of libraries on any platform, then run times.
pub(super) const LIBRARIES: &[Table] = &[
    Table::Names {
        when: "",
        key: "package",
        names: &["/lib/**", "/usr/lib/**"],
        then: LIBRARY,
    },
    Table::paths(
        &[
            "/usr/local/lib/**",
            "/usr/local/Cellar/**",
            "**/.local/share/**",
        ],
        LIBRARY,
    ),
    RUST,
    RAISING,
    RAISING_IN_RUST,
    OBJECTIVE_C,
    BREAKPAD,
    BREAKPAD_HANDLERS,
    FRAMEWORKS,
    CRASH_REPORTERS,
];

/// In 2023 the folders were looked at for machine code only.
pub(super) const LIBRARIES_OF_2023: &[Table] = &[
    Table::packages(&["/lib/**", "/usr/lib/**", "linux-gate.so*"], LIBRARY),
    Table::Names {
        when: NATIVE,
        key: "path",
        names: &["/usr/local/lib/**", "/usr/local/Cellar/**"],
        then: LIBRARY,
    },
    RUST,
    RAISING,
    RAISING_IN_RUST,
    OBJECTIVE_C,
    BREAKPAD,
    BREAKPAD_HANDLERS,
    FRAMEWORKS,
    CRASH_REPORTERS,
];

const RUST: Table = Table::functions(
    &[
        "alloc::*",
        "core::*",
        "std::*",
        "__rust_*",
        "rust_begin_unwind",
    ],
    LIBRARY,
);

const RAISING: Table = Table::functions(
    &[
        // C++ and Objective-C
        "__assert_rtn",
        "__cxa_throw",
        "_CxxThrowException",
        "_NSRaiseError",
        // Rust
        "core::panicking::begin_panic",
        "error_chain::make_backtrace",
        "failure::backtrace::Backtrace::new",
        "std::panicking::begin_panic",
    ],
    RAISES,
);

const RAISING_IN_RUST: Table = Table::functions(
    &["core::panicking::panic_fmt", "std::panicking::panic_fmt"],
    "^-app -app",
);

const OBJECTIVE_C: Table = Table::functions(&["_mh_execute_header"], NOISE);

const BREAKPAD: Table = Table::functions(&["google_breakpad::*"], NOISE);

const BREAKPAD_HANDLERS: Table = Table::functions(
    &[
        "google_breakpad::ExceptionHandler::SignalHandler",
        "google_breakpad::ExceptionHandler::WriteMinidumpWithException",
    ],
    "^-group -group",
);

/// Frameworks inside of an application's folder that are not the application.
const FRAMEWORKS: Table = Table::packages(
    &[
        "**/Frameworks/libswift*.dylib",
        "**/Frameworks/KSCrash.framework/**",
        "**/Frameworks/Sentry.framework/**",
        "**/Frameworks/SentrySwift.framework/**",
    ],
    LIBRARY,
);

/// The SDK for Cocoa where it is linked into the executable, and what it was made of.
const CRASH_REPORTERS: Table = Table::functions(
    &[
        "*sentrycrash_*",
        "sentrycrashcm_*",
        "kscm_*",
        "kscrash_*",
        "?[[]KSCrash*",
        "?[[]RNSentry*",
        "?[[]Sentry*",
        "__*[[]Sentry*",
    ],
    NOISE,
);
