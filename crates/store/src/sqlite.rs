use std::fs;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};

use crate::database::{ConnectError, Options};
use crate::migration;
use crate::pool::Pool;

/// Every connection: wait for a lock for five seconds instead of failing, and check references.
const EVERY: &str = "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; \
    PRAGMA temp_store = MEMORY;";

/// The writing connection. `FULL` makes a commit mean "on the disk"; a longer log before it is
/// folded into the file writes each page less often. What is deleted is overwritten, because people
/// delete secrets. Sizes: 16 MiB of cache, 8 MiB of log.
const WRITER: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    PRAGMA secure_delete = ON; \
    PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 2000; \
    PRAGMA journal_size_limit = 8388608;";

/// A reading connection. Size: 4 MiB of cache.
const READER: &str = "PRAGMA query_only = ON; PRAGMA cache_size = -4096;";

/// An SQLite database: one connection that writes, several that read.
pub(crate) struct Sqlite {
    pub(crate) writer: Pool<SqliteConnection>,
    pub(crate) readers: Pool<SqliteConnection>,
}

impl Sqlite {
    /// Opens the file, made if missing, and brings its schema up to date.
    pub(crate) fn connect(path: &Path, options: &Options) -> Result<Self, ConnectError> {
        make_writable(path).map_err(|error| ConnectError::Unwritable {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
        let sqlite = Self {
            writer: pool(path, 1, WRITER),
            readers: pool(path, options.readers, READER),
        };
        let mut connection = open(path, WRITER).map_err(|reason| ConnectError::Unwritable {
            path: path.to_owned(),
            reason,
        })?;
        migration::migrate_sqlite(&mut connection).map_err(ConnectError::Migration)?;
        Ok(sqlite)
    }
}

fn pool(path: &Path, connections_max: usize, pragmas: &'static str) -> Pool<SqliteConnection> {
    let path = path.to_owned();
    Pool::new(
        connections_max,
        Box::new(move || open(&path, pragmas)),
        |_| false,
    )
}

fn open(path: &Path, pragmas: &str) -> Result<SqliteConnection, String> {
    let path = path.to_str().ok_or("its name is not Unicode")?;
    let mut connection = SqliteConnection::establish(path).map_err(|error| error.to_string())?;
    connection
        .batch_execute(&format!("{EVERY}{pragmas}"))
        .map_err(|error| error.to_string())?;
    Ok(connection)
}

/// Makes the folder and the file where they are missing and tries to open the file for writing.
/// The file holds what people did when their program broke: only its owner may read it.
fn make_writable(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| *folder != Path::new("")) {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::OpenOptions::new();
    file.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.open(path).map(drop)
}

/// The file that a URL of the form `sqlite://PATH` names.
pub(crate) fn path_of_url(rest: &str) -> Result<PathBuf, ConnectError> {
    if rest.is_empty() || rest.starts_with(':') || rest.contains('\0') {
        return Err(ConnectError::InvalidUrl(format!(
            "sqlite://{rest} names no file"
        )));
    }
    Ok(PathBuf::from(rest))
}
