//! The bodies of the legacy `/store/` endpoint: JSON, base64 of JSON, base64 of zlib of JSON, and
//! each of them in a form field `sentry_data` (reference/PROTOCOL.md section 5).

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode;

use crate::error::IngestError;
use crate::request::inflate_zlib;

/// Old clients leave the padding off.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The JSON in a body. What does not look like any known form is passed on as it is.
///
/// # Errors
/// [`IngestError::InvalidBody`] when the base64 holds neither JSON nor zlib,
/// [`IngestError::BodyTooLarge`] when it inflates past `bytes_max`.
pub(crate) fn decode(body: &[u8], bytes_max: usize) -> Result<Cow<'_, [u8]>, IngestError> {
    if is_object(body) {
        return Ok(Cow::Borrowed(body));
    }
    match form_field(body, b"sentry_data") {
        Some(field) => Ok(Cow::Owned(decode_text(&field, bytes_max)?.into_owned())),
        None => decode_text(body, bytes_max),
    }
}

/// The JSON in a query's `sentry_data`; `None` when there is no such field.
///
/// # Errors
/// As [`decode`].
pub(crate) fn decode_query(query: &str, bytes_max: usize) -> Result<Option<Vec<u8>>, IngestError> {
    form_field(query.as_bytes(), b"sentry_data")
        .map(|field| decode_text(&field, bytes_max).map(Cow::into_owned))
        .transpose()
}

fn decode_text(text: &[u8], bytes_max: usize) -> Result<Cow<'_, [u8]>, IngestError> {
    if is_object(text) {
        return Ok(Cow::Borrowed(text));
    }
    let mut compact = text.to_owned();
    compact.retain(|byte| !byte.is_ascii_whitespace());
    match BASE64.decode(compact) {
        // Not base64 either: the decoder of events will say what is wrong with it.
        Err(_) => Ok(Cow::Borrowed(text)),
        Ok(decoded) if is_object(&decoded) => Ok(Cow::Owned(decoded)),
        Ok(decoded) => Ok(Cow::Owned(inflate_zlib(&decoded, bytes_max)?)),
    }
}

/// A field of a form, percent-decoded.
fn form_field(form: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    let value = form
        .split(|byte| *byte == b'&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix(b"="))?;
    // A plus is a blank in forms, but base64 holds none, and clients do not always escape it.
    let decoded: Vec<u8> = percent_decode(value).collect();
    if !is_object(&decoded) {
        return Some(decoded);
    }
    let mut blanks = value.to_owned();
    for byte in blanks.iter_mut().filter(|byte| **byte == b'+') {
        *byte = b' ';
    }
    Some(percent_decode(&blanks).collect())
}

fn is_object(text: &[u8]) -> bool {
    text.trim_ascii_start().starts_with(b"{")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    const JSON: &[u8] = br#"{"message":"a + b"}"#;

    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).expect("writes");
        encoder.finish().expect("finishes")
    }

    #[track_caller]
    fn check(body: &[u8]) {
        assert_eq!(decode(body, 1000).expect("decodes").as_ref(), JSON);
    }

    #[test]
    fn every_form_gives_the_json() {
        let plain = BASE64.encode(JSON);
        let packed = BASE64.encode(zlib(JSON));
        check(JSON);
        check(plain.as_bytes());
        check(packed.as_bytes());
        check(packed.trim_end_matches('=').as_bytes());
        let (start, end) = packed.split_at(8);
        check(format!("{start}\n{end}\n").as_bytes());
        check(format!("sentry_data={packed}").as_bytes());
        check(
            format!(
                "a=b&sentry_data={}",
                packed.replace('+', "%2B").replace('=', "%3D")
            )
            .as_bytes(),
        );
        check(b"sentry_data=%7B%22message%22:%22a+%2B+b%22%7D");
    }

    #[test]
    fn the_query_may_hold_the_event() {
        let query = format!("sentry_key=x&sentry_data={}", BASE64.encode(JSON));
        assert_eq!(decode_query(&query, 1000), Ok(Some(JSON.to_vec())));
        assert_eq!(decode_query("sentry_key=x", 1000), Ok(None));
    }

    #[test]
    fn what_has_no_known_form_is_passed_on() {
        assert_eq!(
            decode(b"not json!", 1000).expect("decodes").as_ref(),
            b"not json!"
        );
    }

    #[test]
    fn base64_of_nothing_known_is_an_invalid_body() {
        let body = BASE64.encode("rubbish");
        assert_eq!(decode(body.as_bytes(), 1000), Err(IngestError::InvalidBody));
    }

    #[test]
    fn a_bomb_in_base64_is_too_large() {
        let body = BASE64.encode(zlib(&vec![b'x'; 1_000_000]));
        assert_eq!(
            decode(body.as_bytes(), 1000),
            Err(IngestError::BodyTooLarge)
        );
    }
}
