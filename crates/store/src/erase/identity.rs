//! A person as a keyed digest, and who is the same.
//!
//! A plain or salted digest of an IP address says who it is to whoever tries all addresses. The key
//! is random for each job. It is stored for as long as the job needs it to know the person, and a
//! day longer, in which the receipt holds it; then whoever kept the receipt is the only one who can
//! tell whose it is.

use std::net::{IpAddr, SocketAddr};

use rand::RngCore;
use ring::hmac;
use serde::{Deserialize, Serialize};
use watchfire_event::Event;
use watchfire_event::json::{Object, Value};

use super::{Identity, Person};
use crate::new_event::user_hash;
use crate::tags::storable;

/// How a digest is made, for who wants to check one.
const KEYED: &str = "HMAC-SHA256 of kind, NUL and the identity (an e-mail address in lower case) \
    under the key, whose hexadecimal digits stand for its bytes";
/// How one was made before.
const SALTED: &str = "SHA-256 of salt (its hexadecimal digits, which are in the receipt that was \
    downloaded then), NUL, kind, NUL and the identity (an e-mail address in lower case)";
/// How long a key is, as long as the digest.
const KEY_BYTES: usize = 32;

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
    #[serde(default)]
    algorithm: Algorithm,
    /// Hexadecimal; nothing once it is forgotten.
    #[serde(default)]
    key: Option<String>,
    digest: String,
}

/// How a digest was made. Salts are not kept: with one, whoever tries all addresses finds the one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Algorithm {
    /// By jobs that did not say how.
    #[default]
    Salted,
    Keyed,
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
        let mut bytes = [0; KEY_BYTES];
        rand::rng().fill_bytes(&mut bytes);
        let key = hexadecimal(&bytes);
        let kind = match person {
            Person::Id(_) => Kind::Id,
            Person::Email(_) => Kind::Email,
            Person::Ip(_) => Kind::Ip,
        };
        let digest = digest(&key, kind, &person.normal());
        Self {
            kind,
            algorithm: Algorithm::Keyed,
            key: Some(key),
            digest,
        }
    }

    /// Forgets the key: nobody is known any more.
    pub(super) fn forget_key(&mut self) {
        self.key = None;
    }

    /// Whether the person can be known when they are met.
    pub(super) fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// What a receipt says of the person.
    pub(super) fn shown(&self) -> Identity {
        Identity {
            kind: self.kind.as_str(),
            algorithm: match self.algorithm {
                Algorithm::Salted => SALTED,
                Algorithm::Keyed => KEYED,
            },
            key: self.key.clone(),
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
        let key = self.key.as_deref();
        key.is_some_and(|key| digest(key, self.kind, &normal) == self.digest)
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

fn digest(key: &str, kind: Kind, identity: &str) -> String {
    let digits = key.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Vec<u8> = digits.filter_map(byte).collect();
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &bytes));
    context.update(kind.as_str().as_bytes());
    context.update(&[0]);
    // As the tag of a user holds it.
    context.update(storable(identity).as_bytes());
    hexadecimal(context.sign().as_ref())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn text(object: &Object<'_>, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::String(text) => Some(text.as_ref().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
