use std::net::IpAddr;

/// How many characters an id or an address has at most.
const CHARS_MAX: usize = 512;

/// A user, by what is known of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Person {
    /// The id that the program gave them (`user.id`).
    Id(String),
    /// An e-mail address, in any case of letters: as `user.email`, as the id or the name of a user,
    /// and of who wrote feedback.
    Email(String),
    /// An IP address: of the user (`user.ip_address`) or of the request (`request.env.REMOTE_ADDR`,
    /// and headers of proxies such as `X-Forwarded-For`).
    Ip(IpAddr),
}

/// Why a text names nobody; a sentence for whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PersonError(String);

impl Person {
    /// The person that a text names; `kind` is `id`, `email` or `ip`.
    ///
    /// # Errors
    /// [`PersonError`] when the kind is another, or the text empty, too long or no such address.
    pub fn parse(kind: &str, text: &str) -> Result<Self, PersonError> {
        let text = text.trim();
        let error = |reason: String| Err(PersonError(reason));
        if text.is_empty() {
            return error(format!("say which {kind}"));
        }
        if text.chars().count() > CHARS_MAX {
            return error(format!("an {kind} has at most {CHARS_MAX} characters"));
        }
        match kind {
            "id" => Ok(Self::Id(text.to_owned())),
            "email" if text.contains('@') => Ok(Self::Email(text.to_owned())),
            "email" => error(format!("{text:?} is no e-mail address: it has no @")),
            "ip" => match text.parse::<IpAddr>() {
                Ok(address) => Ok(Self::Ip(address.to_canonical())),
                Err(_) => error(format!(
                    "{text:?} is no IP address; write it like 203.0.113.7 or 2001:db8::1"
                )),
            },
            _ => error(format!("{kind:?} is none of id, email, ip")),
        }
    }

    /// The word for how the person is named: `id`, `email` or `ip`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Id(_) => "id",
            Self::Email(_) => "email",
            Self::Ip(_) => "ip",
        }
    }

    /// The identity in the form in which it is compared.
    pub(super) fn normal(&self) -> String {
        match self {
            Self::Id(id) => id.clone(),
            Self::Email(address) => address.to_lowercase(),
            Self::Ip(address) => address.to_string(),
        }
    }

    /// The texts under which clients may have counted the person.
    pub(super) fn texts(&self) -> Vec<String> {
        let mut texts = vec![self.normal()];
        if let Self::Email(address) = self {
            texts.push(address.clone());
        }
        texts.dedup();
        texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_names_nobody_says_why() {
        let reason = |kind, text| Person::parse(kind, text).unwrap_err().to_string();
        assert!(reason("email", "anna").contains("no @"));
        assert!(reason("ip", "10.0.0.300").contains("no IP address"));
        assert!(reason("id", "  ").contains("say which id"));
        assert!(reason("name", "Anna").contains("id, email, ip"));
        let person = Person::parse("ip", " ::ffff:10.0.0.7 ").unwrap();
        assert_eq!(person.normal(), "10.0.0.7");
    }
}
