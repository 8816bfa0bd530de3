use serde_json::Value;
use watchfire_filter::Settings;
use watchfire_filter::ignore::{Numbered, RuleError, parse_json};

use super::read::{RuleText, texts};
use crate::conn::Conn;
use crate::error::Result;
use crate::grouping_rules::Scope;
use crate::project::Project;

/// What the filter of a project is made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FilterSource {
    /// Its inbound filters.
    pub settings: Settings,
    /// Its ignore rules in the order in which they apply, those that are switched off or expired
    /// included.
    pub rules: Vec<Numbered>,
    /// What cannot be read and is left out.
    pub problems: Vec<RuleError>,
}

/// The texts that the filter of a project is made of: as long as they are the same, so is the
/// filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterText {
    settings: String,
    rules: Vec<RuleText>,
}

impl FilterText {
    /// What they say. What cannot be read of the inbound filters has its default; the others work.
    #[must_use]
    pub fn read(&self) -> FilterSource {
        let (rules, mut problems) = read(&self.rules);
        let stored = serde_json::from_str::<Value>(&self.settings);
        if let Err(error) = &stored {
            problems.push(RuleError {
                at: "settings".to_owned(),
                reason: format!(
                    "they cannot be read, so that inbound filters have defaults: {error}"
                ),
            });
        }
        let said = stored.ok().and_then(|said| said.get("filter").cloned());
        let settings = said.map_or_else(Settings::default, |said| {
            let (settings, unread) = Settings::read_leniently(&said);
            problems.extend(unread.into_iter().map(|error| RuleError {
                at: format!("filter.{}", error.at),
                reason: error.reason,
            }));
            settings
        });
        FilterSource {
            settings,
            rules,
            problems,
        }
    }
}

/// The texts that the filter of a project is made of at this moment; cheaper than
/// [`filter_source`], for who remembers what it made of them.
///
/// # Errors
/// When the database fails.
pub fn filter_text(conn: &mut Conn<'_>, project: &Project) -> Result<FilterText> {
    Ok(FilterText {
        settings: project.settings.clone(),
        rules: rules_of(conn, project)?,
    })
}

/// What the filter of a project is made of at this moment. What cannot be read of its inbound
/// filters has its default; the others work.
///
/// # Errors
/// When the database fails.
pub fn filter_source(conn: &mut Conn<'_>, project: &Project) -> Result<FilterSource> {
    Ok(filter_text(conn, project)?.read())
}

/// The ignore rules that apply to a project in their order, the organisation's first, and why
/// others cannot be read. These do nothing.
///
/// # Errors
/// When the database fails.
pub fn of_project(
    conn: &mut Conn<'_>,
    project: &Project,
) -> Result<(Vec<Numbered>, Vec<RuleError>)> {
    Ok(read(&rules_of(conn, project)?))
}

fn rules_of(conn: &mut Conn<'_>, project: &Project) -> Result<Vec<RuleText>> {
    let mut rules = texts(conn, Scope::Organization(project.organization_id))?;
    rules.extend(texts(conn, Scope::Project(project.id))?);
    Ok(rules)
}

fn read(rules: &[RuleText]) -> (Vec<Numbered>, Vec<RuleError>) {
    let mut numbered = Vec::new();
    let mut problems = Vec::new();
    for stored in rules {
        match parse_json(&stored.text) {
            Ok(rule) => numbered.push(Numbered {
                id: stored.id,
                rule,
            }),
            Err(error) => problems.push(RuleError {
                at: format!("ignore rule {} {:?}", stored.id, stored.name),
                reason: error.to_string(),
            }),
        }
    }
    (numbered, problems)
}
