//! When a job is meant to run: every so often, or by a crontab.

use std::ops::RangeInclusive;

use super::super::flaw::Flaw;
use super::super::raw::Raw;
use super::invalid;

const UNITS: [&str; 6] = ["year", "month", "week", "day", "hour", "minute"];
/// What stands for a whole crontab.
const NICKNAMES: [&str; 7] = [
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@midnight",
    "@hourly",
];
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
/// How long a crontab may be.
const CRONTAB_BYTES_MAX: usize = 1000;

/// One of the five fields of a crontab: its numbers, the names for them, and the number of the
/// first name.
struct CrontabField {
    range: RangeInclusive<u32>,
    names: &'static [&'static str],
    first_name: u32,
}

const fn numbers(range: RangeInclusive<u32>) -> CrontabField {
    CrontabField {
        range,
        names: &[],
        first_name: 0,
    }
}

/// Minute, hour, day of the month, month, day of the week; Sunday is 0 and 7.
const FIELDS: [CrontabField; 5] = [
    numbers(0..=59),
    numbers(0..=23),
    numbers(1..=31),
    CrontabField {
        range: 1..=12,
        names: &MONTHS,
        first_name: 1,
    },
    CrontabField {
        range: 0..=7,
        names: &DAYS,
        first_name: 0,
    },
];

/// Whether `monitor_config.schedule` can be kept.
///
/// # Errors
/// A [`Flaw`] that tells what is wrong.
pub(super) fn check(schedule: Raw<'_>) -> Result<(), Flaw> {
    let [kind, value, unit] = schedule.pick(["type", "value", "unit"])?;
    let kind = kind.and_then(Raw::text).unwrap_or_default();
    match &*kind {
        "crontab" => {
            let crontab = value.and_then(Raw::text);
            check_crontab(&crontab.ok_or(invalid("lacks the text of its crontab"))?)
        }
        "interval" => {
            let unit = unit.and_then(Raw::text).unwrap_or_default();
            if value.and_then(Raw::whole_number).is_none_or(|it| it == 0) {
                Err(invalid("has an interval that is not a positive number"))
            } else if !UNITS.contains(&&*unit) {
                Err(invalid("has an interval of an unknown unit"))
            } else {
                Ok(())
            }
        }
        _ => Err(invalid(
            "has a schedule that is neither crontab nor interval",
        )),
    }
}

fn check_crontab(text: &str) -> Result<(), Flaw> {
    if text.len() > CRONTAB_BYTES_MAX {
        return Err(invalid("has a crontab of more than 1000 bytes"));
    }
    let text = text.trim().to_ascii_lowercase();
    if NICKNAMES.contains(&&*text) {
        return Ok(());
    }
    if text.split_whitespace().count() != FIELDS.len() {
        return Err(invalid("has a crontab that does not have five fields"));
    }
    for ((text, field), number) in text.split_whitespace().zip(&FIELDS).zip(1..) {
        if !text.split(',').all(|part| field.holds(part)) {
            return Err(Flaw {
                reason: "invalid_check_in",
                words: format!("has a crontab that is not one: field {number} of 5 cannot be read")
                    .into(),
            });
        }
    }
    Ok(())
}

impl CrontabField {
    /// Whether a part between commas can be read: `*`, `a` or `a-b`, with `/step` or without, or
    /// one of the forms for the last or the nth day.
    fn holds(&self, part: &str) -> bool {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (part, None),
        };
        let is_step = |step: &str| number(step).is_some_and(|it| it > 0);
        if step.is_some_and(|step| !is_step(step)) {
            return false;
        }
        match range.split_once('-') {
            Some((first, last)) => match (self.number(first), self.number(last)) {
                (Some(first), Some(last)) => first <= last || *self.range.start() == 0,
                _ => false,
            },
            None => range == "*" || self.number(range).is_some() || self.is_special(range),
        }
    }

    /// `l` is the last day of a month, `5l` its last Friday, `5#2` its second one.
    fn is_special(&self, text: &str) -> bool {
        let is_day_of_month = *self.range.end() == 31;
        let is_day_of_week = *self.range.end() == 7;
        if is_day_of_month {
            return text == "l" || text == "?";
        }
        let last = text.strip_suffix('l').and_then(|day| self.number(day));
        let nth = text.split_once('#').is_some_and(|(day, nth)| {
            self.number(day).is_some() && number(nth).is_some_and(|it| (1..=5).contains(&it))
        });
        is_day_of_week && (last.is_some() || nth || text == "?")
    }

    fn number(&self, text: &str) -> Option<u32> {
        let named = self.names.iter().zip(self.first_name..);
        let mut named = named.filter(|(name, _)| **name == text);
        let found = named.next().map(|(_, number)| number);
        let found = found.or_else(|| number(text))?;
        self.range.contains(&found).then_some(found)
    }
}

/// A number of digits alone.
fn number(text: &str) -> Option<u32> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(schedule: &str) -> Result<(), String> {
        let raw = Raw::whole(schedule.as_bytes()).expect("JSON");
        check(raw).map_err(|flaw| flaw.words.into_owned())
    }

    #[test]
    fn crontabs_of_five_fields_are_read() {
        for text in [
            "0 3 * * *",
            "*/15 0-6,20-23 1,15 jan-mar MON-FRI",
            "5/10 * L * 5#2",
            "0 0 ? * 5L",
            "0 22-6 * * 7",
            "  @daily ",
            "@HOURLY",
        ] {
            assert_eq!(check_crontab(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn other_crontabs_are_refused_with_the_field() {
        for (text, field) in [
            ("60 * * * *", 1),
            ("* 24 * * *", 2),
            ("* * 0 * *", 3),
            ("* * 20-10 * *", 3),
            ("* * * 13 *", 4),
            ("* * * * 8", 5),
            ("* * * * mond", 5),
            ("*/0 * * * *", 1),
            ("1, * * * *", 1),
            ("+1 * * * *", 1),
            ("1-2-3 * * * *", 1),
            ("* * * * 1#6", 5),
        ] {
            let flaw = check_crontab(text).expect_err("bad");
            let expected =
                format!("has a crontab that is not one: field {field} of 5 cannot be read");
            assert_eq!(flaw.words, expected, "{text}");
        }
        for text in ["", "* * * *", "* * * * * *", "@reboot"] {
            let flaw = check_crontab(text).expect_err("bad");
            assert_eq!(
                flaw.words, "has a crontab that does not have five fields",
                "{text}"
            );
        }
        assert!(check_crontab(&"1,".repeat(501)).is_err());
    }

    #[test]
    fn an_interval_is_a_positive_number_of_a_known_unit() {
        assert_eq!(
            words(r#"{"type":"interval","value":10,"unit":"minute"}"#),
            Ok(())
        );
        for schedule in [
            r#"{"type":"interval","value":0,"unit":"minute"}"#,
            r#"{"type":"interval","value":-1,"unit":"minute"}"#,
            r#"{"type":"interval","value":1.5,"unit":"minute"}"#,
            r#"{"type":"interval","unit":"minute"}"#,
        ] {
            let expected = "has an interval that is not a positive number";
            assert_eq!(words(schedule), Err(expected.to_owned()), "{schedule}");
        }
        let expected = "has an interval of an unknown unit".to_owned();
        assert_eq!(
            words(r#"{"type":"interval","value":1,"unit":"second"}"#),
            Err(expected.clone())
        );
        assert_eq!(words(r#"{"type":"interval","value":1}"#), Err(expected));
    }

    #[test]
    fn a_schedule_is_one_of_two_kinds() {
        let expected = "has a schedule that is neither crontab nor interval".to_owned();
        assert_eq!(words("{}"), Err(expected.clone()));
        assert_eq!(words(r#"{"type":"moon"}"#), Err(expected.clone()));
        assert_eq!(words("7"), Err(expected));
        let expected = "lacks the text of its crontab".to_owned();
        assert_eq!(words(r#"{"type":"crontab","value":5}"#), Err(expected));
    }
}
