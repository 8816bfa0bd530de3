//! Why items could not be used.

use super::{NOT_KEPT, Row};

pub(super) const INVALID: [Row; 77] = [
    (NOT_KEPT, "Arrives, not kept yet", ""),
    (
        "duplicate",
        "Sent twice: the event is stored already",
        "Usually harmless: an SDK sent the event again after a lost answer.",
    ),
    (
        "duplicate_item",
        "A second item where an envelope may hold one",
        "Update the SDK; it put two of a kind into one envelope.",
    ),
    (
        "project_id",
        "The key does not belong to the project of the address, or is unknown or switched off",
        "Compare the DSN of the application with the ones in the settings.",
    ),
    (
        "auth_version",
        "Speaks a protocol that is too new",
        "Update Watchfire, or use an older SDK.",
    ),
    ("auth_client", "The client is not accepted", ""),
    (
        "cors",
        "Came from a page of a domain that is not allowed",
        "Add the domain to the allowed ones in the settings.",
    ),
    (
        "invalid_json",
        "Not readable as JSON",
        "Look at what builds the payload; a proxy may have cut it.",
    ),
    (
        "invalid_envelope",
        "The envelope could not be taken apart",
        "Update the SDK; a proxy may have changed the body.",
    ),
    (
        "invalid_compression",
        "Could not be decompressed",
        "A proxy may have changed the body or its Content-Encoding.",
    ),
    (
        "invalid_body",
        "The body could not be read",
        "The connection broke, or a proxy changed the body.",
    ),
    ("empty_body", "The request had no body", ""),
    ("no_data", "The request had no data", ""),
    (
        "no_event_payload",
        "The envelope had attachments but no event for them",
        "",
    ),
    ("payload", "The payload has the wrong shape", ""),
    (
        "invalid_event_id",
        "The event's id is not 32 hexadecimal digits",
        "",
    ),
    (
        "timestamp",
        "Too old, or before 1970",
        "Check the clock of the machine that sends.",
    ),
    (
        "nesting_too_deep",
        "Nested deeper than the limit",
        "Send flatter data.",
    ),
    (
        "request_too_large",
        "The request was larger than the limit",
        "Send less, or raise the limit; the settings list every limit and its name.",
    ),
    (
        "too_many_releases",
        "More releases than a project may list",
        "Use one release for each deployment, not for each build or user.",
    ),
    (
        "too_many_attachments",
        "More files than an event may have",
        "",
    ),
    (
        "too_many_items",
        "More items of its kind than an envelope may hold",
        "",
    ),
    (
        "too_many_environments",
        "More environments than a project may list",
        "Use a few environments; put the rest into tags.",
    ),
    (
        "unknown_item",
        "An item of a kind that Watchfire does not know",
        "Update Watchfire if the kind is a new one.",
    ),
    (
        "rate_limited",
        "Refused by a Relay in front of this server",
        "",
    ),
    (
        "disallowed_method",
        "Sent with a method that the address does not take",
        "",
    ),
    (
        "content_type",
        "Sent with a content type that the address does not take",
        "Send JSON as application/json.",
    ),
    ("multi_project_id", "One request for several projects", ""),
    (
        "invalid_multipart",
        "The multipart body could not be taken apart",
        "",
    ),
    ("invalid_proto", "Not readable as protocol buffers", ""),
    ("invalid_msgpack", "Not readable as MessagePack", ""),
    (
        "missing_minidump_upload",
        "A crash report without its minidump",
        "Send it in the field upload_file_minidump.",
    ),
    (
        "invalid_minidump",
        "The file is no minidump",
        "A minidump begins with MDMP; a proxy may have changed it.",
    ),
    (
        "invalid_unreal_report",
        "The Unreal crash report could not be taken apart",
        "",
    ),
    (
        "process_unreal",
        "The Unreal crash report could not be read",
        "",
    ),
    (
        "missing_prosperodump_upload",
        "A console crash report without its dump",
        "",
    ),
    (
        "invalid_prosperodump",
        "The console crash dump could not be read",
        "",
    ),
    (
        "security_report_type",
        "A browser report of a kind that is not taken",
        "Content-Security-Policy reports are taken; other kinds are not.",
    ),
    (
        "security_report",
        "The security report has the wrong shape",
        "",
    ),
    (
        "invalid_transaction",
        "The transaction lacks a field that it needs",
        "Update the SDK.",
    ),
    (
        "transaction_sampled",
        "The transaction was sampled away",
        "",
    ),
    (
        "transaction_attachment",
        "An attachment of a transaction that was not kept",
        "",
    ),
    (
        "invalid_span",
        "The span lacks a field that it needs",
        "Update the SDK.",
    ),
    (
        "invalid_span_attachment",
        "An attachment of a span that could not be read",
        "",
    ),
    (
        "invalid_trace_attachment",
        "An attachment of a trace that could not be read",
        "",
    ),
    (
        "invalid_placeholder_attachment",
        "An attachment that was announced but never sent",
        "",
    ),
    (
        "invalid_log",
        "The log lacks a field that it needs",
        "Update the SDK.",
    ),
    (
        "invalid_trace_metric",
        "The metric lacks a field that it needs, or its type is not known",
        "Update the SDK.",
    ),
    (
        "invalid_check_in",
        "The check-in lacks its monitor or status",
        "Compare it with the monitor's address or the SDK's manual.",
    ),
    (
        "invalid_session",
        "The session lacks a field that it needs",
        "Update the SDK, and give it a release.",
    ),
    ("invalid_feedback", "The feedback lacks its message", ""),
    (
        "invalid_user_report",
        "The user report lacks its event or its text",
        "",
    ),
    (
        "invalid_replay",
        "The replay could not be read",
        "Update the SDK.",
    ),
    ("invalid_replay_no_payload", "The replay was empty", ""),
    (
        "invalid_replay_pii_scrubber_failed",
        "The replay could not be scrubbed",
        "",
    ),
    (
        "invalid_replay_recording",
        "The replay's recording could not be read",
        "",
    ),
    (
        "invalid_replay_video",
        "The replay's video could not be read",
        "",
    ),
    (
        "invalid_replay_missing_recording",
        "A replay without its recording",
        "",
    ),
    (
        "profiling_invalid_json",
        "The profile is not readable as JSON",
        "",
    ),
    (
        "profiling_not_enough_samples",
        "The profile has fewer than two samples",
        "Usually harmless: the transaction was too short.",
    ),
    (
        "profiling_malformed_samples",
        "The samples of the profile have the wrong shape",
        "Update the SDK.",
    ),
    (
        "profiling_malformed_stacks",
        "The stacks of the profile have the wrong shape",
        "Update the SDK.",
    ),
    (
        "profiling_platform_not_supported",
        "A profile of a platform that is not known",
        "",
    ),
    (
        "profiling_duration_is_too_long",
        "The profile is longer than it may be",
        "",
    ),
    (
        "profiling_duration_is_zero",
        "The profile lasted no time",
        "",
    ),
    (
        "profiling_too_many_profiles",
        "More than one profile for a transaction",
        "",
    ),
    (
        "profiling_no_transaction_associated",
        "A profile without its transaction",
        "",
    ),
    (
        "profiling_exceed_size_limit",
        "The profile is larger than the limit",
        "",
    ),
    ("missing_dsc", "Lacks the head of its trace", ""),
    ("invalid_dsc", "The head of its trace could not be read", ""),
    ("upload_failed", "The upload was not finished", ""),
    ("invalid_signature", "The signature of a Relay is wrong", ""),
    (
        "missing_signature",
        "The signature of a Relay is missing",
        "",
    ),
    (
        "queue_failed",
        "The server could not queue it",
        "SDKs report such losses. If it lasts, look at the server's log.",
    ),
    (
        "project_unavailable",
        "The project could not be looked up",
        "The database was away; look at the server's log.",
    ),
    (
        "project_state",
        "The project could not be looked up",
        "The database was away; look at the server's log.",
    ),
    (
        "internal",
        "Something broke in Watchfire",
        "The log of the server holds the reason; please report it.",
    ),
];
