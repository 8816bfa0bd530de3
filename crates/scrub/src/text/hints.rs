use super::Seen;

/// What a text must have before a regex is worth a try. A hint may let a text through in vain,
/// but never holds one back that the regex matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    Always,
    /// At least so many digits.
    Digits(u32),
    /// At least so many bytes.
    Length(usize),
    /// An `@`.
    At,
    /// An `@` and a `/`.
    UrlAuth,
    /// Three dots, each between two digits.
    Ipv4,
    /// A `:` next to a hexadecimal digit or another `:`.
    Ipv6,
    /// A `:` or `-`.
    Mac,
    /// Fourteen digits, at most one blank or hyphen between two of them.
    CardNumber,
    /// A word that begins with two capitals and two digits.
    Iban,
    /// Three digits, two and four, with hyphens.
    Ssn,
    /// The name of a folder above users' own, and a slash or backslash.
    UserPath,
    Bearer,
    Pem,
    /// A `token`, and the regex looks for nothing else.
    Token,
    /// A word of the password rule.
    Password,
    /// An `=`.
    Equals,
    /// A name of a secret, and `=` or `:`.
    Assignment,
}

/// A set of hints, those of one kind taken together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hints(u32);

impl Hints {
    pub(crate) const NONE: Self = Self(0);
    /// Every hint.
    pub(crate) const ALL: Self = Self(u32::MAX);

    /// The set of one hint.
    pub(crate) const fn of(hint: Hint) -> Self {
        Self(match hint {
            Hint::Always | Hint::Length(_) => 1,
            Hint::Digits(_) => 1 << 1,
            Hint::At => 1 << 2,
            Hint::UrlAuth => 1 << 3,
            Hint::Ipv6 => 1 << 4,
            Hint::Mac => 1 << 5,
            Hint::CardNumber => 1 << 6,
            Hint::Iban => 1 << 7,
            Hint::Ssn => 1 << 8,
            Hint::UserPath => 1 << 9,
            Hint::Bearer => 1 << 10,
            Hint::Pem => 1 << 11,
            Hint::Token => 1 << 12,
            Hint::Password => 1 << 13,
            Hint::Ipv4 => 1 << 14,
            Hint::Equals => 1 << 15,
            Hint::Assignment => 1 << 16,
        })
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn overlap(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Those that need no slash.
    pub(crate) const fn without_slash(self) -> Self {
        self.without(Hint::UrlAuth).without(Hint::UserPath)
    }

    pub(super) const fn without(self, hint: Hint) -> Self {
        Self(self.0 & !Self::of(hint).0)
    }

    pub(super) const fn only(self, wanted: Self) -> Self {
        Self(self.0 & wanted.0)
    }

    /// What must be seen in a text for any of these hints to hold, besides words that count only as
    /// the whole text.
    pub(crate) fn seen(self) -> Seen {
        let wanted = NEEDS
            .iter()
            .filter(|(hint, _)| self.overlap(Self::of(*hint)));
        // Characters beyond ASCII may stand for letters and digits, NUL may part them.
        let always = Seen::FOREIGN.and(Seen::NUL);
        wanted.fold(always, |seen, (_, needed)| seen.and(*needed))
    }

    /// The hints that may hold for a text in which this was seen.
    pub(super) fn seen_in(seen: Seen) -> Self {
        let mut found = Self::of(Hint::Always);
        for number in seen.numbers() {
            found = found.and(BY_SEEN.get(number).copied().unwrap_or_default());
        }
        if !seen.has(Seen::SLASH) {
            found = found.without_slash();
        }
        if !seen.has(Seen::EQUALS.and(Seen::COLON)) {
            found = found.without(Hint::Assignment);
        }
        if !seen.has(Seen::HYPHEN) {
            found = found.without(Hint::Pem).without(Hint::Ssn);
        }
        found
    }
}

/// What must be seen for a hint to hold, any one part of it.
const NEEDS: [(Hint, Seen); 16] = [
    (Hint::Digits(0), Seen::DIGIT),
    (Hint::At, Seen::AT),
    (Hint::UrlAuth, Seen::AT),
    (Hint::Ipv4, Seen::DOT),
    (Hint::Ipv6, Seen::COLON),
    (Hint::Mac, Seen::COLON.and(Seen::HYPHEN)),
    (Hint::CardNumber, Seen::DIGITS),
    (Hint::Iban, Seen::IBAN),
    (Hint::Ssn, Seen::DIGITS),
    (Hint::UserPath, Seen::HOME),
    (Hint::Bearer, Seen::BEARER),
    (Hint::Pem, Seen::PEM),
    (Hint::Token, Seen::TOKEN),
    (Hint::Password, Seen::PASSWORD),
    (Hint::Equals, Seen::EQUALS),
    (Hint::Assignment, Seen::NAME),
];

/// The same from the other side: for each part that can be seen, by its number, the hints that may
/// hold.
const BY_SEEN: [Hints; Seen::NUMBERS] = by_seen();

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated at compile time within the bounds of the constants"
)]
const fn by_seen() -> [Hints; Seen::NUMBERS] {
    let mut table = [Hints::NONE; Seen::NUMBERS];
    let mut row = 0;
    while row < NEEDS.len() {
        let (hint, needed) = NEEDS[row];
        // Letters and digits may be of any script.
        let in_letters = !matches!(
            hint,
            Hint::At | Hint::UrlAuth | Hint::Ipv4 | Hint::Ipv6 | Hint::Mac | Hint::Equals
        );
        let mut number = 0;
        while number < Seen::NUMBERS {
            let part = Seen::number(number);
            if needed.has(part) || in_letters && part.has(Seen::FOREIGN) {
                table[number] = table[number].and(Hints::of(hint));
            }
            number += 1;
        }
        row += 1;
    }
    table
}
