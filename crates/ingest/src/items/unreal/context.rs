use serde_json::{Map, Value, json};
use symbolic_unreal::{Unreal4Context, Unreal4ContextRuntimeProperties as Properties};

use super::Comment;

/// Bytes of the XML file; a larger one is only kept as an attachment.
const CONTEXT_BYTES_MAX: usize = 512 * 1024;
/// How many frames of the engine's own stack trace are kept.
const FRAMES_MAX: usize = 250;
/// Properties that are long, and told elsewhere in the event or in the attachment.
const LEFT_OUT: [&str; 5] = [
    "modules",
    "legacy_call_stack",
    "portable_call_stack",
    "user_description",
    "username",
];

/// Adds what the engine says of the crash, and returns what the player says. Without a dump, the
/// engine's own stack trace makes the exception.
pub(super) fn add(event: &mut Value, xml: &[u8], has_dump: bool) -> Option<Comment> {
    if xml.len() > CONTEXT_BYTES_MAX {
        return None;
    }
    let context = Unreal4Context::parse(xml).ok()?;
    let properties = context.runtime_properties?;
    let fields = event.as_object_mut()?;
    fields.insert("level".to_owned(), level(&properties).into());
    if let Some(message) = &properties.error_message {
        fields.insert("logentry".to_owned(), json!({"formatted": message}));
    }
    if let Some(name) = &properties.username {
        fields.insert("user".to_owned(), json!({"username": name}));
    }
    if !has_dump {
        let exception = json!({"values": [exception(&properties)]});
        fields.insert("exception".to_owned(), exception);
    }
    let mut unreal = own_context(&properties);
    unreal.insert("engine_data".to_owned(), json!(context.engine_data));
    unreal.insert("game_data".to_owned(), json!(context.game_data));
    let mut contexts = contexts(&properties);
    contexts.insert("unreal".to_owned(), Value::Object(unreal));
    fields.insert("contexts".to_owned(), Value::Object(contexts));
    let message = properties
        .user_description
        .filter(|it| !it.trim().is_empty())?;
    let name = properties.username.unwrap_or_default();
    Some(Comment { name, message })
}

/// An ensure is a warning in the middle of the game, which goes on; after everything else it ends.
fn level(properties: &Properties) -> &'static str {
    match properties.is_ensure {
        Some(true) => "warning",
        _ => "fatal",
    }
}

fn exception(properties: &Properties) -> Value {
    let kind = properties.crash_type.as_deref().unwrap_or("Crash");
    let stack = properties
        .portable_call_stack
        .as_deref()
        .unwrap_or_default();
    let mut frames: Vec<Value> = stack.lines().filter_map(frame).take(FRAMES_MAX).collect();
    frames.reverse();
    let mut exception = json!({
        "type": kind,
        "value": properties.error_message,
        "mechanism": {
            "type": "unreal", "synthetic": true,
            "handled": properties.is_ensure == Some(true),
        },
    });
    if let (false, Some(fields)) = (frames.is_empty(), exception.as_object_mut()) {
        fields.insert("stacktrace".to_owned(), json!({"frames": frames}));
    }
    exception
}

/// A line is `Game 0x00007ff600000000 + 12ab34`: a module, its address, and the place in it.
fn frame(line: &str) -> Option<Value> {
    let (module, rest) = line.trim().split_once(" 0x")?;
    let (base, offset) = rest.split_once('+')?;
    let base = u64::from_str_radix(base.trim(), 16).ok()?;
    let offset = offset.split_whitespace().next()?;
    let offset = u64::from_str_radix(offset.trim_start_matches("0x"), 16).ok()?;
    Some(json!({
        "package": module.trim(),
        "image_addr": format!("{base:#x}"),
        "instruction_addr": format!("{:#x}", base.wrapping_add(offset)),
        "trust": "prewalked",
    }))
}

/// The contexts that every platform has.
fn contexts(properties: &Properties) -> Map<String, Value> {
    let mut contexts = Map::new();
    let mut put = |context: &str, name: &str, value: Value| {
        if !value.is_null() {
            let place = contexts.entry(context).or_insert_with(|| json!({}));
            if let Some(fields) = place.as_object_mut() {
                fields.insert(name.to_owned(), value);
            }
        }
    };
    put(
        "device",
        "memory_size",
        json!(properties.memory_stats_total_physical),
    );
    put(
        "device",
        "cpu_description",
        json!(properties.misc_cpu_brand),
    );
    put(
        "device",
        "processor_count",
        json!(properties.misc_number_of_cores),
    );
    put("gpu", "name", json!(properties.misc_primary_gpu_brand));
    put("os", "name", json!(properties.misc_os_version_major));
    put("os", "version", json!(properties.misc_os_version_minor));
    put("app", "app_name", json!(properties.game_name));
    put("app", "app_version", json!(properties.build_version));
    contexts
}

fn own_context(properties: &Properties) -> Map<String, Value> {
    let mut own = match serde_json::to_value(properties) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    own.retain(|name, _| !LEFT_OUT.contains(&name.as_str()));
    own
}
