use crate::limits::Limits;
use crate::outcome::DataCategory;

/// What an envelope item is, by its header's `type` (reference/PROTOCOL.md section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemKind {
    /// An error or message: the one kind that is stored today.
    Event,
    /// What the SDK itself dropped; counted, never stored.
    ClientReport,
    /// A kind that is known, counted and not kept yet.
    NotKept(&'static Known),
    /// A kind of the future; dropped without an outcome.
    Unknown,
}

/// A row of the table of item kinds that are known but not kept yet.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// The header's `type`.
    name: &'static str,
    /// What one of it counts as (reference/PROTOCOL.md section 6).
    category: DataCategory,
    size: SizeClass,
}

/// Which of the [`Limits`] bounds an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SizeClass {
    Event,
    Attachment,
    Session,
    Small,
    Profile,
    Container,
}

const fn known(name: &'static str, category: DataCategory, size: SizeClass) -> Known {
    Known {
        name,
        category,
        size,
    }
}

static NOT_KEPT: [Known; 20] = [
    known("transaction", DataCategory::Transaction, SizeClass::Event),
    known(
        "attachment",
        DataCategory::Attachment,
        SizeClass::Attachment,
    ),
    known("session", DataCategory::Session, SizeClass::Session),
    known("sessions", DataCategory::Session, SizeClass::Session),
    known("check_in", DataCategory::Monitor, SizeClass::Small),
    known("user_report", DataCategory::Feedback, SizeClass::Small),
    known("feedback", DataCategory::Feedback, SizeClass::Event),
    known("profile", DataCategory::Profile, SizeClass::Profile),
    known(
        "profile_chunk",
        DataCategory::ProfileChunk,
        SizeClass::Profile,
    ),
    known(
        "profile_chunk_ui",
        DataCategory::ProfileChunkUi,
        SizeClass::Profile,
    ),
    known("replay_event", DataCategory::Replay, SizeClass::Event),
    known(
        "replay_recording",
        DataCategory::Replay,
        SizeClass::Attachment,
    ),
    known("replay_video", DataCategory::Replay, SizeClass::Attachment),
    known("log", DataCategory::LogItem, SizeClass::Container),
    known(
        "trace_metric",
        DataCategory::TraceMetric,
        SizeClass::Container,
    ),
    known("span", DataCategory::Span, SizeClass::Container),
    known("security", DataCategory::Security, SizeClass::Event),
    known("raw_security", DataCategory::Security, SizeClass::Event),
    known("form_data", DataCategory::Attachment, SizeClass::Event),
    known("unreal_report", DataCategory::Error, SizeClass::Attachment),
];

impl ItemKind {
    /// The kind of this `type`.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "event" => Self::Event,
            "client_report" => Self::ClientReport,
            _ => NOT_KEPT
                .iter()
                .find(|known| known.name == name)
                .map_or(Self::Unknown, Self::NotKept),
        }
    }

    /// The kind's name in messages and outcome reasons.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::ClientReport => "client_report",
            Self::NotKept(known) => known.name,
            Self::Unknown => "unknown",
        }
    }

    /// What an item of this kind counts as; `None` for kinds that are never counted.
    pub(crate) fn category(self) -> Option<DataCategory> {
        match self {
            Self::Event => Some(DataCategory::Error),
            Self::NotKept(known) => Some(known.category),
            Self::ClientReport | Self::Unknown => None,
        }
    }

    /// How many bytes an item of this kind may have.
    pub(crate) fn bytes_max(self, limits: &Limits) -> usize {
        let size = match self {
            Self::Event => SizeClass::Event,
            Self::ClientReport => SizeClass::Small,
            Self::NotKept(known) => known.size,
            Self::Unknown => SizeClass::Attachment,
        };
        match size {
            SizeClass::Event => limits.event_bytes_max,
            SizeClass::Attachment => limits.attachment_bytes_max,
            SizeClass::Session => limits.session_bytes_max,
            SizeClass::Small => limits.small_item_bytes_max,
            SizeClass::Profile => limits.profile_bytes_max,
            SizeClass::Container => limits.container_bytes_max,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_kind_has_the_category_of_the_protocol() {
        let category = |name| ItemKind::of(name).category();
        assert_eq!(category("event"), Some(DataCategory::Error));
        assert_eq!(category("sessions"), Some(DataCategory::Session));
        assert_eq!(category("check_in"), Some(DataCategory::Monitor));
        assert_eq!(category("client_report"), None);
        assert_eq!(category("statsd"), None);
    }

    #[test]
    fn a_kind_of_the_future_is_unknown() {
        assert_eq!(ItemKind::of("hologram"), ItemKind::Unknown);
        assert_eq!(ItemKind::of("Event"), ItemKind::Unknown);
    }
}
