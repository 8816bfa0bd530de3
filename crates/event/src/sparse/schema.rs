//! The fields of the event schema that are left out when they are empty, and the objects that have
//! fields of the schema.

use super::Fields;
use super::Shape::{Contexts, Fields as Record, List, Map, Plain};
use super::When::{Deep, Empty, Never, Null};

pub(super) const EVENT: Fields = &[
    ("fingerprint", Empty, Plain),
    ("logentry", Empty, Record(NONE)),
    ("modules", Deep, Plain),
    ("release", Empty, Plain),
    ("user", Empty, Record(USER)),
    ("request", Empty, Record(REQUEST)),
    ("contexts", Null, Contexts(CONTEXTS)),
    ("breadcrumbs", Empty, Record(BREADCRUMBS)),
    ("exception", Empty, Record(EXCEPTIONS)),
    ("stacktrace", Empty, Record(STACKTRACE)),
    ("threads", Empty, Record(THREADS)),
    ("template", Null, Record(NONE)),
    ("tags", Empty, Plain),
    ("extra", Empty, Plain),
    ("debug_meta", Empty, Record(DEBUG_META)),
    ("sdk", Empty, Record(SDK)),
    ("ingest_path", Empty, List(NONE)),
    ("errors", Deep, List(NONE)),
    ("measurements", Empty, Plain),
    ("breakdowns", Empty, Plain),
    ("transaction_info", Null, Record(NONE)),
    ("csp", Null, Record(NONE)),
    ("spans", Null, List(SPAN)),
    ("_metrics", Null, Record(NONE)),
];

/// An object of the schema whose fields are all left out when null.
const NONE: Fields = &[];

const USER: Fields = &[
    ("id", Empty, Plain),
    ("email", Empty, Plain),
    ("ip_address", Empty, Plain),
    ("username", Empty, Plain),
    ("name", Empty, Plain),
    ("geo", Empty, Record(NONE)),
    ("segment", Empty, Plain),
    ("sentry_user", Empty, Plain),
    ("data", Empty, Plain),
];

const REQUEST: Fields = &[
    ("query_string", Empty, Plain),
    ("fragment", Empty, Plain),
    ("cookies", Empty, Plain),
    ("headers", Empty, Plain),
    ("env", Empty, Plain),
    ("inferred_content_type", Empty, Plain),
];

const BREADCRUMBS: Fields = &[("values", Deep, List(BREADCRUMB))];

const BREADCRUMB: Fields = &[("data", Empty, Plain), ("origin", Empty, Plain)];

const EXCEPTIONS: Fields = &[("values", Deep, List(EXCEPTION))];

const EXCEPTION: Fields = &[
    ("stacktrace", Empty, Record(STACKTRACE)),
    ("raw_stacktrace", Empty, Record(STACKTRACE)),
    ("mechanism", Empty, Record(MECHANISM)),
];

const MECHANISM: Fields = &[
    ("data", Empty, Plain),
    ("meta", Empty, Record(MECHANISM_META)),
];

const MECHANISM_META: Fields = &[
    ("errno", Empty, Record(NONE)),
    ("signal", Empty, Record(NONE)),
    ("mach_exception", Empty, Record(NONE)),
    ("ns_error", Empty, Record(NONE)),
];

const THREADS: Fields = &[("values", Deep, List(THREAD))];

const THREAD: Fields = &[
    ("stacktrace", Empty, Record(STACKTRACE)),
    ("raw_stacktrace", Empty, Record(STACKTRACE)),
    ("state", Empty, Plain),
    ("held_locks", Null, Map(LOCK)),
];

const LOCK: Fields = &[
    ("address", Empty, Plain),
    ("package_name", Empty, Plain),
    ("class_name", Empty, Plain),
    ("thread_id", Empty, Plain),
];

const STACKTRACE: Fields = &[("frames", Empty, List(FRAME))];

const FRAME: Fields = &[
    ("function", Empty, Plain),
    ("raw_function", Empty, Plain),
    ("module", Empty, Plain),
    ("package", Empty, Plain),
    ("filename", Empty, Plain),
    ("abs_path", Empty, Plain),
    ("platform", Empty, Plain),
    ("pre_context", Empty, Plain),
    ("post_context", Empty, Plain),
    ("data", Empty, Record(NONE)),
    ("addr_mode", Empty, Plain),
    ("lock", Null, Record(LOCK)),
];

const DEBUG_META: Fields = &[
    ("images", Empty, List(NONE)),
    ("sdk_info", Empty, Record(NONE)),
];

const SDK: Fields = &[
    ("integrations", Deep, Plain),
    ("features", Deep, Plain),
    ("packages", Deep, List(NONE)),
    ("settings", Empty, Record(NONE)),
];

const SPAN: Fields = &[
    ("data", Null, Record(NONE)),
    ("measurements", Empty, Plain),
    ("platform", Empty, Plain),
    ("sentry_tags", Null, Record(NONE)),
];

const CONTEXTS: &[(&str, Fields)] = &[
    ("app", &[("view_names", Empty, Plain)]),
    ("browser", NONE),
    ("device", NONE),
    ("os", NONE),
    ("runtime", NONE),
    ("gpu", NONE),
    ("trace", &[("data", Null, Record(NONE))]),
    ("response", RESPONSE),
    ("feedback", NONE),
    ("culture", NONE),
    ("otel", NONE),
    ("unity", NONE),
    ("flags", NONE),
    ("memory_info", NONE),
    ("spring", NONE),
    ("threadpool_info", NONE),
    ("replay", NONE),
    ("profile", NONE),
    ("reprocessing", NONE),
];

const RESPONSE: Fields = &[
    ("cookies", Empty, Plain),
    ("headers", Empty, Plain),
    ("inferred_content_type", Empty, Plain),
    ("type", Never, Plain),
];
