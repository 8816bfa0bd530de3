//! Words that the default rules of mode *improved* do not take for sensitive, although a sensitive
//! word is part of them. This is the list of what *improved* keeps and Relay removes.

use std::sync::LazyLock;

use regex::Regex;

use super::regexes::fixed;

/// The sensitive words that are no part of a harmless one; a match that goes on behind a harmless
/// word must not have any of them.
static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    fixed("(?i)password|secret|passwd|api[-_]key|apikey|auth|credentials|mysql_pwd|private[-_]?key")
});

/// Words that begin like a sensitive one and mean something else; each also stands for itself with
/// an ending that [`WORDS`] names. They count in any case of letters.
const WORDS: [&str; 26] = [
    "author",
    "authors",
    "authored",
    "authoring",
    "authorship",
    "authority",
    "authorities",
    "authoritative",
    "authentic",
    "authenticated",
    "secretary",
    "secretaries",
    "secretariat",
    "tokenize",
    "tokenizes",
    "tokenized",
    "tokenizer",
    "tokenizers",
    "tokenizing",
    "tokenization",
    "token_count",
    "tokencount",
    "token_usage",
    "tokenusage",
    "tokens_used",
    "tokens_per",
];

/// What may stand in front of `tokens` when tokens of a language model are counted.
const COUNTED: [&str; 14] = [
    "max",
    "min",
    "total",
    "num",
    "prompt",
    "completion",
    "input",
    "output",
    "cached",
    "cache",
    "reasoning",
    "new",
    "used",
    "audio",
];

/// Texts that say no more under a sensitive key than a boolean does: what Python's `repr` makes of
/// them, where Relay knows those of JSON.
const LITERALS: [&str; 5] = ["True", "False", "None", "nil", "NULL"];

/// A host name as a whole text has labels of at most this many bytes.
const LABEL_BYTES_MAX: usize = 32;

/// Whether every match of `regex` in a text lies in a harmless word or in the name of a host.
pub(crate) fn spares_text(regex: &Regex, text: &str) -> bool {
    let mut hits = regex.find_iter(text).peekable();
    hits.peek().is_some()
        && hits.all(|hit| {
            is_word(text, &hit) || (is_auth(hit.as_str()) && is_in_host(text, hit.start()))
        })
}

/// Whether every match of `regex` in a key lies in a harmless word.
pub(crate) fn spares_key(regex: &Regex, key: &str) -> bool {
    let mut hits = regex.find_iter(key).peekable();
    hits.peek().is_some() && hits.all(|hit| is_word(key, &hit))
}

/// Whether a text under a sensitive key says nothing.
pub(crate) fn is_literal(text: &str) -> bool {
    LITERALS.contains(&text)
}

/// Whether a match begins with one of the words and has no other sensitive word behind it.
fn is_word(text: &str, hit: &regex::Match<'_>) -> bool {
    word_length(text, hit.start()).is_some_and(|length| {
        let behind = text.get(hit.start() + length..hit.end());
        behind.is_none_or(|behind| !OTHERS.is_match(behind))
    })
}

/// How long the word is that begins at `start` and ends where a word ends.
fn word_length(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let first = rest.bytes().next()?.to_ascii_lowercase();
    let begins = |word: &str| {
        let is_there = word.as_bytes().first() == Some(&first)
            && rest
                .get(..word.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(word));
        is_there && ends_word(rest, word.len())
    };
    if let Some(word) = WORDS.iter().find(|word| begins(word)) {
        return Some(word.len());
    }
    let before = text.get(..start)?;
    let before = before.strip_suffix(['_', '-']).unwrap_or(before);
    let is_counted = begins("tokens") && COUNTED.iter().any(|word| ends_with(before, word));
    is_counted.then_some("tokens".len())
}

fn ends_with(text: &str, word: &str) -> bool {
    let start = text.len().checked_sub(word.len());
    let tail = start.and_then(|start| text.get(start..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(word))
}

/// Whether a word ends at `end`: no letter follows, or a capital that begins the next word.
fn ends_word(text: &str, end: usize) -> bool {
    let (word, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    match rest.chars().next() {
        Some(next) if next.is_ascii_uppercase() => word.ends_with(|c: char| c.is_ascii_lowercase()),
        Some(next) => !next.is_alphanumeric(),
        None => true,
    }
}

fn is_auth(found: &str) -> bool {
    found.eq_ignore_ascii_case("auth")
}

/// Whether `place` is in the host of a URL or of an e-mail address, or the text is nothing but a
/// dotted name such as `auth.example.com` or `django.contrib.auth`.
fn is_in_host(text: &str, place: usize) -> bool {
    let before = text.get(..place).unwrap_or_default();
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let start = before.trim_end_matches(is_host);
    if start.ends_with('@') || start.ends_with("://") {
        return true;
    }
    let is_label = |label: &str| {
        (1..=LABEL_BYTES_MAX).contains(&label.len())
            && label.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && label
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
    };
    text.contains('.') && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::regexes;

    fn spares(text: &str) -> bool {
        spares_text(&regexes::PASSWORD, text)
    }

    #[test]
    fn harmless_words_are_spared_in_any_form() {
        for text in [
            "author",
            "<Author object>",
            "coauthors",
            "postAuthor",
            "authorName",
            "AUTHOR_ID",
            "is_authenticated",
            "unauthenticated",
            "the secretary",
            "tokenizer=bpe",
            "max_tokens=5",
            "totalTokens: 7",
            "token_count: 5",
        ] {
            assert!(spares(text), "{text}");
        }
    }

    #[test]
    fn words_that_only_begin_so_are_not_spared() {
        for text in [
            "authorization",
            "AUTHORIZATION",
            "authorized",
            "author and password",
            "oauth",
            "secretary's secret",
            "secret_key",
            "tokens=1",
            "authx",
            "my_tokens=a",
            "tokenizer_password=x",
        ] {
            assert!(!spares(text), "{text}");
        }
    }

    #[test]
    fn names_of_hosts_are_spared_but_not_what_follows_them() {
        assert!(spares("https://auth.example.com/x?y=1"));
        assert!(spares("mail bob@authsome.example.com"));
        assert!(spares("auth.example.com") && spares("django.contrib.auth"));
        assert!(!spares("https://example.com/auth/abc"));
        assert!(!spares("https://auth.example.com/auth"));
        assert!(!spares("https://secret.example.com/"));
        assert!(!spares("my.auth.S3CRETvalue"));
    }
}
