//! Everything that a database holds, as text to search in.

use anyhow::Context;
use tokio_postgres::{NoTls, SimpleQueryMessage};
use watchfire_store::{Database, Options, event, feedback, organization, project};

/// As many dropped heads as anybody keeps.
const HEADS_MAX: usize = 10_000;

/// Every row of every table of a PostgreSQL database, one a line, bytes in hexadecimal digits.
///
/// # Errors
/// When the database cannot be read.
pub fn postgres_rows(url: &str) -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let connection = tokio::spawn(connection);
        let mut rows = String::new();
        let tables = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'";
        for table in texts(client.simple_query(tables).await?) {
            let query = format!("SELECT t::text FROM {table} t");
            for row in texts(client.simple_query(&query).await?) {
                rows.push_str(&format!("{table} {row}\n"));
            }
        }
        drop(client);
        connection.await??;
        Ok(rows)
    })
}

fn texts(messages: Vec<SimpleQueryMessage>) -> Vec<String> {
    let mut texts = Vec::new();
    for message in messages {
        if let SimpleQueryMessage::Row(row) = message {
            texts.extend(row.get(0).map(str::to_owned));
        }
    }
    texts
}

/// The unpacked bodies of these events and feedbacks, in whatever project they are, and of all
/// remembered heads. No server may run on the database.
///
/// # Errors
/// When the database cannot be read.
pub fn bodies(url: &str, ids: &[String]) -> anyhow::Result<Vec<String>> {
    let database = Database::connect(url, &Options::default())?;
    let dictionaries = database.dictionaries().clone();
    let read = database.read_blocking(|conn| {
        let mut bodies = Vec::new();
        let organization = organization::by_slug(conn, "default")?;
        let Some(organization) = organization else {
            return Ok(bodies);
        };
        for project in project::list(conn, organization.id)? {
            for id in ids.iter().filter_map(|id| id.parse().ok()) {
                bodies.extend(event::body(conn, &dictionaries, project.id, id)?);
                bodies.extend(feedback::body(conn, &dictionaries, project.id, id)?);
            }
            let heads =
                watchfire_store::dropped::heads(conn, &dictionaries, project.id, HEADS_MAX)?;
            let events = heads
                .iter()
                .filter_map(|head| head.event().map(|it| it.to_json()));
            bodies.extend(events);
        }
        Ok(bodies)
    });
    read.context("the database cannot be read")
}
