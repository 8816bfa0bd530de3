//! Passwords: their limits, argon2id hashes, and checking them off the request's thread.

use std::sync::LazyLock;

use actix_web::web;
use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{Error, PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use tokio::sync::Semaphore;

use crate::error::WebError;

/// The shortest password that is accepted, in characters.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// The longest password that is accepted, in bytes, so that hashing has a bounded cost.
pub const PASSWORD_BYTES_MAX: usize = 1024;

/// How many passwords are hashed at a time. Each takes 19 MiB and a core, and anybody can ask for
/// one: the others wait.
const HASHES_AT_A_TIME: usize = 2;

static TURNS: Semaphore = Semaphore::const_new(HASHES_AT_A_TIME);

/// A hash of no password. Checking against it takes as long as against a real one, so that the
/// time of a log-in does not tell whether an address has an account.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash("").unwrap_or_default());

/// Why a new password is refused, in words for the person who chose it; `None` when it is fine.
#[must_use]
pub fn problem(password: &str) -> Option<String> {
    if password.chars().count() < PASSWORD_CHARS_MIN {
        Some(format!("Use at least {PASSWORD_CHARS_MIN} characters."))
    } else if password.len() > PASSWORD_BYTES_MAX {
        Some(format!("Use at most {PASSWORD_BYTES_MAX} bytes."))
    } else {
        None
    }
}

/// The argon2id hash of a password in PHC form, with a random salt. Takes some 20 ms: not for the
/// thread of a request.
///
/// # Errors
/// When the password is longer than argon2 takes (4 GiB).
pub fn hash(password: &str) -> Result<String, Error> {
    let salt = SaltString::generate(&mut OsRng);
    Ok(Argon2::default()
        .hash_password(password.as_bytes(), &salt)?
        .to_string())
}

/// [`hash`] on a blocking thread.
pub(crate) async fn hash_in_background(password: String) -> Result<String, WebError> {
    let _turn = TURNS.acquire().await;
    web::block(move || hash(&password))
        .await?
        .map_err(|error| WebError::Password(error.to_string()))
}

/// Whether the password belongs to the hash. Without a hash (no such account) it takes as long
/// and is false.
pub(crate) async fn verify_in_background(
    password: String,
    hash: Option<String>,
) -> Result<bool, WebError> {
    let _turn = TURNS.acquire().await;
    web::block(move || verify(&password, hash.as_deref()))
        .await?
        .map_err(|error| WebError::Password(error.to_string()))
}

fn verify(password: &str, hash: Option<&str>) -> Result<bool, Error> {
    let parsed = PasswordHash::new(hash.unwrap_or(&NOBODY))?;
    if password.len() > PASSWORD_BYTES_MAX {
        return Ok(false);
    }
    match Argon2::default().verify_password(password.as_bytes(), &parsed) {
        Ok(()) => Ok(hash.is_some()),
        Err(Error::Password) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_itself_matches_its_hash() {
        let hashed = hash("correct horse").unwrap();
        assert!(hashed.starts_with("$argon2id$"));
        assert!(verify("correct horse", Some(&hashed)).unwrap());
        assert!(!verify("Correct horse", Some(&hashed)).unwrap());
    }

    #[test]
    fn nobody_has_no_password_not_even_the_empty_one() {
        assert!(!verify("", None).unwrap());
        assert!(!verify("anything", None).unwrap());
    }

    #[test]
    fn short_and_huge_passwords_are_refused_with_a_reason() {
        assert!(problem("seven77").is_some());
        assert!(problem(&"x".repeat(PASSWORD_BYTES_MAX + 1)).is_some());
        assert_eq!(problem("eight888"), None);
    }
}
