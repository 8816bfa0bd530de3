/// What an item counts as (reference/PROTOCOL.md section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum DataCategory {
    /// Whatever could not even be told apart.
    Default,
    Error,
    Transaction,
    Security,
    /// In bytes; [`DataCategory::AttachmentItem`] counts pieces.
    Attachment,
    AttachmentItem,
    Session,
    Profile,
    ProfileChunk,
    ProfileChunkUi,
    Replay,
    ReplayVideo,
    Monitor,
    Span,
    /// Feedback items, user reports and what the crash dialog sends.
    Feedback,
    LogItem,
    /// In bytes; [`DataCategory::LogItem`] counts pieces.
    LogByte,
    TraceMetric,
    /// In bytes; [`DataCategory::TraceMetric`] counts pieces.
    TraceMetricByte,
    /// What Sentry calls a bucket of the older metrics.
    MetricBucket,
}

/// What one item counts as, in one category or in pieces and bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    first: (DataCategory, u64),
    second: Option<(DataCategory, u64)>,
}

impl DataCategory {
    /// Every category.
    pub(crate) const ALL: [Self; 20] = [
        Self::Default,
        Self::Error,
        Self::Transaction,
        Self::Security,
        Self::Attachment,
        Self::AttachmentItem,
        Self::Session,
        Self::Profile,
        Self::ProfileChunk,
        Self::ProfileChunkUi,
        Self::Replay,
        Self::ReplayVideo,
        Self::Monitor,
        Self::Span,
        Self::Feedback,
        Self::LogItem,
        Self::LogByte,
        Self::TraceMetric,
        Self::TraceMetricByte,
        Self::MetricBucket,
    ];

    /// Sentry's name of the category.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Error => "error",
            Self::Transaction => "transaction",
            Self::Security => "security",
            Self::Attachment => "attachment",
            Self::AttachmentItem => "attachment_item",
            Self::Session => "session",
            Self::Profile => "profile",
            Self::ProfileChunk => "profile_chunk",
            Self::ProfileChunkUi => "profile_chunk_ui",
            Self::Replay => "replay",
            Self::ReplayVideo => "replay_video",
            Self::Monitor => "monitor",
            Self::Span => "span",
            Self::Feedback => "feedback",
            Self::LogItem => "log_item",
            Self::LogByte => "log_byte",
            Self::TraceMetric => "trace_metric",
            Self::TraceMetricByte => "trace_metric_byte",
            Self::MetricBucket => "metric_bucket",
        }
    }

    /// The category with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Whether it counts the bytes of what another category counts in pieces.
    pub(crate) const fn is_bytes(self) -> bool {
        matches!(
            self,
            Self::Attachment | Self::LogByte | Self::TraceMetricByte
        )
    }
}

impl Amount {
    /// So many of one category.
    pub(crate) const fn new(category: DataCategory, quantity: u64) -> Self {
        Self {
            first: (category, quantity),
            second: None,
        }
    }

    /// The same and so many of another category.
    pub(crate) const fn and(self, category: DataCategory, quantity: u64) -> Self {
        Self {
            first: self.first,
            second: Some((category, quantity)),
        }
    }

    /// One attachment of so many bytes; even an empty one counts as a byte.
    pub(crate) fn attachment(bytes: usize) -> Self {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        Self::new(DataCategory::Attachment, bytes.max(1)).and(DataCategory::AttachmentItem, 1)
    }

    /// Each category with its quantity.
    pub(crate) fn parts(self) -> impl Iterator<Item = (DataCategory, u64)> {
        [Some(self.first), self.second].into_iter().flatten()
    }
}

impl From<(DataCategory, u64)> for Amount {
    fn from((category, quantity): (DataCategory, u64)) -> Self {
        Self::new(category, quantity)
    }
}
