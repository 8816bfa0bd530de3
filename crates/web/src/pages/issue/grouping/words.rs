//! The terms of grouping in plain words.

/// A variant's name in plain words: the way of looking at an event that it stands for.
pub(super) fn variant(name: &str) -> String {
    match name {
        "app" => "the application's own frames".to_owned(),
        "system" => "all frames".to_owned(),
        "default" => "the event itself".to_owned(),
        "checksum" | "hashed-checksum" | "hashed_checksum" => "a checksum of the SDK".to_owned(),
        "fallback" => "nothing to go by".to_owned(),
        other => {
            let words = other.replace(['_', '-'], " ");
            if words.contains("fingerprint") {
                format!("a {words}")
            } else {
                words
            }
        }
    }
}

/// What a variant of this kind is made of, where its name does not say it.
pub(super) fn kind(kind: &str) -> Option<&'static str> {
    match kind {
        "salted-component" => Some("The fingerprint adds something of its own to what counts."),
        "checksum" => Some("The SDK sent a checksum, and nothing else is looked at."),
        "custom-fingerprint" => Some("A fingerprint decides alone, whatever the event holds."),
        "built-in-fingerprint" => Some("A rule that every project has decides alone."),
        "fallback" => Some(
            "The event holds nothing that could tell it from others, so it shares one issue with \
             all of the project's events of that sort.",
        ),
        _ => None,
    }
}

/// What a component is called on the page.
pub(super) fn component(id: &str) -> String {
    match id {
        "app" | "system" | "default" => "Event".to_owned(),
        "stacktrace" => "Stack trace".to_owned(),
        "chained-exception" => "Exceptions".to_owned(),
        "ns-error" => "NS error".to_owned(),
        "csp" => "Content security policy".to_owned(),
        "hpkp" => "Pinned key".to_owned(),
        "expect-ct" => "Expect-CT".to_owned(),
        "expect-staple" => "Expect-Staple".to_owned(),
        other => capital(&other.replace(['_', '-'], " ")),
    }
}

/// What a text that can count is called: `type`, `context line`, `line of code` …
pub(super) fn part(id: &str) -> String {
    match id {
        "context-line" => "line of code".to_owned(),
        other => other.replace(['_', '-'], " "),
    }
}

/// Sentry's reason in plain words; one that is not known stays as it is.
pub(super) fn hint(hint: &str) -> String {
    let known = KNOWN.iter().find(|(term, _)| *term == hint);
    if let Some((_, plain)) = known {
        return (*plain).to_owned();
    }
    let by_rule = BY_RULE.iter().find(|(start, _)| hint.starts_with(start));
    if let Some((_, plain)) = by_rule {
        return (*plain).to_owned();
    }
    let precedence = hint
        .strip_suffix(" takes precedence")
        .or_else(|| hint.strip_suffix(" take precedence"));
    if let Some(winner) = precedence {
        let winner = winner.strip_prefix("ignored because ").unwrap_or(winner);
        let (strategy, _) = winner.split_once(" of ").unwrap_or((winner, ""));
        return format!("does not count: {} decides first", decider(strategy));
    }
    let because = hint
        .strip_prefix("ignored because ")
        .or_else(|| hint.strip_prefix("discarded because "));
    match because {
        Some(reason) => format!("does not count: {reason}"),
        None => hint.to_owned(),
    }
}

/// The reasons that read better in other words.
const KNOWN: [(&str, &str); 17] = [
    (
        "ignored because it contains no in-app frames",
        "does not count: none of its frames is the application's own",
    ),
    (
        "ignored because it contains no contributing frames",
        "does not count: none of its frames counts",
    ),
    (
        "ignored because it contains no frames",
        "does not count: it has no frames",
    ),
    (
        "ignored because it has no stack trace",
        "does not count: the other view has a stack trace, and this one has none",
    ),
    (
        "ignored because its hash matches that of the app variant",
        "gives no second hash: the application's own frames say the same",
    ),
    (
        "ignored because its hash matches that of the system variant",
        "gives no second hash: all frames say the same",
    ),
    (
        "ignored because stacktrace takes precedence",
        "does not count: the stack trace says enough, so the text may differ",
    ),
    (
        "ignored because ns-error info takes precedence",
        "does not count: domain and code of the error say enough",
    ),
    (
        "ignored because exception is synthetic",
        "does not count: the SDK made the type up",
    ),
    (
        "ignored because sourcemap used and context line available",
        "does not count: the line of code is better known",
    ),
    (
        "ignored because frame points to a URL",
        "does not count: the file is an address on the web",
    ),
    (
        "ignored because module takes precedence",
        "does not count: the module says it better",
    ),
    (
        "discarded because line too long",
        "does not count: the line is longer than 120 characters",
    ),
    (
        "discarded because from URL origin and no function",
        "does not count: code of a web page without a function",
    ),
    (
        "stripped event-specific values",
        "what differs from event to event is replaced",
    ),
    (
        "custom fingerprint takes precedence",
        "does not count: a fingerprint decides alone",
    ),
    (
        "non app frame",
        "does not count here: not the application's own",
    ),
];

/// The beginnings of what stack-trace rules do to frames; which rule it was stands beside it.
const BY_RULE: [(&str, &str); 4] = [
    ("un-ignored by ", "counts because of a rule"),
    ("ignored by ", "does not count because of a rule"),
    (
        "marked in-app by ",
        "the application's own because of a rule",
    ),
    (
        "marked out of app by ",
        "not the application's own because of a rule",
    ),
];

fn decider(strategy: &str) -> String {
    match strategy {
        "exception" => "the exception".to_owned(),
        "threads" => "the crashed thread".to_owned(),
        "stacktrace" | "stack-trace" => "the stack trace".to_owned(),
        other if other.contains("fingerprint") => "a fingerprint".to_owned(),
        other => format!("the {}", part(other)),
    }
}

/// The text as a sentence: with a capital letter and a full stop.
pub(super) fn sentence(text: &str) -> String {
    let text = capital(text.trim());
    if text.ends_with(['.', '!', '?']) {
        text
    } else {
        format!("{text}.")
    }
}

/// The word with a capital letter.
pub(super) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_said_in_plain_words() {
        assert_eq!(
            hint("ignored because stacktrace takes precedence"),
            "does not count: the stack trace says enough, so the text may differ"
        );
        assert_eq!(
            hint("exception of app/system takes precedence"),
            "does not count: the exception decides first"
        );
        assert_eq!(
            hint("ignored because the moon is full"),
            "does not count: the moon is full"
        );
        assert_eq!(hint("<b>"), "<b>");
    }

    #[test]
    fn variants_have_names_for_people() {
        assert_eq!(variant("app"), "the application's own frames");
        assert_eq!(variant("custom_fingerprint"), "a custom fingerprint");
        assert_eq!(component("ns-error"), "NS error");
    }
}
