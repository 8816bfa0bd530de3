use std::cmp::Ordering;

/// The most numbers that a version has: major, minor, patch, revision.
const NUMBERS_MAX: usize = 4;
/// Versions of hexadecimal digits alone are commits when they have so many digits.
const COMMIT_DIGITS: [usize; 6] = [12, 16, 20, 32, 40, 64];

/// What a release `package@version+build` says, to compare releases: up to four numbers and a
/// pre-release. `1.2` is `1.2.0.0`; what stands behind `+` does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseVersion {
    package: Option<String>,
    numbers: [u64; NUMBERS_MAX],
    pre: Option<String>,
}

impl ReleaseVersion {
    /// Reads a release, `package@` and a `v` before the numbers being optional. `None` when it has
    /// no version, as a commit has none.
    #[must_use]
    pub fn parse(release: &str) -> Option<Self> {
        let (package, version) = match release.trim().rsplit_once('@') {
            Some((package, version)) => (Some(package), version),
            None => (None, release.trim()),
        };
        let version = version.trim();
        let is_hex = version.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hex && COMMIT_DIGITS.contains(&version.len()) {
            return None;
        }
        let version = version.split('+').next().unwrap_or_default();
        let version = version.strip_prefix(['v', 'V']).unwrap_or(version);
        let end = version
            .find(|sign: char| !sign.is_ascii_digit() && sign != '.')
            .unwrap_or(version.len());
        let (numbers, pre) = version.split_at_checked(end)?;
        Some(Self {
            package: package.map(str::to_lowercase),
            numbers: read_numbers(numbers)?,
            pre: read_pre(pre)?,
        })
    }

    /// What stands before the `@`, in lower case.
    #[must_use]
    pub fn package(&self) -> Option<&str> {
        self.package.as_deref()
    }

    /// Major, minor, patch and revision.
    #[must_use]
    pub fn numbers(&self) -> [u64; 4] {
        self.numbers
    }

    /// Which version is newer, whatever the package: by the numbers; then a pre-release comes
    /// before its release, and pre-releases compare as in semantic versioning, part by part.
    #[must_use]
    pub fn cmp_version(&self, other: &Self) -> Ordering {
        let pre = match (&self.pre, &other.pre) {
            (Some(own), Some(other)) => cmp_pre(own, other),
            (own, other) => own.is_none().cmp(&other.is_none()),
        };
        self.numbers.cmp(&other.numbers).then(pre)
    }
}

fn read_numbers(text: &str) -> Option<[u64; NUMBERS_MAX]> {
    let mut numbers = [0; NUMBERS_MAX];
    let mut slots = numbers.iter_mut();
    for number in text.split('.') {
        *slots.next()? = number.parse().ok()?;
    }
    Some(numbers)
}

/// `-rc.1`, or `rc1` right behind the numbers.
fn read_pre(text: &str) -> Option<Option<String>> {
    if text.is_empty() {
        return Some(None);
    }
    let pre = text.strip_prefix('-').unwrap_or(text);
    let is_part = |part: &str| {
        let mut bytes = part.bytes();
        !part.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let starts_well = text.starts_with(|sign: char| sign == '-' || sign.is_ascii_alphabetic());
    (starts_well && pre.split('.').all(is_part)).then(|| Some(pre.to_lowercase()))
}

/// Numbers by value and before words, words by letter, fewer parts before more.
fn cmp_pre(own: &str, other: &str) -> Ordering {
    let key = |part: &str| {
        (
            part.parse::<u64>().is_err(),
            part.parse().unwrap_or(0_u64),
            part.to_owned(),
        )
    };
    let parts = |pre: &str| pre.split('.').map(key).collect::<Vec<_>>();
    parts(own).cmp(&parts(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> ReleaseVersion {
        ReleaseVersion::parse(text).unwrap_or_else(|| panic!("{text} is a version"))
    }

    #[test]
    fn releases_are_ordered_by_their_versions() {
        let ascending = [
            "0.9.9",
            "1.0.0-2",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0rc1",
            "shop@1.0.0",
            "1.2.2",
            "v1.2.3-rc.1",
            "1.2.3",
            "1.2.3.5",
            "@my/shop@1.2.4+77",
            "1.10",
            "2",
        ];
        for (older, newer) in ascending.iter().zip(ascending.iter().skip(1)) {
            let order = version(older).cmp_version(&version(newer));
            assert_eq!(order, Ordering::Less, "{older} < {newer}");
        }
        let equal = version("shop@1.2+77").cmp_version(&version(" 1.2.0.0 "));
        assert_eq!(equal, Ordering::Equal);
        assert_eq!(version("@my/Shop@1.2").package(), Some("@my/shop"));
    }

    #[test]
    fn what_has_no_version_is_none() {
        for text in [
            "",
            "shop",
            "shop@",
            "a4b7e0f9c2d1",
            "shop@a4b7e0f9c2d1",
            "1.2.3.4.5",
            "1..2",
            "1.2.",
            "1.2-",
            "1.2_3",
            "1.2-a..b",
            "99999999999999999999999",
        ] {
            assert_eq!(ReleaseVersion::parse(text), None, "{text}");
        }
    }
}
