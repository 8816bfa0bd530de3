//! The table of settings, from which flags, environment variables, file keys and `.env.sample`
//! are made.

use std::collections::HashMap;

/// Settings given on the command line, by name.
pub(crate) type Given = HashMap<&'static str, String>;

/// One setting.
pub(crate) struct Setting {
    /// The flag without its dashes. The file key is the same with `_` for `-`.
    pub(crate) name: &'static str,
    /// The environment variable.
    pub(crate) variable: &'static str,
    /// What stands for the value in the help.
    pub(crate) value_name: &'static str,
    /// The value when nobody gives one; empty where it follows from another setting.
    pub(crate) default: &'static str,
    /// What it does, in one sentence without a full stop.
    pub(crate) help: &'static str,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Every setting there is.
pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        name: "config",
        variable: "WATCHFIRE_CONFIG",
        value_name: "FILE",
        default: "",
        help: "A TOML file with settings; <data-dir>/watchfire.toml is read when it exists",
    },
    Setting {
        name: "data-dir",
        variable: "WATCHFIRE_DATA_DIR",
        value_name: "FOLDER",
        default: "watchfire-data",
        help: "The folder for the SQLite database and everything else that is kept",
    },
    Setting {
        name: "database-url",
        variable: "DATABASE_URL",
        value_name: "URL",
        default: "",
        help: "sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME; <data-dir>/watchfire.db when not given",
    },
    Setting {
        name: "listen",
        variable: "WATCHFIRE_LISTEN",
        value_name: "ADDR:PORT",
        default: "127.0.0.1:9000",
        help: "The address to serve on",
    },
    Setting {
        name: "url",
        variable: "WATCHFIRE_URL",
        value_name: "URL",
        default: "",
        help: "The public origin that browsers and SDKs use, in DSNs and CSRF checks; http://<listen> when not given",
    },
    Setting {
        name: "trusted-proxies",
        variable: "WATCHFIRE_TRUSTED_PROXIES",
        value_name: "ADDRESSES",
        default: "",
        help: "Reverse proxies whose X-Forwarded-For is believed: addresses and networks separated by commas, or * for every peer",
    },
    Setting {
        name: "retention-days",
        variable: "WATCHFIRE_RETENTION_DAYS",
        value_name: "DAYS",
        default: "90",
        help: "Events that claim to be older are taken as of now",
    },
    Setting {
        name: "workers",
        variable: "WATCHFIRE_WORKERS",
        value_name: "NUMBER",
        default: "",
        help: "Threads that serve requests; one per processor when not given",
    },
    Setting {
        name: "log-format",
        variable: "WATCHFIRE_LOG_FORMAT",
        value_name: "text|json",
        default: "text",
        help: "How log lines are written to standard error",
    },
    Setting {
        name: "log",
        variable: "WATCHFIRE_LOG",
        value_name: "FILTER",
        default: "info,actix_server=warn",
        help: "What is logged: error, warn, info, debug, or per module as in info,watchfire_ingest=debug",
    },
];
