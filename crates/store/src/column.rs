//! How ids, times and levels of the domain are read from columns. The domain types live in another
//! crate, so each is read through a type of this one (`#[diesel(deserialize_as = …)]`).

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow, Queryable};
use diesel::sql_types::{BigInt, Binary, Nullable, SmallInt};
use watchfire_event::{EventId, IssueId, Level, OrganizationId, ProjectId, Timestamp, UserId};

/// A `BIGINT` that is an id or a time.
#[derive(FromSqlRow)]
pub struct Number(i64);

impl<DB: Backend> FromSql<BigInt, DB> for Number
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i64::from_sql(bytes).map(Self)
    }
}

/// A `BIGINT` that is an id or a time or nothing.
pub struct MaybeNumber(Option<i64>);

impl<DB: Backend> Queryable<Nullable<BigInt>, DB> for MaybeNumber
where
    i64: FromSql<BigInt, DB>,
{
    type Row = Option<i64>;

    fn build(row: Option<i64>) -> deserialize::Result<Self> {
        Ok(Self(row))
    }
}

macro_rules! read_as {
    ($($name:ident),*) => {$(
        impl From<Number> for $name {
            fn from(column: Number) -> Self {
                Self(column.0)
            }
        }

        impl From<MaybeNumber> for Option<$name> {
            fn from(column: MaybeNumber) -> Self {
                column.0.map($name)
            }
        }
    )*};
}

read_as!(OrganizationId, ProjectId, IssueId, UserId, Timestamp);

/// A level's number; unknown ones count as `error`.
#[derive(FromSqlRow)]
pub struct LevelNumber(i16);

impl<DB: Backend> FromSql<SmallInt, DB> for LevelNumber
where
    i16: FromSql<SmallInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i16::from_sql(bytes).map(Self)
    }
}

impl From<LevelNumber> for Level {
    fn from(column: LevelNumber) -> Self {
        Self::from_number(i64::from(column.0)).unwrap_or(Self::Error)
    }
}

/// The sixteen bytes of an event id.
#[derive(FromSqlRow)]
pub struct EventIdBytes(EventId);

impl<DB: Backend> FromSql<Binary, DB> for EventIdBytes
where
    Vec<u8>: FromSql<Binary, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let bytes = Vec::<u8>::from_sql(bytes)?;
        EventId::from_slice(&bytes)
            .map(Self)
            .ok_or_else(|| "an event id without sixteen bytes".into())
    }
}

impl From<EventIdBytes> for EventId {
    fn from(column: EventIdBytes) -> Self {
        column.0
    }
}

/// The sixteen bytes of an event id or nothing.
pub struct MaybeEventIdBytes(Option<EventId>);

impl<DB: Backend> Queryable<Nullable<Binary>, DB> for MaybeEventIdBytes
where
    Option<Vec<u8>>: deserialize::FromStaticSqlRow<Nullable<Binary>, DB>,
{
    type Row = Option<Vec<u8>>;

    fn build(row: Option<Vec<u8>>) -> deserialize::Result<Self> {
        let id =
            row.map(|bytes| EventId::from_slice(&bytes).ok_or("an event id without sixteen bytes"));
        Ok(Self(id.transpose()?))
    }
}

impl From<MaybeEventIdBytes> for Option<EventId> {
    fn from(column: MaybeEventIdBytes) -> Self {
        column.0
    }
}
