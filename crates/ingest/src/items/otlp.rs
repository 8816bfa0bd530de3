//! How much an OpenTelemetry export holds: requests of traces and of logs have the same shape, a
//! list of resources with lists of scopes with the entries (reference/PROTOCOL.md section 2).
//! Nothing else is read of them yet.

use crate::items::raw::Raw;

/// A body that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// The names of the lists in JSON, from the outside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names(pub(crate) [&'static str; 3]);

/// Those of an export of traces.
pub(crate) const TRACES: Names = Names(["resourceSpans", "scopeSpans", "spans"]);
/// Those of an export of logs.
pub(crate) const LOGS: Names = Names(["resourceLogs", "scopeLogs", "logRecords"]);

/// The numbers of the same lists in protobuf, equal for both.
const FIELDS: [u64; 3] = [1, 2, 2];

/// Counts the entries of a body in JSON. Lists that are missing or something else are empty.
///
/// # Errors
/// [`Unreadable`] when it is no JSON object.
pub(crate) fn count_json(body: &[u8], names: Names) -> Result<u64, Unreadable> {
    let export = Raw::whole(body).or(Err(Unreadable))?;
    export.check().or(Err(Unreadable))?;
    if !export.is_object() {
        return Err(Unreadable);
    }
    Ok(count_in(export, &names.0))
}

fn count_in(value: Raw<'_>, names: &[&'static str]) -> u64 {
    let Some((name, below)) = names.split_first() else {
        return 1;
    };
    let list = value.pick([name]).ok().and_then(|[list]| list?.elements());
    let entries = list.into_iter().flatten().flatten();
    entries.map(|it| count_in(it, below)).sum()
}

/// Counts the entries of a body in protobuf.
///
/// # Errors
/// [`Unreadable`] when a field reaches past the end or is of no known type.
pub(crate) fn count_protobuf(body: &[u8]) -> Result<u64, Unreadable> {
    count_fields(body, &FIELDS)
}

fn count_fields(message: &[u8], fields: &[u64]) -> Result<u64, Unreadable> {
    const VARINT: u64 = 0;
    const FIXED_64: u64 = 1;
    const BYTES: u64 = 2;
    const FIXED_32: u64 = 5;

    let Some((wanted, below)) = fields.split_first() else {
        return Ok(1);
    };
    let mut rest = message;
    let mut count = 0_u64;
    while !rest.is_empty() {
        let tag = varint(&mut rest)?;
        match tag & 7 {
            VARINT => drop(varint(&mut rest)?),
            FIXED_64 => drop(take(&mut rest, 8)?),
            FIXED_32 => drop(take(&mut rest, 4)?),
            BYTES => {
                let length = varint(&mut rest)?;
                let bytes = take(&mut rest, usize::try_from(length).or(Err(Unreadable))?)?;
                if tag >> 3 == *wanted {
                    count = count.saturating_add(count_fields(bytes, below)?);
                }
            }
            _ => return Err(Unreadable),
        }
    }
    Ok(count)
}

fn varint(rest: &mut &[u8]) -> Result<u64, Unreadable> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = *take(rest, 1)?.first().ok_or(Unreadable)?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(Unreadable)
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], Unreadable> {
    let (taken, after) = rest.split_at_checked(length).ok_or(Unreadable)?;
    *rest = after;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field that holds bytes.
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let length = u8::try_from(bytes.len()).expect("a short field");
        let mut field = vec![number << 3 | 2, length];
        field.extend(bytes);
        field
    }

    #[test]
    fn json_is_counted_entry_by_entry() {
        let body = br#"{"resourceSpans":[{"resource":{},"scopeSpans":[{"spans":[{},{}]},{"spans":[{}]}]},{"scopeSpans":5}]}"#;
        assert_eq!(count_json(body, TRACES), Ok(3));
        assert_eq!(count_json(body, LOGS), Ok(0));
        let body = br#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{}}]}]}]}"#;
        assert_eq!(count_json(body, LOGS), Ok(1));
        assert_eq!(count_json(b"{}", LOGS), Ok(0));
        assert_eq!(count_json(b"[]", LOGS), Err(Unreadable));
        assert_eq!(count_json(b"{", LOGS), Err(Unreadable));
    }

    #[test]
    fn protobuf_is_counted_entry_by_entry() {
        let span = field(2, b"\x0a\x03abc");
        let scope = [field(1, b"scope"), span.clone(), span].concat();
        let resource = [field(1, b""), field(2, &scope), vec![0x18, 0x96, 0x01]].concat();
        let export = [field(1, &resource), field(1, &resource)].concat();
        assert_eq!(count_protobuf(&export), Ok(4));
        assert_eq!(count_protobuf(b""), Ok(0));
    }

    #[test]
    fn protobuf_that_is_cut_off_or_of_no_known_type_is_unreadable() {
        let export = field(1, &field(2, &field(2, b"abc")));
        for length in 1..export.len() {
            let cut = export.get(..length).expect("a start");
            assert_eq!(count_protobuf(cut), Err(Unreadable), "{length}");
        }
        assert_eq!(count_protobuf(b"\x0b\x0c"), Err(Unreadable));
        assert_eq!(count_protobuf(&[0xff; 12]), Err(Unreadable));
    }
}
