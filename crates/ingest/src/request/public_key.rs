use std::fmt;
use std::str::FromStr;

use crate::error::IngestError;

/// How many characters a key has.
const KEY_BYTES: usize = 32;

/// The public half of a DSN: exactly 32 ASCII characters (reference/PROTOCOL.md section 1).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PublicKey([u8; KEY_BYTES]);

impl PublicKey {
    /// The key as text.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for PublicKey {
    type Err = IngestError;

    /// Reads a key; flags after a dot (`key.no-cache`) are ignored.
    fn from_str(text: &str) -> Result<Self, IngestError> {
        let key = text.split('.').next().unwrap_or_default();
        match <[u8; KEY_BYTES]>::try_from(key.as_bytes()) {
            Ok(bytes) if key.is_ascii() => Ok(Self(bytes)),
            _ => Err(IngestError::BadPublicKey),
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
