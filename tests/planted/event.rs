use serde_json::{Map, Value, json};

/// The text in a template that stands for a secret.
const PLACE: &str = "*";

/// The template with a text for each place, also for keys: `text` is told the path of it, and
/// whether it is a key.
pub(super) fn fill(template: &Value, text: &mut impl FnMut(&str, bool) -> String) -> Value {
    fill_at(template, "", text)
}

fn fill_at(value: &Value, path: &str, text: &mut impl FnMut(&str, bool) -> String) -> Value {
    match value {
        Value::String(place) if place == PLACE => text(path, false).into(),
        Value::Array(list) => {
            let elements = list.iter().enumerate();
            let filled = elements.map(|(at, it)| fill_at(it, &format!("{path}.{at}"), text));
            filled.collect()
        }
        Value::Object(members) => {
            let mut filled = Map::new();
            for (key, member) in members {
                let path = format!("{path}.{key}");
                let member = fill_at(member, &path, text);
                let key = match key.as_str() {
                    PLACE => text(&path, true),
                    _ => key.clone(),
                };
                filled.insert(key, member);
            }
            filled.into()
        }
        other => other.clone(),
    }
}

/// Events with a place in every text and key that an SDK can send (reference/PROTOCOL.md
/// section 8): as they should be, in other shapes that are taken too, and of wrong types.
pub(super) fn templates() -> Vec<(&'static str, Value)> {
    vec![
        ("event", whole()),
        ("request as texts", request_as_texts()),
        ("legacy", legacy()),
        ("wrong", wrong()),
        ("wrong inside", wrong_inside()),
        ("csp", csp()),
    ]
}

fn bag() -> Value {
    json!({"text": "*", "*": "x", "list": ["*", ["*", "*"], [["a", "*"]]], "deep": {"k": {"k": "*"}}})
}

fn frame() -> Value {
    json!({"function": "*", "raw_function": "*", "symbol": "*", "module": "*", "package": "*",
        "filename": "*", "abs_path": "*", "context_line": "*", "pre_context": ["*", "*"],
        "post_context": ["*"], "vars": bag(), "data": {"sourcemap": "*", "orig_function": "*", "x": "*"},
        "lang": "*", "file_revision": "*", "trust": "*", "lineno": 3, "in_app": true, "x": "*",
        "lock": {"type": 1, "address": "*", "package_name": "*", "class_name": "*"}})
}

fn stack() -> Value {
    json!({"frames": [frame(), frame()], "registers": {"r0": "*"}, "lang": "*", "x": "*"})
}

fn exception() -> Value {
    json!({"type": "*", "value": "*", "module": "*", "thread_id": "*", "x": "*",
        "stacktrace": stack(), "raw_stacktrace": stack(),
        "mechanism": {"type": "*", "description": "*", "help_link": "*", "source": "*", "handled": false,
            "data": bag(), "x": "*", "meta": {"errno": {"number": 1, "name": "*"}, "signal": {"number": 1,
            "name": "*", "code_name": "*"}, "mach_exception": {"name": "*"}, "ns_error": {"code": 1, "domain": "*"}}}})
}

fn whole() -> Value {
    json!({"level": "error", "platform": "python", "logger": "*", "transaction": "*",
        "transaction_info": {"source": "*", "original": "*"}, "server_name": "*", "site": "*",
        "release": "*", "dist": "*", "environment": "*", "culprit": "*", "tags": {"plain": "*", "*": "v"},
        "extra": bag(), "modules": {"m": "*", "*": "1"}, "fingerprint": ["{{ default }}", "*"],
        "logentry": {"message": "*", "formatted": "*", "params": ["*", {"k": "*"}], "x": "*"},
        "exception": {"values": [exception(), exception()]},
        "threads": {"values": [{"id": "*", "name": "*", "state": "*", "stacktrace": stack(), "x": "*",
            "held_locks": {"a": {"type": 1, "class_name": "*"}}}]},
        "breadcrumbs": {"values": [{"type": "*", "category": "*", "message": "*", "origin": "*", "x": "*",
            "data": bag()}, {"type": "http", "category": "httplib", "data": {"url": "*", "method": "*"}}]},
        "request": {"url": "*", "method": "POST", "protocol": "*", "data": bag(), "query_string": {"q": "*", "*": "x"},
            "fragment": "*", "cookies": {"c": "*", "*": "x"}, "headers": {"Referer": "*", "User-Agent": "*",
            "Cookie": "*", "Set-Cookie": "*", "X": "*", "*": "x"}, "env": {"REMOTE_ADDR": "*", "X": "*", "*": "x"},
            "inferred_content_type": "*", "api_target": "*", "x": "*"},
        "user": {"id": "*", "username": "*", "email": "*", "name": "*", "segment": "*", "x": "*", "data": bag(),
            "geo": {"country_code": "*", "city": "*", "subdivision": "*", "region": "*"}},
        "contexts": contexts(), "debug_meta": {"sdk_info": {"sdk_name": "*"}, "images": [
            {"type": "elf", "code_id": "*", "code_file": "*", "debug_id": "*", "debug_file": "*", "arch": "*",
            "image_addr": "*", "x": "*"}, {"type": "sourcemap", "code_file": "*", "debug_id": "*"}]},
        "sdk": {"name": "*", "version": "*", "integrations": ["*"], "features": ["*"],
            "packages": [{"name": "*", "version": "*"}], "x": "*", "settings": {"x": "*"}},
        "errors": [{"type": "*", "name": "*", "value": "*", "reason": "*"}],
        "_meta": {"extra": {"text": {"": {"rem": [["*", "x"]], "err": [["*", {"reason": "*"}]],
            "val": "*"}}}, "message": {"": {"val": {"k": ["*"]}}}},
        "template": {"filename": "*", "abs_path": "*", "context_line": "*", "pre_context": ["*"]},
        "unknown": "*", "*": "x", "unknowns": {"k": ["*"]},
        "spans": [{"op": "*", "description": "*", "data": bag(), "tags": {"k": "*"}}],
        "measurements": {"*": {"value": 1, "unit": "*"}}, "scraping_attempts": [{"url": "*", "status": "failure",
            "reason": "x", "details": "*"}], "_metrics": {"x": "*"}, "grouping_config": {"id": "*"}})
}

fn contexts() -> Value {
    json!({"custom": bag(), "*": {"k": "*"}, "trace": {"op": "*", "status": "*", "origin": "*", "description": "*",
            "data": bag(), "x": "*"},
        "device": {"name": "*", "family": "*", "model": "*", "model_id": "*", "arch": "*", "brand": "*",
            "manufacturer": "*", "timezone": "*", "locale": "*", "cpu_description": "*", "uuid": "*",
            "device_unique_identifier": "*", "id": "*", "orientation": "*", "boot_time": "*", "x": "*"},
        "os": {"name": "*", "version": "*", "build": "*", "kernel_version": "*", "raw_description": "*", "x": "*"},
        "client_os": {"name": "*", "version": "*"}, "browser": {"name": "*", "version": "*", "x": "*"},
        "runtime": {"name": "*", "version": "*", "build": "*", "raw_description": "*"},
        "app": {"app_name": "*", "app_version": "*", "app_build": "*", "app_identifier": "*", "build_type": "*",
            "device_app_hash": "*", "view_names": ["*"], "x": "*"},
        "gpu": {"name": "*", "vendor_name": "*", "x": "*"}, "culture": {"calendar": "*", "locale": "*"},
        "cloud_resource": {"cloud.provider": "*", "host.id": "*"}, "replay": {"replay_id": "*"},
        "response": {"status_code": 200, "cookies": "*", "headers": {"X": "*", "Set-Cookie": "*"}, "data": bag()},
        "profile": {"profile_id": "*"}, "flags": {"values": [{"flag": "*", "result": "*"}]},
        "otel": {"attributes": {"k": "*"}}, "monitor": {"slug": "*"}, "state": {"state": {"type": "*", "value": "*"}},
        "unity": {"active_scene_name": "*"}, "spring": {"active_profiles": ["*"]}, "memory_info": {"x": "*"},
        "threadpool_info": {"x": "*"}, "ota_updates": {"channel": "*"}, "performance_score": {"x": "*"},
        "nel": {"phase": "*"}, "wrong": "*"})
}

fn request_as_texts() -> Value {
    json!({"message": "*", "tags": [["plain", "*"], ["*", "v"]], "breadcrumbs": [{"message": "*"}],
        "request": {"url": "*", "method": "*", "data": "*", "query_string": "*", "cookies": "*",
            "headers": [["Referer", "*"], ["*", "x"]], "fragment": "*"},
        "user": {"ip_address": "*", "id": "*"}, "contexts": {"response": {"data": "*", "cookies": [["c", "*"]]}},
        "exception": [{"type": "Error", "value": {"k": "*"}}]})
}

/// Names of old clients, and texts that are taken apart.
fn legacy() -> Value {
    json!({"sentry.interfaces.Message": {"message": "x %s", "params": ["*"]}, "checksum": "*", "dist": "1",
        "sentry.interfaces.User": {"id": "*"}, "sentry.interfaces.Http": {"url": "*", "query_string": [["q", "*"]]},
        "sentry.interfaces.Exception": [{"value": "*", "stacktrace": {"frames": [{"filename": "*", "vars": ["*"]}]}}],
        "sentry.interfaces.Breadcrumbs": {"values": [{"message": "*", "data": {"k": "*"}}]},
        "sentry.interfaces.Contexts": {"os": {"name": "*"}}, "sentry.interfaces.Template": {"filename": "*"}})
}

fn wrong() -> Value {
    json!({"message": "wrong types", "level": "*", "platform": "*", "timestamp": "*", "start_timestamp": "*",
        "received": "*", "type": "*", "user": "*", "request": "*", "contexts": "*", "exception": "*",
        "breadcrumbs": "*", "tags": "*", "extra": "*", "modules": "*", "sdk": "*", "debug_meta": "*",
        "fingerprint": "*", "threads": "*", "stacktrace": "*", "release": {"k": "*"}, "dist": ["*"],
        "environment": ["*"], "logger": {"k": "*"}, "transaction": ["*"], "server_name": ["*"], "csp": "*",
        "template": "*", "spans": "*", "measurements": "*", "errors": "*", "project": "*", "key_id": "*",
        "transaction_info": "*", "time_spent": "*", "_meta": "*"})
}

fn wrong_inside() -> Value {
    json!({"message": "wrong types inside", "tags": [["k", "*"], ["*"], ["k", {"x": "*"}], "*"],
        "user": {"ip_address": "*", "geo": "*", "id": ["*"], "data": "*"},
        "request": {"headers": "*", "env": "*", "cookies": [["*"]], "query_string": [["*"], "*"], "method": ["*"]},
        "contexts": {"os": "*", "trace": {"trace_id": "*", "span_id": "*"}, "device": ["*"], "flags": {"values": "*"}},
        "exception": {"values": ["*", {"type": ["*"], "value": {"k": "*"}, "stacktrace": "*", "mechanism": "*"},
            {"type": "E", "value": "v", "stacktrace": {"frames": ["*", {"function": "f", "lineno": "*", "in_app": "*",
            "vars": "*", "pre_context": "*", "image_addr": "*", "data": "*"}], "registers": "*"}}]},
        "breadcrumbs": {"values": ["*", {"timestamp": "*", "level": "*", "data": "*", "message": ["*"]}]},
        "threads": {"values": ["*", {"id": ["*"], "crashed": "*", "stacktrace": "*"}]},
        "debug_meta": {"images": ["*", {"type": "*", "code_file": "*"}]}, "sdk": {"packages": ["*"], "integrations": "*"},
        "fingerprint": [["*"], {"k": "*"}], "modules": {"m": ["*"]}, "logentry": {"params": "*", "message": ["*"]}})
}

fn csp() -> Value {
    json!({"message": "a report", "csp": {"effective_directive": "*", "blocked_uri": "*", "document_uri": "*",
        "original_policy": "*", "referrer": "*", "status_code": 0, "violated_directive": "*", "source_file": "*",
        "script_sample": "*", "disposition": "*", "x": "*"}})
}
