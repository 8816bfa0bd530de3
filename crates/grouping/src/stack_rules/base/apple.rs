//! Where the systems of Apple keep applications.

use super::Table;

/// What is installed on a device, in its simulator or on a Mac is the application.
pub(super) const APPLICATIONS: &[Table] = &[Table::packages(
    &[
        "/private/var/containers/Bundle/Application/**",
        "/var/containers/Bundle/Application/**",
        "**/Containers/Bundle/Application/**",
        "**/Developer/CoreSimulator/Devices/**",
        "**.app/Contents/**",
        "/Users/**",
    ],
    "+app",
)];
