use serde::{Deserialize, Serialize};
use serde_json::Value;
use watchfire_event::ProjectId;

use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::project;

/// The key of these settings among those of a project.
const KEY: &str = "sampling";

/// How a project is sampled. What the stored text lacks, or has in another shape, has its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// How many bodies of an issue's events are kept per hour; of more, the first, an even sample
    /// and the latest are. 0 for no limit.
    pub issue_budget: i64,
    /// A spike begins at so many times the usual number of events per hour. 0 switches spike
    /// protection off.
    pub spike_factor: i64,
    /// Below so many events per hour nothing is a spike.
    pub spike_floor: i64,
    /// The issue budget while a spike lasts.
    pub spike_budget: i64,
}

impl Settings {
    /// Of an issue that happens seven times a second all bodies are kept, which is some 20 MB an
    /// hour; a loop that fails a thousand times a second costs no more than that.
    pub const ISSUE_BUDGET: i64 = 25_000;
    /// What a busy day or a new release brings stays below ten times the usual.
    pub const SPIKE_FACTOR: i64 = 10;
    /// Fewer than three events a second are no burden, however quiet the project is.
    pub const SPIKE_FLOOR: i64 = 10_000;
    /// Enough to see what an issue is about, and whom it meets.
    pub const SPIKE_BUDGET: i64 = 200;
    /// The largest number that a setting takes: of a larger budget, thinning would hold up the
    /// writer.
    pub const MAX: i64 = 100_000;

    /// Reads the settings text of a project ([`project::Project::settings`]).
    #[must_use]
    pub fn of(project_settings: &str) -> Self {
        let all: Value = serde_json::from_str(project_settings).unwrap_or_default();
        let said = all.get(KEY);
        let number = |key: &str, default: i64| {
            let said = said.and_then(|said| said.get(key)).and_then(Value::as_i64);
            said.filter(|number| (0..=Self::MAX).contains(number))
                .unwrap_or(default)
        };
        Self {
            issue_budget: number("issueBudget", Self::ISSUE_BUDGET),
            spike_factor: number("spikeFactor", Self::SPIKE_FACTOR),
            spike_floor: number("spikeFloor", Self::SPIKE_FLOOR),
            spike_budget: number("spikeBudget", Self::SPIKE_BUDGET),
        }
    }

    /// Reads settings that a person wrote, a JSON object; what it lacks stays as it is here.
    ///
    /// # Errors
    /// [`Error::Refused`] with the key and the reason, when a key is unknown or a value is not a
    /// whole number from 0 to [`Settings::MAX`].
    pub fn changed(mut self, said: &Value) -> Result<Self> {
        let fields = said.as_object();
        let fields = fields.ok_or_else(|| refused("sampling: is not an object"))?;
        for (key, value) in fields {
            let place = match key.as_str() {
                "issueBudget" => &mut self.issue_budget,
                "spikeFactor" => &mut self.spike_factor,
                "spikeFloor" => &mut self.spike_floor,
                "spikeBudget" => &mut self.spike_budget,
                other => {
                    let known = "issueBudget, spikeFactor, spikeFloor, spikeBudget";
                    return Err(refused(format!(
                        "{other}: no such setting; there are {known}"
                    )));
                }
            };
            let number = value.as_i64().filter(|it| (0..=Self::MAX).contains(it));
            *place = number.ok_or_else(|| {
                let max = Self::MAX;
                refused(format!("{key}: is not a whole number from 0 to {max}"))
            })?;
        }
        Ok(self)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            issue_budget: Self::ISSUE_BUDGET,
            spike_factor: Self::SPIKE_FACTOR,
            spike_floor: Self::SPIKE_FLOOR,
            spike_budget: Self::SPIKE_BUDGET,
        }
    }
}

/// Saves the settings of a project. Call it inside [`crate::Database::write`].
///
/// # Errors
/// [`Error::NotFound`] when there is no such project.
pub fn set(conn: &mut Conn<'_>, id: ProjectId, settings: &Settings) -> Result<()> {
    project::set_setting(conn, id, KEY, serde_json::json!(settings))
}

fn refused(reason: impl Into<String>) -> Error {
    Error::Refused(reason.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn absent_and_unreadable_settings_have_their_defaults() {
        for text in [
            "",
            "{}",
            "[]",
            r#"{"sampling":7}"#,
            r#"{"sampling":{"issueBudget":-1}}"#,
        ] {
            assert_eq!(Settings::of(text), Settings::default(), "{text}");
        }
        let set = Settings::of(r#"{"sampling":{"issueBudget":0,"spikeFactor":3}}"#);
        assert_eq!((set.issue_budget, set.spike_factor), (0, 3));
        assert_eq!(set.spike_floor, Settings::SPIKE_FLOOR);
    }

    #[test]
    fn a_bad_value_is_refused_with_its_key() {
        let change = |said: Value| Settings::default().changed(&said);
        assert_eq!(change(json!({"issueBudget": 5})).unwrap().issue_budget, 5);
        for (said, key) in [
            (
                json!({"issueBudget": "5"}),
                "issueBudget: is not a whole number",
            ),
            (
                json!({"spikeFloor": -1}),
                "spikeFloor: is not a whole number",
            ),
            (json!({"budget": 1}), "budget: no such setting"),
            (json!(3), "sampling: is not an object"),
        ] {
            let reason = change(said).unwrap_err().to_string();
            assert!(reason.contains(key), "{reason}");
        }
    }
}
