//! Internet addresses of both versions (reference/GROUPING.md section 7, pattern 4).

use super::Failed;
use super::cursor::{Cursor, is_word_byte};

/// An address of version 6 has eight groups, or fewer with `::` for the missing ones.
const GROUPS: usize = 8;

pub(super) fn ip(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    let end = version6(start).or_else(|| version4(start))?;
    Some(end.at)
}

/// The pattern's many alternatives come down to these: eight groups; `::` behind one to seven
/// groups, with at most one group behind it; `::` in front of up to seven groups.
fn version6(start: Cursor<'_>) -> Option<Cursor<'_>> {
    if start.follows(is_word_byte) {
        return None;
    }
    let mut groups = 0;
    let mut place = start;
    while groups < GROUPS - 1
        && let Some(next) = group(place).and_then(|end| end.literal(":"))
    {
        place = next;
        groups += 1;
    }
    if groups == 0 {
        return leading(start);
    }
    if groups == GROUPS - 1
        && let Some(end) = last_group(place)
    {
        return Some(end);
    }
    let compressed = place.literal(":")?;
    if compressed.meets(|byte| byte.is_ascii_alphanumeric()) {
        let end = last_group(compressed);
        return end.filter(|_| groups < GROUPS - 1);
    }
    Some(compressed)
}

fn leading(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let colon = start.literal(":")?;
    let mut found = None;
    let mut place = colon;
    for _ in 1..GROUPS {
        let Some(end) = place.literal(":").and_then(group) else {
            break;
        };
        if !end.meets(|byte| byte.is_ascii_alphanumeric()) {
            found = Some(end);
        }
        place = end;
    }
    found.or_else(|| {
        let both = colon.literal(":")?;
        (!both.meets(|byte| byte.is_ascii_alphanumeric())).then_some(both)
    })
}

fn group(start: Cursor<'_>) -> Option<Cursor<'_>> {
    start.some(1, 4, |byte| byte.is_ascii_hexdigit())
}

fn last_group(start: Cursor<'_>) -> Option<Cursor<'_>> {
    group(start).filter(|end| !end.meets(|byte| byte.is_ascii_alphanumeric()))
}

fn version4(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let mut end = octet(start.boundary()?)?;
    for _ in 0..3 {
        end = octet(end.literal(".")?)?;
    }
    end.boundary()
}

/// A number up to 255, of which two-digit ones may begin with zero.
fn octet(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let end = start.digits(1, 3)?;
    let text = start.text.get(start.at..end.at)?;
    let is_octet = text.len() < 3 || (!text.starts_with('0') && text.parse::<u8>().is_ok());
    is_octet.then_some(end)
}
