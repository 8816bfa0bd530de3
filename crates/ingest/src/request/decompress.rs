use std::cell::{Cell, RefCell};
use std::io::Read;

use actix_web::http::header::{CONTENT_ENCODING, HeaderMap};
use flate2::{Decompress, FlushDecompress, Status};

use super::Reservation;
use crate::error::IngestError;

/// How a body is compressed (reference/PROTOCOL.md section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Not at all.
    Identity,
    /// gzip, possibly of several members.
    Gzip,
    /// zlib, or raw deflate where that is what it turns out to be.
    Deflate,
    /// Brotli.
    Brotli,
    /// Zstandard.
    Zstd,
}

/// Why a body cannot be decompressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DecompressError {
    /// It is not what it claims to be, or it is cut off.
    Corrupt,
    /// It becomes larger than it may.
    TooLarge,
    /// It becomes larger than there is memory for bodies at the moment.
    NoMemory,
}

/// A buffer of this size or less stays with its thread for the next request.
const KEPT_BYTES_MAX: usize = 1024 * 1024;
/// What a compressed body is first taken to become; events shrink to a quarter or less.
const GROWTH_GUESS: usize = 5;
/// The least room that a buffer gets.
const ROOM_BYTES_MIN: usize = 16 * 1024;
/// The most room that it gets by that guess; then it doubles.
const GUESS_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How many times its size a body may become once it is larger than [`INFLATED_BYTES_FREE`]. Logs
/// and dumps shrink to a fiftieth at best; bombs are a thousand times and more what they weigh.
const INFLATION_MAX: usize = 200;
/// A body may become this large whatever its size.
const INFLATED_BYTES_FREE: usize = 8 * 1024 * 1024;
/// Zstandard may ask for windows of gigabytes; eight megabytes are what its own tool allows below
/// its `--long` mode.
const ZSTD_WINDOW_LOG_MAX: u32 = 23;

thread_local! {
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static INFLATE: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

impl Encoding {
    /// Reads `Content-Encoding` in any case. An empty one (Ruby) and `utf-8` (Android) mean
    /// nothing.
    ///
    /// # Errors
    /// [`IngestError::UnsupportedEncoding`] for any other, lists included.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, IngestError> {
        let mut values = headers.get_all(CONTENT_ENCODING);
        let (first, second) = (values.next(), values.next());
        let name = match (first, second) {
            (None, _) => return Ok(Self::Identity),
            (Some(value), None) => value.to_str().or(Err(IngestError::UnsupportedEncoding))?,
            _ => return Err(IngestError::UnsupportedEncoding),
        };
        match name.trim().to_ascii_lowercase().as_str() {
            "" | "identity" | "utf-8" => Ok(Self::Identity),
            "gzip" => Ok(Self::Gzip),
            "deflate" => Ok(Self::Deflate),
            "br" => Ok(Self::Brotli),
            "zstd" => Ok(Self::Zstd),
            _ => Err(IngestError::UnsupportedEncoding),
        }
    }
}

impl From<DecompressError> for IngestError {
    fn from(error: DecompressError) -> Self {
        match error {
            DecompressError::Corrupt => Self::InvalidBody,
            DecompressError::TooLarge => Self::BodyTooLarge,
            DecompressError::NoMemory => Self::Overloaded,
        }
    }
}

/// Hands the plain bytes of `body` to `work`. They live in a buffer that the thread uses again, so
/// that a request costs no allocation of its size. What is larger than such a buffer is taken out
/// of `memory` before it is decompressed.
///
/// # Errors
/// [`DecompressError`]; past `bytes_max` the decompression stops at once.
pub(crate) fn with_decompressed<T>(
    encoding: Encoding,
    body: &[u8],
    bytes_max: usize,
    memory: &mut Reservation,
    work: impl FnOnce(&[u8]) -> T,
) -> Result<T, DecompressError> {
    if encoding == Encoding::Identity {
        if body.len() > bytes_max {
            return Err(DecompressError::TooLarge);
        }
        return Ok(work(body));
    }
    let mut buffer = BUFFER.take();
    buffer.clear();
    let bytes_max = bytes_max.min(inflated_bytes_max(body.len()));
    let mut output = Output {
        bytes: &mut buffer,
        bytes_max,
        memory: Some(memory),
    };
    let result = match encoding {
        Encoding::Identity => Ok(()),
        Encoding::Gzip => gunzip(body, &mut output),
        Encoding::Deflate => inflate_either(body, &mut output),
        Encoding::Brotli => unbrotli(body, &mut output),
        Encoding::Zstd => unzstd(body, &mut output),
    };
    let result = result.map(|()| work(&buffer));
    if buffer.capacity() <= KEPT_BYTES_MAX {
        BUFFER.set(buffer);
    }
    result
}

/// How many bytes something may become that has so many when it is packed: a body, or a packed
/// part of an item, as packing what is packed again would hide a bomb.
pub(crate) fn inflated_bytes_max(packed_bytes: usize) -> usize {
    let inflated = packed_bytes.saturating_mul(INFLATION_MAX);
    inflated.max(INFLATED_BYTES_FREE)
}

/// Inflates zlib data.
///
/// # Errors
/// [`DecompressError`].
pub(crate) fn inflate_zlib(body: &[u8], bytes_max: usize) -> Result<Vec<u8>, DecompressError> {
    let mut bytes = Vec::new();
    let mut output = Output {
        bytes: &mut bytes,
        bytes_max,
        memory: None,
    };
    inflate(true, body, &mut output)?;
    Ok(bytes)
}

/// What is decompressed so far, and how much more it may become.
struct Output<'a> {
    bytes: &'a mut Vec<u8>,
    bytes_max: usize,
    /// Where large buffers are accounted for; `None` where `bytes_max` is small.
    memory: Option<&'a mut Reservation>,
}

impl Output<'_> {
    /// Makes room for more, about as much as there is already.
    fn make_room(&mut self, bytes_min: usize) -> Result<(), DecompressError> {
        let most = self.bytes_max.saturating_sub(self.bytes.len());
        let room = self.bytes.len().max(bytes_min).min(most) + ROOM_BYTES_MIN;
        let bytes = self.bytes.len() + room;
        if bytes <= self.bytes.capacity() {
            return Ok(());
        }
        if bytes > KEPT_BYTES_MAX
            && let Some(memory) = &mut self.memory
        {
            let more = bytes - self.bytes.capacity();
            memory.grow(more).or(Err(DecompressError::NoMemory))?;
        }
        self.bytes.reserve_exact(room);
        Ok(())
    }

    /// Checks that there is not too much.
    fn check(&self) -> Result<(), DecompressError> {
        if self.bytes.len() > self.bytes_max {
            return Err(DecompressError::TooLarge);
        }
        Ok(())
    }
}

fn inflate_either(body: &[u8], output: &mut Output<'_>) -> Result<(), DecompressError> {
    match inflate(true, body, output) {
        Err(DecompressError::Corrupt) => {
            output.bytes.clear();
            inflate(false, body, output).map(drop)
        }
        result => result.map(drop),
    }
}

/// Reads gzip members one after the other; zeros after the last are padding.
fn gunzip(body: &[u8], output: &mut Output<'_>) -> Result<(), DecompressError> {
    let mut rest = body;
    loop {
        let start = output.bytes.len();
        let data = after_gzip_header(rest).ok_or(DecompressError::Corrupt)?;
        let after = inflate(false, data, output)?;
        let (trailer, after) = after
            .split_first_chunk::<8>()
            .ok_or(DecompressError::Corrupt)?;
        let member = output.bytes.get(start..).unwrap_or_default();
        // The sum covers the length too, so that the second half of the trailer tells nothing new.
        let [c0, c1, c2, c3, _, _, _, _] = *trailer;
        if crc32fast::hash(member) != u32::from_le_bytes([c0, c1, c2, c3]) {
            return Err(DecompressError::Corrupt);
        }
        if after.iter().all(|byte| *byte == 0) {
            return Ok(());
        }
        rest = after;
    }
}

/// Skips the header of a gzip member (RFC 1952 section 2.3).
fn after_gzip_header(bytes: &[u8]) -> Option<&[u8]> {
    const HEADER_CRC: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    const DEFLATE: u8 = 8;

    let (header, mut rest) = bytes.split_first_chunk::<10>()?;
    let [0x1f, 0x8b, DEFLATE, flags, ..] = *header else {
        return None;
    };
    if flags & EXTRA != 0 {
        let (length, after) = rest.split_first_chunk::<2>()?;
        rest = after.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            rest = rest.get(memchr::memchr(0, rest)? + 1..)?;
        }
    }
    if flags & HEADER_CRC != 0 {
        rest = rest.get(2..)?;
    }
    Some(rest)
}

/// Inflates one stream and returns what follows it.
fn inflate<'a>(
    zlib_header: bool,
    body: &'a [u8],
    output: &mut Output<'_>,
) -> Result<&'a [u8], DecompressError> {
    let guess = body.len().saturating_mul(GROWTH_GUESS);
    output.make_room(guess.min(GUESS_BYTES_MAX))?;
    INFLATE.with_borrow_mut(|state| {
        state.reset(zlib_header);
        let mut rest = body;
        loop {
            let before = (state.total_in(), output.bytes.len());
            let status = state
                .decompress_vec(rest, output.bytes, FlushDecompress::Finish)
                .or(Err(DecompressError::Corrupt))?;
            let consumed = usize::try_from(state.total_in() - before.0).unwrap_or(usize::MAX);
            rest = rest.get(consumed..).unwrap_or_default();
            output.check()?;
            if status == Status::StreamEnd {
                return Ok(rest);
            }
            if output.bytes.len() == output.bytes.capacity() {
                output.make_room(0)?;
            } else if consumed == 0 && output.bytes.len() == before.1 {
                return Err(DecompressError::Corrupt);
            }
        }
    })
}

fn unbrotli(body: &[u8], output: &mut Output<'_>) -> Result<(), DecompressError> {
    /// The window size that only the non-standard large-window streams begin with; they could ask
    /// for a gigabyte.
    const LARGE_WINDOW: u8 = 0b001_0001;

    if body.first().is_some_and(|byte| byte & 0x7f == LARGE_WINDOW) {
        return Err(DecompressError::Corrupt);
    }
    let reader = brotli_decompressor::Decompressor::new(body, ROOM_BYTES_MIN);
    read_all(reader, output)
}

fn unzstd(body: &[u8], output: &mut Output<'_>) -> Result<(), DecompressError> {
    let mut reader = zstd::Decoder::with_buffer(body).or(Err(DecompressError::Corrupt))?;
    reader
        .window_log_max(ZSTD_WINDOW_LOG_MAX)
        .or(Err(DecompressError::Corrupt))?;
    read_all(reader, output)
}

/// Reads to the end, never more than there is room for at a time.
fn read_all(mut reader: impl Read, output: &mut Output<'_>) -> Result<(), DecompressError> {
    loop {
        output.make_room(0)?;
        let room = output.bytes.capacity() - output.bytes.len();
        let room = u64::try_from(room).unwrap_or(u64::MAX);
        let read = reader
            .by_ref()
            .take(room)
            .read_to_end(output.bytes)
            .or(Err(DecompressError::Corrupt))?;
        output.check()?;
        if u64::try_from(read).unwrap_or(u64::MAX) < room {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests;
