//! Crashes as native SDKs put them into an envelope: a dump and what belongs to it as attachments,
//! with or without an event (reference/PROTOCOL.md section 7).

use actix_web::web::Bytes;

use super::sizes::TooLarge;
use super::{Intake, Taken};
use crate::envelope::{ItemKind, RawItem};
use crate::error::IngestError;
use crate::items::minidump::{Crash, to_event, unpack};
use crate::outcome::DataCategory;
use crate::request::Reservation;

/// The `attachment_type` of a dump.
pub(crate) const MINIDUMP: &str = "event.minidump";
const PAYLOAD: &str = "event.payload";
const BREADCRUMBS: &str = "event.breadcrumbs";

/// Whether this attachment is a part of an event rather than a file beside it: then it is not
/// kept, as the event holds what it says.
pub(super) fn is_part_of_event(item: &RawItem<'_>) -> bool {
    matches!(
        item.header.attachment_type.as_deref(),
        Some(PAYLOAD | BREADCRUMBS)
    )
}

/// Whether this attachment makes an event, alone or together with the event item.
pub(super) fn makes_event(item: &RawItem<'_>) -> bool {
    item.kind() == ItemKind::Attachment
        && (is_part_of_event(item) || item.header.attachment_type.as_deref() == Some(MINIDUMP))
}

impl<'a> Intake<'a> {
    /// Takes the one event of all parts of a crash. Its outcome is counted.
    ///
    /// # Errors
    /// [`IngestError::Overloaded`] when there is no memory to unpack the dump, so that the client
    /// sends it again, and [`IngestError::ItemTooLarge`] when it is over its limit then; the items
    /// are counted as too large.
    pub(super) fn take_crash(
        &self,
        items: &[RawItem<'_>],
        taken: &mut Taken<'a>,
    ) -> Result<(), IngestError> {
        let attachments = items.iter().filter(|it| it.kind() == ItemKind::Attachment);
        let of_type = |name: &'static str| {
            let attachments = attachments.clone();
            attachments.filter(move |it| it.header.attachment_type.as_deref() == Some(name))
        };
        let mut breadcrumbs = of_type(BREADCRUMBS).map(|it| it.payload);
        // It is held as long as what it was unpacked to.
        let mut memory = self.memory.reservation();
        let dump = of_type(MINIDUMP).next().map(|item| {
            let packed = self.bytes_of(item.payload);
            unpack_or_empty(packed, self.limits.attachment_bytes_max, &mut memory)
        });
        let dump = dump.transpose().map_err(|error| match error {
            IngestError::ItemTooLarge(name) => {
                let message = "the dump is over its limit when it is unpacked".into();
                self.refuse_all(items, TooLarge { name, message })
            }
            error => error,
        })?;
        let event = items.iter().find(|it| it.kind() == ItemKind::Event);
        let event = to_event(&Crash {
            dump: dump.as_deref(),
            event: event.map(|it| it.payload),
            payload: of_type(PAYLOAD).next().map(|it| it.payload),
            breadcrumbs: [breadcrumbs.next(), breadcrumbs.next()],
            fields: &[],
        });
        drop((dump, memory));
        drop(self.take_event(&event, DataCategory::Error, taken));
        Ok(())
    }
}

/// The dump as it was written; a broken one is empty, as it still tells of a crash.
fn unpack_or_empty(
    packed: Bytes,
    bytes_max: usize,
    memory: &mut Reservation,
) -> Result<Bytes, IngestError> {
    match unpack(packed, bytes_max, memory) {
        Err(error @ (IngestError::Overloaded | IngestError::ItemTooLarge(_))) => Err(error),
        unpacked => Ok(unpacked.unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use bzip2::Compression;
    use bzip2::write::BzEncoder;

    use super::*;
    use crate::request::MemoryBudget;

    const MIB: usize = 1024 * 1024;

    /// A dump of three mebibytes in few bytes.
    fn packed() -> Bytes {
        let mut dump = b"MDMP".to_vec();
        dump.resize(3 * MIB, 0);
        let mut encoder = BzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&dump).expect("writes");
        encoder.finish().expect("finishes").into()
    }

    #[test]
    fn a_dump_that_there_is_no_room_for_is_no_broken_one() {
        let unpacked = |packed, bytes_max, memory_bytes| {
            let mut memory = MemoryBudget::new(memory_bytes).reservation();
            unpack_or_empty(packed, bytes_max, &mut memory)
        };
        let whole = unpacked(packed(), 3 * MIB, 10 * MIB);
        assert_eq!(whole.map(|it| it.len()), Ok(3 * MIB));
        let no_memory = unpacked(packed(), 3 * MIB, 2 * MIB);
        assert_eq!(no_memory, Err(IngestError::Overloaded));
        let too_large = unpacked(packed(), 2 * MIB, 10 * MIB);
        assert!(matches!(too_large, Err(IngestError::ItemTooLarge(_))));
        let broken = unpacked(packed().slice(..20), 3 * MIB, 10 * MIB);
        assert_eq!(broken, Ok(Bytes::new()));
    }
}
