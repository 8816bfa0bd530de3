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
        name: "max-envelope-size",
        variable: "WATCHFIRE_MAX_ENVELOPE_SIZE",
        value_name: "SIZE",
        default: "200MiB",
        help: "The largest envelope, as sent and when unpacked",
    },
    Setting {
        name: "max-event-size",
        variable: "WATCHFIRE_MAX_EVENT_SIZE",
        value_name: "SIZE",
        default: "1MiB",
        help: "The largest event, security report or feedback",
    },
    Setting {
        name: "max-attachment-size",
        variable: "WATCHFIRE_MAX_ATTACHMENT_SIZE",
        value_name: "SIZE",
        default: "200MiB",
        help: "The largest attachment or minidump",
    },
    Setting {
        name: "max-attachments-size",
        variable: "WATCHFIRE_MAX_ATTACHMENTS_SIZE",
        value_name: "SIZE",
        default: "200MiB",
        help: "All attachments of one envelope together",
    },
    Setting {
        name: "max-attachments",
        variable: "WATCHFIRE_MAX_ATTACHMENTS",
        value_name: "NUMBER",
        default: "30",
        help: "How many attachments one envelope may have",
    },
    Setting {
        name: "max-user-report-size",
        variable: "WATCHFIRE_MAX_USER_REPORT_SIZE",
        value_name: "SIZE",
        default: "1MiB",
        help: "The largest user report",
    },
    Setting {
        name: "max-sessions-size",
        variable: "WATCHFIRE_MAX_SESSIONS_SIZE",
        value_name: "SIZE",
        default: "10MiB",
        help: "All session items of one envelope together",
    },
    Setting {
        name: "max-sessions",
        variable: "WATCHFIRE_MAX_SESSIONS",
        value_name: "NUMBER",
        default: "100",
        help: "How many session items one envelope may have",
    },
    Setting {
        name: "max-client-reports-size",
        variable: "WATCHFIRE_MAX_CLIENT_REPORTS_SIZE",
        value_name: "SIZE",
        default: "100KiB",
        help: "All client reports of one envelope together",
    },
    Setting {
        name: "max-client-reports",
        variable: "WATCHFIRE_MAX_CLIENT_REPORTS",
        value_name: "NUMBER",
        default: "100",
        help: "How many client reports one envelope may have",
    },
    Setting {
        name: "max-check-in-size",
        variable: "WATCHFIRE_MAX_CHECK_IN_SIZE",
        value_name: "SIZE",
        default: "100KiB",
        help: "The largest check-in of a monitor",
    },
    Setting {
        name: "max-profile-size",
        variable: "WATCHFIRE_MAX_PROFILE_SIZE",
        value_name: "SIZE",
        default: "50MiB",
        help: "The largest profile or profile chunk",
    },
    Setting {
        name: "max-replay-compressed-size",
        variable: "WATCHFIRE_MAX_REPLAY_COMPRESSED_SIZE",
        value_name: "SIZE",
        default: "10MiB",
        help: "The largest replay recording or video as sent",
    },
    Setting {
        name: "max-replay-size",
        variable: "WATCHFIRE_MAX_REPLAY_SIZE",
        value_name: "SIZE",
        default: "100MiB",
        help: "All replay recordings of one envelope when unpacked",
    },
    Setting {
        name: "max-log-size",
        variable: "WATCHFIRE_MAX_LOG_SIZE",
        value_name: "SIZE",
        default: "2MiB",
        help: "The largest log",
    },
    Setting {
        name: "max-trace-metric-size",
        variable: "WATCHFIRE_MAX_TRACE_METRIC_SIZE",
        value_name: "SIZE",
        default: "1MiB",
        help: "The largest trace metric",
    },
    Setting {
        name: "max-span-size",
        variable: "WATCHFIRE_MAX_SPAN_SIZE",
        value_name: "SIZE",
        default: "10MiB",
        help: "The largest span",
    },
    Setting {
        name: "max-container-size",
        variable: "WATCHFIRE_MAX_CONTAINER_SIZE",
        value_name: "SIZE",
        default: "12MiB",
        help: "The largest container of spans, logs or metrics",
    },
    Setting {
        name: "max-standalone-spans",
        variable: "WATCHFIRE_MAX_STANDALONE_SPANS",
        value_name: "NUMBER",
        default: "25",
        help: "How many spans outside of containers one envelope may have",
    },
    Setting {
        name: "max-in-flight-size",
        variable: "WATCHFIRE_MAX_IN_FLIGHT_SIZE",
        value_name: "SIZE",
        default: "512MiB",
        help: "All request bodies that are in memory at one moment; past it requests are answered 503",
    },
    Setting {
        name: "max-body-seconds",
        variable: "WATCHFIRE_MAX_BODY_SECONDS",
        value_name: "NUMBER",
        default: "60",
        help: "How many seconds a request body may take to arrive",
    },
    Setting {
        name: "events-per-minute",
        variable: "WATCHFIRE_EVENTS_PER_MINUTE",
        value_name: "NUMBER",
        default: "",
        help: "How many errors the whole server takes in a minute; any number when not given",
    },
    Setting {
        name: "events-per-hour",
        variable: "WATCHFIRE_EVENTS_PER_HOUR",
        value_name: "NUMBER",
        default: "",
        help: "How many errors the whole server takes in an hour; any number when not given",
    },
    Setting {
        name: "events-per-month",
        variable: "WATCHFIRE_EVENTS_PER_MONTH",
        value_name: "NUMBER",
        default: "",
        help: "How many errors the whole server takes in a calendar month (UTC); any number when not given",
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
