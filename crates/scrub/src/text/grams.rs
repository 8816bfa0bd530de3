use crate::rules::IBAN_COUNTRIES;

/// Groups of words, a bit for each.
pub(super) struct Gram;

impl Gram {
    pub(super) const PASSWORD: u8 = 1;
    pub(super) const TOKEN: u8 = 1 << 1;
    pub(super) const BEARER: u8 = 1 << 2;
    pub(super) const PEM: u8 = 1 << 3;
    pub(super) const HOME: u8 = 1 << 4;
    pub(super) const IBAN: u8 = 1 << 5;
    pub(super) const DIGITS: u8 = 1 << 6;
    pub(super) const NAME: u8 = 1 << 7;
}

/// Four characters in a row of each word, those that few other words have; both pieces of three
/// count.
const WORDS: [(&[u8; 4], u8); 32] = [
    // `password` and the German `passwort`.
    (b"sswo", Gram::PASSWORD | Gram::NAME),
    (b"sswd", Gram::PASSWORD | Gram::NAME),
    (b"ecre", Gram::PASSWORD | Gram::NAME),
    (b"pi-k", Gram::PASSWORD | Gram::NAME),
    (b"pike", Gram::PASSWORD | Gram::NAME),
    (b"auth", Gram::PASSWORD | Gram::NAME),
    (b"rede", Gram::PASSWORD | Gram::NAME),
    (b"l-pw", Gram::PASSWORD),
    (b"teke", Gram::PASSWORD),
    (b"te-k", Gram::PASSWORD),
    (b"toke", Gram::PASSWORD | Gram::TOKEN | Gram::NAME),
    (b"bear", Gram::BEARER),
    (b"----", Gram::PEM),
    // The folders `users`, `home`, `documents and settings` and `profiles`.
    (b"ers/", Gram::HOME),
    (b"ome/", Gram::HOME),
    (b"ngs/", Gram::HOME),
    (b"les/", Gram::HOME),
    // What secrets and cookies are called besides.
    (b"csrf", Gram::NAME),
    (b"xsrf", Gram::NAME),
    (b"sess", Gram::NAME),
    (b"pass", Gram::NAME),
    (b"iden", Gram::NAME),
    (b"cfid", Gram::NAME),
    (b"memb", Gram::NAME),
    (b"aspn", Gram::NAME),
    (b"aspx", Gram::NAME),
    (b"--se", Gram::NAME),
    (b"--ho", Gram::NAME),
    (b"rdpr", Gram::NAME),
    (b"gnat", Gram::NAME),
    (b"riva", Gram::NAME),
    (b"e:th", Gram::NAME),
];

/// Names of secrets that are too short for that, by what stands behind them …
const ENDS: [&[u8; 3]; 4] = [b"key", b"pwd", b"cvv", b"cvc"];
/// … and by what stands in front of them.
const STARTS: [&[u8; 3]; 3] = [b"sid", b"sig", b"otp"];

/// What is no part of such a name: quotes and the like, blanks, slashes, `:`, `-` and `_`.
const AROUND: [u8; 5] = [b'"', b' ', b'/', b':', b'-'];

/// Digits in a row, and two in front of what may part the groups of a number.
const DIGITS: [&[u8; 3]; 3] = [b"000", b"00-", b"00 "];

/// The classes from the first to this one are of letters, digits, `-` and `_`.
pub(super) const WORD_CLASS_MAX: u8 = 28;

/// Bytes that no piece distinguishes are of one class: letters of either case, digits, `-` and
/// `_`, blanks, slashes, and all the rest.
pub(super) const fn class(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => byte - b'a' + 1,
        b'A'..=b'Z' => byte - b'A' + 1,
        b'0'..=b'9' => 27,
        b'-' | b'_' => WORD_CLASS_MAX,
        b' ' | b'\t'..=b'\r' => 29,
        b'/' | b'\\' => 30,
        b':' => 31,
        _ => 0,
    }
}

/// For three classes, the first in the highest bits, the groups that have such a piece.
pub(super) static GRAMS: [u8; 32_768] = grams();

/// For the same pieces, a bit each, whether there is any group: a small table for the many pieces
/// that no word has.
pub(super) static KNOWN: [u64; 512] = known();

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated at compile time within the bounds of the constants"
)]
const fn known() -> [u64; 512] {
    let grams = grams();
    let mut table = [0; 512];
    let mut piece = 0;
    while piece < grams.len() {
        if grams[piece] != 0 {
            table[piece / 64] |= 1 << (piece % 64);
        }
        piece += 1;
    }
    table
}

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated at compile time within the bounds of the constants"
)]
const fn grams() -> [u8; 32_768] {
    let mut table = [0; 32_768];
    let mut number = 0;
    while number < WORDS.len() {
        let (word, groups) = WORDS[number];
        table[place(word[0], word[1], word[2])] |= groups;
        table[place(word[1], word[2], word[3])] |= groups;
        number += 1;
    }
    number = 0;
    while number < DIGITS.len() {
        let piece = DIGITS[number];
        table[place(piece[0], piece[1], piece[2])] |= Gram::DIGITS;
        number += 1;
    }
    with_countries(with_short_names(table))
}

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated at compile time within the bounds of the constants"
)]
const fn with_short_names(mut table: [u8; 32_768]) -> [u8; 32_768] {
    let mut number = 0;
    while number < AROUND.len() {
        let around = AROUND[number];
        let mut name = 0;
        while name < ENDS.len() {
            let end = ENDS[name];
            table[place(end[0], end[1], end[2])] |= Gram::NAME;
            table[place(end[1], end[2], around)] |= Gram::NAME;
            name += 1;
        }
        name = 0;
        while name < STARTS.len() {
            let start = STARTS[name];
            table[place(start[0], start[1], start[2])] |= Gram::NAME;
            table[place(around, start[0], start[1])] |= Gram::NAME;
            name += 1;
        }
        table[place(around, b'p', b'w')] |= Gram::NAME;
        table[place(b'p', b'w', around)] |= Gram::NAME;
        number += 1;
    }
    table
}

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated at compile time within the bounds of the constants"
)]
const fn with_countries(mut table: [u8; 32_768]) -> [u8; 32_768] {
    let countries = IBAN_COUNTRIES.as_bytes();
    let mut number = 0;
    while number + 1 < countries.len() {
        let (first, second) = (countries[number], countries[number + 1]);
        table[place(first, second, b'0')] |= Gram::IBAN;
        table[place(second, b'0', b'0')] |= Gram::IBAN;
        number += 3;
    }
    table
}

const fn place(first: u8, second: u8, third: u8) -> usize {
    piece(class(first), class(second), class(third))
}

#[expect(clippy::as_conversions, reason = "`From` is not const")]
const fn piece(first: u8, second: u8, third: u8) -> usize {
    (first as usize) << 10 | (second as usize) << 5 | third as usize
}
