//! Hourly counts by release and environment.

use diesel::prelude::*;
use diesel::sql_types::Text as SqlText;
use watchfire_event::ProjectId;

use super::super::rules::Rules;
use super::super::synthetic::Text;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::release_health;
use crate::rows::Column::{Number, Text as TextColumn};
use crate::rows::{Cell, Rows};
use crate::sql::Sql;

/// Counts by hour, release and environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hours {
    Sessions,
    TraceRates,
    ClientDiscards,
}

/// Counts under the names that the rules leave of a release and an environment.
pub(super) fn scrub(
    conn: &mut Conn<'_>,
    project: ProjectId,
    rules: &Rules,
    hours: Hours,
) -> Result<()> {
    for (release, environment) in hours.names(conn, project)? {
        let new_release = rules.tag("release", &release);
        let new_environment = rules.tag("environment", &environment);
        if new_release == Text::Same && new_environment == Text::Same {
            continue;
        }
        let to = (new_release.or(&release), new_environment.or(&environment));
        let from = (release.as_str(), environment.as_str());
        hours.rename(conn, project, from, (to.0.as_str(), to.1.as_str()))?;
    }
    Ok(())
}

impl Hours {
    fn names(self, conn: &mut Conn<'_>, project: ProjectId) -> Result<Vec<(String, String)>> {
        let mut select: Sql<(SqlText, SqlText)> = Sql::new(match self {
            Self::Sessions => "SELECT DISTINCT release, environment FROM session_hour",
            Self::TraceRates => "SELECT DISTINCT release, environment FROM trace_rate_hour",
            Self::ClientDiscards => "SELECT DISTINCT release, environment FROM client_discard_hour",
        });
        select.push(" WHERE project_id = ").number(project.0);
        Ok(on!(conn, |c| select.load(c))?)
    }

    fn rename(
        self,
        conn: &mut Conn<'_>,
        project: ProjectId,
        from: (&str, &str),
        to: (&str, &str),
    ) -> Result<()> {
        let (add, on_conflict, delete) = match self {
            Self::Sessions => return release_health::rename(conn, project, from, to),
            Self::TraceRates => (
                "INSERT INTO trace_rate_hour (project_id, hour, sdk, release, environment, rate, \
                 envelope_count, transaction_count) \
                 SELECT t.project_id, t.hour, t.sdk, e.column4, e.column5, t.rate, \
                 t.envelope_count, t.transaction_count",
                "JOIN trace_rate_hour AS t ON t.project_id = e.column1 \
                 AND t.release = e.column2 AND t.environment = e.column3 WHERE true \
                 ON CONFLICT (project_id, hour, sdk, release, environment, rate) DO UPDATE SET \
                 envelope_count = trace_rate_hour.envelope_count + excluded.envelope_count, \
                 transaction_count = trace_rate_hour.transaction_count \
                     + excluded.transaction_count",
                "DELETE FROM trace_rate_hour \
                 WHERE (project_id, release, environment) IN \
                 (SELECT e.column1, e.column2, e.column3",
            ),
            Self::ClientDiscards => (
                "INSERT INTO client_discard_hour (project_id, hour, sdk, release, environment, \
                 category, reason, quantity) \
                 SELECT t.project_id, t.hour, t.sdk, e.column4, e.column5, t.category, t.reason, \
                 t.quantity",
                "JOIN client_discard_hour AS t ON t.project_id = e.column1 \
                 AND t.release = e.column2 AND t.environment = e.column3 WHERE true \
                 ON CONFLICT (project_id, hour, sdk, release, environment, category, reason) \
                 DO UPDATE SET quantity = client_discard_hour.quantity + excluded.quantity",
                "DELETE FROM client_discard_hour \
                 WHERE (project_id, release, environment) IN \
                 (SELECT e.column1, e.column2, e.column3",
            ),
        };
        let mut row = Rows::new([Number, TextColumn, TextColumn, TextColumn, TextColumn]);
        row.push([
            Cell::Number(project.0),
            Cell::Text(from.0),
            Cell::Text(from.1),
            Cell::Text(to.0),
            Cell::Text(to.1),
        ]);
        row.execute(conn, add, on_conflict)?;
        row.execute(conn, delete, ")")
    }
}
