use diesel::prelude::*;
use watchfire_event::{ProjectId, Timestamp};
use watchfire_grouping::{RuleKind, RuleText, Settings, Version};

use super::{OLDER_VERSION_DAYS, ProjectVersion, Rule, Scope, rules, text};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::project::Project;
use crate::schema::project;

const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;

/// How a project groups at this moment: its version, and the rules of the project and its
/// organisation in the order in which they apply.
///
/// Of fingerprint rules the first that matches wins, so the project's come before the
/// organisation's and single rules before texts, the newest first. Stack-trace and variable rules
/// apply one after the other, so it is the other way round.
///
/// # Errors
/// When the database fails.
pub fn settings(conn: &mut Conn<'_>, project: &Project) -> Result<Settings> {
    Ok(RuleSet::read(conn, project, Timestamp::now())?.settings())
}

/// Which version of the algorithm a project uses.
///
/// # Errors
/// [`crate::Error::NotFound`] when there is no such project.
pub fn version(conn: &mut Conn<'_>, project: ProjectId) -> Result<ProjectVersion> {
    version_at(conn, project, Timestamp::now())
}

pub(crate) fn version_at(
    conn: &mut Conn<'_>,
    project: ProjectId,
    now: Timestamp,
) -> Result<ProjectVersion> {
    let (version, older, until, knows_sentry): (String, Option<String>, Option<i64>, bool) =
        on!(conn, |c| project::table
            .find(project.0)
            .select((
                project::grouping_version,
                project::older_version,
                project::older_until,
                project::knows_sentry,
            ))
            .first(c))?;
    let older = older.as_deref().and_then(Version::from_id);
    let until = until.map(Timestamp).filter(|until| *until > now);
    Ok(ProjectVersion {
        version: Version::from_id(&version).unwrap_or(Version::LATEST),
        older: older.zip(until),
        knows_sentry,
    })
}

/// Pins another version; the one before is looked up for [`OLDER_VERSION_DAYS`] more.
pub(crate) fn set_version(
    conn: &mut Conn<'_>,
    id: ProjectId,
    from: Version,
    to: Version,
    now: Timestamp,
) -> Result<()> {
    on!(conn, |c| diesel::update(project::table.find(id.0))
        .set((
            project::grouping_version.eq(to.id()),
            project::older_version.eq(from.id()),
            project::older_until.eq(older_until(now).0),
        ))
        .execute(c))?;
    Ok(())
}

/// Sets which older version is still looked up and until when; nothing to look up none.
///
/// # Errors
/// When the database fails.
pub fn set_older(
    conn: &mut Conn<'_>,
    id: ProjectId,
    older: Option<(Version, Timestamp)>,
) -> Result<()> {
    on!(conn, |c| diesel::update(project::table.find(id.0))
        .set((
            project::older_version.eq(older.map(|(version, _)| version.id())),
            project::older_until.eq(older.map(|(_, until)| until.0)),
        ))
        .execute(c))?;
    Ok(())
}

/// Until when the version before is looked up after a change at `now`.
pub(crate) fn older_until(now: Timestamp) -> Timestamp {
    now.plus_micros(OLDER_VERSION_DAYS * DAY_MICROS)
}

/// Everything that [`settings()`] is made of, so that a change can be tried in memory.
#[derive(Clone, Debug)]
pub(crate) struct RuleSet {
    pub(crate) version: ProjectVersion,
    /// Newest first.
    pub(crate) rules: Vec<Rule>,
    pub(crate) texts: Vec<(Scope, RuleKind, String)>,
}

impl RuleSet {
    pub(crate) fn read(conn: &mut Conn<'_>, project: &Project, now: Timestamp) -> Result<Self> {
        let mut texts = Vec::new();
        for scope in scopes(project) {
            for kind in RuleKind::ALL {
                let found = text(conn, scope, kind)?.filter(|found| !found.text.is_empty());
                texts.extend(found.map(|found| (scope, kind, found.text)));
            }
        }
        Ok(Self {
            version: version_at(conn, project.id, now)?,
            rules: rules(conn, project)?,
            texts,
        })
    }

    pub(crate) fn settings(&self) -> Settings {
        let mut texts = self.of_kind(RuleKind::Fingerprint);
        for kind in [RuleKind::StackTrace, RuleKind::Variable] {
            texts.extend(self.of_kind(kind).into_iter().rev());
        }
        Settings {
            version: self.version.version,
            older: self.version.older.map(|(version, _)| version),
            knows_sentry: self.version.knows_sentry,
            texts,
        }
    }

    /// The rules of another project as they were when the organisation's were these.
    pub(crate) fn organization_part(&self, other: &Self) -> Self {
        let is_wide = |scope: Scope| matches!(scope, Scope::Organization(_));
        let own_rules = other.rules.iter().filter(|rule| !is_wide(rule.scope));
        let wide_rules = self.rules.iter().filter(|rule| is_wide(rule.scope));
        let mut rules: Vec<Rule> = own_rules.chain(wide_rules).cloned().collect();
        rules.sort_by_key(|rule| std::cmp::Reverse(rule.id));
        let own_texts = other.texts.iter().filter(|(scope, ..)| !is_wide(*scope));
        let wide_texts = self.texts.iter().filter(|(scope, ..)| is_wide(*scope));
        Self {
            version: other.version,
            rules,
            texts: own_texts.chain(wide_texts).cloned().collect(),
        }
    }

    /// The texts of a kind, from the project's newest rule to the organisation's text.
    fn of_kind(&self, kind: RuleKind) -> Vec<RuleText> {
        let mut texts = Vec::new();
        for is_project in [true, false] {
            let is_here = |scope: Scope| matches!(scope, Scope::Project(_)) == is_project;
            let rules = self.rules.iter();
            let rules = rules.filter(|rule| rule.is_active && rule.kind == kind);
            texts.extend(
                rules
                    .filter(|rule| is_here(rule.scope))
                    .map(|rule| RuleText {
                        kind,
                        origin: format!("rule {}", rule.id),
                        text: rule.text.clone(),
                    }),
            );
            let written = self.texts.iter();
            let written = written.filter(|(scope, other, _)| *other == kind && is_here(*scope));
            texts.extend(written.map(|(_, _, text)| RuleText {
                kind,
                origin: origin(is_project).to_owned(),
                text: text.clone(),
            }));
        }
        texts
    }
}

fn scopes(project: &Project) -> [Scope; 2] {
    [
        Scope::Project(project.id),
        Scope::Organization(project.organization_id),
    ]
}

fn origin(is_project: bool) -> &'static str {
    if is_project {
        "project rules"
    } else {
        "organization rules"
    }
}
