use watchfire_event::ReleaseVersion;

use crate::order::Order;

/// How many parts a range has at most.
const PARTS_MAX: usize = 10;

/// A range of versions such as `>=1.2, <2`, `^1.4`, `~1.4.2`, `1.*` or `shop@^1.4`; all parts must
/// hold. A pre-release of the first version behind `^`, `~` and `*` is not in the range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct VersionRange {
    package: Option<String>,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Compared(Order, ReleaseVersion),
    /// All numbers stand before these, pre-release or not.
    Below([u64; 4]),
}

impl VersionRange {
    /// Reads a range.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (package, text) = match text.rsplit_once('@') {
            Some((package, text)) => (Some(package.trim().to_lowercase()), text),
            None => (None, text),
        };
        let mut parts = Vec::new();
        for part in text.split(',') {
            read_part(part.trim(), &mut parts).ok_or_else(|| {
                format!("{:?} is no range such as >=1.2, ^1.4 or 1.*", part.trim())
            })?;
        }
        match parts.len() > PARTS_MAX {
            true => Err(format!("a range has at most {PARTS_MAX} parts")),
            false => Ok(Self { package, parts }),
        }
    }

    pub(super) fn contains(&self, version: &ReleaseVersion) -> bool {
        let is_of_package = match &self.package {
            Some(package) => version.package() == Some(package),
            None => true,
        };
        is_of_package
            && self.parts.iter().all(|part| match part {
                Part::Compared(order, bound) => order.holds(version.cmp_version(bound)),
                Part::Below(numbers) => version.numbers() < *numbers,
            })
    }
}

fn read_part(text: &str, parts: &mut Vec<Part>) -> Option<()> {
    let operators = [">=", "<=", ">", "<", "=", "^", "~"];
    let operator = operators.into_iter().find(|it| text.starts_with(it));
    let rest = text.strip_prefix(operator.unwrap_or_default())?.trim();
    let starred = rest.strip_suffix(".*").or_else(|| rest.strip_suffix(".x"));
    let stated = starred.unwrap_or(rest);
    let version = ReleaseVersion::parse(stated).filter(|it| it.package().is_none())?;
    let places = stated.split(['-', '+']).next()?.split('.').count();
    let order = match (operator, starred) {
        (None, Some(_)) => return push_span(version, places.checked_sub(1)?, parts),
        (_, Some(_)) => return None,
        (Some("~"), None) => return push_span(version, places.min(2).checked_sub(1)?, parts),
        (Some("^"), None) => {
            let first = version.numbers().iter().position(|number| *number > 0);
            return push_span(version, first.unwrap_or(places.checked_sub(1)?), parts);
        }
        (Some(">="), None) => Order::AtLeast,
        (Some("<="), None) => Order::AtMost,
        (Some(">"), None) => Order::More,
        (Some("<"), None) => Order::Less,
        (Some(_) | None, None) => Order::Equal,
    };
    parts.push(Part::Compared(order, version));
    Some(())
}

/// From the version to below the next one at this place.
fn push_span(version: ReleaseVersion, place: usize, parts: &mut Vec<Part>) -> Option<()> {
    let mut below = [0; 4];
    for (index, number) in version.numbers().into_iter().enumerate().take(place + 1) {
        *below.get_mut(index)? = match index == place {
            true => number.checked_add(1)?,
            false => number,
        };
    }
    parts.push(Part::Compared(Order::AtLeast, version));
    parts.push(Part::Below(below));
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(range: &str, inside: &[&str], outside: &[&str]) {
        let range = VersionRange::parse(range).unwrap();
        let contains = |text: &str| range.contains(&ReleaseVersion::parse(text).unwrap());
        for text in inside {
            assert!(contains(text), "{text} is in {range:?}");
        }
        for text in outside {
            assert!(!contains(text), "{text} is not in {range:?}");
        }
    }

    #[test]
    fn a_range_contains_the_versions_between_its_bounds() {
        check(
            ">=1.2, <2",
            &["1.2", "shop@1.9.9", "2.0.0-rc1"],
            &["1.1.9", "2", "1.2-rc1"],
        );
        check("^1.4", &["1.4", "1.99"], &["1.3.9", "2.0-rc1", "2"]);
        check("^0.4.1", &["0.4.1", "0.4.9"], &["0.4.0", "0.5"]);
        check("~1.4.2", &["1.4.2", "1.4.9"], &["1.4.1", "1.5"]);
        check("~1", &["1.0", "1.9"], &["2.0"]);
        check("1.4.*", &["1.4.0", "1.4.7.2"], &["1.5", "1.3.9"]);
        check("=1.4", &["1.4.0+build"], &["1.4.1"]);
        check("1.4.2", &["1.4.2"], &["1.4.3"]);
        check("shop@>1", &["shop@1.1", "Shop@2"], &["1.1", "till@2"]);
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["", "latest", ">=", ">=1,", "^x", ">1.*", "1.2.3.4.5"] {
            assert!(VersionRange::parse(text).is_err(), "{text}");
        }
        assert!(VersionRange::parse(&["1"; 11].join(",")).is_err());
    }
}
