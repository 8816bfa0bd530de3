use watchfire_event::Event;

use crate::Settings;

/// Whether the event's release is one that the project refuses.
pub(crate) fn matches(event: &Event<'_>, settings: &Settings) -> bool {
    event.body.get_str("release").is_some_and(|release| {
        settings
            .releases
            .iter()
            .any(|pattern| pattern.matches(release))
    })
}
