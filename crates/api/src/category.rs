//! Data categories by name, alias and number (reference/PROTOCOL.md section 6).

/// Every category in the order of its number.
const NAMES: [&str; 39] = [
    "default",
    "error",
    "transaction",
    "security",
    "attachment",
    "session",
    "profile",
    "replay",
    "transaction_processed",
    "transaction_indexed",
    "monitor",
    "profile_indexed",
    "span",
    "monitor_seat",
    "feedback",
    "metric_bucket",
    "span_indexed",
    "profile_duration",
    "profile_chunk",
    "metric_second",
    "replay_video",
    "uptime",
    "attachment_item",
    "log_item",
    "log_byte",
    "profile_duration_ui",
    "profile_chunk_ui",
    "seer_autofix",
    "seer_scanner",
    "prevent_user",
    "prevent_review",
    "size_analysis",
    "installable_build",
    "trace_metric",
    "seer_user",
    "profile_backend",
    "profile_ui",
    "trace_metric_byte",
    "snapshot_image",
];

/// Other words for a category. Clients also use the plural of most names.
const ALIASES: [(&str, &str); 3] = [
    ("user_report_v2", "feedback"),
    ("user_report", "feedback"),
    ("log", "log_item"),
];

/// The categories that one word of the API stands for.
const ERRORS: [&str; 3] = ["error", "default", "security"];

/// The category of a name, an alias, a plural or a number.
pub(crate) fn parse(text: &str) -> Option<&'static str> {
    let text = text.trim().to_ascii_lowercase();
    if let Ok(number) = text.parse::<usize>() {
        return NAMES.get(number).copied();
    }
    let alias = |word: &str| ALIASES.into_iter().find(|(alias, _)| *alias == word);
    let singular = text.strip_suffix('s').unwrap_or(&text);
    [text.as_str(), singular]
        .into_iter()
        .find_map(|word| find(word).or_else(|| alias(word).map(|(_, name)| name)))
}

/// The category of exactly this name.
pub(crate) fn find(name: &str) -> Option<&'static str> {
    NAMES.into_iter().find(|known| *known == name)
}

/// The stored categories that a category of the API stands for: `error` holds everything that
/// becomes an issue.
pub(crate) fn members(category: &'static str) -> Vec<&'static str> {
    if category == "error" {
        ERRORS.to_vec()
    } else {
        vec![category]
    }
}

/// The name under which the API counts a stored category.
pub(crate) fn shown(stored: &str) -> &str {
    if ERRORS.contains(&stored) {
        "error"
    } else {
        stored
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_have_names_aliases_and_numbers() {
        for (text, name) in [
            ("error", "error"),
            ("Errors", "error"),
            ("1", "error"),
            ("22", "attachment_item"),
            ("37", "trace_metric_byte"),
            ("user_report_v2", "feedback"),
            ("14", "feedback"),
            ("sessions", "session"),
        ] {
            assert_eq!(parse(text), Some(name), "{text}");
        }
        for text in ["", "s", "purple", "39", "-1"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn errors_hold_what_becomes_an_issue() {
        assert_eq!(members("error"), ["error", "default", "security"]);
        assert_eq!(members("session"), ["session"]);
        assert_eq!(shown("security"), "error");
        assert_eq!(shown("session"), "session");
    }
}
