//! Quantities that people type: whole numbers, with a unit where bytes are counted.

use crate::pages::stats::category::Unit;

/// Reads a limit: `1000`, `1,000`, `20 MiB`; nothing for an empty text.
///
/// # Errors
/// What to type instead.
pub(super) fn read(text: &str, unit: Unit) -> Result<Option<i64>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let end = text.find(|char: char| char.is_ascii_alphabetic());
    let (digits, suffix) = text.split_at(end.unwrap_or(text.len()));
    let scale = scale(suffix.trim(), unit).ok_or_else(|| advice(text, unit))?;
    let digits: String = digits
        .chars()
        .filter(|char| !matches!(char, ',' | '_' | ' ' | '\''))
        .collect();
    let number: Option<i64> = digits.parse().ok().filter(|number| *number >= 0);
    let number = number.and_then(|number| number.checked_mul(scale));
    number.map(Some).ok_or_else(|| advice(text, unit))
}

fn scale(suffix: &str, unit: Unit) -> Option<i64> {
    match (suffix.to_ascii_lowercase().as_str(), unit) {
        ("", _) | ("b" | "bytes", Unit::Bytes) => Some(1),
        ("kib" | "kb" | "k", Unit::Bytes) => Some(1 << 10),
        ("mib" | "mb" | "m", Unit::Bytes) => Some(1 << 20),
        ("gib" | "gb" | "g", Unit::Bytes) => Some(1 << 30),
        _ => None,
    }
}

fn advice(text: &str, unit: Unit) -> String {
    let shown: String = text.chars().take(40).collect();
    match unit {
        Unit::Count => format!("“{shown}” is no whole number. Write for example 1000."),
        Unit::Bytes => format!("“{shown}” is no size. Write for example 20 MiB."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_sizes_are_read() {
        assert_eq!(read(" 1,000 ", Unit::Count), Ok(Some(1_000)));
        assert_eq!(read("", Unit::Count), Ok(None));
        assert_eq!(read("0", Unit::Count), Ok(Some(0)));
        assert_eq!(read("20 MiB", Unit::Bytes), Ok(Some(20 << 20)));
        assert_eq!(read("512", Unit::Bytes), Ok(Some(512)));
        for wrong in ["-1", "1.5", "ten", "5 MiB", "99999999999999999999"] {
            assert!(read(wrong, Unit::Count).is_err(), "{wrong}");
        }
        assert!(
            read("9999999999 GiB", Unit::Bytes)
                .unwrap_err()
                .contains("20 MiB")
        );
    }
}
