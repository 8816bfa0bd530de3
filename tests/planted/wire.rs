use std::io::Write;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::Value;
use watchfire_testkit::client::{Answer, agent};

/// The bytes compressed with `gzip` or `deflate`.
pub(super) fn compressed(way: &str, bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    if way == "gzip" {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes)?;
        return Ok(encoder.finish()?);
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// An envelope of items whose lengths are said.
pub(super) fn envelope(header: &Value, items: &[(Value, String)]) -> Vec<u8> {
    let mut body = format!("{header}\n");
    for (header, payload) in items {
        let mut header = header.clone();
        header["length"] = payload.len().into();
        body.push_str(&format!("{header}\n{payload}\n"));
    }
    body.into_bytes()
}

/// A form of fields and files: its content type, and it.
pub(super) fn multipart(
    fields: &[(&str, String)],
    files: &[(&str, String, String)],
) -> (String, Vec<u8>) {
    const BOUNDARY: &str = "aBoundaryOfThisTest";
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    for (name, filename, content) in files {
        let filename = filename.replace(['"', '\\'], "'");
        body.push_str(&format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; \
            filename=\"{filename}\"\r\n\r\n{content}\r\n"
        ));
    }
    body.push_str(&format!("--{BOUNDARY}--\r\n"));
    (
        format!("multipart/form-data; boundary={BOUNDARY}"),
        body.into_bytes(),
    )
}

/// Every byte but letters and digits as `%XX`.
pub(super) fn percent_encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Standard Base64 (RFC 4648 section 4).
pub(super) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let [a, b, c] = [0, 1, 2].map(|place| chunk.get(place).copied().map_or(0, u32::from));
        let bits = a << 16 | b << 8 | c;
        for place in 0..=chunk.len() {
            let index = usize::try_from(bits >> (18 - 6 * place) & 63).unwrap();
            out.push(char::from(ALPHABET[index]));
        }
        out.push_str(&"=".repeat(3 - chunk.len()));
    }
    out
}

/// What an address answers.
pub(super) fn get(url: &str) -> anyhow::Result<Answer> {
    let mut answer = agent().get(url).call()?;
    let status = answer.status().as_u16();
    let body = answer.body_mut().read_to_string().unwrap_or_default();
    Ok(Answer { status, body })
}
