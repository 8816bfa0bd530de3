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

#[cfg(test)]
mod tests {
    use super::*;

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
