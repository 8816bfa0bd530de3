use watchfire_event::{Browser, Event};

use crate::LegacyBrowser;
use crate::fields::header;

/// Whether the browser of the request that failed is one of these.
pub(crate) fn matches(event: &Event<'_>, options: &[LegacyBrowser]) -> bool {
    header(event, "User-Agent")
        .and_then(Browser::of_user_agent)
        .is_some_and(|browser| LegacyBrowser::matches_any(options, &browser))
}
