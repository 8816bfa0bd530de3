//! How a project groups, as fields of the project.

use serde_json::Value;
use watchfire_event::{Timestamp, UserId};
use watchfire_grouping::{RuleKind, Version};
use watchfire_store::grouping_rules::{self, OLDER_VERSION_DAYS, Scope};
use watchfire_store::project::Project;
use watchfire_store::regroup::Change;
use watchfire_store::{Conn, Dictionaries, Result as StoreResult};

use crate::body::Fields;
use crate::error::ApiError;
use crate::routes::grouping;
use crate::shape::ProjectGrouping;

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_DAY: i64 = 24 * 3_600 * MICROS_PER_SECOND;

/// The field of each kind of rules. The third one is ours.
const TEXTS: [(&str, RuleKind); 3] = [
    ("fingerprintingRules", RuleKind::Fingerprint),
    ("groupingEnhancements", RuleKind::StackTrace),
    ("variableRules", RuleKind::Variable),
];
const VERSION: &str = "groupingConfig";
const OLDER: &str = "secondaryGroupingConfig";
const OLDER_UNTIL: &str = "secondaryGroupingExpiry";

/// How a project groups now.
pub(super) fn read(conn: &mut Conn<'_>, project: &Project) -> StoreResult<ProjectGrouping> {
    let scope = Scope::Project(project.id);
    let mut texts = Vec::with_capacity(TEXTS.len());
    for (_, kind) in TEXTS {
        let text = grouping_rules::text(conn, scope, kind)?;
        texts.push((kind, text.map(|text| text.text).unwrap_or_default()));
    }
    Ok(ProjectGrouping {
        version: grouping_rules::version(conn, project.id)?,
        texts,
    })
}

/// What a body changes.
pub(super) struct Wanted {
    texts: Vec<(RuleKind, String)>,
    version: Option<Version>,
    /// `Some(None)` for none any more.
    older: Option<Option<Version>>,
    older_until: Option<Timestamp>,
}

impl Wanted {
    /// Reads and checks the fields. Null and an empty text take rules away.
    ///
    /// # Errors
    /// What to write instead, for rules with line numbers.
    pub(super) fn of(body: &Fields, now: Timestamp) -> Result<Self, ApiError> {
        let mut texts = Vec::new();
        for (field, kind) in TEXTS {
            let text = match body.get(field) {
                None => continue,
                Some(Value::Null) => "",
                Some(Value::String(text)) => text,
                Some(_) => return Err(ApiError::field(field, "Not a valid string.")),
            };
            grouping::text_of(kind, text, field)?;
            texts.push((kind, text.to_owned()));
        }
        Ok(Self {
            texts,
            version: version(body, VERSION)?.flatten(),
            older: version(body, OLDER)?,
            older_until: older_until(body, now)?,
        })
    }

    /// Makes the changes, for events that come from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn apply(
        self,
        conn: &mut Conn<'_>,
        dictionaries: &Dictionaries,
        project: &Project,
        user: Option<UserId>,
    ) -> StoreResult<()> {
        let scope = Scope::Project(project.id);
        let texts = self.texts.into_iter();
        let texts = texts.map(|(kind, text)| Change::SetText { scope, kind, text });
        let version = self.version.map(Change::SetVersion);
        for change in texts.chain(version) {
            grouping::apply(conn, dictionaries, project, &change, user)?;
        }
        if self.older.is_none() && self.older_until.is_none() {
            return Ok(());
        }
        // The change of the version may have set them.
        let now = grouping_rules::version(conn, project.id)?.older;
        let older = self.older.unwrap_or(now.map(|(version, _)| version));
        let until = self.older_until.or(now.map(|(_, until)| until));
        let until = until.unwrap_or_else(|| latest_expiry(Timestamp::now()));
        grouping_rules::set_older(conn, project.id, older.map(|version| (version, until)))
    }
}

fn version(body: &Fields, field: &'static str) -> Result<Option<Option<Version>>, ApiError> {
    match body.get(field) {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(None)),
        Some(Value::String(name)) if name.is_empty() => Ok(Some(None)),
        Some(Value::String(name)) => Ok(Some(Some(grouping::version(field, name)?))),
        Some(_) => Err(ApiError::field(field, "Not a valid string.")),
    }
}

/// A second since 1970, at most as far away as a change of the version sets it.
fn older_until(body: &Fields, now: Timestamp) -> Result<Option<Timestamp>, ApiError> {
    let second = match body.get(OLDER_UNTIL) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    match second {
        None => Err(ApiError::field(OLDER_UNTIL, "A valid integer is required.")),
        Some(second) if second < 1 => Err(ApiError::field(
            OLDER_UNTIL,
            "Ensure this value is greater than or equal to 1.",
        )),
        Some(second) => {
            let wanted = Timestamp(second.saturating_mul(MICROS_PER_SECOND));
            Ok(Some(wanted.min(latest_expiry(now))))
        }
    }
}

fn latest_expiry(now: Timestamp) -> Timestamp {
    now.plus_micros(OLDER_VERSION_DAYS * MICROS_PER_DAY)
}
