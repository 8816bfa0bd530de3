use super::numbers::{digits_max, has_card_number, has_iban, has_ipv4, has_ipv6, has_ssn};
use super::words::{Words, is_whole_word};
use super::{Hint, Hints, Look, Seen};

/// What is known about a text after one look at each byte. The features of a text also hold, as
/// an upper bound, for what redactions leave of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features {
    hints: Hints,
    seen: Seen,
    /// The words, once somebody asked.
    words: Option<Words>,
    /// Whether parts of the text stem from redactions.
    redacted: bool,
}

impl Features {
    /// The features of a text that was looked at; `redacted` says that parts of it stem from
    /// redactions, `wanted` which hints anybody will ask for.
    pub(crate) fn of(look: Look<'_>, redacted: bool, wanted: Hints) -> Self {
        Self {
            hints: hints(look, redacted, wanted),
            seen: look.seen,
            words: None,
            redacted,
        }
    }

    /// The hints that may hold; [`Features::allow`] looks closer.
    pub(crate) fn hints(&self) -> Hints {
        self.hints
    }

    /// Notes that a redaction took place, which left `text`; `None` when more than that can be
    /// searched.
    pub(crate) fn redacted(&mut self, left: Option<&str>, wanted: Hints) {
        match left {
            Some(text) => *self = Self::of(Look::at(text), true, wanted),
            None => self.redacted = true,
        }
    }

    /// Notes that nothing is left to search.
    pub(crate) fn exhausted(&mut self) {
        self.redacted = true;
        self.hints = Hints::NONE;
        self.seen = Seen::default();
    }

    /// Whether a regex with this hint may match `text`, the text that these features are of, or
    /// what redactions left of it.
    pub(crate) fn allow(&mut self, hint: Hint, text: &str) -> bool {
        // NUL is dropped before a search, which may join what it parted.
        if self.seen.has(Seen::NUL) {
            return true;
        }
        self.hints.overlap(Hints::of(hint))
            && match hint {
                Hint::Length(bytes) => text.len() >= bytes,
                Hint::Digits(count) => digits_max(self.seen, text) >= count,
                Hint::Pem => self.words(text).pem(),
                Hint::Token => self.words(text).token(),
                Hint::Password => self.words(text).password(),
                _ => true,
            }
    }

    /// Whether the regex with this hint matches without doubt, once the hint allows it; with
    /// `spares`, whether it does so not only in harmless words.
    pub(crate) fn assure(&mut self, hint: Hint, spares: bool, text: &str) -> bool {
        let is_plain = !self.redacted && !self.seen.has(Seen::FOREIGN.and(Seen::NUL));
        is_plain
            && match hint {
                Hint::Token => !spares && self.words(text).token(),
                Hint::Password if spares => self.words(text).password_unspared(),
                Hint::Password => self.words(text).password_surely(),
                _ => false,
            }
    }

    fn words(&mut self, text: &str) -> Words {
        *self.words.get_or_insert_with(|| Words::of(text))
    }
}

/// Those of the wanted hints that may hold for a text.
pub(crate) fn hints(look: Look<'_>, redacted: bool, wanted: Hints) -> Hints {
    let Look { text, seen } = look;
    if seen.has(Seen::NUL) {
        return Hints::ALL;
    }
    let mut found = Hints::seen_in(seen).only(wanted);
    if found.overlap(NUMBERS) {
        // Digits and letters may be of any script; the edges of redactions are edges of words too.
        let foreign = seen.has(Seen::FOREIGN);
        let any = redacted || foreign;
        let mut check = |hint, holds: &dyn Fn() -> bool| {
            if found.overlap(Hints::of(hint)) && !holds() {
                found = found.without(hint);
            }
        };
        check(Hint::Ipv4, &|| has_ipv4(text));
        check(Hint::Ipv6, &|| has_ipv6(text));
        check(Hint::CardNumber, &|| foreign || has_card_number(text));
        check(Hint::Ssn, &|| has_ssn(text, any));
        check(Hint::Iban, &|| has_iban(text, any));
    }
    if wanted.overlap(Hints::of(Hint::Password)) && is_whole_word(text) {
        found = found.and(Hints::of(Hint::Password));
    }
    found
}

/// The hints of numbers, whose form is looked at.
const NUMBERS: Hints = Hints::of(Hint::Ipv4)
    .and(Hints::of(Hint::Ipv6))
    .and(Hints::of(Hint::CardNumber))
    .and(Hints::of(Hint::Ssn))
    .and(Hints::of(Hint::Iban));

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(hint: Hint, text: &str) -> bool {
        Features::of(Look::at(text), false, Hints::ALL).allow(hint, text)
    }

    #[test]
    fn card_numbers_may_be_grouped_but_not_scattered() {
        assert!(allows(Hint::CardNumber, "x 4111 1111-1111 1111 y"));
        assert!(!allows(Hint::CardNumber, "4111  1111  1111  1111"));
        assert!(!allows(
            Hint::CardNumber,
            "at 0x7f0156e4c110, 2026-11-20T10:00:00"
        ));
    }

    #[test]
    fn ibans_and_social_security_numbers_are_told_from_other_digits() {
        assert!(allows(Hint::Iban, "to DE89370400440532013000."));
        assert!(!allows(Hint::Iban, "HTTP/1.1 DEADBEEF 12345678901234567"));
        assert!(allows(Hint::Ssn, "ssn 078-05-1120"));
        assert!(!allows(Hint::Ssn, "2026-11-20T10:00:00"));
        assert!(!allows(Hint::Ssn, "order 2026-42-0007"));
    }

    #[test]
    fn text_beyond_ascii_and_redacted_text_are_not_ruled_out_too_early() {
        assert!(allows(Hint::CardNumber, "٤١١١ ١١١١ ١١١١ ١١١١"));
        assert!(!allows(Hint::CardNumber, "Hauptstraße 5 in Köln"));
        let glued = Look::at("xDE89370400440532013000");
        assert!(Features::of(glued, true, Hints::ALL).allow(Hint::Iban, glued.text));
        assert!(allows(Hint::Password, "pass\0word"));
    }

    #[test]
    fn hints_of_addresses_and_folders_rule_plain_text_out() {
        assert!(allows(Hint::Ipv6, "at ::1") && allows(Hint::Ipv6, "fe80::1"));
        assert!(!allows(Hint::Ipv6, "http://host/, To: x"));
        assert!(allows(Hint::Ipv4, "at 1.2.3.4") && !allows(Hint::Ipv4, "1.2.3, 4. 5"));
        assert!(allows(Hint::UserPath, "C:\\Users\\x") && allows(Hint::UserPath, "/home/x"));
        assert!(!allows(Hint::UserPath, "/srv/app/views.py"));
    }
}
