use watchfire_event::{Remark, RemarkKind};

/// A part of a text: written by the sender, or left by a redaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Redaction {
        text: String,
        rule: String,
        kind: RemarkKind,
    },
}

/// Splits a text at the remarks with ranges. Ranges that don't fit the text end the splitting.
pub(super) fn split(text: &str, remarks: &[Remark]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut place = 0;
    for remark in remarks {
        let Some((start, end)) = remark.range else {
            continue;
        };
        if start > place {
            match text.get(place..start) {
                Some(part) => pieces.push(Piece::Text(part.to_owned())),
                None => break,
            }
        }
        match text.get(start..end) {
            Some(part) => pieces.push(Piece::Redaction {
                text: part.to_owned(),
                rule: remark.rule.clone(),
                kind: remark.kind,
            }),
            None => break,
        }
        place = end;
    }
    match text.get(place..) {
        Some("") | None => {}
        Some(part) => pieces.push(Piece::Text(part.to_owned())),
    }
    pieces
}

/// Puts pieces together again: the text, and a remark for each redaction in it.
pub(super) fn join(pieces: Vec<Piece>) -> (String, Vec<Remark>) {
    let mut text = String::new();
    let mut remarks = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(part) => text.push_str(&part),
            Piece::Redaction {
                text: part,
                rule,
                kind,
            } => {
                let start = text.len();
                text.push_str(&part);
                remarks.push(Remark {
                    rule,
                    kind,
                    range: Some((start, text.len())),
                });
            }
        }
    }
    (text, remarks)
}
