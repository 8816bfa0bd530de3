//! `watchfire explain …`: JSON lines in, JSON lines out, without server or database.

mod filter;
mod scrub;

use std::io::{self, BufRead, Write};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use watchfire_event::{
    Draft, Event, NormalizeContext, Sensitive, Timestamp, decode, decode_as_relay, normalize,
};
use watchfire_grouping::{Grouper, RuleKind, RuleText, Version};

use crate::cli::ExplainCommand;

/// One line of input; fields of other explanations are ignored.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    event: &'a RawValue,
    #[serde(default)]
    normalize: bool,
    #[serde(default)]
    normalize_config: NormalizeConfig,
    fingerprinting_rules: Option<String>,
    stacktrace_rules: Option<String>,
    variable_rules: Option<String>,
    /// The version of the algorithm, by its name; the latest when not given.
    grouping_config: Option<Version>,
}

/// What the request would have told.
#[derive(Default, Deserialize)]
struct NormalizeConfig {
    client_ip: Option<String>,
    user_agent: Option<String>,
    /// `name/version` of the SDK, as the authentication names it.
    client: Option<String>,
    /// When the request came, in seconds since 1970; now when not given.
    received_at: Option<f64>,
}

/// Explains every line of standard input. A line that cannot be explained answers
/// `{"error":"…"}` in its place, so that the answers stay beside their questions.
///
/// # Errors
/// When standard input or output breaks off.
pub(crate) fn run(command: &ExplainCommand) -> Result<()> {
    let mut output = io::stdout().lock();
    for text in io::stdin().lock().lines() {
        let text = text?;
        if text.trim().is_empty() {
            continue;
        }
        match explain(command, &text) {
            Ok(explained) => writeln!(output, "{explained}")?,
            Err(error) => writeln!(output, "{}", json!({"error": format!("{error:#}")}))?,
        }
    }
    output.flush()?;
    Ok(())
}

fn explain(command: &ExplainCommand, text: &str) -> Result<String> {
    let mut line: Line<'_> = serde_json::from_str(text).context("expected {\"event\":{…}}")?;
    let written = line.event.get().as_bytes();
    let draft = match command {
        ExplainCommand::Scrub => decode_as_relay(written),
        ExplainCommand::Filter | ExplainCommand::Grouping => decode(written),
    };
    let draft = draft.context("the event")?;
    match command {
        ExplainCommand::Scrub => scrub::explain(text, &line, draft),
        ExplainCommand::Filter => filter::explain(text, &mut line, draft),
        ExplainCommand::Grouping => group(&line, draft),
    }
}

fn group(line: &Line<'_>, draft: Draft<'_>) -> Result<String> {
    let grouper = Grouper::new(&grouping_settings(line, &draft));
    let event = event(line, draft, None)?;
    Ok(serde_json::to_string(&grouper.explain(&event))?)
}

/// The version and rules of a line. Without stack-trace rules of its own it has those that stand
/// in the event, as they do in the inputs of Sentry's tests.
fn grouping_settings(line: &Line<'_>, draft: &Draft<'_>) -> watchfire_grouping::Settings {
    let in_event = || {
        let grouping = draft.body.get("_grouping")?;
        grouping
            .get("enhancements")?
            .as_str()
            .map(ToOwned::to_owned)
    };
    let texts = [
        (RuleKind::Fingerprint, line.fingerprinting_rules.clone()),
        (
            RuleKind::StackTrace,
            line.stacktrace_rules.clone().or_else(in_event),
        ),
        (RuleKind::Variable, line.variable_rules.clone()),
    ];
    let texts = texts.into_iter().filter_map(|(kind, text)| {
        Some(RuleText {
            kind,
            origin: "project rules".to_owned(),
            text: text?,
        })
    });
    watchfire_grouping::Settings {
        version: line.grouping_config.unwrap_or_default(),
        texts: texts.collect(),
        ..watchfire_grouping::Settings::default()
    }
}

/// The event, normalised if the line asks for it; what is `sensitive` is not cut in two then.
fn event<'e>(
    line: &Line<'_>,
    draft: Draft<'e>,
    sensitive: Option<&dyn Sensitive>,
) -> Result<Event<'e>> {
    let received_at = line
        .normalize_config
        .received_at
        .and_then(Timestamp::from_seconds)
        .unwrap_or_else(Timestamp::now);
    if !line.normalize {
        return Ok(Event::from_draft(draft, received_at));
    }
    let context = NormalizeContext {
        received_at,
        sent_at: None,
        event_id: None,
        client_ip: line.normalize_config.client_ip.as_deref(),
        user_agent: line.normalize_config.user_agent.as_deref(),
        sdk_client: line.normalize_config.client.as_deref(),
        retention_days: u32::MAX,
        dsc: None,
        kind: watchfire_event::EventKind::Stated,
        sensitive,
    };
    Ok(normalize(draft, &context)?)
}
