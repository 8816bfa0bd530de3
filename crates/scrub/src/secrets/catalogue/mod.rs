//! The kinds as data, one file per field of providers. Prefixes, lengths and alphabets are those
//! of the providers' public documentation.

mod ai;
mod any;
mod cloud;
mod code;
mod data;
mod delivery;
mod identity;
mod index;
mod messages;
mod money;
mod office;
mod packages;
mod watch;

pub(super) use index::Index;

use super::Kind;
use super::alphabet::Alphabet;
use super::token::{Part, Token, exactly, then};

/// The tokens by field. Where two kinds share an anchor, the one that comes first is tried first.
const FIELDS: [&[Token]; 11] = [
    code::TOKENS,
    packages::TOKENS,
    delivery::TOKENS,
    cloud::TOKENS,
    identity::TOKENS,
    data::TOKENS,
    watch::TOKENS,
    ai::TOKENS,
    money::TOKENS,
    messages::TOKENS,
    office::TOKENS,
];

/// The body of a token that is a UUID in small letters.
const UUID: &[Part] = &[
    exactly(8, Alphabet::HEX),
    then("-"),
    exactly(4, Alphabet::HEX),
    then("-"),
    exactly(4, Alphabet::HEX),
    then("-"),
    exactly(4, Alphabet::HEX),
    then("-"),
    exactly(12, Alphabet::HEX),
];

/// Every token of every field.
fn tokens() -> impl Iterator<Item = &'static Token> {
    FIELDS.iter().flat_map(|tokens| tokens.iter())
}

/// Every kind once: those of tokens, then those that are found in other ways.
pub(super) fn kinds() -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    for kind in tokens().map(|token| token.kind).chain(any::KINDS) {
        if kinds.iter().all(|other| other.id != kind.id) {
            kinds.push(kind);
        }
    }
    kinds
}

/// The place of a kind in [`super::kinds`]; beyond its end for an id that no kind has.
pub(super) fn number(id: &str) -> u16 {
    let place = super::kinds().iter().position(|kind| kind.id == id);
    place
        .and_then(|place| u16::try_from(place).ok())
        .unwrap_or(u16::MAX)
}
