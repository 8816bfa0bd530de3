//! The Unreal Engine reports failed assertions from inside of itself.

use super::{NATIVE, Table};

/// The frames from the reporting function on are the engine's, the ones further out the game's.
const REPORTS: &str = "v+app -app ^-app";

/// Fatal log messages, assertions, ensures and events that a game captures itself.
pub(super) const ERRORS: &[Table] = &[
    Table::functions(
        &[
            "UE::Logging::Private::BasicFatalLog",
            "FDebug::CheckVerifyFailedImpl*",
        ],
        REPORTS,
    ),
    Table::Lines(&[
        "function:*::Impl::ExecCheckImplInternal | [ function:FDebug::CheckVerifyFailedImpl ] \
         -app",
        "function:FDebug::CheckVerifyFailedImpl2 | [ function:FDebug::CheckVerifyFailedImpl2V ] \
         -app",
    ]),
    // Ensures up to version 5.2.
    Table::functions(
        &["FDebug::OptionallyLogFormattedEnsureMessageReturningFalse"],
        REPORTS,
    ),
    Table::Lines(&["category:indirection | \
         [ function:FDebug::OptionallyLogFormattedEnsureMessageReturningFalse ] -app"]),
    Table::Names {
        when: NATIVE,
        key: "function",
        names: &[
            // Ensures of version 5.3, then of 5.4 and later.
            "DispatchCheckVerify*",
            "UE::Assert::Private::ExecCheckImplInternal*",
            "USentrySubsystem::CaptureMessage*",
            "USentrySubsystem::CaptureEvent*",
            "USentrySubsystem::*execCapture*",
        ],
        then: REPORTS,
    },
];
