//! Internet addresses of both versions (reference/GROUPING.md section 7, pattern 4).

use super::Failed;
use super::cursor::Cursor;

/// An address of version 6 has eight groups, or fewer with `::` for the missing ones.
const GROUPS_BEFORE_LAST: usize = 7;

pub(super) fn ip(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    let version6 = || {
        (!start.is_after_ascii_word())
            .then(|| version6(start))
            .flatten()
    };
    let end = version6().or_else(|| version4(start))?;
    Some(end.at)
}

/// What the catalogue of 2023 takes for an address: it looks at no neighbours, so `::` in a name
/// is one, and what follows `::` behind a group is left over.
pub(super) fn ip_2023(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    let (place, groups) = groups(start);
    let end = match groups {
        0 => leading(start, |_| true),
        GROUPS_BEFORE_LAST => group(place).or_else(|| place.literal(":")),
        _ => place.literal(":"),
    };
    let end = end.or_else(|| zoned(start)).or_else(|| version4(start))?;
    Some(end.at)
}

/// The pattern's many alternatives come down to these: eight groups; `::` behind one to seven
/// groups, with at most one group behind it; `::` in front of up to seven groups; a zone.
fn version6(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let (place, groups) = groups(start);
    if groups == 0 {
        return leading(start, is_whole);
    }
    if groups == GROUPS_BEFORE_LAST
        && let Some(end) = group(place).filter(|end| is_whole(*end))
    {
        return Some(end);
    }
    let Some(compressed) = place.literal(":") else {
        return zoned(start);
    };
    if is_whole(compressed) {
        return Some(compressed);
    }
    let end = group(compressed).filter(|end| is_whole(*end));
    end.filter(|_| groups < GROUPS_BEFORE_LAST)
}

/// Takes up to seven groups with a colon behind each, and counts them.
fn groups(start: Cursor<'_>) -> (Cursor<'_>, usize) {
    let (mut place, mut groups) = (start, 0);
    while groups < GROUPS_BEFORE_LAST
        && let Some(next) = group(place).and_then(|end| end.literal(":"))
    {
        place = next;
        groups += 1;
    }
    (place, groups)
}

/// `::` with as many groups behind it as there are up to a place that `is_end`.
fn leading(start: Cursor<'_>, is_end: impl Fn(Cursor<'_>) -> bool) -> Option<Cursor<'_>> {
    let colon = start.literal(":")?;
    let mut found = None;
    let mut place = colon;
    for _ in 0..GROUPS_BEFORE_LAST {
        let Some(end) = place.literal(":").and_then(group) else {
            break;
        };
        if is_end(end) {
            found = Some(end);
        }
        place = end;
    }
    found.or_else(|| colon.literal(":").filter(|both| is_end(*both)))
}

/// `fe80:%eth0`; with a group before the zone, the others have taken the address already.
fn zoned(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let zone = start.literal("fe80:%")?;
    zone.some(1, usize::MAX, |byte| byte.is_ascii_alphanumeric())
}

/// Whether no letter or digit follows.
fn is_whole(end: Cursor<'_>) -> bool {
    !end.meets(|byte| byte.is_ascii_alphanumeric())
}

fn group(start: Cursor<'_>) -> Option<Cursor<'_>> {
    start.some(1, 4, |byte| byte.is_ascii_hexdigit())
}

fn version4(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let mut end = octet(start)?.literal(".").filter(|_| start.is_boundary())?;
    end = octet(end)?;
    for _ in 0..2 {
        end = octet(end.literal(".")?)?;
    }
    end.boundary()
}

/// A number up to 255, of which two-digit ones may begin with zero.
fn octet(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let end = start.some(1, 3, |byte| byte.is_ascii_digit())?;
    let text = start.text.get(start.at..end.at)?;
    let is_octet = text.len() < 3 || (!text.starts_with('0') && text.parse::<u8>().is_ok());
    is_octet.then_some(end)
}
