//! What was on the screen: a line with the number of the segment, then a list in JSON, mostly
//! compressed.

use std::io::{self, BufReader, Read};

use flate2::read::{MultiGzDecoder, ZlibDecoder};
use serde::de::IgnoredAny;

use super::Flaw;
use crate::items::container::bytes_of;
use crate::items::raw::Raw;
use crate::request::inflated_bytes_max;

const DEPTH_MAX: u32 = 127;
const GZIP_START: &[u8] = &[0x1f, 0x8b];

/// How many bytes the recordings of one envelope may unpack to. They share it, as each is read
/// while the thread serves nobody else.
pub(crate) struct Budget {
    bytes_max: usize,
    bytes_left: u64,
}

impl Budget {
    /// A budget of fewer than so many bytes.
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self {
            bytes_max,
            bytes_left: bytes_of(bytes_max),
        }
    }
}

/// Reads a recording to its end, piece by piece, and keeps nothing of it.
///
/// # Errors
/// A [`Flaw`] when it cannot be unpacked, is too large then, or is not a list.
pub(super) fn check(payload: &[u8], budget: &mut Budget) -> Result<(), Flaw> {
    let line_length = memchr::memchr(b'\n', payload);
    let line = line_length.and_then(|length| payload.split_at_checked(length));
    let (line, body) = line.ok_or(invalid("lacks the line with its segment_id"))?;
    let header = Raw::whole(line).ok();
    let header = header.ok_or(invalid("has a first line that is not JSON"))?;
    let [segment] = header.pick(["segment_id"])?;
    if segment.and_then(Raw::whole_number).is_none() {
        return Err(invalid("lacks segment_id"));
    }
    // Only the start: the last byte of what is compressed may look like white space.
    let body = body.trim_ascii_start();
    if body.is_empty() {
        let reason = "invalid_replay_no_payload";
        return Err(Flaw::new(reason, "has nothing after its first line"));
    }
    if body.starts_with(b"[") {
        check_list(body, body.len(), budget)
    } else if body.starts_with(GZIP_START) {
        check_list(MultiGzDecoder::new(body), body.len(), budget)
    } else {
        check_list(ZlibDecoder::new(body), body.len(), budget)
    }
}

/// Reads a list, up to what is left and to what so many packed bytes may become.
pub(super) fn check_list(
    unpacked: impl Read,
    packed_bytes: usize,
    budget: &mut Budget,
) -> Result<(), Flaw> {
    let inflated_max = bytes_of(inflated_bytes_max(packed_bytes));
    let bytes_max = inflated_max.min(budget.bytes_left);
    let mut list = Guarded::new(unpacked.take(bytes_max));
    let read: Result<IgnoredAny, _> = serde_json::from_reader(BufReader::new(&mut list));
    let bytes_unread = list.inner.limit();
    let bytes_read = bytes_max.saturating_sub(bytes_unread);
    budget.bytes_left = budget.bytes_left.saturating_sub(bytes_read);
    if bytes_unread == 0 {
        Err(too_large(bytes_max, inflated_max, budget))
    } else if list.is_too_deep {
        Err(Flaw::new(
            "nesting_too_deep",
            "nests deeper than 127 levels",
        ))
    } else if read.is_err() {
        Err(invalid("cannot be unpacked or is not valid JSON"))
    } else if !list.is_list {
        Err(invalid("is not a list"))
    } else {
        Ok(())
    }
}

/// A recording that was stopped after `bytes_max` bytes, for the bound that was the lower one.
fn too_large(bytes_max: u64, inflated_max: u64, budget: &Budget) -> Flaw {
    let words = if bytes_max == inflated_max {
        format!("unpacks to {bytes_max} bytes or more, far more than its packed size")
    } else {
        let together = budget.bytes_max;
        format!("unpacks to {together} bytes or more, alone or with those before it")
    };
    Flaw {
        reason: "too_large:replay_recording",
        words: words.into(),
    }
}

fn invalid(words: &'static str) -> Flaw {
    Flaw::new("invalid_replay_recording", words)
}

/// Passes JSON on, up to a depth: who passes over JSON remembers every bracket that is open.
struct Guarded<R> {
    inner: R,
    depth: u32,
    is_string: bool,
    is_escaped: bool,
    is_too_deep: bool,
    /// Whether the first bracket opened a list.
    is_list: bool,
    has_begun: bool,
}

impl<R> Guarded<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            depth: 0,
            is_string: false,
            is_escaped: false,
            is_too_deep: false,
            is_list: false,
            has_begun: false,
        }
    }

    fn see(&mut self, byte: u8) {
        if self.is_string {
            let is_quote = byte == b'"' && !self.is_escaped;
            self.is_escaped = byte == b'\\' && !self.is_escaped;
            self.is_string = !is_quote;
            return;
        }
        match byte {
            b'"' => self.is_string = true,
            b'[' | b'{' => self.depth += 1,
            b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.is_too_deep |= self.depth > DEPTH_MAX;
        if !self.has_begun && !byte.is_ascii_whitespace() {
            self.has_begun = true;
            self.is_list = byte == b'[';
        }
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        for byte in buffer.iter().take(length) {
            self.see(*byte);
        }
        if self.is_too_deep {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(length)
    }
}
