use serde_json::{Map, Value, json};
use symbolic_unreal::Unreal4LogEntry;

/// How many lines become breadcrumbs: the last.
const LINES_MAX: usize = 100;
/// Bytes of the log's end that are read.
const TAIL_BYTES_MAX: usize = 128 * 1024;

/// Adds the last lines of the game's log as breadcrumbs. A log in an unknown encoding is left out.
pub(super) fn add(event: &mut Map<String, Value>, log: &[u8]) {
    let Ok(entries) = Unreal4LogEntry::parse(tail(log), LINES_MAX) else {
        return;
    };
    let breadcrumbs: Vec<Value> = entries
        .into_iter()
        .map(|entry| {
            let mut crumb = json!({"category": entry.component, "message": entry.message});
            if let (Some(time), Some(fields)) = (entry.timestamp, crumb.as_object_mut()) {
                fields.insert("timestamp".to_owned(), time.unix_timestamp().into());
            }
            crumb
        })
        .collect();
    if !breadcrumbs.is_empty() {
        event.insert("breadcrumbs".to_owned(), json!({"values": breadcrumbs}));
    }
}

/// The end of the log, from the start of a line; of one endless line no part, as nobody can tell
/// what it begins with.
fn tail(log: &[u8]) -> &[u8] {
    let start = log.len().saturating_sub(TAIL_BYTES_MAX);
    let end = log.get(start..).unwrap_or_default();
    match end.iter().position(|byte| *byte == b'\n') {
        _ if start == 0 => end,
        Some(newline) => end.get(newline + 1..).unwrap_or_default(),
        None => &[],
    }
}
