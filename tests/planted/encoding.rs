use serde_json::{Value, json};

use super::secret::Ledger;
use super::wire::base64;

/// In what a secret is hidden. `planted.rs` says which encodings are not here, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// A token and nothing else.
    Bare,
    /// A token in a sentence.
    Sentence,
    /// A token in an encoded parameter of a URL.
    Url,
    /// A token in JSON in a text.
    Json,
    /// A token in JSON in a text of JSON in a text.
    JsonInJson,
    /// A token in JSON that is three times in a text.
    JsonThrice,
    /// A token in a parameter that is encoded twice.
    UrlTwice,
    /// A token that is signed.
    Jwt,
    /// A private key, as variables of the environment hold one.
    Pem,
    /// A password in a form.
    Form,
    /// A password in JSON in a text.
    JsonPassword,
    /// A password in JSON in a text of JSON in a text.
    JsonPasswordInJson,
    /// The password of a connection string.
    Connection,
    /// A password in an `Authorization` header.
    Basic,
    /// The session in a `Cookie` header.
    Cookie,
}

impl Encoding {
    pub(super) const ALL: [Self; 15] = [
        Self::Bare,
        Self::Sentence,
        Self::Url,
        Self::Json,
        Self::JsonInJson,
        Self::JsonThrice,
        Self::UrlTwice,
        Self::Jwt,
        Self::Pem,
        Self::Form,
        Self::JsonPassword,
        Self::JsonPasswordInJson,
        Self::Connection,
        Self::Basic,
        Self::Cookie,
    ];

    /// A text that holds a new secret, known in the ledger by `place`.
    pub(super) fn text(self, ledger: &Ledger, place: &str) -> String {
        let place = format!("{self:?} {place}");
        let token = || ledger.token(&place);
        let secret = || ledger.secret(&place);
        match self {
            Self::Bare => token(),
            Self::Sentence => format!("it failed with {} here", token()),
            Self::Url => format!("/x?y=%3Fk%3D{}%26", token()),
            Self::Json => json!({"k": token()}).to_string(),
            Self::JsonInJson => json!({"k": json!({"k": token()}).to_string()}).to_string(),
            Self::JsonThrice => {
                let twice = json!({"k": json!({"k": token()}).to_string()}).to_string();
                json!({"k": twice}).to_string()
            }
            Self::UrlTwice => format!("/x?y=%253Fk%253D{}%2526", token()),
            Self::Jwt => jwt(&secret()),
            Self::Pem => pem(&secret()),
            Self::Form => format!("user=bob&password={}&x=1", secret()),
            Self::JsonPassword => json!({"user": "bob", "password": secret()}).to_string(),
            Self::JsonPasswordInJson => {
                let inner = json!({"user": "bob", "password": secret()});
                json!({"k": inner.to_string()}).to_string()
            }
            Self::Connection => format!("postgres://bob:{}@db.example/shop", secret()),
            Self::Basic => format!(
                "Authorization: Basic {}",
                base64(format!("bob:{}", secret()).as_bytes())
            ),
            Self::Cookie => format!("Cookie: theme=dark; sessionid={}", secret()),
        }
    }
}

/// A JSON Web Token with the secret as its signature.
fn jwt(secret: &str) -> String {
    let part = |json: Value| base64(json.to_string().as_bytes()).replace('=', "");
    let head = part(json!({"alg": "HS256", "typ": "JWT"}));
    let claims = part(json!({"sub": "12345", "admin": true}));
    format!("{head}.{claims}.{secret}AbCdEfGhIjKlMnOpQrS")
}

/// A private key with the secret in each of its lines, whose ends are escaped.
fn pem(secret: &str) -> String {
    let (dashes, line) = ("-----", format!("{0}{0}{0}", secret));
    let lines = [&*line; 4].join("\\n");
    format!("{dashes}BEGIN PRIVATE KEY{dashes}\\n{lines}\\n{dashes}END PRIVATE KEY{dashes}")
}

/// JSON whose texts are written with an escape for each letter and digit.
pub(super) fn with_unicode_escapes(json: &str) -> String {
    let mut out = String::new();
    let mut is_text = false;
    let mut chars = json.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' => is_text = !is_text,
            '\\' => {
                out.push(char);
                out.extend(chars.next());
                continue;
            }
            _ => {}
        }
        if is_text && char.is_ascii_alphanumeric() {
            out.push_str(&format!("\\u{:04x}", u32::from(char)));
        } else {
            out.push(char);
        }
    }
    out
}
