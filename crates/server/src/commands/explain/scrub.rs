//! What scrubbing makes of an event.

use std::borrow::Cow;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use watchfire_event::{Draft, Sensitive};
use watchfire_filter::KeptEvent;
use watchfire_scrub::{Document, Mode, PiiConfig, Policy, Scrubber, Settings};

use super::{Line, event};

/// How the event of a line is scrubbed; what is missing is off.
#[derive(Deserialize)]
struct Rules<'a> {
    settings: Option<Settings>,
    #[serde(borrow)]
    pii_config: Option<&'a RawValue>,
    /// Whose behaviour counts where Relay's is a weakness; *improved* when not given.
    #[serde(default)]
    mode: ExplainMode,
    /// Whether the secrets catalogue runs in mode *improved*; with the settings' data scrubber when
    /// not given.
    secrets: Option<bool>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ExplainMode {
    #[default]
    Improved,
    Compatible,
}

/// `{"event":{…}}` after scrubbing. A configuration that Relay refuses answers
/// `{"error":"…","problems":[{"at":"…","reason":"…"}]}`, the error in Relay's words.
///
/// # Errors
/// When the event cannot be read.
pub(super) fn explain(text: &str, line: &Line<'_>, draft: Draft<'_>) -> Result<String> {
    let rules: Rules<'_> = serde_json::from_str(text)
        .context("expected {\"event\":{…},\"settings\":{…},\"pii_config\":{…}}")?;
    let written = rules.pii_config.map_or("{}", RawValue::get);
    let config = match serde_json::from_str::<PiiConfig>(written) {
        Ok(config) => config,
        Err(error) => return Ok(refused(written, &error)),
    };
    let mode = match rules.mode {
        ExplainMode::Improved => Mode::Improved,
        ExplainMode::Compatible => Mode::Compatible,
    };
    let settings = rules.settings.unwrap_or_else(Settings::off);
    let mut policy = Policy::new(settings, config, mode);
    if let Some(secrets) = rules.secrets {
        policy = policy.with_secrets(secrets);
    }
    if !line.normalize {
        policy = policy.without_graphql();
    }
    let scrubber = Scrubber::of_policy(&policy);
    // Relay cuts texts without a look at the rules.
    let sensitive: Option<&dyn Sensitive> = match mode {
        Mode::Improved => Some(&scrubber),
        Mode::Compatible => None,
    };
    let kept = KeptEvent::unfiltered(event(line, draft, sensitive)?);
    let scrubbed = scrubber.scrub(kept);
    let mut event = Cow::Borrowed(scrubbed.event());
    if mode == Mode::Compatible && !line.normalize {
        event = Cow::Owned(event.into_owned().sparse());
    }
    Ok(format!("{{\"event\":{}}}", event.to_json()))
}

/// The answer to a configuration that cannot be read.
fn refused(config: &str, error: &serde_json::Error) -> String {
    let (_, problems) = Document::parse_leniently(&format!("{{\"piiConfig\":{config}}}"));
    let problems: Vec<_> = problems
        .iter()
        .map(|problem| json!({"at": problem.at, "reason": problem.reason}))
        .collect();
    json!({"error": error.to_string(), "problems": problems}).to_string()
}
