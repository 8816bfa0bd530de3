//! Java and Kotlin outside of Android.

use super::{LIBRARY, Table};

/// The run time, servers, clients and the languages above Java.
pub(super) const FRAMEWORKS: &[Table] = &[
    Table::modules(
        &[
            "akka.*",
            "com.fasterxml.*",
            "com.microsoft.*",
            "com.sun.*",
            "feign.*",
            "io.opentelemetry.*",
            "jdk.*",
            "oauth.*",
            "org.apache.*",
            "org.glassfish.*",
            "org.jboss.*",
            "org.jdesktop.*",
            "org.postgresql.*",
            "org.springframework.*",
            "org.web3j.*",
            "reactor.core.*",
            "scala.*",
            "sun.*",
        ],
        "category=framework",
    ),
    Table::modules(&["io.sentry.*"], "category=framework -group"),
];

/// Libraries of Kotlin.
pub(super) const KOTLIN: Table = Table::modules(
    &["io.ktor.*", "io.netty.*", "kotlin.*", "kotlinx.*"],
    LIBRARY,
);
