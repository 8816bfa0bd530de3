use actix_web::web::Query;
use serde::Deserialize;
use serde_json::{Map, Value, json};

const NAME_CHARS_MAX: usize = 128;
const EMAIL_CHARS_MAX: usize = 75;
const COMMENTS_CHARS_MAX: usize = 4096;

/// The form as it is sent. A field that is missing is empty.
#[derive(Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub(super) struct Form {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) comments: String,
}

impl Form {
    /// Reads `name=…&email=…&comments=…`; what cannot be read counts as empty.
    pub(super) fn read(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let form = Query::<Self>::from_query(&text);
        form.map(Query::into_inner).unwrap_or_default()
    }

    /// The form without white space around its fields, if all are filled in.
    ///
    /// # Errors
    /// For each field that is not, what is wrong: `{"email": ["…"]}`. The dialog shows it.
    pub(super) fn checked(self) -> Result<Self, Value> {
        let trimmed = |text: String| text.trim().to_owned();
        let form = Self {
            name: trimmed(self.name),
            email: trimmed(self.email),
            comments: trimmed(self.comments),
        };
        let mut errors = Map::new();
        for (field, text, chars_max) in [
            ("name", &form.name, NAME_CHARS_MAX),
            ("email", &form.email, EMAIL_CHARS_MAX),
            ("comments", &form.comments, COMMENTS_CHARS_MAX),
        ] {
            let error = if text.is_empty() {
                "This field is required.".to_owned()
            } else if text.chars().count() > chars_max {
                format!("Use at most {chars_max} characters.")
            } else if field == "email" && !is_email(text) {
                "Enter a valid email address.".to_owned()
            } else {
                continue;
            };
            errors.insert(field.to_owned(), json!([error]));
        }
        if errors.is_empty() {
            return Ok(form);
        }
        Err(Value::Object(errors))
    }
}

/// Whether a text may be an address; only writing to it would tell.
fn is_email(text: &str) -> bool {
    let is_word = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
    match text.split_once('@') {
        Some((user, host)) => is_word(user) && is_word(host) && !host.contains('@'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(body: &str) -> Result<Form, Value> {
        Form::read(body.as_bytes()).checked()
    }

    #[test]
    fn a_form_that_is_filled_in_is_good() {
        let form = Form {
            name: "Ada L".to_owned(),
            email: "ada@example.com".to_owned(),
            comments: "It broke & burned".to_owned(),
        };
        let body = "name=+Ada+L&email=ada%40example.com&comments=It+broke+%26+burned%0A&x=y";
        assert_eq!(checked(body), Ok(form));
    }

    #[test]
    fn each_field_tells_what_is_wrong_with_it() {
        let required = json!(["This field is required."]);
        let all = json!({"name": required, "email": required, "comments": required});
        assert_eq!(checked(""), Err(all.clone()));
        assert_eq!(checked("name=%20&name=twice"), Err(all));
        let email = json!({"email": ["Enter a valid email address."]});
        for text in ["ada", "@b", "a@", "a@b@c", "a b@c"] {
            let body = format!("name=a&comments=b&email={text}");
            assert_eq!(checked(&body), Err(email.clone()), "{text}");
        }
        let long = format!("name={}&comments=b&email=a@b", "x".repeat(129));
        let error = json!({"name": ["Use at most 128 characters."]});
        assert_eq!(checked(&long), Err(error));
    }
}
