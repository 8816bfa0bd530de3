//! A person as a salted digest, and who is the same.

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use watchfire_event::Event;
use watchfire_event::json::{Object, Value};

use super::{Identity, Person};
use crate::new_event::user_hash;
use crate::tags::storable;

/// How a digest is made, for who wants to check one.
const ALGORITHM: &str = "SHA-256 of salt (its hexadecimal digits), NUL, kind, NUL and the identity \
    (an e-mail address in lower case)";

/// A shorter id in a text may be anything.
const NAME_BYTES_MIN: usize = 4;

/// The headers in which proxies tell the address of a client.
const FORWARDING_HEADERS: [&str; 7] = [
    "X-Forwarded-For",
    "X-Real-IP",
    "CF-Connecting-IP",
    "True-Client-IP",
    "X-Client-IP",
    "Fastly-Client-IP",
    "Forwarded",
];

/// A person whom the job knows when it meets them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    kind: Kind,
    salt: String,
    digest: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Id,
    Email,
    Ip,
}

impl Known {
    /// Forgets who a person is.
    pub(super) fn of(person: &Person) -> Self {
        let salt = uuid::Uuid::new_v4().as_simple().to_string();
        let kind = match person {
            Person::Id(_) => Kind::Id,
            Person::Email(_) => Kind::Email,
            Person::Ip(_) => Kind::Ip,
        };
        let digest = digest(&salt, kind, &person.normal());
        Self { kind, salt, digest }
    }

    /// What a receipt says of the person.
    pub(super) fn shown(&self) -> Identity {
        Identity {
            kind: self.kind.as_str(),
            algorithm: ALGORITHM,
            salt: self.salt.clone(),
            digest: self.digest.clone(),
        }
    }

    /// Whether an event happened to the person.
    pub(super) fn has_event(&self, event: &Event<'_>) -> bool {
        let user = event.body.get_object("user");
        let of_user = |key: &str| user.and_then(|user| text(user, key));
        let candidates = match self.kind {
            Kind::Id => vec![of_user("id")],
            Kind::Email => vec![of_user("email"), of_user("id"), of_user("username")],
            Kind::Ip => {
                let request = event.body.get_object("request");
                let mut candidates = vec![of_user("ip_address")];
                candidates.extend(request.into_iter().flat_map(addresses).map(Some));
                candidates
            }
        };
        candidates.into_iter().flatten().any(|text| self.is(&text))
    }

    /// Whether the person has this address.
    pub(super) fn has_email(&self, address: &str) -> bool {
        self.kind == Kind::Email && self.is(address)
    }

    /// Whether a value of the tag `user` (`id:42`) names the person. Long values are cut.
    pub(super) fn has_tag(&self, value: &str) -> bool {
        let Some((kind, identity)) = value.split_once(':') else {
            return false;
        };
        match self.kind {
            Kind::Id => kind == "id" && self.is(identity),
            Kind::Email => matches!(kind, "email" | "id" | "username") && self.is(identity),
            Kind::Ip => kind == "ip" && self.is(identity),
        }
    }

    /// Whether a text names the person among other words.
    pub(super) fn is_named_in(&self, text: &str) -> bool {
        let is_inside = |c: char| c.is_alphanumeric() || "@._+-:".contains(c);
        let words = text.split(|c| !is_inside(c));
        let mut bare = words.map(|word| word.trim_matches(['.', ':', '-']));
        bare.any(|word| word.len() >= NAME_BYTES_MIN && self.is(word))
    }

    fn is(&self, text: &str) -> bool {
        let text = text.trim();
        let normal = match self.kind {
            Kind::Id => text.to_owned(),
            Kind::Email => text.to_lowercase(),
            Kind::Ip => match text.parse::<IpAddr>() {
                Ok(address) => address.to_canonical().to_string(),
                Err(_) => return false,
            },
        };
        digest(&self.salt, self.kind, &normal) == self.digest
    }
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Email => "email",
            Self::Ip => "ip",
        }
    }
}

/// The numbers under which a person may be counted among the users of issues.
pub(super) fn user_hashes(person: &Person) -> Vec<i64> {
    let kinds: &[&str] = match person {
        Person::Id(_) => &["id"],
        Person::Email(_) => &["email", "id", "username"],
        Person::Ip(_) => &["ip"],
    };
    let texts = person.texts();
    let pairs = kinds
        .iter()
        .flat_map(|kind| texts.iter().map(move |text| (kind, text)));
    pairs.map(|(kind, text)| user_hash(kind, text)).collect()
}

/// The numbers under which a person may be counted among the users of sessions.
pub(super) fn session_hashes(person: &Person) -> Vec<i64> {
    let texts = person.texts();
    texts.iter().map(|text| user_hash("did", text)).collect()
}

/// The addresses that a request came from, as the server and the proxies before it tell.
fn addresses(request: &Object<'_>) -> Vec<String> {
    let env = request.get_object("env");
    let told = env.into_iter().flat_map(Object::iter);
    let mut found: Vec<String> = told
        .filter(|(name, _)| {
            let header = name.strip_prefix("HTTP_").unwrap_or_default();
            *name == "REMOTE_ADDR" || is_forwarding(&header.replace('_', "-"))
        })
        .filter_map(|(_, value)| value.as_str())
        .flat_map(each_address)
        .collect();
    for header in request.get_array("headers").into_iter().flatten() {
        if let Value::Array(pair) = header
            && let [Value::String(name), Value::String(value)] = pair.as_slice()
            && is_forwarding(name)
        {
            found.extend(each_address(value));
        }
    }
    found
}

fn is_forwarding(header: &str) -> bool {
    let is_header = |known: &&str| known.eq_ignore_ascii_case(header);
    FORWARDING_HEADERS.iter().any(is_header)
}

/// The addresses of a header: between commas, in the form of `Forwarded` too, without ports.
fn each_address(value: &str) -> impl Iterator<Item = String> + use<> {
    let parts: Vec<String> = value.split([',', ';']).map(address).collect();
    parts.into_iter()
}

fn address(part: &str) -> String {
    let part = part.trim();
    let part = match part.split_once('=') {
        Some((name, address)) if name.trim().eq_ignore_ascii_case("for") => address.trim(),
        _ => part,
    };
    let part = part.trim_matches('"');
    match part.parse::<SocketAddr>() {
        Ok(with_port) => with_port.ip().to_string(),
        Err(_) => part.trim_matches(['[', ']']).to_owned(),
    }
}

fn digest(salt: &str, kind: Kind, identity: &str) -> String {
    let digest = Sha256::new()
        .chain_update(salt)
        .chain_update([0])
        .chain_update(kind.as_str())
        .chain_update([0])
        // As the tag of a user holds it.
        .chain_update(storable(identity).as_bytes())
        .finalize();
    format!("{digest:x}")
}

fn text(object: &Object<'_>, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::String(text) => Some(text.as_ref().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
