//! Dart and Flutter: on a device they are machine code, in a browser JavaScript.

use super::{LIBRARY, NATIVE, NOISE, Table};

/// What is the application and what is not.
pub(super) const LIBRARIES: &[Table] = &[
    ON_ANDROID,
    IN_BROWSERS,
    FLUTTER,
    Table::packages(
        &[
            "**/Frameworks/Flutter.framework/**",
            "**/Frameworks/FlutterMacOS.framework/**",
        ],
        LIBRARY,
    ),
    native_paths(&["third_party/dart/sdk/**"]),
    // Written without the word `stub` in front of them once they are trimmed.
    Table::functions(&["CallBootstrapNative", "InvokeDartCode"], LIBRARY),
    SDK,
    SDK_THAT_COUNTS,
    Table::Names {
        when: "family:native,javascript",
        key: "path",
        names: &["**/.pub-cache/**"],
        then: LIBRARY,
    },
];

/// The version of 2023 knows less of the run time.
pub(super) const LIBRARIES_OF_2023: &[Table] = &[
    ON_ANDROID,
    IN_BROWSERS,
    FLUTTER,
    SDK,
    SDK_THAT_COUNTS,
    native_paths(&["**/.pub-cache/**"]),
];

const fn native_paths(names: &'static [&'static str]) -> Table {
    Table::Names {
        when: NATIVE,
        key: "path",
        names,
        then: LIBRARY,
    }
}

const ON_ANDROID: Table = Table::Lines(&["family:native package:/data/app/** path:**/*.dart +app"]);

const IN_BROWSERS: Table = Table::Lines(&[
    "family:javascript path:org-dartlang-sdk:///** -app -group",
    "family:javascript module:**/packages/flutter/** -app",
]);

const FLUTTER: Table = native_paths(&[
    "**/packages/flutter/**",
    "lib/ui/hooks.dart",
    "lib/ui/platform_dispatcher.dart",
]);

const SDK: Table = Table::paths(
    &[
        "package:sentry/**",
        "package:sentry_dio/**",
        "package:sentry_drift/**",
        "package:sentry_file/**",
        "package:sentry_flutter/**",
        "package:sentry_hive/**",
        "package:sentry_isar/**",
        "package:sentry_logging/**",
        "package:sentry_sqflite/**",
    ],
    NOISE,
);

const SDK_THAT_COUNTS: Table = Table::paths(
    &[
        "package:sentry_firebase_remote_config/**",
        "package:sentry_link/**",
    ],
    LIBRARY,
);
