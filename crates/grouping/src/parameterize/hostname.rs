//! Host names (reference/GROUPING.md section 7, pattern 3).

use super::Failed;
use super::cursor::{Cursor, is_word_byte};

const LABEL_BYTES_MAX: usize = 63;

/// The endings by which a host name is told from other words with dots, sorted.
const ENDINGS: [&str; 99] = [
    "ae", "al", "app", "ar", "at", "au", "be", "bg", "biz", "br", "by", "ca", "cat", "cc", "cf",
    "ch", "cl", "club", "cn", "co", "com", "cz", "de", "dk", "edu", "ee", "es", "eu", "fi", "fm",
    "fr", "ga", "gov", "gq", "gr", "hk", "hr", "hu", "id", "ie", "il", "in", "info", "io", "ir",
    "is", "it", "jobs", "jp", "kr", "kz", "la", "link", "lt", "lv", "ly", "me", "mobi", "ms", "mx",
    "my", "net", "news", "ng", "nl", "no", "nz", "online", "org", "pe", "ph", "pl", "pro", "pt",
    "ro", "rs", "ru", "sa", "se", "sg", "si", "site", "sk", "th", "tips", "tk", "to", "tr", "tv",
    "tw", "ua", "ug", "uk", "us", "vn", "wiki", "xxx", "xyz", "za",
];
const ENDING_BYTES_MAX: usize = 6;

pub(super) fn hostname(start: Cursor<'_>, failed: &mut Failed) -> Option<usize> {
    let is_boundary = || start.meets(is_word_byte) || start.is_after_word();
    if start.at < failed.hostname || !is_boundary() {
        return None;
    }
    let mut label = start;
    loop {
        let end = label.all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let length = end.at - label.at;
        let is_label = (1..=LABEL_BYTES_MAX).contains(&length);
        let Some(next) = end.literal(".").filter(|_| is_label) else {
            // Searches that begin further right come through here too, unless the label was only
            // too long.
            let is_too_long = length > LABEL_BYTES_MAX && end.meets(|byte| byte == b'.');
            let left = if is_too_long { LABEL_BYTES_MAX } else { 0 };
            failed.hostname = end.at - left;
            return None;
        };
        if let Some(end) = ending(next) {
            return Some(end.at);
        }
        label = next;
    }
}

/// Takes a known ending that is a word of its own, all in one case.
fn ending(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let end = start.some(2, ENDING_BYTES_MAX + 1, is_word_byte)?;
    let word = start.text.get(start.at..end.at)?;
    let is_known = if word.bytes().all(|byte| byte.is_ascii_uppercase()) {
        ENDINGS
            .binary_search(&word.to_ascii_lowercase().as_str())
            .is_ok()
    } else {
        ENDINGS.binary_search(&word).is_ok()
    };
    end.boundary().filter(|_| is_known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endings_are_sorted() {
        assert!(ENDINGS.is_sorted());
        assert!(
            ENDINGS
                .iter()
                .all(|ending| ending.len() <= ENDING_BYTES_MAX)
        );
    }
}
