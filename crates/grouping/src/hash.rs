//! Hashes of a list of texts: ours and Sentry's.

use std::fmt;
use std::str::FromStr;

use md5::Md5;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

/// What makes two events one issue: SHA-256 over the contributing values, each preceded by its
/// length in bytes as a little-endian `u64`.
///
/// The lengths keep `["ab", "c"]` and `["a", "bc"]` apart, which Sentry's hash does not
/// (reference/GROUPING.md sections 2 and 13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

/// A text that is not a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint hash has 64 hexadecimal digits")]
pub struct ParseHashError;

impl Hash {
    /// The hash of these values in this order.
    pub(crate) fn of<'v>(values: impl IntoIterator<Item = &'v str>) -> Self {
        let mut hasher = Sha256::new();
        for value in values {
            // A string never has more than 2^64 bytes.
            hasher.update(u64::try_from(value.len()).unwrap_or(u64::MAX).to_le_bytes());
            hasher.update(value);
        }
        Self(hasher.finalize().into())
    }

    /// The 32 bytes, as stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The hash of these bytes; `None` when there are not 32.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, formatter)
    }
}

impl FromStr for Hash {
    type Err = ParseHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digit = |byte: &u8| char::from(*byte).to_digit(16);
        let mut bytes = [0; 32];
        if text.len() != 64 {
            return Err(ParseHashError);
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let value = pair
                .iter()
                .try_fold(0, |sum, byte| Some(sum * 16 + digit(byte)?));
            *byte = value
                .and_then(|value| u8::try_from(value).ok())
                .ok_or(ParseHashError)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Sentry's hash of these values: MD5 over the values without any separator, as 32 lower-case
/// hexadecimal digits (reference/GROUPING.md section 2).
pub(crate) fn sentry_hash<'v>(values: impl IntoIterator<Item = &'v str>) -> String {
    struct Hex([u8; 16]);
    impl fmt::Display for Hex {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            write_hex(&self.0, formatter)
        }
    }
    let mut hasher = Md5::new();
    for value in values {
        hasher.update(value);
    }
    Hex(hasher.finalize().into()).to_string()
}

fn write_hex(bytes: &[u8], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes
        .iter()
        .try_for_each(|byte| write!(formatter, "{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_keep_values_apart_that_sentry_confuses() {
        assert_ne!(Hash::of(["ab", "c"]), Hash::of(["a", "bc"]));
        assert_eq!(sentry_hash(["ab", "c"]), sentry_hash(["a", "bc"]));
    }

    #[test]
    fn sentrys_hash_of_nothing_is_the_md5_of_nothing() {
        assert_eq!(sentry_hash([]), "d41d8cd98f00b204e9800998ecf8427e");
    }

    #[test]
    fn a_hash_survives_its_text_form() {
        let hash = Hash::of(["a"]);
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(hash.to_string().len(), 64);
        assert_eq!("x".repeat(64).parse::<Hash>(), Err(ParseHashError));
        assert_eq!(Hash::from_slice(hash.as_bytes()), Some(hash));
    }
}
