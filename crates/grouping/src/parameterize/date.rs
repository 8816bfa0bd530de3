//! Dates and times of day (reference/GROUPING.md section 7, pattern 9).

use std::ops::RangeInclusive;

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

/// No date begins with more digits than `20060102`.
const DIGITS_MAX: usize = 8;

/// Bytes of a digit of whatever script.
const DIGIT_BYTES_MAX: usize = 4;

pub(super) fn date(start: Cursor<'_>, failed: &mut Failed) -> Option<usize> {
    let end = match start.byte()? {
        b'd' => python_call(start, failed),
        byte if byte.is_ascii_alphabetic() => internet(start)
            .or_else(|| american(start))
            .or_else(|| usenet(start, true))
            .or_else(|| javascript(start, failed))
            .or_else(|| unix(start))
            .or_else(|| mail(start)),
        _ => match beginning(start, failed)? {
            Beginning::Year => rfc3339(start).or_else(|| iso(start)).or_else(|| day(start)),
            Beginning::Compact => iso(start),
            Beginning::Hour => clock(start).or_else(|| padded_clock(start)),
            Beginning::Day => mail(start),
        },
    };
    Some(end?.at)
}

/// What the catalogue of 2023 takes for a date.
pub(super) fn date_2023(start: Cursor<'_>, failed: &mut Failed) -> Option<usize> {
    let end = match start.byte()? {
        b'd' => python_call(start, failed),
        byte if byte.is_ascii_alphabetic() => internet(start)
            .or_else(|| american(start))
            .or_else(|| usenet(start, false))
            .or_else(|| unix(start))
            .or_else(|| mail(start)),
        _ => match beginning(start, failed)? {
            Beginning::Year => rfc3339(start)
                .or_else(|| database(start))
                .or_else(|| day(start)),
            Beginning::Compact => database(start),
            Beginning::Hour => loose_clock(start),
            Beginning::Day => mail(start),
        },
    };
    Some(end?.at)
}

/// What a date that begins with digits can be, by how many there are and what is behind them.
enum Beginning {
    /// `2006-`
    Year,
    /// `200601-` or `20060102 `
    Compact,
    /// `15:`
    Hour,
    /// `02 `
    Day,
}

fn beginning(start: Cursor<'_>, failed: &mut Failed) -> Option<Beginning> {
    if !failed.digits.contains(&start.at) {
        failed.digits = start.at..start.digits(1, usize::MAX)?.at;
    }
    let end = start.skip(failed.digits.end.checked_sub(start.at)?);
    if end.at - start.at > DIGITS_MAX * DIGIT_BYTES_MAX {
        return None;
    }
    let count = start.text.get(start.at..end.at)?.chars().count();
    let has = |byte| end.meets(|next| next == byte);
    match count {
        1 | 2 if has(b':') => Some(Beginning::Hour),
        1 | 2 => end.space().map(|_| Beginning::Day),
        4 => has(b'-').then_some(Beginning::Year),
        6 => has(b'-').then_some(Beginning::Compact),
        DIGITS_MAX => (has(b'T') || end.space().is_some()).then_some(Beginning::Compact),
        _ => None,
    }
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
    let day = two(month.one_of(&MONTHS)?.space()?, b'0'..=b'3')?;
    day.literal(",")?.space()?.digits(2, 4)
}

/// `Monday, 02-Jan-06 15:04:05 MST`
fn usenet(start: Cursor<'_>, may_be_short: bool) -> Option<Cursor<'_>> {
    let short = || start.one_of(&DAYS).filter(|_| may_be_short);
    let name = start.one_of(&LONG_DAYS).or_else(short)?;
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
fn javascript<'t>(start: Cursor<'t>, failed: &mut Failed) -> Option<Cursor<'t>> {
    let day = start.one_of(&DAYS)?.space()?.one_of(&MONTHS)?.space()?;
    let year = day.digits(2, 2)?.space()?.digits(4, 4)?;
    let zone = six_digits(year.space()?)?.space()?.literal("GMT")?;
    let end = zone.one(|byte| matches!(byte, b'+' | b'-'))?.digits(4, 4)?;
    Some(zone_name(end, failed).unwrap_or(end))
}

/// ` (Mountain Standard Time)`
fn zone_name<'t>(start: Cursor<'t>, failed: &mut Failed) -> Option<Cursor<'t>> {
    let inside = start.space()?.literal("(")?;
    if failed.parenthesis.is_some_and(|from| from <= inside.at) {
        return None;
    }
    let Some(length) = inside.length_to([b')', b')']) else {
        failed.parenthesis = Some(inside.at);
        return None;
    };
    (length > 0).then(|| inside.skip(length + 1))
}

/// `datetime.datetime(2006, 1, 2, 15, 4)`
fn python_call<'t>(start: Cursor<'t>, failed: &mut Failed) -> Option<Cursor<'t>> {
    let dot = start.literal("datetime")?;
    let any = dot.character().filter(|any| *any != '\n')?;
    let inside = dot.skip(any.len_utf8()).literal("datetime(")?;
    if failed.call.contains(&inside.at) {
        return None;
    }
    let length = inside.length_to([b')', b'\n']);
    let end = inside.skip(length.unwrap_or(inside.rest().len()));
    let close = end.literal(")");
    if close.is_none() {
        failed.call = inside.at..end.at;
    }
    close
}

/// `2006-01-02 15:04:05.999+0700`, with or without hyphens, colons, seconds, fraction and zone.
fn iso(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let day = compact_day(start)?;
    let hour = day.literal("T").or_else(|| day.space())?;
    let minute = two(hour, b'0'..=b'2')?;
    let minute = two(minute.maybe(colon), b'0'..=b'5')?;
    let second = two(minute.maybe(colon), b'0'..=b'5');
    let fraction = second.and_then(fraction);
    let forms = [fraction, second, Some(minute)].into_iter().flatten();
    let mut zoned = forms.clone().filter_map(offset);
    zoned.next().or_else(|| forms.clone().next())
}

/// `2006-01-02 15:04:05.999` as the catalogue of 2023 has it.
fn database(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let minute = two(compact_day(start)?.space()?, b'0'..=b'2')?.literal(":")?;
    let second = two(minute, b'0'..=b'5')?.literal(":")?;
    Some(two(second, b'0'..=b'5')?.maybe(fraction))
}

/// `20060102` with or without hyphens.
fn compact_day(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let month = start.digits(4, 4)?.maybe(|end| end.literal("-"));
    let day = two(month, b'0'..=b'1')?.maybe(|end| end.literal("-"));
    two(day, b'0'..=b'3')
}

/// A time of day with an optional `am` or `pm`, or one of the 24-hour clock.
fn clock(start: Cursor<'_>) -> Option<Cursor<'_>> {
    if start.is_after_digit() {
        return None;
    }
    let (hour, is_half) = hour(start)?;
    let end = two(hour, b'0'..=b'5')?;
    let end = end.maybe(|end| two(end.literal(":")?, b'0'..=b'5'));
    let goes_on = end.digit().or_else(|| colon(end)).is_some();
    (!goes_on).then(|| if is_half { end.maybe(half_day) } else { end })
}

/// An hour with the colon behind it, and whether it is one of the 12-hour clock.
fn hour(start: Cursor<'_>) -> Option<(Cursor<'_>, bool)> {
    if let Some(end) = start.digit().and_then(colon) {
        return Some((end, start.meets(|byte| matches!(byte, b'1'..=b'9'))));
    }
    let early = two(start, b'0'..=b'1');
    let end = early.or_else(|| start.literal("2")?.one(|byte| matches!(byte, b'0'..=b'3')))?;
    let noon = start.literal("1");
    let is_half = noon.is_some_and(|end| end.meets(|byte| matches!(byte, b'0'..=b'2')));
    Some((colon(end)?, is_half))
}

fn half_day(start: Cursor<'_>) -> Option<Cursor<'_>> {
    am_or_pm(start.maybe(Cursor::space))
}

fn am_or_pm(start: Cursor<'_>) -> Option<Cursor<'_>> {
    start
        .one(|byte| matches!(byte, b'a' | b'A' | b'p' | b'P'))?
        .one(|byte| matches!(byte, b'm' | b'M'))
}

/// What the catalogue of 2023 takes for a time of day.
fn loose_clock(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let minute = start.digits(1, 2)?.literal(":")?.digits(2, 2)?;
    let second = minute.maybe(|end| end.literal(":")?.digits(2, 2));
    Some(second.maybe(am_or_pm))
}

/// `2006-01-02`
fn day(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let month = two(start.digits(4, 4)?.literal("-")?, b'0'..=b'1')?;
    two(month.literal("-")?, b'0'..=b'3')
}

/// `15:04:05` where neighbours rule out [`clock`].
fn padded_clock(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let minute = two(start, b'0'..=b'2')?.literal(":")?;
    let second = two(minute, b'0'..=b'5')?.literal(":")?;
    two(second, b'0'..=b'5')
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
    let minute = two(minute, b'0'..=b'5')?;
    let second = minute.maybe(|end| {
        let second = end.literal(":")?;
        let leap = second.literal("60");
        leap.or_else(|| two(second, b'0'..=b'5'))
    });
    zone(second.spaces()?, true)
}

fn day_of_month(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let early = || start.literal("0")?.one(|byte| matches!(byte, b'1'..=b'9'));
    let late = || start.literal("3")?.one(|byte| matches!(byte, b'0'..=b'1'));
    early()
        .or_else(|| two(start, b'1'..=b'2'))
        .or_else(late)
        .or_else(|| start.digit())
}

fn year_of_four(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let century = start.literal("19").and_then(|end| end.digits(2, 2));
    century.or_else(|| start.one(|byte| matches!(byte, b'2'..=b'9'))?.digits(3, 3))
}

fn hour_of_day(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let evening = || start.literal("2")?.one(|byte| matches!(byte, b'0'..=b'3'));
    evening().or_else(|| two(start, b'0'..=b'1'))
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
        let hour = two(sign, b'0'..=b'2')?;
        two(hour.maybe(colon), b'0'..=b'5')
    })
}

/// `-0700` if numbers are allowed, or the name of a zone.
fn zone(start: Cursor<'_>, has_numbers: bool) -> Option<Cursor<'_>> {
    let number = || {
        let sign = start.one(|byte| matches!(byte, b'+' | b'-'))?;
        two(sign.digits(2, 2)?, b'0'..=b'5')
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

/// A byte of this range and a digit.
fn two(start: Cursor<'_>, first: RangeInclusive<u8>) -> Option<Cursor<'_>> {
    start.one(|byte| first.contains(&byte))?.digit()
}
