//! Dates and times of day (reference/GROUPING.md section 7, pattern 9).

use memchr::{memchr, memchr2};

use super::Failed;
use super::cursor::Cursor;

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const LONG_DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const ZONES: [&str; 10] = [
    "UT", "GMT", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT",
];

/// A closing parenthesis is looked for within this many bytes, so that a search has an end.
const PARENTHESIS_BYTES_MAX: usize = 1024;

/// No date begins with more digits than `20060102`.
const DIGITS_MAX: usize = 8;

pub(super) fn date(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    let byte = start.byte()?;
    let end = if byte.is_ascii_digit() {
        let is_long = start.digits(DIGITS_MAX + 1, DIGITS_MAX + 1).is_some();
        if is_long {
            None
        } else {
            with_number_first(start)
        }
    } else if byte == b'd' {
        python_call(start)
    } else {
        with_name_first(start)
    };
    Some(end?.at)
}

fn with_name_first(start: Cursor<'_>) -> Option<Cursor<'_>> {
    internet(start)
        .or_else(|| american(start))
        .or_else(|| usenet(start))
        .or_else(|| javascript(start))
        .or_else(|| unix(start))
        .or_else(|| mail(start))
}

fn with_number_first(start: Cursor<'_>) -> Option<Cursor<'_>> {
    rfc3339(start)
        .or_else(|| iso(start))
        .or_else(|| clock(start))
        .or_else(|| day(start))
        .or_else(|| padded_clock(start))
        .or_else(|| mail(start))
}

/// `Mon, 2 Jan 2006 15:04:05 -0700`
fn internet(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let day = start.one_of(&DAYS)?.literal(",")?.space()?.digits(1, 2)?;
    let year = day.space()?.one_of(&MONTHS)?.space()?.digits(2, 4)?;
    let minute = year.space()?.digits(1, 2)?.literal(":")?.digits(1, 2)?;
    let second = minute.maybe(|end| end.literal(":")?.digits(1, 2));
    zone(second.space()?, true)
}

/// `Mon Jan 02, 1999`
fn american(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let month = start.maybe(|start| start.one_of(&DAYS)?.space());
    let day = two(month.one_of(&MONTHS)?.space()?, b'0'..=b'3', b'0'..=b'9')?;
    day.literal(",")?.space()?.digits(2, 4)
}

/// `Monday, 02-Jan-06 15:04:05 MST`
fn usenet(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let name = start.one_of(&LONG_DAYS).or_else(|| start.one_of(&DAYS))?;
    let month = name.literal(",")?.space()?.digits(2, 2)?.literal("-")?;
    let year = month.one_of(&MONTHS)?.literal("-")?.digits(2, 2)?;
    zone(six_digits(year.space()?)?.space()?, false)
}

/// `2006-01-02T15:04:05.999Z07:00`
fn rfc3339(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let month = start.digits(4, 4)?.literal("-")?.digits(2, 2)?;
    let day = month.literal("-")?.digits(2, 2)?;
    let second = six_digits(day.literal("T")?)?;
    let zulu = second.maybe(fraction).maybe(|end| end.literal("Z"));
    Some(zulu.maybe(|end| {
        let hour = end.maybe(|end| end.one(|byte| matches!(byte, b'+' | b'-')));
        hour.digits(2, 2)?.literal(":")?.digits(2, 2)
    }))
}

/// `Mon Jan 02 2006 15:04:05 GMT-0700 (MST)`
fn javascript(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let day = start.one_of(&DAYS)?.space()?.one_of(&MONTHS)?.space()?;
    let year = day.digits(2, 2)?.space()?.digits(4, 4)?;
    let zone = six_digits(year.space()?)?.space()?.literal("GMT")?;
    let end = zone.one(|byte| matches!(byte, b'+' | b'-'))?.digits(4, 4)?;
    Some(end.maybe(zone_name))
}

/// `2006-01-02 15:04:05.999+0700`, with or without hyphens, colons, seconds, fraction and zone.
fn iso(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let month = start.digits(4, 4)?.maybe(|end| end.literal("-"));
    let day = two(month, b'0'..=b'1', b'0'..=b'9')?.maybe(|end| end.literal("-"));
    let day = two(day, b'0'..=b'3', b'0'..=b'9')?;
    let hour = day.literal("T").or_else(|| day.space())?;
    let minute = two(hour, b'0'..=b'2', b'0'..=b'9')?;
    let minute = two(minute.maybe(colon), b'0'..=b'5', b'0'..=b'9')?;
    let second = two(minute.maybe(colon), b'0'..=b'5', b'0'..=b'9');
    let fraction = second.and_then(fraction);
    let forms = [fraction, second, Some(minute)].into_iter().flatten();
    let mut zoned = forms.clone().filter_map(offset);
    zoned.next().or_else(|| forms.clone().next())
}

/// A time of day with an optional `am` or `pm`, or one of the 24-hour clock.
fn clock(start: Cursor<'_>) -> Option<Cursor<'_>> {
    if start.follows(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hour = start.digits(1, 2)?;
    let number: u8 = start.text.get(start.at..hour.at)?.parse().ok()?;
    let end = two(hour.literal(":")?, b'0'..=b'5', b'0'..=b'9')?;
    let end = end.maybe(|end| two(end.literal(":")?, b'0'..=b'5', b'0'..=b'9'));
    let goes_on = end.meets(|byte| byte.is_ascii_digit() || byte == b':');
    let is_padded = start.meets(|byte| byte == b'0');
    match number {
        _ if goes_on => None,
        1..=12 if !is_padded => Some(end.maybe(half_day)),
        0..=23 => Some(end),
        _ => None,
    }
}

fn half_day(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let half = start.maybe(Cursor::space);
    half.one(|byte| matches!(byte, b'a' | b'A' | b'p' | b'P'))?
        .one(|byte| matches!(byte, b'm' | b'M'))
}

/// `2006-01-02`
fn day(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let month = two(start.digits(4, 4)?.literal("-")?, b'0'..=b'1', b'0'..=b'9')?;
    two(month.literal("-")?, b'0'..=b'3', b'0'..=b'9')
}

/// `15:04:05` where neighbours rule out [`clock`].
fn padded_clock(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let minute = two(start, b'0'..=b'2', b'0'..=b'9')?.literal(":")?;
    let second = two(minute, b'0'..=b'5', b'0'..=b'9')?.literal(":")?;
    two(second, b'0'..=b'5', b'0'..=b'9')
}

/// `Mon Jan 2 15:04:05 2006`
fn unix(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let month = start.boundary()?;
    let month = month.maybe(|start| start.one_of(&DAYS)?.spaces());
    let day = month.one_of(&MONTHS)?.spaces()?.digits(1, 2)?;
    six_digits(day.spaces()?)?.spaces()?.digits(4, 4)
}

/// `Mon, 02 Jan 2006 15:04 MST`
fn mail(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let day = start.boundary()?;
    let day = day.maybe(|start| start.one_of(&DAYS)?.literal(",")?.spaces());
    let year = day_of_month(day)?.spaces()?.one_of(&MONTHS)?.spaces()?;
    let hour = year_of_four(year)?.spaces()?;
    let minute = hour_of_day(hour)?.literal(":")?;
    let minute = two(minute, b'0'..=b'5', b'0'..=b'9')?;
    let second = minute.maybe(|end| {
        let second = end.literal(":")?;
        let leap = second.literal("60");
        leap.or_else(|| two(second, b'0'..=b'5', b'0'..=b'9'))
    });
    zone(second.spaces()?, true)
}

fn day_of_month(start: Cursor<'_>) -> Option<Cursor<'_>> {
    two(start, b'0'..=b'0', b'1'..=b'9')
        .or_else(|| two(start, b'1'..=b'2', b'0'..=b'9'))
        .or_else(|| two(start, b'3'..=b'3', b'0'..=b'1'))
        .or_else(|| start.digits(1, 1))
}

fn year_of_four(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let century = start.literal("19").and_then(|end| end.digits(2, 2));
    century.or_else(|| {
        start
            .one(|byte| (b'2'..=b'9').contains(&byte))?
            .digits(3, 3)
    })
}

fn hour_of_day(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let evening = two(start, b'2'..=b'2', b'0'..=b'3');
    evening.or_else(|| two(start, b'0'..=b'1', b'0'..=b'9'))
}

/// `datetime.datetime(…)`, up to the first closing parenthesis on the line.
fn python_call(start: Cursor<'_>) -> Option<Cursor<'_>> {
    // The dot in the pattern stands for any character.
    let dot = start.literal("datetime")?;
    let character = dot.character().filter(|dot| *dot != '\n')?;
    let inside = dot.skip(character.len_utf8()).literal("datetime(")?;
    let length = memchr2(b')', b'\n', within_limit(inside))?;
    inside.skip(length).literal(")")
}

/// `(MST)`
fn zone_name(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let inside = start.space()?.literal("(")?;
    let length = memchr(b')', within_limit(inside)).filter(|length| *length > 0)?;
    Some(inside.skip(length + 1))
}

fn within_limit(start: Cursor<'_>) -> &[u8] {
    let rest = start.rest();
    rest.get(..PARENTHESIS_BYTES_MAX).unwrap_or(rest)
}

fn colon(start: Cursor<'_>) -> Option<Cursor<'_>> {
    start.literal(":")
}

fn fraction(start: Cursor<'_>) -> Option<Cursor<'_>> {
    start.literal(".")?.digits(1, usize::MAX)
}

/// `+07:00` or `Z`
fn offset(start: Cursor<'_>) -> Option<Cursor<'_>> {
    start.literal("Z").or_else(|| {
        let sign = start.one(|byte| matches!(byte, b'+' | b'-'))?;
        let hour = two(sign, b'0'..=b'2', b'0'..=b'9')?;
        two(hour.maybe(colon), b'0'..=b'5', b'0'..=b'9')
    })
}

/// `-0700` if numbers are allowed, or the name of a zone.
fn zone(start: Cursor<'_>, has_numbers: bool) -> Option<Cursor<'_>> {
    let number = || {
        let sign = start.one(|byte| matches!(byte, b'+' | b'-'))?;
        two(sign.digits(2, 2)?, b'0'..=b'5', b'0'..=b'9')
    };
    let letter = || start.one(|byte| byte.is_ascii_uppercase() && byte != b'J');
    let name = || start.one_of(&ZONES).or_else(letter);
    has_numbers.then(number).flatten().or_else(name)
}

/// `15:04:05` of any digits.
fn six_digits(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let minute = start.digits(2, 2)?.literal(":")?.digits(2, 2)?;
    minute.literal(":")?.digits(2, 2)
}

/// Two bytes, one of each range.
fn two(
    start: Cursor<'_>,
    first: std::ops::RangeInclusive<u8>,
    second: std::ops::RangeInclusive<u8>,
) -> Option<Cursor<'_>> {
    start
        .one(|byte| first.contains(&byte))?
        .one(|byte| second.contains(&byte))
}
