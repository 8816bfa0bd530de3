use crate::outcome::DataCategory;

/// What an envelope item is, by its header's `type` (reference/PROTOCOL.md section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemKind {
    /// An error or message.
    Event,
    /// A transaction of spans.
    Transaction,
    /// What a browser reported of its content security policy.
    Security,
    /// A file.
    Attachment,
    /// What a person wrote about an error, from an older SDK.
    UserReport,
    /// What a person wrote.
    Feedback,
    /// What the SDK itself dropped; counted, never stored.
    ClientReport,
    /// An update of one session.
    Session,
    /// Counts of sessions.
    Sessions,
    /// Signs of life of a cron job.
    CheckIn,
    /// Spans, alone or in a container.
    Span,
    /// A container of logs.
    Log,
    /// A container of metrics.
    TraceMetric,
    /// The profile of a transaction.
    Profile,
    /// A piece of a continuous profile.
    ProfileChunk,
    /// What a replay is about.
    ReplayEvent,
    /// What happened in a replay.
    ReplayRecording,
    /// Both of the above and a video.
    ReplayVideo,
    /// Fields of a crash report's form; of a Relay between the SDK and us.
    FormData,
    /// An unreal engine report as a whole; of a Relay between the SDK and us.
    UnrealReport,
    /// Buckets of the older metrics; of a Relay between the SDK and us.
    MetricBuckets,
    /// A kind of the future; dropped without an outcome.
    Unknown,
}

/// Every known `type` with its kind; two kinds have two names.
const NAMES: [(&str, ItemKind); 23] = [
    ("event", ItemKind::Event),
    ("transaction", ItemKind::Transaction),
    ("security", ItemKind::Security),
    ("raw_security", ItemKind::Security),
    ("attachment", ItemKind::Attachment),
    ("user_report", ItemKind::UserReport),
    ("feedback", ItemKind::Feedback),
    ("client_report", ItemKind::ClientReport),
    ("session", ItemKind::Session),
    ("sessions", ItemKind::Sessions),
    ("check_in", ItemKind::CheckIn),
    ("span", ItemKind::Span),
    ("log", ItemKind::Log),
    ("trace_metric", ItemKind::TraceMetric),
    ("profile", ItemKind::Profile),
    ("profile_chunk", ItemKind::ProfileChunk),
    ("profile_chunk_ui", ItemKind::ProfileChunk),
    ("replay_event", ItemKind::ReplayEvent),
    ("replay_recording", ItemKind::ReplayRecording),
    ("replay_video", ItemKind::ReplayVideo),
    ("form_data", ItemKind::FormData),
    ("unreal_report", ItemKind::UnrealReport),
    ("metric_buckets", ItemKind::MetricBuckets),
];

impl ItemKind {
    /// The kind of this `type`.
    pub(crate) fn of(name: &str) -> Self {
        let known = NAMES.iter().find(|(known, _)| *known == name);
        known.map_or(Self::Unknown, |(_, kind)| *kind)
    }

    /// The kind's name in messages and outcome reasons.
    pub(crate) fn name(self) -> &'static str {
        let known = NAMES.iter().find(|(_, kind)| *kind == self);
        known.map_or("unknown", |(name, _)| name)
    }

    /// What an item of this kind counts as; `None` for kinds that are never counted.
    pub(crate) fn category(self) -> Option<DataCategory> {
        Some(match self {
            Self::Event | Self::UnrealReport => DataCategory::Error,
            Self::Transaction => DataCategory::Transaction,
            Self::Security => DataCategory::Security,
            Self::Attachment | Self::FormData => DataCategory::Attachment,
            Self::UserReport | Self::Feedback => DataCategory::Feedback,
            Self::Session | Self::Sessions => DataCategory::Session,
            Self::CheckIn => DataCategory::Monitor,
            Self::Span => DataCategory::Span,
            Self::Log => DataCategory::LogItem,
            Self::TraceMetric => DataCategory::TraceMetric,
            Self::Profile => DataCategory::Profile,
            Self::ProfileChunk => DataCategory::ProfileChunk,
            Self::ReplayEvent | Self::ReplayRecording => DataCategory::Replay,
            Self::ReplayVideo => DataCategory::ReplayVideo,
            Self::MetricBuckets => DataCategory::MetricBucket,
            Self::ClientReport | Self::Unknown => return None,
        })
    }

    /// Whether an item of this kind has the id of its envelope as its own.
    pub(crate) fn bears_the_id(self) -> bool {
        matches!(self, Self::Event | Self::Security | Self::Feedback)
    }

    /// Whether an envelope with such an item is answered with an id even when the client named
    /// none (reference/PROTOCOL.md section 4).
    pub(crate) fn needs_id(self) -> bool {
        self.bears_the_id()
            || matches!(
                self,
                Self::Transaction
                    | Self::Attachment
                    | Self::FormData
                    | Self::UnrealReport
                    | Self::UserReport
                    | Self::ReplayEvent
                    | Self::Profile
            )
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
        assert_eq!(category("replay_video"), Some(DataCategory::ReplayVideo));
        assert_eq!(category("client_report"), None);
        assert_eq!(category("statsd"), None);
    }

    #[test]
    fn a_kind_of_the_future_is_unknown() {
        assert_eq!(ItemKind::of("hologram"), ItemKind::Unknown);
        assert_eq!(ItemKind::of("Event"), ItemKind::Unknown);
    }

    #[test]
    fn a_kind_is_called_by_its_first_name() {
        assert_eq!(ItemKind::of("raw_security").name(), "security");
        assert_eq!(ItemKind::of("profile_chunk_ui").name(), "profile_chunk");
    }
}
