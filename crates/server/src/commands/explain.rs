//! `watchfire explain …`: JSON lines in, JSON lines out, without server or database.

use std::io::{self, BufRead, Write};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::value::RawValue;
use watchfire_event::{Draft, Event, NormalizeContext, Timestamp, decode, normalize};
use watchfire_scrub::{Scrubber, Settings};

use crate::cli::ExplainCommand;

/// One line of input; fields of other explanations are ignored.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    event: &'a RawValue,
    settings: Option<Settings>,
    #[serde(default)]
    normalize: bool,
    #[serde(default)]
    normalize_config: NormalizeConfig,
}

/// What the request would have told.
#[derive(Default, Deserialize)]
struct NormalizeConfig {
    client_ip: Option<String>,
    user_agent: Option<String>,
}

/// Explains every line of standard input.
///
/// # Errors
/// The number of the first line that cannot be read, and why.
pub(crate) fn run(command: &ExplainCommand) -> Result<()> {
    let mut output = io::stdout().lock();
    for (index, text) in io::stdin().lock().lines().enumerate() {
        let text = text?;
        if text.trim().is_empty() {
            continue;
        }
        let explained = explain(command, &text).with_context(|| format!("line {}", index + 1))?;
        writeln!(output, "{explained}")?;
    }
    output.flush()?;
    Ok(())
}

fn explain(command: &ExplainCommand, text: &str) -> Result<String> {
    let line: Line<'_> = serde_json::from_str(text).context("expected {\"event\":{…}}")?;
    let draft = decode(line.event.get().as_bytes()).context("the event")?;
    match command {
        ExplainCommand::Scrub => scrub(&line, draft),
        ExplainCommand::Grouping => {
            let event = Event::from_draft(draft, Timestamp::now());
            Ok(serde_json::to_string(&watchfire_grouping::explain(&event))?)
        }
    }
}

fn scrub(line: &Line<'_>, draft: Draft<'_>) -> Result<String> {
    let received_at = Timestamp::now();
    let event = if line.normalize {
        let context = NormalizeContext {
            received_at,
            sent_at: None,
            event_id: None,
            client_ip: line.normalize_config.client_ip.as_deref(),
            user_agent: line.normalize_config.user_agent.as_deref(),
            sdk_client: None,
            retention_days: u32::MAX,
        };
        normalize(draft, &context)?
    } else {
        Event::from_draft(draft, received_at)
    };
    let kept = watchfire_filter::keep(event, &watchfire_filter::Settings::none())
        .map_err(|refusal| anyhow::anyhow!("refused by {}", refusal.reason))?;
    let settings = line.settings.clone().unwrap_or_else(Settings::off);
    let scrubbed = Scrubber::new(&settings).scrub(kept);
    Ok(format!("{{\"event\":{}}}", scrubbed.event().to_json()))
}
