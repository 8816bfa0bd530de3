use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::StreamExt;
use std::time::Duration;

use super::Reservation;
use crate::error::IngestError;

/// How much of a body over its limit is still read and thrown away: a client that is cut off in
/// the middle of sending sees a broken connection instead of the 413.
const DISCARDED_BYTES_MAX: usize = 40 * 1024 * 1024;

/// Reads the body as it arrives, with or without a length. A body of one chunk is not copied.
///
/// # Errors
/// [`IngestError::BodyTooLarge`] past `bytes_max`, [`IngestError::SlowBody`] past `time_max`,
/// [`IngestError::Overloaded`] when `memory` is used up, [`IngestError::BrokenBody`] when the
/// connection breaks, [`IngestError::EmptyBody`] when there is nothing.
pub(crate) async fn read_body(
    payload: Payload,
    bytes_max: usize,
    time_max: Duration,
    memory: &mut Reservation,
) -> Result<Bytes, IngestError> {
    let body = tokio::time::timeout(time_max, collect(payload, bytes_max, memory))
        .await
        .unwrap_or(Err(IngestError::SlowBody))?;
    if body.is_empty() {
        return Err(IngestError::EmptyBody);
    }
    Ok(body)
}

async fn collect(
    mut payload: Payload,
    bytes_max: usize,
    memory: &mut Reservation,
) -> Result<Bytes, IngestError> {
    let mut first = Bytes::new();
    let mut joined = BytesMut::new();
    let mut bytes = 0;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.or(Err(IngestError::BrokenBody))?;
        bytes += chunk.len();
        if bytes > bytes_max {
            drop((first, joined));
            discard(payload).await;
            return Err(IngestError::BodyTooLarge);
        }
        memory.grow(chunk.len())?;
        if first.is_empty() && joined.is_empty() {
            first = chunk;
        } else {
            joined.extend_from_slice(&std::mem::take(&mut first));
            joined.extend_from_slice(&chunk);
        }
    }
    Ok(if joined.is_empty() {
        first
    } else {
        joined.freeze()
    })
}

/// Reads on without keeping anything, up to [`DISCARDED_BYTES_MAX`].
async fn discard(mut payload: Payload) {
    let mut bytes = 0;
    while let Some(Ok(chunk)) = payload.next().await {
        bytes += chunk.len();
        if bytes > DISCARDED_BYTES_MAX {
            return;
        }
    }
}
