use std::io::Write;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::Value;
use watchfire_testkit::client::{Answer, agent};

/// The bytes compressed with `gzip`, `deflate`, `br` or `zstd`.
pub(super) fn compressed(way: &str, bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    match way {
        "gzip" => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(bytes)?;
            Ok(encoder.finish()?)
        }
        "br" => brotli(bytes),
        "zstd" => Ok(zstd::encode_all(bytes, 1)?),
        _ => {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(bytes)?;
            Ok(encoder.finish()?)
        }
    }
}

/// The bytes as a brotli stream of blocks that are not compressed (RFC 7932 section 9.2).
fn brotli(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    const BLOCK_BYTES_MAX: usize = 1 << 16;
    const NOT_COMPRESSED: u32 = 1 << 19;
    let mut out = Vec::new();
    for (index, block) in bytes.chunks(BLOCK_BYTES_MAX).enumerate() {
        let head = NOT_COMPRESSED | u32::try_from(block.len() - 1)? << 3;
        // The stream begins with the bit that says how far back it may refer.
        let head = if index == 0 { head << 1 } else { head };
        out.extend(head.to_le_bytes().iter().take(3));
        out.extend(block);
    }
    out.push(3);
    Ok(out)
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
    files: &[(&str, String, Vec<u8>)],
) -> (String, Vec<u8>) {
    const BOUNDARY: &str = "aBoundaryOfThisTest";
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            )
            .into_bytes(),
        );
    }
    for (name, filename, content) in files {
        // As browsers write it.
        let filename = filename.replace('"', "%22");
        body.extend(
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; \
            filename=\"{filename}\"\r\n\r\n"
            )
            .into_bytes(),
        );
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
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
