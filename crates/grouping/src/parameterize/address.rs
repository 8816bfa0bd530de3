//! Mail and web addresses, and values behind an equals sign
//! (reference/GROUPING.md section 7, patterns 1, 2, 16 and 17).

use super::cursor::Cursor;
use super::{Failed, class};

pub(super) fn email(start: Cursor<'_>, failed: &mut Failed) -> Option<usize> {
    if start.at < failed.email {
        return None;
    }
    let name_end = start.all(is_local_byte);
    let domain = || {
        let at = (name_end.at > start.at).then_some(name_end)?.literal("@")?;
        domain_label(at)
    };
    let Some(mut end) = domain() else {
        failed.email = name_end.at;
        return None;
    };
    while let Some(next) = end.literal(".").and_then(domain_label) {
        end = next;
    }
    Some(end.at)
}

pub(super) fn is_local_byte(byte: u8) -> bool {
    matches!(byte,
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'!' | b'#' | b'$' | b'%' | b'&' | b'\''
        | b'*' | b'+' | b'/' | b'=' | b'?' | b'^' | b'_' | b'`' | b'{' | b'|' | b'}' | b'~' | b'-')
}

fn domain_label(start: Cursor<'_>) -> Option<Cursor<'_>> {
    start.some(1, usize::MAX, |byte| {
        byte.is_ascii_alphanumeric() || byte == b'-'
    })
}

pub(super) fn url(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    let scheme = start.one_of(&["wss", "ws", "https", "http", "ftp"])?;
    let host = scheme.literal("://")?;
    let first = host.character().filter(|first| {
        !class::is_space(*first) && !matches!(first, '/' | '$' | '.' | '?' | '#')
    })?;
    let second_at = host.skip(first.len_utf8());
    let second = second_at.character().filter(|second| *second != '\n')?;
    Some(second_at.skip(second.len_utf8()).until_space().at)
}

pub(super) fn quoted(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    let quote = start.byte().filter(|byte| matches!(byte, b'\'' | b'"'))?;
    if !start.is_after(b'=') {
        return None;
    }
    let inside = start.skip(1);
    let length = inside
        .length_to([quote, quote])
        .filter(|length| *length > 0)?;
    Some(inside.skip(length + 1).at)
}

pub(super) fn boolean(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    if !start.is_after(b'=') {
        return None;
    }
    let end = start.one_of(&["True", "true", "False", "false"])?;
    Some(end.at)
}
