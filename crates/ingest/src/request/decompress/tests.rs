use std::io::Write;

use actix_web::http::header::HeaderValue;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use super::super::MemoryBudget;
use super::*;

const TEXT: &[u8] = b"{\"message\":\"the same words, the same words, the same words\"}";
const BYTES_MAX: usize = 1000;
/// A brotli stream of one uncompressed block (RFC 7932 section 9.2): `hello`.
const BROTLI_HELLO: &[u8] = b"\x0b\x02\x80hello\x03";

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).expect("writes");
    encoder.finish().expect("finishes")
}

fn zlib(text: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).expect("writes");
    encoder.finish().expect("finishes")
}

fn read(encoding: Encoding, body: &[u8]) -> Result<Vec<u8>, DecompressError> {
    let mut memory = MemoryBudget::new(BYTES_MAX).reservation();
    with_decompressed(encoding, body, BYTES_MAX, &mut memory, <[u8]>::to_vec)
}

#[track_caller]
fn check(encoding: Encoding, body: &[u8], expected: &[u8]) {
    assert_eq!(read(encoding, body).as_deref(), Ok(expected));
}

#[track_caller]
fn check_corrupt(encoding: Encoding, body: &[u8]) {
    assert_eq!(read(encoding, body), Err(DecompressError::Corrupt));
}

fn encoding_of(values: &[&'static str]) -> Result<Encoding, IngestError> {
    let values = values
        .iter()
        .map(|value| (CONTENT_ENCODING, HeaderValue::from_static(value)));
    Encoding::of(&values.collect())
}

#[test]
fn the_encoding_is_read_in_any_case() {
    assert_eq!(encoding_of(&[]), Ok(Encoding::Identity));
    assert_eq!(encoding_of(&[""]), Ok(Encoding::Identity));
    assert_eq!(encoding_of(&["UTF-8"]), Ok(Encoding::Identity));
    assert_eq!(encoding_of(&["identity"]), Ok(Encoding::Identity));
    assert_eq!(encoding_of(&["GZip"]), Ok(Encoding::Gzip));
    assert_eq!(encoding_of(&["deflate"]), Ok(Encoding::Deflate));
    assert_eq!(encoding_of(&["br"]), Ok(Encoding::Brotli));
    assert_eq!(encoding_of(&["zstd"]), Ok(Encoding::Zstd));
}

#[test]
fn other_encodings_and_lists_are_unsupported() {
    for values in [
        &["compress"][..],
        &["gzip, br"],
        &["gzip", "br"],
        &["x-gzip"],
    ] {
        assert_eq!(encoding_of(values), Err(IngestError::UnsupportedEncoding));
    }
}

#[test]
fn every_encoding_gives_the_text_back() {
    let mut raw = DeflateEncoder::new(Vec::new(), Compression::default());
    raw.write_all(TEXT).expect("writes");
    check(Encoding::Identity, TEXT, TEXT);
    check(Encoding::Gzip, &gzip(TEXT), TEXT);
    check(Encoding::Deflate, &zlib(TEXT), TEXT);
    check(Encoding::Deflate, &raw.finish().expect("finishes"), TEXT);
    check(
        Encoding::Zstd,
        &zstd::encode_all(TEXT, 1).expect("encodes"),
        TEXT,
    );
    check(Encoding::Brotli, BROTLI_HELLO, b"hello");
}

#[test]
fn gzip_of_several_members_is_one_text() {
    let two = [gzip(b"ab"), gzip(b""), gzip(b"cd")].concat();
    check(Encoding::Gzip, &two, b"abcd");
    check(Encoding::Gzip, &[two, vec![0; 7]].concat(), b"abcd");
}

#[test]
fn every_optional_part_of_a_gzip_header_is_skipped() {
    let plain = gzip(TEXT);
    let header = b"\x1f\x8b\x08\x1f\0\0\0\0\0\x03\x02\0xyname\0comment\0hc";
    check(Encoding::Gzip, &[header, &plain[10..]].concat(), TEXT);
    for end in 0..header.len() {
        check_corrupt(Encoding::Gzip, &header[..end]);
    }
}

#[test]
fn a_broken_gzip_is_corrupt() {
    let good = gzip(TEXT);
    for end in 0..good.len() {
        check_corrupt(Encoding::Gzip, &good[..end]);
    }
    let mut wrong_sum = good.clone();
    *wrong_sum.iter_mut().nth_back(6).expect("a trailer") ^= 1;
    check_corrupt(Encoding::Gzip, &wrong_sum);
    check_corrupt(Encoding::Gzip, &[&good[..], b"rubbish"].concat());
    check_corrupt(Encoding::Gzip, TEXT);
}

#[test]
fn what_is_cut_off_is_corrupt_in_every_encoding() {
    let zlib = zlib(TEXT);
    let zstd = zstd::encode_all(TEXT, 1).expect("encodes");
    check_corrupt(Encoding::Deflate, &zlib[..zlib.len() - 5]);
    check_corrupt(Encoding::Zstd, &zstd[..zstd.len() - 1]);
    check_corrupt(Encoding::Brotli, &BROTLI_HELLO[..6]);
    for encoding in [Encoding::Deflate, Encoding::Zstd, Encoding::Brotli] {
        check_corrupt(encoding, b"\xff\xff\xff rubbish");
    }
}

#[test]
fn a_bomb_is_cut_at_the_limit() {
    let bomb = vec![b'x'; 10_000_000];
    let too_large = Err(DecompressError::TooLarge);
    let zstd = zstd::encode_all(&bomb[..], 1).expect("encodes");
    assert_eq!(read(Encoding::Gzip, &gzip(&bomb)), too_large);
    assert_eq!(read(Encoding::Deflate, &zlib(&bomb)), too_large);
    assert_eq!(read(Encoding::Zstd, &zstd), too_large);
    assert_eq!(read(Encoding::Identity, &bomb), too_large);
    let members = [gzip(&bomb[..600]), gzip(&bomb[..600])].concat();
    assert_eq!(read(Encoding::Gzip, &members), too_large);
    let kept = BUFFER.take().capacity();
    assert!(kept <= KEPT_BYTES_MAX, "{kept} bytes stay with the thread");
}

#[test]
fn exactly_the_limit_is_good() {
    let text = vec![b'x'; BYTES_MAX];
    let zstd = zstd::encode_all(&text[..], 1).expect("encodes");
    check(Encoding::Gzip, &gzip(&text), &text);
    check(Encoding::Deflate, &zlib(&text), &text);
    check(Encoding::Zstd, &zstd, &text);
    check(Encoding::Identity, &text, &text);
}

#[test]
fn a_text_larger_than_the_first_guess_is_read_whole() {
    let text = vec![b'x'; 3_000_000];
    let mut memory = MemoryBudget::new(4_000_000).reservation();
    let body = gzip(&text);
    let read = with_decompressed(Encoding::Gzip, &body, 4_000_000, &mut memory, <[u8]>::len);
    assert_eq!(read, Ok(text.len()));
}

#[test]
fn what_is_decompressed_is_taken_out_of_the_memory_for_bodies() {
    for (encoding, body) in compressed(&numbers(30_000_000)) {
        let budget = MemoryBudget::new(10_000_000);
        let mut memory = budget.reservation();
        let read = with_decompressed(encoding, &body, 40_000_000, &mut memory, <[u8]>::len);
        assert_eq!(read, Err(DecompressError::NoMemory), "{encoding:?}");
        drop(memory);
        assert_eq!(
            budget.reservation().grow(10_000_000),
            Ok(()),
            "is given back"
        );
    }
}

#[test]
fn what_grows_as_only_bombs_do_stops_long_before_the_limit() {
    for (encoding, body) in compressed(&vec![b'x'; 30_000_000]) {
        let budget = MemoryBudget::new(20_000_000);
        let mut memory = budget.reservation();
        let read = with_decompressed(encoding, &body, 40_000_000, &mut memory, <[u8]>::len);
        assert_eq!(read, Err(DecompressError::TooLarge), "{encoding:?}");
    }
}

fn compressed(text: &[u8]) -> [(Encoding, Vec<u8>); 3] {
    let zstd = zstd::encode_all(text, 1).expect("encodes");
    [
        (Encoding::Gzip, gzip(text)),
        (Encoding::Deflate, zlib(text)),
        (Encoding::Zstd, zstd),
    ]
}

/// Text that shrinks about as much as logs do.
fn numbers(bytes: usize) -> Vec<u8> {
    let numbers = (0..).flat_map(|number: u32| format!("{number} ").into_bytes());
    numbers.take(bytes).collect()
}

#[test]
fn windows_of_gigabytes_are_refused() {
    check_corrupt(Encoding::Brotli, b"\x11\x1e\x02\x80hello\x03");
    // A frame header without a single segment that asks for a window of 2^31 bytes.
    check_corrupt(Encoding::Zstd, b"\x28\xb5\x2f\xfd\x00\xa8\x29\x00\x00hello");
}
