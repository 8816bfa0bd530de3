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
    /// A `:` next to a hexadecimal digit or another `:`.
    Ipv6,
    /// A `:` or `-`.
    Mac,
    /// Fifteen digits, at most one blank or hyphen between two of them.
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
}

/// A set of hints, those of one kind taken together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hints(u16);

impl Hints {
    pub(crate) const NONE: Self = Self(0);
    /// Every hint.
    pub(crate) const ALL: Self = Self(u16::MAX);

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
        })
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn overlap(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Adds a hint if it holds.
    pub(super) const fn add(self, hint: Hint, holds: bool) -> Self {
        if holds {
            self.and(Self::of(hint))
        } else {
            self
        }
    }
}
