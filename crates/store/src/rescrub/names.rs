//! The lists of a project's releases and environments.

use diesel::prelude::*;

use crate::conn::{Conn, on};
use crate::error::Result;
use crate::new_event::Facts;
use crate::schema::{issue, issue_tag, project_environment, project_release};

/// One of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum List {
    Releases,
    Environments,
}

/// A name that an event had, and the one that it has now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Renamed {
    pub(super) list: List,
    pub(super) from: String,
    pub(super) to: Option<String>,
}

impl List {
    /// The key of the tag that holds such names.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Releases => "release",
            Self::Environments => "environment",
        }
    }

    /// The names on the list after one, in order.
    pub(super) fn names(
        self,
        conn: &mut Conn<'_>,
        project: i64,
        after: &str,
        limit: i64,
    ) -> Result<Vec<String>> {
        Ok(match self {
            Self::Releases => on!(conn, |c| project_release::table
                .filter(project_release::project_id.eq(project))
                .filter(project_release::version.gt(after))
                .order(project_release::version)
                .limit(limit)
                .select(project_release::version)
                .load(c))?,
            Self::Environments => on!(conn, |c| project_environment::table
                .filter(project_environment::project_id.eq(project))
                .filter(project_environment::name.gt(after))
                .order(project_environment::name)
                .limit(limit)
                .select(project_environment::name)
                .load(c))?,
        })
    }

    /// When a name was seen first and last; nothing when it is not on the list.
    fn seen(self, conn: &mut Conn<'_>, project: i64, name: &str) -> Result<Option<(i64, i64)>> {
        Ok(match self {
            Self::Releases => on!(conn, |c| project_release::table
                .find((project, name))
                .select((project_release::first_seen, project_release::last_seen))
                .first(c)
                .optional())?,
            Self::Environments => on!(conn, |c| project_environment::table
                .find((project, name))
                .select((
                    project_environment::first_seen,
                    project_environment::last_seen
                ))
                .first(c)
                .optional())?,
        })
    }

    fn remove(self, conn: &mut Conn<'_>, project: i64, name: &str) -> Result<()> {
        match self {
            Self::Releases => on!(conn, |c| diesel::delete(
                project_release::table.find((project, name))
            )
            .execute(c))?,
            Self::Environments => on!(conn, |c| diesel::delete(
                project_environment::table.find((project, name))
            )
            .execute(c))?,
        };
        Ok(())
    }

    fn put(
        self,
        conn: &mut Conn<'_>,
        project: i64,
        name: &str,
        (first, last): (i64, i64),
    ) -> Result<()> {
        self.remove(conn, project, name)?;
        match self {
            Self::Releases => on!(conn, |c| diesel::insert_into(project_release::table)
                .values((
                    project_release::project_id.eq(project),
                    project_release::version.eq(name),
                    project_release::first_seen.eq(first),
                    project_release::last_seen.eq(last),
                ))
                .execute(c))?,
            Self::Environments => on!(conn, |c| diesel::insert_into(project_environment::table)
                .values((
                    project_environment::project_id.eq(project),
                    project_environment::name.eq(name),
                    project_environment::first_seen.eq(first),
                    project_environment::last_seen.eq(last),
                ))
                .execute(c))?,
        };
        Ok(())
    }
}

/// The names that an event does not have any more.
pub(super) fn renamed(before: &Facts, after: &Facts) -> Vec<Renamed> {
    let of = |facts: &Facts, key: &str| {
        let mut tags = facts.tags.iter();
        tags.find(|(other, _)| other == key)
            .map(|(_, value)| value.clone())
    };
    let mut renamed = Vec::new();
    for list in [List::Releases, List::Environments] {
        let (from, to) = (of(before, list.key()), of(after, list.key()));
        if from != to
            && let Some(from) = from
        {
            renamed.push(Renamed { list, from, to });
        }
    }
    renamed
}

/// Replaces a name on the project's list once no issue of the project has it any more.
pub(super) fn replace_unused(conn: &mut Conn<'_>, project: i64, name: &Renamed) -> Result<()> {
    let used: Option<i64> = on!(conn, |c| issue_tag::table
        .inner_join(issue::table.on(issue::id.eq(issue_tag::issue_id)))
        .filter(issue::project_id.eq(project))
        .filter(issue_tag::key.eq(name.list.key()))
        .filter(issue_tag::value.eq(&name.from))
        .select(issue::id)
        .first(c)
        .optional())?;
    match used {
        Some(_) => Ok(()),
        None => replace(conn, project, name),
    }
}

/// Replaces a name on the project's list.
pub(super) fn replace(conn: &mut Conn<'_>, project: i64, name: &Renamed) -> Result<()> {
    let list = name.list;
    let Some((first, last)) = list.seen(conn, project, &name.from)? else {
        return Ok(());
    };
    list.remove(conn, project, &name.from)?;
    let Some(to) = &name.to else {
        return Ok(());
    };
    let known = list.seen(conn, project, to)?;
    let (known_first, known_last) = known.unwrap_or((first, last));
    list.put(
        conn,
        project,
        to,
        (first.min(known_first), last.max(known_last)),
    )
}
