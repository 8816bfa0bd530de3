//! Why items were not wanted: by filters, by limits, or by the SDK.

use super::Row;

pub(super) const FILTERED: [Row; 19] = [
    (
        "sampled-event",
        "A file of an event that is counted without its body",
        "The page Sampling tells how many bodies are kept.",
    ),
    ("browser-extensions", "Came from a browser extension", ""),
    (
        "chunk-load-error",
        "A chunk of a script could not be loaded, usually after a deployment",
        "",
    ),
    ("react-hydration-errors", "A React hydration error", ""),
    (
        "error-message",
        "Matches a message that the filters name",
        "",
    ),
    (
        "filtered-transaction",
        "A health check or another ignored transaction",
        "",
    ),
    (
        "invalid-csp",
        "A security report about a source that the filters name",
        "",
    ),
    ("ip-address", "Came from a blocked address", ""),
    ("legacy-browsers", "Came from an old browser", ""),
    ("localhost", "Came from a page on localhost", ""),
    (
        "release-version",
        "Came from a release that the filters name",
        "",
    ),
    ("web-crawlers", "Came from a web crawler", ""),
    ("log-message", "A log that the filters name", ""),
    ("trace-metric-name", "A metric that the filters name", ""),
    (
        "cors",
        "Came from a page of a domain that is not allowed",
        "Add the domain to the allowed ones in the settings.",
    ),
    (
        "discarded-hash",
        "Belongs to an issue that was deleted and discarded",
        "",
    ),
    (
        "discarded",
        "Belongs to an issue that was deleted and discarded",
        "",
    ),
    (
        "crash-report-limit",
        "The issue has enough crash reports",
        "",
    ),
    ("denied-name", "A metric whose name is blocked", ""),
];

pub(super) const RATE_LIMITED: [Row; 9] = [
    (
        "key_quota",
        "Over the limit of the client key",
        "Raise the key's limit in the settings, or send less.",
    ),
    (
        "project_quota",
        "Over a limit of the project",
        "Raise the project's limit in the settings, or send less.",
    ),
    (
        "org_quota",
        "Over a limit of this instance",
        "Raise the instance's limit where it is configured, or send less.",
    ),
    ("quota_exceeded", "Over a limit", ""),
    ("usage_exceeded", "Over a limit", ""),
    (
        "disabled",
        "The limit is zero: nothing of this kind is taken",
        "Remove the limit in the settings.",
    ),
    ("project_abuse_limit", "Over the limit against abuse", ""),
    ("spike_protection", "More than usual by far", ""),
    (
        "overloaded",
        "The server was busier than it can be",
        "SDKs back off by themselves. If it lasts, give the server more room.",
    ),
];

pub(super) const CLIENT_DISCARD: [Row; 15] = [
    (
        "queue_overflow",
        "The SDK's queue was full",
        "The application produces faster than the network takes.",
    ),
    (
        "cache_overflow",
        "The SDK's store on disk was full",
        "The device was offline for long.",
    ),
    (
        "buffer_overflow",
        "The SDK's buffer was full",
        "The application produces faster than the network takes.",
    ),
    (
        "ratelimit_backoff",
        "The SDK kept it back because of a rate limit",
        "Raise the limit in the settings, or send less.",
    ),
    (
        "network_error",
        "The SDK could not reach the server",
        "Check the network between the application and this server.",
    ),
    (
        "sample_rate",
        "Left out by the SDK's sampling",
        "Wanted, if the sample rate in the SDK's options is.",
    ),
    (
        "before_send",
        "Left out by the application's own before_send",
        "",
    ),
    (
        "event_processor",
        "Left out by an event processor of the application",
        "",
    ),
    (
        "send_error",
        "The server refused it",
        "The table beside this one says why.",
    ),
    (
        "internal_sdk_error",
        "Something broke in the SDK",
        "Update the SDK.",
    ),
    ("insufficient_data", "The SDK had too little data", ""),
    (
        "backpressure",
        "The SDK slowed down because the application was busy",
        "",
    ),
    ("ignored", "Ignored by the SDK's options", ""),
    ("invalid", "The SDK found it invalid", ""),
    (
        "no_parent_span",
        "A span without a parent, left out by the SDK's options",
        "",
    ),
];
