use std::collections::BTreeSet;

use super::*;

/// A kind, a template of a token of it, and one of what is almost such a token.
pub(super) fn templates() -> Vec<(&'static str, &'static str, &'static str)> {
    let lines = include_str!("tokens.txt").lines();
    let rows = lines.filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let mut columns = row.split(' ');
        let mut next = || columns.next().unwrap();
        (next(), next(), next())
    })
    .collect()
}

/// The templates, filled.
fn rows() -> impl Iterator<Item = (&'static str, String, String)> {
    let rows = templates().into_iter();
    rows.map(|(kind, token, near)| (kind, filled(token), filled(near)))
}

#[test]
fn the_catalogue_has_more_than_a_hundred_kinds_each_once() {
    let ids: BTreeSet<_> = kinds().iter().map(|kind| kind.id).collect();
    assert_eq!(ids.len(), kinds().len());
    assert!(ids.len() > 100, "{}", ids.len());
    for kind in kinds() {
        let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        assert!(kind.id.bytes().all(is_plain), "{kind:?}");
        assert!(
            !kind.provider.is_empty() && !kind.what.is_empty(),
            "{kind:?}"
        );
    }
}

#[test]
fn every_kind_of_token_has_a_row_here() {
    let tested: BTreeSet<_> = rows().map(|(kind, ..)| kind).collect();
    let found_by_surroundings = 17;
    // Private keys are found both ways.
    assert_eq!(tested.len() + found_by_surroundings - 1, kinds().len());
}

#[test]
fn every_token_is_found_wherever_it_stands() {
    for (kind, token, _) in rows() {
        for (before, after) in [
            ("", ""),
            ("cannot use ", " for this"),
            ("{\"x\": \"", "\"}"),
            ("x=", "&y=1"),
            ("('", "', 3)"),
            ("ünïcode «", "»"),
            (r"a line\n", r"\nanother"),
            ("q%3D", "%26r%3D1"),
            (r#"{\"x\":\""#, r#"\"}"#),
            ("https://host.example/path/", "/more?page=2"),
        ] {
            let text = format!("{before}{token}{after}");
            let replaced = scrubbed(&text);
            assert!(!replaced.contains(&token), "{kind} in {text}");
            assert!(replaced.contains("[secret:"), "{kind} in {text}");
        }
        assert_eq!(
            scrubbed(&format!("<{token}>")),
            format!("<[secret:{kind}]>")
        );
    }
}

#[test]
fn what_is_almost_a_token_stays() {
    for (kind, _, near) in rows() {
        let text = format!("see {near} there");
        let kinds: Vec<_> = found(&text).into_iter().map(id).collect();
        assert!(!kinds.contains(&kind), "{kind}: {text}");
    }
}

#[test]
fn a_token_in_the_middle_of_a_word_is_none() {
    for (kind, token, _) in rows() {
        // These also begin behind letters, and inside themselves.
        if ["telegram-token", "slack-token"].contains(&kind) {
            continue;
        }
        let text = format!("see xQ{token} there");
        let kinds: Vec<_> = found(&text).into_iter().map(id).collect();
        assert!(!kinds.contains(&kind), "{kind}: {text}");
    }
}

#[test]
fn placeholders_stay() {
    for (kind, template, _) in templates() {
        let (anchor, body) = template.split_once('{').unwrap();
        let body = filled(&format!("{{{body}"));
        for mark in ["x", "X", "0"] {
            let body = body.replace(|char: char| char.is_ascii_alphanumeric(), mark);
            let text = format!("{anchor}{body}");
            let kinds: Vec<_> = found(&text).into_iter().map(id).collect();
            assert!(!kinds.contains(&kind), "{kind}: {text}");
        }
    }
}
