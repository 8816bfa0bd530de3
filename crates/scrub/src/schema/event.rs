use super::field::{
    FALSE, FILE_PATH, Field, MAYBE, Pii, Shape, TRUE, TRUE_PAIRS, closed, list, open,
};
use crate::selector::Type;

/// The event itself; top-level keys that the schema does not know may hold anything.
pub(crate) static EVENT: Field = open(
    &[
        ("exception", EXCEPTION),
        ("breadcrumbs", BREADCRUMB),
        ("request", REQUEST),
        ("contexts", Field::new(Pii::False, Shape::Contexts)),
        ("extra", TRUE),
        ("user", USER),
        ("tags", MAYBE_PAIRS),
        ("logentry", LOGENTRY),
        ("threads", THREAD),
        ("stacktrace", STACKTRACE),
        ("server_name", TRUE),
        ("culprit", MAYBE),
        (
            "sdk",
            closed(&[("client_ip", TRUE)]).typed(Type::ClientSdkInfo),
        ),
        ("debug_meta", closed(&[("images", list(&IMAGE))])),
        (
            "template",
            closed(&[("filename", TRUE), ("abs_path", TRUE)]),
        ),
        ("errors", list(&EVENT_ERROR)),
        ("csp", CSP),
        ("spans", list(&SPAN)),
        ("event_id", FALSE),
        ("level", FALSE),
        ("version", FALSE),
        ("type", FALSE),
        ("fingerprint", FALSE),
        ("transaction", FALSE),
        ("transaction_info", FALSE),
        ("time_spent", FALSE),
        ("checksum", FALSE),
        ("logger", FALSE),
        ("modules", FALSE),
        ("platform", FALSE),
        ("timestamp", FALSE),
        ("start_timestamp", FALSE),
        ("received", FALSE),
        ("release", FALSE),
        ("dist", FALSE),
        ("environment", FALSE),
        ("site", FALSE),
        ("ingest_path", FALSE),
        ("key_id", FALSE),
        ("project", FALSE),
        ("measurements", FALSE),
        ("breakdowns", FALSE),
        ("scraping_attempts", FALSE),
        ("grouping_config", FALSE),
        ("_metrics", FALSE),
        ("_dsc", FALSE),
    ],
    &TRUE,
);

const MAYBE_PAIRS: Field = Field::new(Pii::Maybe, Shape::Pairs(&MAYBE));

const EXCEPTION: Field = closed(&[("values", list(&EXCEPTION_VALUE))]);
const EXCEPTION_VALUE: Field = closed(&[
    ("value", TRUE),
    ("stacktrace", STACKTRACE),
    ("raw_stacktrace", STACKTRACE),
    (
        "mechanism",
        closed(&[("description", TRUE), ("data", TRUE)]),
    ),
])
.typed(Type::Exception);

const BREADCRUMB: Field = closed(&[("values", list(&BREADCRUMB_VALUE))]);
const BREADCRUMB_VALUE: Field =
    closed(&[("message", TRUE), ("data", TRUE)]).typed(Type::Breadcrumb);

const THREAD: Field = closed(&[("values", list(&THREAD_VALUE))]);
const THREAD_VALUE: Field =
    closed(&[("stacktrace", STACKTRACE), ("raw_stacktrace", STACKTRACE)]).typed(Type::Thread);

const STACKTRACE: Field = closed(&[("frames", list(&FRAME))]).typed(Type::Stacktrace);
const FRAME: Field = closed(&[
    ("vars", TRUE),
    ("filename", FILE_PATH),
    ("abs_path", FILE_PATH),
    ("module", MAYBE),
])
.typed(Type::Frame);

const LOGENTRY: Field = open(
    &[
        ("formatted", TRUE.typed(Type::Message)),
        ("message", FALSE),
        ("params", TRUE),
    ],
    &TRUE,
)
.typed(Type::LogEntry);

const REQUEST: Field = open(
    &[
        ("headers", TRUE_PAIRS),
        ("cookies", TRUE_PAIRS),
        ("query_string", TRUE_PAIRS),
        ("url", MAYBE),
        ("method", FALSE),
        ("protocol", FALSE),
        ("inferred_content_type", FALSE),
        ("api_target", FALSE),
        ("body_size", FALSE),
    ],
    &TRUE,
)
.typed(Type::Request);

const USER: Field = open(
    &[
        (
            "geo",
            closed(&[
                ("country_code", TRUE),
                ("city", TRUE),
                ("subdivision", TRUE),
                ("region", TRUE),
            ]),
        ),
        ("segment", FALSE),
    ],
    &TRUE,
)
.typed(Type::User);

const IMAGE: Field = closed(&[("code_file", FILE_PATH), ("debug_file", FILE_PATH)]);

const EVENT_ERROR: Field = open(
    &[("type", FALSE), ("name", FALSE), ("value", FALSE)],
    &MAYBE,
);

const CSP: Field = open(
    &[
        ("source_file", MAYBE),
        ("original_policy", FALSE),
        ("status_code", FALSE),
        ("line_number", FALSE),
        ("column_number", FALSE),
        ("violated_directive", FALSE),
        ("script_sample", FALSE),
        ("disposition", FALSE),
    ],
    &TRUE,
);

const SPAN: Field = open(
    &[
        ("data", SPAN_DATA),
        ("tags", MAYBE),
        ("description", MAYBE),
        (
            "sentry_tags",
            open(
                &[
                    ("user", TRUE),
                    ("user.id", TRUE),
                    ("user.ip", TRUE),
                    ("user.username", TRUE),
                    ("user.email", TRUE),
                ],
                &MAYBE,
            ),
        ),
        ("timestamp", FALSE),
        ("start_timestamp", FALSE),
        ("exclusive_time", FALSE),
        ("op", FALSE),
        ("span_id", FALSE),
        ("parent_span_id", FALSE),
        ("trace_id", FALSE),
        ("segment_id", FALSE),
        ("is_segment", FALSE),
        ("status", FALSE),
        ("origin", FALSE),
        ("profile_id", FALSE),
        ("measurements", FALSE),
        ("platform", FALSE),
        ("kind", FALSE),
        ("received", FALSE),
        ("is_remote", FALSE),
        ("was_transaction", FALSE),
    ],
    &MAYBE,
)
.typed(Type::Span);

/// The data of a span: its known texts of language models only by explicit paths, the rest is free.
pub(super) const SPAN_DATA: Field =
    Field::new(Pii::True, Shape::Struct(&MODEL_TEXTS, &TRUE)).typed(Type::Object);

/// Data of spans in which language models and tools are asked and answer.
pub(crate) static MODEL_TEXTS: [(&str, Field); 16] = [
    ("gen_ai.input.messages", MAYBE),
    ("gen_ai.prompt", MAYBE),
    ("gen_ai.request.messages", MAYBE),
    ("gen_ai.tool.call.arguments", MAYBE),
    ("gen_ai.tool.input", MAYBE),
    ("gen_ai.tool.call.result", MAYBE),
    ("gen_ai.tool.output", MAYBE),
    ("gen_ai.output.messages", MAYBE),
    ("gen_ai.response.tool_calls", MAYBE),
    ("gen_ai.response.text", MAYBE),
    ("gen_ai.response.object", MAYBE),
    ("gen_ai.tool.definitions", MAYBE),
    ("gen_ai.request.available_tools", MAYBE),
    ("gen_ai.tool.name", MAYBE),
    ("mcp.prompt.result", MAYBE),
    ("mcp.tool.result.content", MAYBE),
];
