//! The client keys of a project as the settings show them.

use serde::Serialize;
use watchfire_event::{ProjectId, Timestamp};
use watchfire_store::key::Key;
use watchfire_store::quota::{MONTH_SECONDS, Quota, Scope};
use watchfire_store::{self as store, Conn, outcome};

use super::limits::{counted_as, used};
use crate::pages::stats::category::ERRORS;
use crate::{address, number};

const DAY_MICROS: i64 = 86_400_000_000;

/// The windows of a key's limits: name of the field, seconds, label.
pub(super) const FIELDS: [(&str, i64, &str); 3] = [
    ("minute", 60, "a minute"),
    ("hour", 3_600, "an hour"),
    ("month", MONTH_SECONDS, "a month"),
];

/// A key.
#[derive(Debug, Serialize)]
pub(super) struct KeyView {
    pub(super) id: i64,
    pub(super) label: String,
    pub(super) dsn: String,
    pub(super) is_active: bool,
    pub(super) created_at: Timestamp,
    /// How many events came with it in the last day, in words.
    pub(super) used: String,
    pub(super) limits: Vec<LimitField>,
    /// The limits in one sentence.
    pub(super) limit_words: String,
    /// Where its forms are posted to.
    pub(super) href: String,
    /// What stands in the field for its name.
    pub(super) typed_label: String,
    /// What is wrong with that.
    pub(super) label_problem: Option<String>,
    /// Whether the form of the limits was refused, and is shown at once.
    pub(super) has_limit_problem: bool,
}

/// What was wrong with a form of a key.
pub(super) enum KeyProblem {
    /// The name.
    Label {
        /// As it was typed.
        typed: String,
        /// What to type instead.
        problem: String,
    },
    /// The limits in the order of [`FIELDS`]: what was typed, and what to type instead.
    Limits(Vec<(String, Option<String>)>),
}

/// A limit of a key as a field of its form.
#[derive(Debug, Serialize)]
pub(super) struct LimitField {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    /// What stands in it; empty without a limit.
    pub(super) value: String,
    /// How much is used now; absent without a limit or where that is not kept.
    pub(super) used: Option<String>,
    /// What is wrong with what stands in it.
    pub(super) problem: Option<String>,
}

impl KeyView {
    /// Says beside the fields what was wrong with them, and keeps what was typed.
    pub(super) fn tell(&mut self, problem: KeyProblem) {
        match problem {
            KeyProblem::Label { typed, problem } => {
                self.typed_label = typed;
                self.label_problem = Some(problem);
            }
            KeyProblem::Limits(fields) => {
                self.has_limit_problem = true;
                for (limit, (typed, problem)) in self.limits.iter_mut().zip(fields) {
                    limit.value = typed;
                    limit.problem = problem;
                }
            }
        }
    }
}

/// A key that can be shown, with its limits among those of the project.
pub(super) fn view(
    conn: &mut Conn<'_>,
    key: Key,
    (project, slug): (ProjectId, &str),
    quotas: &[Quota],
    public_url: &str,
    now: Timestamp,
) -> store::Result<KeyView> {
    let day = now.plus_micros(-DAY_MICROS);
    let events = counted_as(ERRORS);
    let count = outcome::accepted_since(conn, Some(project), Some(key.id), &events, day)?;
    let mut limits = Vec::new();
    let mut words = Vec::new();
    for (name, seconds, label) in FIELDS {
        let quota = quotas.iter().find(|quota| {
            quota.scope == Scope::Key
                && quota.scope_id == key.id
                && quota.category == ERRORS
                && quota.window_seconds == seconds
        });
        let used = match quota {
            Some(quota) => used(conn, project, Some(key.id), quota, now)?,
            None => None,
        };
        words.extend(quota.map(|quota| format!("{} {label}", number::exact(quota.limit))));
        limits.push(LimitField {
            name,
            label,
            value: quota.map_or_else(String::new, |quota| quota.limit.to_string()),
            used,
            problem: None,
        });
    }
    Ok(KeyView {
        href: address::key(slug, key.id),
        dsn: key.dsn(public_url),
        id: key.id,
        typed_label: key.label.clone(),
        label: key.label,
        is_active: key.is_active,
        created_at: key.created_at,
        used: match count {
            0 => "no event in the last 24 hours".to_owned(),
            1 => "1 event in the last 24 hours".to_owned(),
            many => format!("{} events in the last 24 hours", number::exact(many)),
        },
        limit_words: if words.is_empty() {
            "no limit".to_owned()
        } else {
            format!("at most {}", words.join(", "))
        },
        limits,
        label_problem: None,
        has_limit_problem: false,
    })
}
