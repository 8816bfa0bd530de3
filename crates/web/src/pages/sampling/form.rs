//! The form of the settings.

use serde::Serialize;
use serde_json::json;
use watchfire_store as store;
use watchfire_store::sampling::Settings;

use crate::csrf::Posted;
use crate::number;

/// A field of the form.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) note: String,
    /// As it was typed, or as it is in force.
    pub(super) value: String,
    /// What is wrong with what was typed.
    pub(super) problem: Option<String>,
}

/// A setting: its name, its label, what it does, its default, and how it is read.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    i64,
    fn(&Settings) -> i64,
);

const ROWS: [Row; 4] = [
    (
        "issueBudget",
        "Bodies per issue and hour",
        "Of more, the first half of them, an even sample and the latest are kept. 0 for no limit.",
        Settings::ISSUE_BUDGET,
        |it| it.issue_budget,
    ),
    (
        "spikeFactor",
        "Times the usual hour that make a spike",
        "0 switches spike protection off. A project has none on its first day.",
        Settings::SPIKE_FACTOR,
        |it| it.spike_factor,
    ),
    (
        "spikeFloor",
        "Events per hour below which nothing is a spike",
        "However quiet the project usually is.",
        Settings::SPIKE_FLOOR,
        |it| it.spike_floor,
    ),
    (
        "spikeBudget",
        "Bodies per issue and hour in a spike",
        "At least one is kept.",
        Settings::SPIKE_BUDGET,
        |it| it.spike_budget,
    ),
];

/// The form with what is in force.
pub(super) fn fields(settings: &Settings) -> Vec<Field> {
    ROWS.map(|(name, label, note, default, read)| Field {
        name,
        label,
        note: format!("{note} {} by default.", number::exact(default)),
        value: read(settings).to_string(),
        problem: None,
    })
    .into()
}

/// Reads what was posted on top of what is in force.
///
/// # Errors
/// The form as it was typed, with what is wrong.
pub(super) fn read(form: &Posted, settings: Settings) -> Result<Settings, Vec<Field>> {
    let mut changed = settings;
    let mut fields = fields(&settings);
    for field in &mut fields {
        form.one(field.name).trim().clone_into(&mut field.value);
        // As pages write it: 25,000.
        let typed: Option<i64> = field.value.replace(',', "").parse().ok();
        match changed.changed(&json!({ field.name: typed })) {
            Ok(settings) => changed = settings,
            Err(store::Error::Refused(_)) => {
                let max = number::exact(Settings::MAX);
                field.problem = Some(format!("Write a whole number from 0 to {max}."));
            }
            Err(other) => field.problem = Some(other.to_string()),
        }
    }
    let is_good = fields.iter().all(|field| field.problem.is_none());
    if is_good { Ok(changed) } else { Err(fields) }
}
