//! What is there from the start, and whole projects: a project never comes without a key.

use watchfire_event::{OrganizationId, Timestamp};

use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::key::{self, Key};
use crate::organization;
use crate::project::{self, NewProject, Project};

/// The slug and name of the organisation and the project that a new installation begins with.
const DEFAULT_NAME: &str = "default";
/// The label of a project's first key.
const FIRST_KEY_LABEL: &str = "Default";
/// The longest slug.
const SLUG_CHARACTERS_MAX: usize = 50;

/// Makes the organisation and the project `default` in a database that has no organisation yet.
///
/// # Errors
/// When the database fails.
pub fn first_start(conn: &mut Conn<'_>, now: Timestamp) -> Result<()> {
    if !organization::list(conn)?.is_empty() {
        return Ok(());
    }
    let made = organization::create(conn, DEFAULT_NAME, DEFAULT_NAME, now)?;
    make_project(conn, made.id, DEFAULT_NAME, None, now)?;
    Ok(())
}

/// Makes a project of this name with one key. Its slug is made from the name.
///
/// # Errors
/// [`Error::Taken`] when the organisation has a project of that slug; [`Error::NotFound`] when the
/// name has no letter or digit to make a slug of.
pub fn make_project(
    conn: &mut Conn<'_>,
    organization_id: OrganizationId,
    name: &str,
    platform: Option<&str>,
    now: Timestamp,
) -> Result<(Project, Key)> {
    let slug = slug_of(name).ok_or(Error::NotFound)?;
    let new = NewProject {
        organization_id,
        slug,
        name: name.trim().to_owned(),
        platform: platform.map(str::to_owned),
    };
    let project = project::create(conn, &new, now)?;
    let key = key::create(conn, project.id, FIRST_KEY_LABEL, now)?;
    Ok((project, key))
}

/// A name as it stands in addresses: lower-case ASCII letters, digits and single dashes. `None`
/// when nothing is left of it.
#[must_use]
pub fn slug_of(name: &str) -> Option<String> {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let slug: String = words
        .join("-")
        .to_ascii_lowercase()
        .chars()
        .take(SLUG_CHARACTERS_MAX)
        .collect();
    let slug = slug.trim_end_matches('-').to_owned();
    (!slug.is_empty()).then_some(slug)
}

#[cfg(test)]
mod tests {
    use super::slug_of;

    #[test]
    fn a_slug_has_only_letters_digits_and_single_dashes() {
        assert_eq!(slug_of(" My Shop (EU)! "), Some("my-shop-eu".to_owned()));
        assert_eq!(slug_of("--"), None);
        assert_eq!(slug_of(&"a".repeat(80)).map(|slug| slug.len()), Some(50));
    }
}
