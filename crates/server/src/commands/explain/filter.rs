//! `watchfire explain filter`: whether an event is kept by these filters and ignore rules.

use anyhow::{Context, Result, anyhow};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use watchfire_event::{Draft, Timestamp};
use watchfire_filter::ignore::{Numbered, Rule, RuleError, parse_toml};
use watchfire_filter::{Filter, Origin, Settings};

use super::{Line, event};

/// Parts of Relay's settings in which Relay ignores what it does not know
/// (reference/PROTOCOL.md section 10).
const IGNORED: [&str; 3] = ["clientIps.", "legacyBrowsers[", "generic.version"];

/// What this explanation reads of a line besides the event.
#[derive(Deserialize)]
struct FilterLine {
    /// Relay's `filterSettings`, the filters of a project's settings, a list of ignore rules,
    /// `{"filter": …, "ignore": …}` with any of these, or the text of a TOML file of ignore rules.
    #[serde(default)]
    rules: Value,
    /// Filters see events as normalisation leaves them, so only `false` leaves it out.
    normalize: Option<bool>,
}

/// Answers `{"kept":true}`, with the rule and its action where one matched, or `{"kept":false}`
/// with the outcome and the rule.
///
/// # Errors
/// What is wrong with the line, and where.
pub(super) fn explain(text: &str, line: &mut Line<'_>, draft: Draft<'_>) -> Result<String> {
    let own: FilterLine = serde_json::from_str(text)?;
    let (settings, rules) = read(&own.rules).context("the rules")?;
    line.normalize = own.normalize.unwrap_or(true);
    let client_ip = line.normalize_config.client_ip.as_deref();
    let origin = Origin {
        client_ip: client_ip.and_then(|ip| ip.parse().ok()),
        now: Timestamp::now(),
    };
    let event = event(line, draft, None)?;
    let mut answer = Map::new();
    let verdict = match Filter::new(&settings, &rules).decide(event, &origin) {
        Ok(kept) => {
            let verdict = kept.verdict().clone();
            let is_kept = verdict.sample.is_none_or(|sample| sample.is_kept);
            answer.insert("kept".to_owned(), json!(is_kept));
            if let Some(sample) = verdict.sample.filter(|sample| !sample.is_kept) {
                let outcome = format!("accepted:sampled:ignore-rule {}", sample.rule);
                answer.insert("outcome".to_owned(), json!(outcome));
            }
            verdict
        }
        Err(refused) => {
            let outcome = format!("filtered:{}", refused.refusal.reason);
            answer.insert("kept".to_owned(), json!(false));
            answer.insert("outcome".to_owned(), json!(outcome));
            refused.verdict
        }
    };
    // The last rule that matched is the one that ended the way, if one did.
    if let Some(last) = verdict.hits.last() {
        answer.insert("rule".to_owned(), json!(last));
        if let Some(Numbered { rule, .. }) = rules.iter().find(|it| it.id == *last) {
            answer.insert("name".to_owned(), json!(rule.name));
            answer.insert("action".to_owned(), json!(rule.action));
        }
    }
    Ok(Value::Object(answer).to_string())
}

/// The filters and the rules, numbered from 1.
fn read(rules: &Value) -> Result<(Settings, Vec<Numbered>)> {
    let (settings, rules) = match rules {
        Value::Null => (Settings::none(), Vec::new()),
        Value::String(_) | Value::Array(_) => (Settings::none(), ignore_rules(rules)?),
        Value::Object(entries) if entries.contains_key("ignore") => {
            let filter = entries
                .get("filter")
                .map_or(Ok(Settings::none()), filters)?;
            let ignore = entries.get("ignore").unwrap_or(&Value::Null);
            (filter, ignore_rules(ignore)?)
        }
        Value::Object(entries) if entries.contains_key("when") => {
            let list = Value::Array(vec![rules.clone()]);
            (Settings::none(), ignore_rules(&list)?)
        }
        filter => (filters(filter)?, Vec::new()),
    };
    let numbered = rules.into_iter().zip(1..);
    let numbered = numbered.map(|(rule, id)| Numbered { id, rule });
    Ok((settings, numbered.collect()))
}

/// Relay's filters or a project's; nothing at all is Relay's, and switches nothing on.
fn filters(value: &Value) -> Result<Settings> {
    let is_empty = value.as_object().is_some_and(Map::is_empty);
    if !is_empty && !Settings::is_of_relay(value) {
        return Ok(Settings::try_from(value.clone())?);
    }
    let (settings, problems) = Settings::of_relay(value);
    let is_ignored = |it: &RuleError| IGNORED.iter().any(|place| it.at.starts_with(place));
    match problems.into_iter().find(|problem| !is_ignored(problem)) {
        Some(problem) => Err(problem.into()),
        None => Ok(settings),
    }
}

fn ignore_rules(value: &Value) -> Result<Vec<Rule>> {
    match value {
        Value::String(file) => parse_toml(file).map_err(|errors| {
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            anyhow!(errors.join("; "))
        }),
        Value::Array(list) => {
            let rules = list.iter().zip(1..).map(|(rule, number)| {
                let read = Rule::try_from(rule.clone());
                read.with_context(|| format!("rule {number}"))
            });
            rules.collect()
        }
        _ => Err(anyhow!(
            "expected a list of ignore rules or the text of a TOML file"
        )),
    }
}
