//! Numbers (reference/GROUPING.md section 7, patterns 10, 14 and 15).

use super::Failed;
use super::cursor::Cursor;
use super::identifier::after_sign;

/// More digits than these are an identifier.
const INT_DIGITS_MAX: usize = 7;

pub(super) fn duration(start: Cursor<'_>, failed: &mut Failed) -> Option<usize> {
    if start.at < failed.duration {
        return None;
    }
    let number = start.digits(1, usize::MAX)?;
    let milliseconds = || start.boundary().and(number.literal("ms"));
    let seconds = || {
        let whole = number.maybe(|end| end.literal(".")?.digits(1, usize::MAX));
        let end = whole.literal("s").or_else(|| number.literal("s"))?;
        end.boundary()
    };
    let end = milliseconds().or_else(seconds);
    if end.is_none() {
        failed.duration = number.at;
    }
    Some(end?.at)
}

/// The catalogue of 2023 looks at one digit before the point of seconds.
pub(super) fn duration_2023(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    let milliseconds = || start.boundary()?.digits(1, usize::MAX)?.literal("ms");
    let seconds = || {
        let number = start.digit()?;
        let whole = number.maybe(|end| end.literal(".")?.digits(1, usize::MAX));
        let end = whole.literal("s").or_else(|| number.literal("s"))?;
        end.boundary()
    };
    Some(milliseconds().or_else(seconds)?.at)
}

pub(super) fn float(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    let first = start.maybe(|start| start.literal("-"));
    let whole = first.digits(1, usize::MAX)?;
    let end = whole.literal(".")?.digits(1, usize::MAX)?;
    Some(end.boundary()?.at)
}

pub(super) fn int(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    let end = after_sign(start)?.digits(1, INT_DIGITS_MAX)?;
    Some(end.boundary()?.at)
}

/// A number of any length; a hyphen before it is a sign wherever it stands.
pub(super) fn int_2023(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    let first = start.maybe(|start| start.literal("-"));
    Some(first.digits(1, usize::MAX)?.boundary()?.at)
}
