use std::borrow::Cow;

use watchfire_event::{Remark, RemarkKind};

/// A part of a text: written by the sender, or left by a redaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<'s> {
    Text(&'s str),
    Redaction(Redacted<'s>),
}

/// What a redaction left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Redacted<'s> {
    pub(super) text: Cow<'s, str>,
    pub(super) rule: Cow<'s, str>,
    pub(super) kind: RemarkKind,
    /// What stood there, where later rules are to search it still.
    pub(super) hidden: Option<Cow<'s, str>>,
}

/// What stood where secrets were hidden, each with the place of its remark, in order.
pub(super) type Hidden = Vec<(usize, String)>;

/// Splits a text at the remarks with ranges. Ranges that don't fit the text end the splitting.
pub(super) fn split<'s>(
    text: &'s str,
    remarks: &'s [Remark],
    hidden: &'s Hidden,
) -> Vec<Piece<'s>> {
    let mut pieces = Vec::with_capacity(remarks.len() * 2 + 1);
    let mut hidden = hidden.iter().peekable();
    let mut place = 0;
    for (number, remark) in remarks.iter().enumerate() {
        let Some((start, end)) = remark.range else {
            continue;
        };
        if start > place {
            match text.get(place..start) {
                Some(part) => pieces.push(Piece::Text(part)),
                None => break,
            }
        }
        let Some(part) = text.get(start..end) else {
            break;
        };
        let hidden = hidden.next_if(|(of, _)| *of == number);
        pieces.push(Piece::Redaction(Redacted {
            text: Cow::Borrowed(part),
            rule: Cow::Borrowed(&remark.rule),
            kind: remark.kind,
            hidden: hidden.map(|(_, text)| Cow::Borrowed(text.as_str())),
        }));
        place = end;
    }
    match text.get(place..) {
        Some("") | None => {}
        Some(part) => pieces.push(Piece::Text(part)),
    }
    pieces
}

/// Puts pieces together again: the text, a remark for each redaction in it, and what is hidden.
pub(super) fn join(pieces: Vec<Piece<'_>>) -> (String, Vec<Remark>, Hidden) {
    let length = |piece: &Piece<'_>| match piece {
        Piece::Text(part) => part.len(),
        Piece::Redaction(part) => part.text.len(),
    };
    let mut text = String::with_capacity(pieces.iter().map(length).sum());
    let mut remarks = Vec::new();
    let mut hidden = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Redaction(part) => {
                let start = text.len();
                text.push_str(&part.text);
                hidden.extend(part.hidden.map(|text| (remarks.len(), text.into_owned())));
                remarks.push(Remark {
                    rule: part.rule.into_owned(),
                    kind: part.kind,
                    range: Some((start, text.len())),
                });
            }
        }
    }
    (text, remarks, hidden)
}
