//! Large bytes that the database only names: attachments.

use std::fs;
use std::path::Path as FilePath;
use std::sync::Arc;

use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

use crate::error::{Error, Result};

/// Where the bytes of attachments lie. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
}

impl Blobs {
    /// Keeps blobs in a folder, made if missing; only its owner may look into it.
    ///
    /// # Errors
    /// [`Error::Away`] when the folder cannot be made or used.
    pub fn open(folder: &FilePath) -> Result<Self> {
        let failed = |reason: &dyn std::fmt::Display| {
            let folder = folder.display();
            Error::Away(format!("the folder {folder} cannot be used: {reason}"))
        };
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(|error| failed(&error))?;
        sync_entry(folder).map_err(|error| failed(&error))?;
        let local = LocalFileSystem::new_with_prefix(folder).map_err(|error| failed(&error))?;
        Ok(Self {
            store: Arc::new(local.with_fsync(true).with_automatic_cleanup(true)),
        })
    }

    /// Stores the bytes, all or nothing, and returns once they are on the disk. Replaces what the
    /// key named before. Keys are those of [`crate::attachment::new_blob_key`]: lower-case
    /// letters, digits and dashes in parts divided by slashes.
    ///
    /// # Errors
    /// [`Error::Away`] when the bytes cannot be kept, or the key is not one.
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<()> {
        let path = path_of(key)?;
        let payload = PutPayload::from(bytes);
        self.store.put(&path, payload).await.map_err(away)?;
        Ok(())
    }

    /// The bytes of a key; nothing when there are none.
    ///
    /// # Errors
    /// [`Error::Away`] when the bytes cannot be read, or the key is not one.
    pub async fn get(&self, key: &str) -> Result<Option<Bytes>> {
        let found = match self.store.get(&path_of(key)?).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(away(error)),
        };
        found.bytes().await.map(Some).map_err(away)
    }

    /// Removes the bytes of a key, if there are any.
    ///
    /// # Errors
    /// [`Error::Away`] when the bytes cannot be removed, or the key is not one.
    pub async fn delete(&self, key: &str) -> Result<()> {
        match self.store.delete(&path_of(key)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(away(error)),
        }
    }
}

/// Does something with the blob store on a thread that may block, outside of every async task.
pub(crate) fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::Away(error.to_string()))?;
    runtime.block_on(work)
}

/// Makes sure that the folder itself is still there after a power failure.
fn sync_entry(folder: &FilePath) -> std::io::Result<()> {
    let parent = folder.canonicalize()?.parent().map(FilePath::to_owned);
    match parent {
        // Elsewhere folders cannot be opened.
        Some(parent) if cfg!(unix) => fs::File::open(parent)?.sync_all(),
        _ => Ok(()),
    }
}

/// The place of a key. Nothing that a client chose may come here; what could name a place outside
/// of the folder is refused all the same.
fn path_of(key: &str) -> Result<Path> {
    let is_safe = |part: &str| {
        let mut bytes = part.bytes();
        !part.is_empty() && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if key.split('/').all(is_safe) {
        return Path::parse(key).map_err(|error| Error::Away(error.to_string()));
    }
    Err(Error::Away(format!("{key:?} is not the key of a blob")))
}

fn away(error: object_store::Error) -> Error {
    Error::Away(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_keys_name_a_place() {
        assert!(path_of("1/0f3a/3b1c-22").is_ok());
        for key in [
            "", "/", "a//b", "../a", "a/./b", "a/..", "a\\b", "a%2e", "A", "a#1", "a\0",
        ] {
            assert!(path_of(key).is_err(), "{key:?}");
        }
    }
}
