use watchfire_event::json::{Object, Value, parse};

use crate::config::Mode;
use crate::schema::Pii;
use crate::visit::{Descend, place_of, visit};

/// Where there are stack traces; `STACK` in the tables.
const STACKS: [&str; 4] = [
    "exception/values/0/stacktrace",
    "exception/values/0/raw_stacktrace",
    "stacktrace",
    "threads/values/0/stacktrace",
];

/// Keys of containers that every rule may touch (reference/SCRUBBING.md section 5).
const TRUE: &[(&str, &str)] = &[
    ("logentry", "formatted unk"),
    ("logentry/params", "0"),
    ("", "server_name unknown_top"),
    ("user", "id email ip_address username name sentry_user unk"),
    ("user/geo", "country_code city subdivision region"),
    ("user/data", "k"),
    ("request/data", "k"),
    ("request/query_string", "k"),
    ("request", "fragment unk"),
    ("request/cookies", "k"),
    ("request/headers", "K"),
    ("request/env", "k"),
    (
        "contexts/cloud_resource",
        "cloud.account.id cloud.provider host.id type unk",
    ),
    ("contexts/custom", "k type"),
    ("contexts/custom/n", "m"),
    ("contexts/device", "device_unique_identifier"),
    ("contexts/ota_updates", "channel runtime_version type unk"),
    (
        "contexts/performance_score",
        "score_profile_version type unk",
    ),
    ("contexts/response/cookies", "k"),
    ("contexts/response/headers", "K"),
    ("contexts/response/data", "k"),
    ("contexts/trace/data", "http.query k url.full"),
    ("breadcrumbs/values/0", "message"),
    ("breadcrumbs/values/0/data", "k"),
    ("exception/values/0", "value"),
    ("STACK/frames/0/vars/d/k", "0"),
    ("STACK/frames/0/vars", "v"),
    ("exception/values/0/mechanism", "description"),
    ("exception/values/0/mechanism/data", "k"),
    ("template", "filename abs_path"),
    ("extra", "k"),
    ("extra/n/m", "0"),
    ("sdk", "client_ip"),
    (
        "csp",
        "effective_directive blocked_uri document_uri referrer unk",
    ),
    ("spans/0/data", "db.query.text http.query k url.full"),
    (
        "spans/0/sentry_tags",
        "user user.id user.ip user.username user.email",
    ),
    ("expectct", "failure_mode hostname scheme test_report unk"),
    ("hpkp", "date_time hostname noted_hostname unk"),
];

/// Those that only rules with their path may touch.
const MAYBE: &[(&str, &str)] = &[
    ("", "culprit"),
    ("request", "url"),
    ("contexts/app", "device_app_hash unk"),
    ("contexts/browser", "unk user_agent"),
    (
        "contexts/culture",
        "calendar display_name locale timezone unk",
    ),
    (
        "contexts/device",
        "name timezone locale cpu_description chipset id language unk",
    ),
    ("contexts/flags", "unk"),
    ("contexts/gpu", "name version id vendor_id unk"),
    ("contexts/memory_info", "unk"),
    ("contexts/monitor", "slug unk"),
    ("contexts/os", "build kernel_version raw_description unk"),
    ("contexts/otel/attributes", "k"),
    ("contexts/otel/resource", "k"),
    ("contexts/otel", "unk"),
    ("contexts/response", "unk"),
    ("contexts/runtime", "build raw_description unk"),
    ("contexts/spring", "unk"),
    ("contexts/threadpool_info", "unk"),
    ("contexts/trace", "unk"),
    ("contexts/unity", "active_scene_name unk"),
    ("STACK/frames/0", "module filename abs_path"),
    ("tags", "tk"),
    ("debug_meta/images/0", "code_file debug_file"),
    ("debug_meta/images/1", "code_file debug_file"),
    ("errors/0", "unk"),
    ("csp", "source_file"),
    ("spans/0", "description unk"),
    ("spans/0/tags", "k"),
    ("spans/0/data", "gen_ai.prompt"),
    ("spans/0/sentry_tags", "description"),
];

/// Those that no rule touches.
const FALSE: &[(&str, &str)] = &[
    (
        "",
        "event_id level version type transaction logger platform timestamp release dist environment site key_id",
    ),
    ("fingerprint", "0"),
    ("transaction_info", "source original"),
    ("logentry", "message"),
    ("modules", "m"),
    ("user/geo", "unk"),
    ("user", "segment"),
    (
        "request",
        "method protocol inferred_content_type api_target",
    ),
    (
        "contexts/app",
        "build_type app_identifier app_name app_version app_build type",
    ),
    ("contexts/app/view_names", "0"),
    ("contexts/browser", "browser name version type"),
    ("contexts/culture", "type"),
    (
        "contexts/device",
        "family model model_id arch orientation manufacturer brand uuid type",
    ),
    (
        "contexts/feedback",
        "message contact_email name replay_id unk url type",
    ),
    ("contexts/flags/values/0", "flag result"),
    ("contexts/flags", "type"),
    ("contexts/gpu", "type"),
    ("contexts/memory_info", "type"),
    ("contexts/monitor", "type"),
    ("contexts/os", "os name version type"),
    ("contexts/otel", "type"),
    ("contexts/profile", "profile_id type"),
    ("contexts/replay", "replay_id unk type"),
    ("contexts/reprocessing", "unk type"),
    ("contexts/response", "inferred_content_type type"),
    ("contexts/runtime", "runtime name version type"),
    ("contexts/spring/active_profiles", "0"),
    ("contexts/spring", "type"),
    ("contexts/threadpool_info", "type"),
    ("contexts/trace", "trace_id span_id op status origin type"),
    ("contexts/unity", "rendering_threading_mode type"),
    ("breadcrumbs/values/0", "timestamp type category level unk"),
    ("breadcrumbs", "unk"),
    ("exception/values/0", "type module thread_id unk"),
    (
        "STACK/frames/0",
        "function raw_function symbol package lineno platform context_line addr_mode trust lang unknown_f",
    ),
    ("STACK/frames/0/pre_context", "0"),
    ("STACK/frames/0/post_context", "0"),
    ("STACK/frames/0/data", "sourcemap orig_function other_d"),
    (
        "STACK/frames/0/lock",
        "type address package_name class_name zz",
    ),
    ("STACK/registers", "rip"),
    ("STACK", "lang unk"),
    ("exception/values/0/mechanism", "type help_link source unk"),
    ("exception/values/0/mechanism/meta/errno", "number name"),
    (
        "exception/values/0/mechanism/meta/signal",
        "number name code_name",
    ),
    ("exception", "unk"),
    ("template/pre_context", "0"),
    ("template", "context_line unk"),
    ("template/post_context", "0"),
    ("threads/values/0", "id name state unk"),
    (
        "threads/values/0/held_locks/l",
        "type address package_name class_name",
    ),
    ("threads", "unk"),
    ("debug_meta/images/0", "debug_id arch unk type"),
    ("debug_meta/images/1", "debug_id type"),
    ("debug_meta/images/2", "uuid type"),
    ("debug_meta/images/3", "k type"),
    ("debug_meta/system_sdk", "sdk_name"),
    ("debug_meta", "unk"),
    ("sdk", "name version unk"),
    ("sdk/integrations", "0"),
    ("sdk/features", "0"),
    ("sdk/packages/0", "name version"),
    ("errors/0", "type name value"),
    (
        "csp",
        "original_policy status_code violated_directive script_sample disposition",
    ),
    (
        "spans/0",
        "timestamp start_timestamp op span_id trace_id status origin profile_id platform",
    ),
    ("measurements/lcp", "value"),
];

/// Every path that a row of a table stands for.
fn paths(table: &[(&str, &str)]) -> Vec<Vec<String>> {
    let containers = |container: &str| match container.strip_prefix("STACK") {
        Some(rest) => STACKS.map(|stack| format!("{stack}{rest}")).to_vec(),
        None => vec![container.to_owned()],
    };
    let rows = table.iter().flat_map(|(container, keys)| {
        let places = containers(container);
        let keys: Vec<_> = keys.split(' ').collect();
        let all = places.into_iter().flat_map(move |place| {
            let path = |key: &&str| {
                let items = place.split('/').filter(|item| !item.is_empty());
                items.chain([*key]).map(str::to_owned).collect()
            };
            keys.iter().map(path).collect::<Vec<Vec<String>>>()
        });
        all.collect::<Vec<_>>()
    });
    rows.collect()
}

/// An event with a text at a path. The type of a context is the context's own.
fn event(path: &[String]) -> Object<'static> {
    let leaf = match path {
        [contexts, kind, key] if contexts == "contexts" && key == "type" => kind,
        _ => "v",
    };
    let text = path.iter().rev().fold(format!("{leaf:?}"), |inner, item| {
        match item.parse::<usize>() {
            Ok(index) => format!("[{}{inner}]", "{},".repeat(index)),
            Err(_) => format!("{{{item:?}:{inner}}}"),
        }
    });
    match parse(text.as_bytes()).unwrap().into_owned() {
        Value::Object(object) => object,
        _ => unreachable!(),
    }
}

#[track_caller]
fn check(table: &[(&str, &str)], expected: Pii) -> usize {
    let paths = paths(table);
    for path in &paths {
        let mut found = Pii::False;
        visit(&event(path), Mode::Compatible, &mut |node, _| {
            if place_of(node).len() == path.len() {
                found = node.pii;
            }
            Descend::Yes
        });
        assert_eq!(found, expected, "{}", path.join("."));
    }
    paths.len()
}

#[test]
fn every_field_has_the_flag_of_relays_schema() {
    let leaves = check(TRUE, Pii::True) + check(MAYBE, Pii::Maybe) + check(FALSE, Pii::False);
    assert_eq!(leaves, 408);
}
