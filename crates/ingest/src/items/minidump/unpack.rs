use std::io::Read;

use actix_web::web::Bytes;

use crate::error::IngestError;
use crate::request::inflated_bytes_max;
use crate::request::{Encoding, Reservation, with_decompressed};

/// The first bytes of a dump, as written by little and by big machines.
const MAGIC: [&[u8]; 2] = [b"MDMP", b"PMDM"];
const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const XZ: &[u8] = &[0xfd, b'7', b'z', b'X', b'Z', 0];
const BZIP2: &[u8] = b"BZh";
/// What an xz stream may ask for as its window, in KiB; its own tool asks for 64 MiB at most.
const XZ_MEMORY_KIB_MAX: u32 = 80 * 1024;
/// How much is decompressed before the budget is asked again.
const STEP_BYTES: usize = 1024 * 1024;
const TOO_LARGE: IngestError = IngestError::ItemTooLarge("attachment:minidump");

/// Whether the bytes begin like a dump.
fn is_minidump(bytes: &[u8]) -> bool {
    MAGIC.iter().any(|magic| bytes.starts_with(magic))
}

/// The dump in these bytes, which may be compressed once: gzip, Zstandard, xz or bzip2. It has at
/// most `bytes_max` bytes, and no more than its packed size allows; they are taken out of `memory`.
/// Plain bytes are not copied.
///
/// # Errors
/// [`IngestError::InvalidMinidump`] for what begins like none, [`IngestError::InvalidCompression`]
/// for broken ones, [`IngestError::ItemTooLarge`] past the limit, and [`IngestError::Overloaded`].
pub(crate) fn unpack(
    bytes: Bytes,
    bytes_max: usize,
    memory: &mut Reservation,
) -> Result<Bytes, IngestError> {
    let grown_max = bytes_max.min(inflated_bytes_max(bytes.len()));
    let plain = if bytes.starts_with(GZIP) {
        known(Encoding::Gzip, &bytes, bytes_max, memory)?
    } else if bytes.starts_with(ZSTD) {
        known(Encoding::Zstd, &bytes, bytes_max, memory)?
    } else if bytes.starts_with(XZ) {
        let reader = lzma_rust2::XzReader::new_mem_limit(&bytes[..], true, XZ_MEMORY_KIB_MAX);
        read_up_to(reader, grown_max, memory)?
    } else if bytes.starts_with(BZIP2) {
        let reader = bzip2::bufread::MultiBzDecoder::new(&bytes[..]);
        read_up_to(reader, grown_max, memory)?
    } else {
        bytes
    };
    match plain.len() {
        _ if !is_minidump(&plain) => Err(IngestError::InvalidMinidump),
        length if length > bytes_max => Err(TOO_LARGE),
        _ => Ok(plain),
    }
}

fn known(
    encoding: Encoding,
    bytes: &[u8],
    bytes_max: usize,
    memory: &mut Reservation,
) -> Result<Bytes, IngestError> {
    let copy = Bytes::copy_from_slice;
    let plain = with_decompressed(encoding, bytes, bytes_max, memory, copy);
    plain.map_err(|error| match error.into() {
        IngestError::InvalidBody => IngestError::InvalidCompression,
        IngestError::BodyTooLarge => TOO_LARGE,
        error => error,
    })
}

/// Reads in steps, so that nothing is held that the budget does not know of.
fn read_up_to(
    mut reader: impl Read,
    bytes_max: usize,
    memory: &mut Reservation,
) -> Result<Bytes, IngestError> {
    let mut plain = Vec::new();
    loop {
        memory.grow(STEP_BYTES)?;
        let step = u64::try_from(STEP_BYTES).unwrap_or(u64::MAX);
        let read = reader.by_ref().take(step).read_to_end(&mut plain);
        match read.or(Err(IngestError::InvalidCompression))? {
            0 => return Ok(plain.into()),
            _ if plain.len() > bytes_max => return Err(TOO_LARGE),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::request::MemoryBudget;

    const PLAIN: &[u8] = b"MDMP and what follows";
    /// The same, compressed by xz 5.4 and by bzip2 1.0.
    const AS_XZ: &[u8] = &[
        0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x04, 0xe6, 0xd6, 0xb4, 0x46, 0x02, 0x00, 0x21,
        0x01, 0x16, 0x00, 0x00, 0x00, 0x74, 0x2f, 0xe5, 0xa3, 0x01, 0x00, 0x14, 0x4d, 0x44, 0x4d,
        0x50, 0x20, 0x61, 0x6e, 0x64, 0x20, 0x77, 0x68, 0x61, 0x74, 0x20, 0x66, 0x6f, 0x6c, 0x6c,
        0x6f, 0x77, 0x73, 0x00, 0x00, 0x00, 0x00, 0x00, 0x63, 0xd0, 0x83, 0x7d, 0x89, 0xf2, 0x6d,
        0x00, 0x01, 0x2d, 0x15, 0x2f, 0x0b, 0x71, 0x6d, 0x1f, 0xb6, 0xf3, 0x7d, 0x01, 0x00, 0x00,
        0x00, 0x00, 0x04, 0x59, 0x5a,
    ];
    const AS_BZIP2: &[u8] = &[
        0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0xd6, 0xb2, 0xec, 0x07, 0x00,
        0x00, 0x02, 0x17, 0x80, 0x40, 0x00, 0x04, 0x02, 0x40, 0x00, 0x25, 0x45, 0x8c, 0x80, 0x20,
        0x00, 0x31, 0x00, 0x00, 0x0a, 0x3d, 0x27, 0x94, 0x0f, 0x29, 0x4d, 0x16, 0x82, 0xe7, 0x84,
        0x91, 0xc1, 0x9a, 0x27, 0xe2, 0xee, 0x48, 0xa7, 0x0a, 0x12, 0x1a, 0xd6, 0x5d, 0x80, 0xe0,
    ];

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("writes");
        encoder.finish().expect("finishes")
    }

    fn unpacked(bytes: &[u8]) -> Result<Bytes, IngestError> {
        let mut memory = MemoryBudget::new(10 * STEP_BYTES).reservation();
        unpack(Bytes::copy_from_slice(bytes), 1000, &mut memory)
    }

    #[test]
    fn a_dump_may_be_compressed_in_four_ways() {
        let zstd = zstd::encode_all(PLAIN, 0).expect("compresses");
        for packed in [PLAIN, &gzip(PLAIN), &zstd, AS_XZ, AS_BZIP2] {
            assert_eq!(unpacked(packed).expect("a dump"), PLAIN);
        }
        assert!(unpacked(b"PMDM....").is_ok());
    }

    #[test]
    fn other_bytes_are_no_dump() {
        for bytes in [&b""[..], b"MDM", b"#!/bin/sh", &gzip(b"hello")] {
            assert_eq!(unpacked(bytes), Err(IngestError::InvalidMinidump));
        }
    }

    #[test]
    fn broken_compression_is_told_apart() {
        for packed in [&gzip(PLAIN)[..], AS_XZ, AS_BZIP2] {
            let (start, _) = packed.split_at(packed.len() - 12);
            assert_eq!(unpacked(start), Err(IngestError::InvalidCompression));
        }
        assert_eq!(
            unpacked(b"BZh9rubbish"),
            Err(IngestError::InvalidCompression)
        );
    }

    #[test]
    fn a_dump_that_grows_a_thousand_times_is_refused_whatever_the_limit() {
        let mut large = PLAIN.to_vec();
        large.resize(20 * STEP_BYTES, 0);
        let level = bzip2::Compression::best();
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), level);
        encoder.write_all(&large).expect("writes");
        let packed = Bytes::from(encoder.finish().expect("finishes"));
        let mut memory = MemoryBudget::new(100 * STEP_BYTES).reservation();
        let unpacked = unpack(packed, 100 * STEP_BYTES, &mut memory);
        assert_eq!(unpacked, Err(TOO_LARGE));
    }

    #[test]
    fn a_dump_that_grows_too_large_is_refused() {
        let mut large = PLAIN.to_vec();
        large.resize(100_000, 0);
        assert_eq!(unpacked(&gzip(&large)), Err(TOO_LARGE));
        assert_eq!(unpacked(&large), Err(TOO_LARGE));
    }
}
