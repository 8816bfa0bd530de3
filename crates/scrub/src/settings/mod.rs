mod convert;
mod fields;
mod places;

pub(crate) use places::SESSION_COOKIES;

use serde::{Deserialize, Serialize};

/// What a project wants scrubbed: Sentry's *Security & Privacy* page.
///
/// Source: reference/SCRUBBING.md section 1. In JSON the names are those of Relay's project settings
/// (`scrubData`, …); what is missing there is off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// *Data Scrubber*: without it, neither the defaults nor the sensitive fields do anything.
    #[serde(default)]
    pub scrub_data: bool,
    /// *Use Default Scrubbers*: passwords, tokens, card numbers and the like.
    #[serde(default)]
    pub scrub_defaults: bool,
    /// *Prevent Storing of IP Addresses*; works without *Data Scrubber* too.
    #[serde(default)]
    pub scrub_ip_addresses: bool,
    /// *Additional Sensitive Fields*: texts that mark a key or a value as sensitive wherever they
    /// occur in it, in any case of letters.
    #[serde(default)]
    pub sensitive_fields: Vec<String>,
    /// *Safe Fields*: selectors (section 4) or plain keys that the defaults leave alone.
    #[serde(default)]
    pub exclude_fields: Vec<String>,
}

impl Settings {
    /// The settings of a project from what it says of them: what is missing there is as in a new
    /// project, so that naming a field never switches scrubbing off.
    ///
    /// # Errors
    /// When a setting has a value of the wrong type.
    pub fn of_project(said: &serde_json::Value) -> serde_json::Result<Self> {
        let mut all = serde_json::to_value(Self::default())?;
        if let (Some(all), Some(said)) = (all.as_object_mut(), said.as_object()) {
            all.extend(
                said.iter()
                    .map(|(name, value)| (name.clone(), value.clone())),
            );
        }
        serde_json::from_value(all)
    }

    /// Nothing is scrubbed.
    #[must_use]
    pub fn off() -> Self {
        Self {
            scrub_data: false,
            scrub_defaults: false,
            scrub_ip_addresses: false,
            sensitive_fields: Vec::new(),
            exclude_fields: Vec::new(),
        }
    }
}

impl Default for Settings {
    /// Sentry's settings of a new project: data scrubber and default scrubbers on, the rest off.
    fn default() -> Self {
        Self {
            scrub_data: true,
            scrub_defaults: true,
            ..Self::off()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_that_names_one_setting_keeps_the_others_of_a_new_project() {
        let said = serde_json::json!({"sensitiveFields": ["iban"]});
        let settings = Settings::of_project(&said).unwrap();
        assert!(settings.scrub_data && settings.scrub_defaults);
        assert_eq!(settings.sensitive_fields, ["iban"]);
        let off = Settings::of_project(&serde_json::json!({"scrubData": false})).unwrap();
        assert!(!off.scrub_data && off.scrub_defaults);
        assert!(Settings::of_project(&serde_json::json!({"scrubData": "yes"})).is_err());
    }
}
