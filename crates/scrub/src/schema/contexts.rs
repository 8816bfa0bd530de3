use super::event::SPAN_DATA;
use super::field::{FALSE, Field, MAYBE, TRUE, TRUE_PAIRS, closed, open};
use crate::config::Mode;

type Fields = &'static [(&'static str, Field)];

/// The field of a context by its type, which is its `type` or else its key.
pub(crate) fn context_field(kind: &str, mode: Mode) -> Field {
    if kind == "feedback" && mode == Mode::Improved {
        return FEEDBACK;
    }
    let known = CONTEXTS.iter().find(|(name, _)| *name == kind);
    // A context that the schema does not know is the sender's own and may hold anything.
    known.map_or(TRUE, |(_, field)| *field)
}

/// A typed context: what is listed, nothing of its `type`, and the rest only by explicit paths.
const fn context(fields: Fields) -> Field {
    open(fields, &MAYBE)
}

static CONTEXTS: [(&str, Field); 21] = [
    ("app", APP),
    ("browser", BROWSER),
    ("culture", TYPE_ONLY),
    ("device", DEVICE),
    ("feedback", FALSE),
    ("flags", context(&[("values", FALSE), ("type", FALSE)])),
    ("gpu", TYPE_ONLY),
    ("memory_info", TYPE_ONLY),
    ("monitor", TYPE_ONLY),
    ("os", OS),
    ("otel", TYPE_ONLY),
    ("profile", FALSE),
    ("replay", FALSE),
    ("reprocessing", FALSE),
    ("response", RESPONSE),
    ("runtime", RUNTIME),
    (
        "spring",
        context(&[("active_profiles", FALSE), ("type", FALSE)]),
    ),
    ("threadpool_info", TYPE_ONLY),
    ("trace", TRACE),
    ("unity", UNITY),
    ("user_report_v2", FALSE),
];

const TYPE_ONLY: Field = context(&[("type", FALSE)]);

const APP: Field = context(&[
    ("app_start_time", FALSE),
    ("build_type", FALSE),
    ("app_identifier", FALSE),
    ("app_name", FALSE),
    ("app_version", FALSE),
    ("app_build", FALSE),
    ("app_memory", FALSE),
    ("in_foreground", FALSE),
    ("view_names", FALSE),
    ("type", FALSE),
]);

const BROWSER: Field = context(&[
    ("browser", FALSE),
    ("name", FALSE),
    ("version", FALSE),
    ("type", FALSE),
]);

const DEVICE: Field = context(&[
    ("device_unique_identifier", TRUE),
    ("family", FALSE),
    ("model", FALSE),
    ("model_id", FALSE),
    ("arch", FALSE),
    ("battery_level", FALSE),
    ("orientation", FALSE),
    ("manufacturer", FALSE),
    ("brand", FALSE),
    ("screen_resolution", FALSE),
    ("screen_density", FALSE),
    ("screen_dpi", FALSE),
    ("memory_size", FALSE),
    ("free_memory", FALSE),
    ("usable_memory", FALSE),
    ("storage_size", FALSE),
    ("free_storage", FALSE),
    ("external_storage_size", FALSE),
    ("external_free_storage", FALSE),
    ("boot_time", FALSE),
    ("processor_count", FALSE),
    ("processor_frequency", FALSE),
    ("device_type", FALSE),
    ("uuid", FALSE),
    ("type", FALSE),
]);

/// What a person wrote to be read and answered, in mode *improved*. The default rules would blank a
/// text that says "password"; Relay lets not even explicit paths touch it. The defaults have rules
/// of their own for the message.
const FEEDBACK: Field = closed(&[
    ("message", MAYBE),
    ("name", MAYBE),
    ("contact_email", MAYBE),
    ("url", MAYBE),
]);

const OS: Field = context(&[
    ("os", FALSE),
    ("name", FALSE),
    ("version", FALSE),
    ("type", FALSE),
]);

const RESPONSE: Field = context(&[
    ("cookies", TRUE_PAIRS),
    ("headers", TRUE_PAIRS),
    ("data", TRUE),
    ("status_code", FALSE),
    ("body_size", FALSE),
    ("inferred_content_type", FALSE),
    ("type", FALSE),
]);

const RUNTIME: Field = context(&[
    ("runtime", FALSE),
    ("name", FALSE),
    ("version", FALSE),
    ("type", FALSE),
]);

const TRACE: Field = context(&[
    ("data", SPAN_DATA),
    ("trace_id", FALSE),
    ("span_id", FALSE),
    ("parent_span_id", FALSE),
    ("op", FALSE),
    ("status", FALSE),
    ("origin", FALSE),
    ("exclusive_time", FALSE),
    ("client_sample_rate", FALSE),
    ("sampled", FALSE),
    ("type", FALSE),
]);

const UNITY: Field = context(&[
    ("active_scene_name", MAYBE),
    ("rendering_threading_mode", FALSE),
    ("copy_texture_support", FALSE),
    ("type", FALSE),
]);
