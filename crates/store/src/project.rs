//! Projects: what an SDK reports to.

use diesel::prelude::*;
use watchfire_event::{OrganizationId, ProjectId, Timestamp};
use watchfire_grouping::Version;

use crate::column::{MaybeNumber, Number};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::{ignore_rule_hour, invalid_sample, outcome_hour, project};

mod setting;

pub use setting::{
    SettingBase, change_setting, save_setting, set_setting, set_settings, setting_version,
};

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = project)]
pub struct Project {
    /// Its number, the last part of its DSN.
    #[diesel(deserialize_as = Number)]
    pub id: ProjectId,
    /// The organisation that owns it.
    #[diesel(deserialize_as = Number)]
    pub organization_id: OrganizationId,
    /// Its name in addresses; unique in its organisation.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// What it mostly runs on, for example `python-django`.
    pub platform: Option<String>,
    /// When its first event came; nothing before that.
    #[diesel(deserialize_as = MaybeNumber)]
    pub first_event_at: Option<Timestamp>,
    /// JSON object of settings, `{}` at first. Key `filter` holds what that crate
    /// reads, `sampling` what [`crate::sampling::Settings`] does, `allowedDomains` the list of
    /// origins that a browser may send from; absent ones mean the defaults (for the last one
    /// `["*"]`). Key `changes` says of others who saved them last and when.
    pub settings: String,
    /// When it was made.
    #[diesel(deserialize_as = Number)]
    pub created_at: Timestamp,
}

/// What is to change of a project; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectChange {
    /// Its name in addresses; unique in its organisation.
    pub slug: Option<String>,
    /// Its name for people.
    pub name: Option<String>,
    /// What it mostly runs on; `Some(None)` for nothing in particular.
    pub platform: Option<Option<String>>,
}

/// A project to make.
#[derive(Clone, Debug)]
pub struct NewProject {
    /// The organisation that owns it.
    pub organization_id: OrganizationId,
    /// Its name in addresses; unique in its organisation.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// What it mostly runs on.
    pub platform: Option<String>,
}

/// Makes a project without keys.
///
/// # Errors
/// [`crate::Error::Taken`] when the organisation has a project of that slug.
pub fn create(conn: &mut Conn<'_>, new: &NewProject, now: Timestamp) -> Result<Project> {
    let row = (
        project::organization_id.eq(new.organization_id.0),
        project::slug.eq(&new.slug),
        project::name.eq(&new.name),
        project::platform.eq(&new.platform),
        project::next_short_id.eq(1),
        project::change_count.eq(0),
        project::settings.eq("{}"),
        project::created_at.eq(now.0),
        project::grouping_version.eq(Version::LATEST.id()),
    );
    Ok(on!(conn, |c| diesel::insert_into(project::table)
        .values(row)
        .returning(Project::as_returning())
        .get_result(c))?)
}

/// The project of a number.
///
/// # Errors
/// When the database fails.
pub fn get(conn: &mut Conn<'_>, id: ProjectId) -> Result<Option<Project>> {
    Ok(on!(conn, |c| project::table
        .find(id.0)
        .select(Project::as_select())
        .first(c)
        .optional())?)
}

/// The project of a slug in an organisation.
///
/// # Errors
/// When the database fails.
pub fn by_slug(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    slug: &str,
) -> Result<Option<Project>> {
    Ok(on!(conn, |c| project::table
        .filter(project::organization_id.eq(organization.0))
        .filter(project::slug.eq(slug))
        .select(Project::as_select())
        .first(c)
        .optional())?)
}

/// The projects of an organisation by slug.
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut Conn<'_>, organization: OrganizationId) -> Result<Vec<Project>> {
    Ok(on!(conn, |c| project::table
        .filter(project::organization_id.eq(organization.0))
        .order(project::slug)
        .select(Project::as_select())
        .load(c))?)
}

/// Changes fields of a project and returns it as it is then; nothing when there is no such project.
///
/// # Errors
/// [`crate::Error::Taken`] when the organisation has another project of the new slug.
pub fn change(
    conn: &mut Conn<'_>,
    id: ProjectId,
    change: &ProjectChange,
) -> Result<Option<Project>> {
    let Some(before) = get(conn, id)? else {
        return Ok(None);
    };
    let fields = (
        project::slug.eq(change.slug.as_ref().unwrap_or(&before.slug)),
        project::name.eq(change.name.as_ref().unwrap_or(&before.name)),
        project::platform.eq(change.platform.as_ref().unwrap_or(&before.platform)),
    );
    Ok(on!(conn, |c| diesel::update(project::table.find(id.0))
        .set(fields)
        .returning(Project::as_returning())
        .get_result(c)
        .optional())?)
}

/// Removes a project with everything that was stored for it; `false` when there is none. The bytes
/// of its attachments are the caller's to remove. This takes as long as there are events.
///
/// # Errors
/// When the database fails.
pub fn delete(conn: &mut Conn<'_>, id: ProjectId) -> Result<bool> {
    conn.transaction(|conn| {
        let count = on!(conn, |c| diesel::delete(project::table.find(id.0))
            .execute(c))?;
        on!(conn, |c| diesel::delete(outcome_hour::table)
            .filter(outcome_hour::project_id.eq(id.0))
            .execute(c))?;
        on!(conn, |c| diesel::delete(invalid_sample::table)
            .filter(invalid_sample::project_id.eq(id.0))
            .execute(c))?;
        on!(conn, |c| diesel::delete(ignore_rule_hour::table)
            .filter(ignore_rule_hour::project_id.eq(id.0))
            .execute(c))?;
        Ok(count > 0)
    })
}

/// Changes what people see of a project.
///
/// # Errors
/// When the database fails.
pub fn rename(
    conn: &mut Conn<'_>,
    id: ProjectId,
    name: &str,
    platform: Option<&str>,
) -> Result<()> {
    on!(conn, |c| diesel::update(project::table.find(id.0))
        .set((project::name.eq(name), project::platform.eq(platform)))
        .execute(c))?;
    Ok(())
}

/// A number that changes whenever one of the projects gets an event or an issue of it changes its
/// status, in whatever process; for pages that poll. Only inequality means anything.
///
/// # Errors
/// When the database fails.
pub fn change_marker(conn: &mut Conn<'_>, projects: &[ProjectId]) -> Result<i64> {
    let ids: Vec<i64> = projects.iter().map(|id| id.0).collect();
    let counts: Vec<i64> = on!(conn, |c| project::table
        .filter(project::id.eq_any(&ids))
        .select(project::change_count)
        .load(c))?;
    Ok(counts.into_iter().sum())
}

/// What is known of a project once it is locked.
#[derive(Clone, Debug)]
pub(crate) struct Locked {
    /// The number of the project's next issue.
    pub(crate) next_short_id: i64,
    /// Grows whenever a hash of the project changes its owner.
    pub(crate) hash_change_count: i64,
    /// Until when there may be ids of events without a body, in microseconds since 1970.
    pub(crate) counted_until: i64,
    /// The settings ([`Project::settings`]).
    pub(crate) settings: String,
}

/// Locks the row of a project until the transaction ends, as everybody does who changes events, so
/// that nobody waits for another in a circle.
pub(crate) fn lock(conn: &mut Conn<'_>, id: ProjectId) -> Result<()> {
    // An update that changes nothing.
    on!(conn, |c| diesel::update(project::table.find(id.0))
        .set(project::change_count.eq(project::change_count))
        .execute(c))?;
    Ok(())
}

/// Notes a change of what the pages show of a project, and locks its row until the transaction
/// ends. Whoever changes issues does this first and by rising project number, so that two
/// processes neither make an issue twice nor wait for each other in a circle.
pub(crate) fn lock_for_change(
    conn: &mut Conn<'_>,
    id: ProjectId,
    first_event_at: Option<Timestamp>,
) -> Result<Locked> {
    type Row = (i64, i64, Option<i64>, i64, String);

    let row: Row = on!(conn, |c| diesel::update(project::table.find(id.0))
        .set(project::change_count.eq(project::change_count + 1))
        .returning((
            project::next_short_id,
            project::hash_change_count,
            project::first_event_at,
            project::counted_until,
            project::settings,
        ))
        .get_result(c))?;
    let (next_short_id, hash_change_count, known_first, counted_until, settings) = row;
    if let (None, Some(at)) = (known_first, first_event_at) {
        on!(conn, |c| diesel::update(project::table.find(id.0))
            .set(project::first_event_at.eq(at.0))
            .execute(c))?;
    }
    Ok(Locked {
        next_short_id,
        hash_change_count,
        counted_until,
        settings,
    })
}

/// Notes until when there are ids of events without a body. The project must be locked.
pub(crate) fn set_counted_until(
    conn: &mut Conn<'_>,
    id: ProjectId,
    until: Timestamp,
) -> Result<()> {
    on!(conn, |c| diesel::update(project::table.find(id.0))
        .set(project::counted_until.eq(until.0))
        .execute(c))?;
    Ok(())
}

/// Notes that hashes of the project changed their owners, so that every writer, in whatever
/// process, forgets what it remembers of them. The project must be locked
/// ([`lock_for_change`]) before the hashes are read.
pub(crate) fn note_hash_change(conn: &mut Conn<'_>, id: ProjectId) -> Result<()> {
    on!(conn, |c| diesel::update(project::table.find(id.0))
        .set(project::hash_change_count.eq(project::hash_change_count + 1))
        .execute(c))?;
    Ok(())
}

/// Sets the number of the project's next issue.
pub(crate) fn set_next_short_id(conn: &mut Conn<'_>, id: ProjectId, next: i64) -> Result<()> {
    on!(conn, |c| diesel::update(project::table.find(id.0))
        .set(project::next_short_id.eq(next))
        .execute(c))?;
    Ok(())
}
