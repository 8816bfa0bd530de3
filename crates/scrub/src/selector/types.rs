/// The kinds of value that a selector can name (reference/SCRUBBING.md section 4.2), in the order
/// that decides which application runs first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each variant is the selector of its name")]
pub enum Type {
    String,
    Binary,
    Number,
    Boolean,
    DateTime,
    Array,
    Object,
    Event,
    Attachments,
    Replay,
    Exception,
    Stacktrace,
    Frame,
    Request,
    User,
    LogEntry,
    Message,
    Thread,
    Breadcrumb,
    OurLog,
    TraceMetric,
    Span,
    ClientSdkInfo,
    Minidump,
    HeapMemory,
    StackMemory,
}

/// Every type with the names that selectors use; the first name of a type is the one printed.
const NAMES: [(&str, Type); 31] = [
    ("string", Type::String),
    ("binary", Type::Binary),
    ("number", Type::Number),
    ("boolean", Type::Boolean),
    ("bool", Type::Boolean),
    ("datetime", Type::DateTime),
    ("array", Type::Array),
    ("list", Type::Array),
    ("object", Type::Object),
    ("event", Type::Event),
    ("attachments", Type::Attachments),
    ("replay", Type::Replay),
    ("error", Type::Exception),
    ("exception", Type::Exception),
    ("stack", Type::Stacktrace),
    ("stacktrace", Type::Stacktrace),
    ("frame", Type::Frame),
    ("http", Type::Request),
    ("request", Type::Request),
    ("user", Type::User),
    ("logentry", Type::LogEntry),
    ("message", Type::Message),
    ("thread", Type::Thread),
    ("breadcrumb", Type::Breadcrumb),
    ("log", Type::OurLog),
    ("trace_metric", Type::TraceMetric),
    ("span", Type::Span),
    ("sdk", Type::ClientSdkInfo),
    ("minidump", Type::Minidump),
    ("heap_memory", Type::HeapMemory),
    ("stack_memory", Type::StackMemory),
];

impl Type {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let found = NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, kind)| *kind)
    }

    /// Every name with its `$`, for people.
    pub(crate) fn names() -> String {
        let names = NAMES.iter().map(|(name, _)| format!("${name}"));
        names.collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn name(self) -> &'static str {
        let found = NAMES.iter().find(|(_, kind)| *kind == self);
        found.map_or("", |(name, _)| name)
    }

    /// Whether this is one of the types of plain JSON, which are too sweeping to name a value that
    /// only an explicit path may touch.
    pub(crate) fn is_basic(self) -> bool {
        self <= Self::Object
    }
}

/// A set of types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Types(u32);

impl Types {
    pub(crate) const NONE: Self = Self(0);

    #[expect(
        clippy::as_conversions,
        reason = "a fieldless enum of 26 variants fits 32 bits, and constants allow no From"
    )]
    pub(crate) const fn of(kind: Type) -> Self {
        Self(1 << kind as u32)
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn contains(self, kind: Type) -> bool {
        self.0 & Self::of(kind).0 != 0
    }

    /// The numbers of the types in the set, each the place of its bit.
    pub(crate) fn numbers(self) -> impl Iterator<Item = usize> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let number = rest.trailing_zeros();
            rest &= rest.checked_sub(1)?;
            usize::try_from(number).ok()
        })
    }

    /// The types in the set, in their order.
    pub(crate) fn iter(self) -> impl Iterator<Item = Type> {
        let known = NAMES.iter().map(|(_, kind)| *kind);
        let mut last = None;
        // Types with two names stand next to each other.
        known.filter(move |kind| self.contains(*kind) && last.replace(*kind) != Some(*kind))
    }

    /// One above the highest number of a type.
    pub(crate) const NUMBERS: usize = 32;
}
