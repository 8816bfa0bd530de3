//! Organisations: what owns projects and members.

use diesel::prelude::*;
use watchfire_event::{OrganizationId, Timestamp, UserId};

use crate::column::Number;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::{membership, organization};

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = organization)]
pub struct Organization {
    /// Its number.
    #[diesel(deserialize_as = Number)]
    pub id: OrganizationId,
    /// Its name in addresses; unique.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// When it was made.
    #[diesel(deserialize_as = Number)]
    pub created_at: Timestamp,
}

/// Makes an organisation.
///
/// # Errors
/// [`crate::Error::Taken`] when the slug is in use.
pub fn create(conn: &mut Conn<'_>, slug: &str, name: &str, now: Timestamp) -> Result<Organization> {
    let row = (
        organization::slug.eq(slug),
        organization::name.eq(name),
        organization::created_at.eq(now.0),
    );
    Ok(on!(conn, |c| diesel::insert_into(organization::table)
        .values(row)
        .returning(Organization::as_returning())
        .get_result(c))?)
}

/// All organisations by slug.
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut Conn<'_>) -> Result<Vec<Organization>> {
    Ok(on!(conn, |c| organization::table
        .order(organization::slug)
        .select(Organization::as_select())
        .load(c))?)
}

/// The organisations that a user belongs to, by slug.
///
/// # Errors
/// When the database fails.
pub fn list_of_user(conn: &mut Conn<'_>, user: UserId) -> Result<Vec<Organization>> {
    Ok(on!(conn, |c| organization::table
        .inner_join(membership::table.on(membership::organization_id.eq(organization::id)))
        .filter(membership::user_id.eq(user.0))
        .order(organization::slug)
        .select(Organization::as_select())
        .load(c))?)
}

/// The organisation of a slug.
///
/// # Errors
/// When the database fails.
pub fn by_slug(conn: &mut Conn<'_>, slug: &str) -> Result<Option<Organization>> {
    Ok(on!(conn, |c| organization::table
        .filter(organization::slug.eq(slug))
        .select(Organization::as_select())
        .first(c)
        .optional())?)
}

/// The organisation of a number.
///
/// # Errors
/// When the database fails.
pub fn get(conn: &mut Conn<'_>, id: OrganizationId) -> Result<Option<Organization>> {
    Ok(on!(conn, |c| organization::table
        .find(id.0)
        .select(Organization::as_select())
        .first(c)
        .optional())?)
}

/// Makes a user a member of an organisation, or changes the role of one who is.
/// Roles are words such as `owner` and `member`.
///
/// # Errors
/// When the database fails or one of the two does not exist.
pub fn add_member(
    conn: &mut Conn<'_>,
    id: OrganizationId,
    user: UserId,
    role: &str,
    now: Timestamp,
) -> Result<()> {
    let row = (
        membership::organization_id.eq(id.0),
        membership::user_id.eq(user.0),
        membership::role.eq(role),
        membership::created_at.eq(now.0),
    );
    on!(conn, |c| diesel::insert_into(membership::table)
        .values(row)
        .on_conflict((membership::organization_id, membership::user_id))
        .do_update()
        .set(membership::role.eq(role))
        .execute(c))?;
    Ok(())
}

/// The role of a user in an organisation; nothing for somebody who is no member.
///
/// # Errors
/// When the database fails.
pub fn role(conn: &mut Conn<'_>, id: OrganizationId, user: UserId) -> Result<Option<String>> {
    Ok(on!(conn, |c| membership::table
        .find((id.0, user.0))
        .select(membership::role)
        .first(c)
        .optional())?)
}
