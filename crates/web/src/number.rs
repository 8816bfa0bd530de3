//! Numbers as people read them: short in the page, exact on hover.

/// A count in at most four figures with a suffix: `999`, `1.2k`, `12.4k`, `124k`, `1.2M`.
/// Cut, never rounded up, so that 999,999 does not read as a million.
#[must_use]
pub fn short(number: i64) -> String {
    const STEPS: [(u64, &str); 3] = [(1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k")];
    let size = number.unsigned_abs();
    let sign = if number < 0 { "-" } else { "" };
    let Some((step, suffix)) = STEPS.into_iter().find(|(step, _)| size >= *step) else {
        return number.to_string();
    };
    let (whole, tenth) = (size / step, size % step * 10 / step);
    if whole >= 100 || tenth == 0 {
        format!("{sign}{whole}{suffix}")
    } else {
        format!("{sign}{whole}.{tenth}{suffix}")
    }
}

/// The whole number with a comma between groups of three figures.
#[must_use]
pub fn exact(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count of bytes in at most four figures with its unit: `12 B`, `1.2 KiB`, `3 MiB`.
/// Cut, never rounded up.
#[must_use]
pub fn bytes(number: i64) -> String {
    const STEPS: [(u64, &str); 4] = [
        (1 << 40, "TiB"),
        (1 << 30, "GiB"),
        (1 << 20, "MiB"),
        (1 << 10, "KiB"),
    ];
    let size = number.unsigned_abs();
    let sign = if number < 0 { "-" } else { "" };
    let Some((step, unit)) = STEPS.into_iter().find(|(step, _)| size >= *step) else {
        return format!("{number} B");
    };
    let (whole, tenth) = (size / step, size % step * 10 / step);
    if whole >= 100 || tenth == 0 {
        format!("{sign}{whole} {unit}")
    } else {
        format!("{sign}{whole}.{tenth} {unit}")
    }
}

/// A part of a total in whole hundredths: `62 %`, `<1 %` for little, `0 %` for nothing.
#[must_use]
pub fn share(part: i64, total: i64) -> String {
    if part <= 0 || total <= 0 {
        return "0 %".to_owned();
    }
    match i128::from(part) * 100 / i128::from(total) {
        0 => "<1 %".to_owned(),
        percent => format!("{} %", percent.min(100)),
    }
}

/// What is left of a total without a part, for rates that matter close to the whole: `99.87 %`.
/// Cut, never rounded up, so that one crash in a million does not read as none.
#[must_use]
pub fn rate_without(part: i64, total: i64) -> String {
    if total <= 0 {
        return "–".to_owned();
    }
    let rest = i128::from(total.saturating_sub(part).max(0));
    let rate = rest * 10_000 / i128::from(total);
    match (rate / 100, rate % 100) {
        (whole, 0) => format!("{whole} %"),
        (whole, hundredths) => format!("{whole}.{hundredths:02} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_a_unit() {
        let cases = [
            (0, "0 B"),
            (1_023, "1023 B"),
            (1_536, "1.5 KiB"),
            (100 << 20, "100 MiB"),
            ((1 << 30) - 1, "1023 MiB"),
        ];
        for (number, expected) in cases {
            assert_eq!(bytes(number), expected);
        }
    }

    #[test]
    fn shares_and_rates_are_never_rounded_up() {
        assert_eq!(share(0, 10), "0 %");
        assert_eq!(share(1, 1_000), "<1 %");
        assert_eq!(share(999, 1_000), "99 %");
        assert_eq!(rate_without(0, 3), "100 %");
        assert_eq!(rate_without(1, 1_000_000), "99.99 %");
        assert_eq!(rate_without(1, 3), "66.66 %");
        assert_eq!(rate_without(5, 100), "95 %");
        assert_eq!(rate_without(0, 0), "–");
    }

    #[test]
    fn short_numbers_keep_one_decimal_below_a_hundred() {
        let cases = [
            (0, "0"),
            (999, "999"),
            (1_000, "1k"),
            (1_204, "1.2k"),
            (12_403, "12.4k"),
            (124_999, "124k"),
            (999_999, "999k"),
            (1_250_000, "1.2M"),
            (-1_500, "-1.5k"),
            (i64::MAX, "9223372036B"),
        ];
        for (number, expected) in cases {
            assert_eq!(short(number), expected);
        }
    }

    #[test]
    fn exact_numbers_are_grouped_by_three() {
        assert_eq!(exact(0), "0");
        assert_eq!(exact(-1_234), "-1,234");
        assert_eq!(exact(123), "123");
        assert_eq!(exact(1_234_567), "1,234,567");
        assert_eq!(exact(i64::MIN), "-9,223,372,036,854,775,808");
    }
}
