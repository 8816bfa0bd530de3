//! Hashes of a list of texts: ours and Sentry's.

use std::fmt;
use std::str::FromStr;

use md5::Md5;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::{Component, Content};

/// What makes two events one issue: SHA-256 over the components that count.
///
/// Each text is hashed with the name of its component and both with their lengths, and each
/// component with parts between a sign for its beginning, its name, and a sign for its end. So
/// two events have one hash only if the same components say the same: neither `["ab", "c"]` and
/// `["a", "bc"]` nor a module and a function of one name are confused, as Sentry's hash does
/// (reference/GROUPING.md sections 2 and 13).
///
/// The variant itself and the list of threads leave no trace in the hash: the frames of the
/// application that are all frames of another event make them one issue, and so does a stack
/// trace that an SDK sends beside its thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

/// A text that is not a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint hash has 64 hexadecimal digits")]
pub struct ParseHashError;

impl Hash {
    /// The hash of a variant.
    pub(crate) fn of(variant: &Component<'_>) -> Self {
        let mut hasher = Sha256::new();
        if let Content::Text(_) = &variant.content {
            add(variant, &mut hasher);
        } else {
            let parts = variant.parts().iter();
            parts.for_each(|part| add(part, &mut hasher));
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
        read_hex(text).map(Self).ok_or(ParseHashError)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

const TEXT: u8 = 1;
const BEGIN: u8 = 2;
const END: u8 = 3;

/// The nodes whose parts are hashed as if they stood alone.
const TRANSPARENT: [&str; 4] = ["app", "system", "default", "threads"];

fn add(component: &Component<'_>, hasher: &mut Sha256) {
    if !component.contributes {
        return;
    }
    let id = component.id.as_bytes();
    // Names of components are short, and a text never has 2^64 bytes.
    let id_length = u8::try_from(id.len()).unwrap_or(u8::MAX);
    match &component.content {
        Content::Text(text) => {
            hasher.update([TEXT, id_length]);
            hasher.update(id);
            hasher.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        Content::Parts(parts) if TRANSPARENT.contains(&component.id) => {
            parts.iter().for_each(|part| add(part, hasher));
        }
        Content::Parts(parts) => {
            hasher.update([BEGIN, id_length]);
            hasher.update(id);
            parts.iter().for_each(|part| add(part, hasher));
            hasher.update([END]);
        }
    }
}

/// What makes two events one issue in Sentry: MD5 over the values without any separator
/// (reference/GROUPING.md section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SentryHash(pub [u8; 16]);

/// A text that is not a hash of Sentry's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash of Sentry has 32 hexadecimal digits")]
pub struct ParseSentryHashError;

impl SentryHash {
    /// The hash of a variant.
    pub(crate) fn of(variant: &Component<'_>) -> Self {
        let mut hasher = Md5::new();
        variant.each_value(&mut |value| hasher.update(value));
        Self(hasher.finalize().into())
    }

    /// The 16 bytes, as stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The hash of these bytes; `None` when there are not 16.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for SentryHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, formatter)
    }
}

impl FromStr for SentryHash {
    type Err = ParseSentryHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read_hex(text).map(Self).ok_or(ParseSentryHashError)
    }
}

impl Serialize for SentryHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn write_hex(bytes: &[u8], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes
        .iter()
        .try_for_each(|byte| write!(formatter, "{byte:02x}"))
}

/// `N` bytes as twice as many hexadecimal digits of either case.
fn read_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != N * 2 {
        return None;
    }
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let value = pair
            .iter()
            .try_fold(0, |sum, byte| Some(sum * 16 + digit(byte)?))?;
        *byte = u8::try_from(value).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variant(parts: Vec<Component<'static>>) -> Component<'static> {
        Component::node("app", parts)
    }

    fn texts(texts: &[(&'static str, &'static str)]) -> Component<'static> {
        let leaves = texts.iter().map(|(id, text)| Component::leaf(id, *text));
        variant(leaves.collect())
    }

    #[test]
    fn what_sentry_confuses_is_kept_apart() {
        for (left, right) in [
            (
                texts(&[("a", "ab"), ("a", "c")]),
                texts(&[("a", "a"), ("a", "bc")]),
            ),
            (texts(&[("module", "a")]), texts(&[("function", "a")])),
            (
                variant(vec![
                    Component::node("frame", vec![Component::leaf("a", "b")]),
                    Component::leaf("a", "b"),
                ]),
                variant(vec![Component::node(
                    "frame",
                    vec![Component::leaf("a", "b"), Component::leaf("a", "b")],
                )]),
            ),
        ] {
            assert_ne!(Hash::of(&left), Hash::of(&right));
            assert_eq!(SentryHash::of(&left), SentryHash::of(&right));
        }
    }

    #[test]
    fn what_does_not_count_leaves_no_trace() {
        let off = Component::node("frame", vec![Component::leaf("a", "x")]).without("no");
        let with = variant(vec![off, Component::leaf("a", "b")]);
        assert_eq!(Hash::of(&with), Hash::of(&texts(&[("a", "b")])));
    }

    #[test]
    fn all_frames_of_one_event_can_be_the_application_of_another() {
        let stack = || Component::node("stacktrace", vec![Component::leaf("a", "x")]);
        let system = Component::node("system", vec![stack()]);
        let threads = Component::node("app", vec![Component::node("threads", vec![stack()])]);
        assert_eq!(Hash::of(&variant(vec![stack()])), Hash::of(&system));
        assert_eq!(Hash::of(&threads), Hash::of(&system));
    }

    #[test]
    fn sentrys_hash_of_nothing_is_the_md5_of_nothing() {
        let nothing = SentryHash::of(&variant(vec![]));
        assert_eq!(nothing.to_string(), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(nothing.to_string().parse(), Ok(nothing));
        assert!("d41d".parse::<SentryHash>().is_err());
        assert_eq!(SentryHash::from_slice(nothing.as_bytes()), Some(nothing));
    }

    #[test]
    fn a_hash_survives_its_text_form() {
        let hash = Hash::of(&texts(&[("a", "b")]));
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(hash.to_string().len(), 64);
        assert_eq!("x".repeat(64).parse::<Hash>(), Err(ParseHashError));
        assert_eq!(Hash::from_slice(hash.as_bytes()), Some(hash));
    }
}
