use super::alphabet::Alphabet;
use super::catalogue::number;
use super::finder::Found;
use super::names::{Meaning, NAME_BYTES_MAX, meaning};
use super::value::{self, Place};
use super::{authorization, urls};

/// Spaces that may stand around `=` and `:`.
const SPACES_MAX: usize = 2;

/// Finds secrets that have their name in front, as in `password=…`, `"apiKey": "…"`,
/// `AccountKey=…` and `Cookie: sessionid=…`, and those in URLs.
pub(super) fn find(bytes: &[u8], out: &mut Vec<Found>) {
    let mut done = 0;
    for place in memchr::memchr2_iter(b'=', b':', bytes) {
        if place < done {
            continue;
        }
        let rest = bytes.get(place + 1..).unwrap_or_default();
        let found = if rest.starts_with(b"//") {
            urls::find_at(bytes, place)
        } else {
            find_at(bytes, done, place)
        };
        if let Some(found) = found {
            done = found.end;
            out.push(found);
        }
    }
}

/// Whether [`find`] may find something in a text; where not, it finds nothing.
pub(super) fn may_find(bytes: &[u8]) -> bool {
    let mut places = memchr::memchr2_iter(b'=', b':', bytes);
    places.any(|place| {
        let is_url = || {
            bytes
                .get(place + 1..)
                .is_some_and(|rest| rest.starts_with(b"//"))
        };
        let named = name(bytes, 0, place).and_then(|(start, end)| bytes.get(start..end));
        named.and_then(meaning).is_some() || is_url()
    })
}

/// Whether a name says that what it names is a secret.
pub(crate) fn is_named(name: &str) -> bool {
    meaning(name.as_bytes()).is_some()
}

/// The secret behind the `=` or `:` at `place`; its name does not begin before `from`.
fn find_at(bytes: &[u8], from: usize, place: usize) -> Option<Found> {
    let (start, end) = name(bytes, from, place)?;
    let name = bytes.get(start..end)?;
    let before = bytes.get(from..start)?;
    // `[secret:…]` is what a secret was replaced with.
    if name == b"secret" && before.ends_with(b"[") {
        return None;
    }
    let meaning = meaning(name)?;
    secret_at(bytes, meaning, Place::behind(bytes, place, before)?)
}

/// The secret in a text that is the value of something with a name.
pub(super) fn find_named(name: &str, value: &str) -> Option<Found> {
    secret_at(value.as_bytes(), meaning(name.as_bytes())?, Place::WHOLE)
}

fn secret_at(bytes: &[u8], meaning: Meaning, place: Place) -> Option<Found> {
    let (kind, range) = match meaning {
        Meaning::Password => ("password", value::secret(bytes, place, 1)),
        Meaning::PerhapsPassword => ("password", value::secret(bytes, place, 8)),
        Meaning::Authorization => ("authorization", authorization::credentials(bytes, place)),
        Meaning::Cookie => ("session-cookie", value::cookie(bytes, place, 8)),
        Meaning::PerhapsCookie => ("session-cookie", value::cookie(bytes, place, 16)),
        Meaning::Signature => ("url-signature", value::signature(bytes, place)),
        Meaning::AccountKey => ("azure-account-key", value::base64(bytes, place, 40)),
        Meaning::AwsSecretKey => ("aws-secret-key", value::base64(bytes, place, 40)),
        Meaning::PuttyLines => ("putty-private-key", value::putty_lines(bytes, place)),
        Meaning::OracleThin => ("connection-password", value::oracle(bytes, place)),
    };
    // A key that looks like none of Azure or AWS is somebody else's.
    let (kind, range) = match (meaning, range) {
        (Meaning::AccountKey | Meaning::AwsSecretKey, None) => {
            ("password", value::secret(bytes, place, 8))
        }
        other => (kind, other.1),
    };
    let range = range?;
    Some(Found {
        start: range.start,
        end: range.end,
        kind: number(kind),
    })
}

/// Where the name in front of `place` starts and ends, without quotes, brackets and spaces.
fn name(bytes: &[u8], from: usize, place: usize) -> Option<(usize, usize)> {
    let mut before = bytes.get(from..place)?;
    for _ in 0..SPACES_MAX {
        before = before.strip_suffix(b" ").unwrap_or(before);
    }
    before = before.strip_suffix(b"]").unwrap_or(before);
    if let [rest @ .., b'"' | b'\'' | b'`'] = before {
        before = rest;
    }
    let length = Alphabet::NAME.count_back(before, NAME_BYTES_MAX);
    let end = from + before.len();
    (length > 1).then_some((end - length, end))
}
