use super::FramePart::{File, Function, Module};
use super::FrameSet::{self, Crashing, InApp};
use super::{Field, Operator};

/// What kind of values a field has, which decides about its operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Text.
    Text,
    /// One of the five levels, from debug to fatal.
    Level,
    /// A number.
    Number,
    /// A version, or a release `package@version+build`.
    Version,
    /// An IP address.
    Address,
    /// `true` or `false`.
    Flag,
    /// Anything: a tag or a value of a context.
    Any,
}

/// A field as a page offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    /// The field; a tag or a context without its key.
    pub field: Field,
    /// Its name in JSON and TOML; of tags and contexts what stands before the key, `tag.` and
    /// `context.`.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// What its values are.
    pub kind: FieldKind,
    /// An example of a value.
    pub example: &'static str,
    /// Where in an event its values stand, with `*` for any index; of contexts what stands before
    /// the keys, and of frames where those of exceptions stand.
    pub paths: &'static [&'static str],
}

const fn info(
    field: Field,
    name: &'static str,
    label: &'static str,
    kind: FieldKind,
    example: &'static str,
    paths: &'static [&'static str],
) -> FieldInfo {
    FieldInfo {
        field,
        name,
        label,
        kind,
        example,
        paths,
    }
}

const MODULE_PATHS: [&str; 2] = [
    "exception.values.*.stacktrace.frames.*.module",
    "exception.values.*.stacktrace.frames.*.package",
];
const FILE_PATHS: [&str; 2] = [
    "exception.values.*.stacktrace.frames.*.filename",
    "exception.values.*.stacktrace.frames.*.abs_path",
];
const FUNCTION_PATHS: [&str; 1] = ["exception.values.*.stacktrace.frames.*.function"];

static FIELDS: [FieldInfo; 35] = [
    info(
        Field::ExceptionType,
        "exception.type",
        "Exception type",
        FieldKind::Text,
        "TimeoutError",
        &["exception.values.*.type"],
    ),
    info(
        Field::ExceptionValue,
        "exception.value",
        "Exception message",
        FieldKind::Text,
        "connection reset",
        &["exception.values.*.value"],
    ),
    info(
        Field::Mechanism,
        "exception.mechanism",
        "Mechanism",
        FieldKind::Text,
        "onunhandledrejection",
        &["exception.values.*.mechanism.type"],
    ),
    info(
        Field::Handled,
        "handled",
        "Handled",
        FieldKind::Flag,
        "true",
        &["exception.values.*.mechanism.handled"],
    ),
    info(
        Field::Message,
        "message",
        "Message",
        FieldKind::Text,
        "cannot reach",
        &["logentry.formatted", "logentry.message"],
    ),
    info(
        Field::Logger,
        "logger",
        "Logger",
        FieldKind::Text,
        "django.security",
        &["logger"],
    ),
    info(
        Field::Level,
        "level",
        "Level",
        FieldKind::Level,
        "warning",
        &["level"],
    ),
    info(
        Field::Transaction,
        "transaction",
        "Transaction",
        FieldKind::Text,
        "/health*",
        &["transaction"],
    ),
    info(
        Field::Url,
        "url",
        "URL",
        FieldKind::Text,
        "https://shop.example/cart",
        &["request.url"],
    ),
    info(
        Field::Method,
        "http.method",
        "HTTP method",
        FieldKind::Text,
        "GET",
        &["request.method"],
    ),
    info(
        Field::Status,
        "http.status_code",
        "HTTP status",
        FieldKind::Number,
        "404",
        &["contexts.response.status_code", "tags.*.1"],
    ),
    info(
        Field::Release,
        "release",
        "Release",
        FieldKind::Version,
        "shop@1.4.0",
        &["release"],
    ),
    info(
        Field::Dist,
        "dist",
        "Distribution",
        FieldKind::Text,
        "42",
        &["dist"],
    ),
    info(
        Field::Environment,
        "environment",
        "Environment",
        FieldKind::Text,
        "staging",
        &["environment"],
    ),
    info(
        Field::ServerName,
        "server_name",
        "Server name",
        FieldKind::Text,
        "web-1",
        &["server_name", "tags.*.1"],
    ),
    info(
        Field::Platform,
        "platform",
        "Platform",
        FieldKind::Text,
        "javascript",
        &["platform"],
    ),
    info(
        Field::Type,
        "event.type",
        "Event type",
        FieldKind::Text,
        "error",
        &["type"],
    ),
    info(
        Field::SdkName,
        "sdk.name",
        "SDK",
        FieldKind::Text,
        "sentry.python",
        &["sdk.name"],
    ),
    info(
        Field::SdkVersion,
        "sdk.version",
        "SDK version",
        FieldKind::Version,
        "2.19.0",
        &["sdk.version"],
    ),
    info(
        Field::UserId,
        "user.id",
        "User id",
        FieldKind::Text,
        "42",
        &["user.id"],
    ),
    info(
        Field::UserEmail,
        "user.email",
        "User e-mail",
        FieldKind::Text,
        "@example.com",
        &["user.email"],
    ),
    info(
        Field::UserName,
        "user.username",
        "User name",
        FieldKind::Text,
        "load-test",
        &["user.username", "user.name"],
    ),
    info(
        Field::UserIp,
        "user.ip",
        "User address",
        FieldKind::Address,
        "10.0.0.0/8",
        &["user.ip_address"],
    ),
    info(
        Field::UserAgent,
        "user_agent",
        "User agent",
        FieldKind::Text,
        "HeadlessChrome",
        &["request.headers.*.1"],
    ),
    info(
        Field::Frame(FrameSet::Any, Module),
        "frame.module",
        "Frame module",
        FieldKind::Text,
        "shop.views",
        &MODULE_PATHS,
    ),
    info(
        Field::Frame(FrameSet::Any, File),
        "frame.file",
        "Frame file",
        FieldKind::Text,
        "*/vendor/*",
        &FILE_PATHS,
    ),
    info(
        Field::Frame(FrameSet::Any, Function),
        "frame.function",
        "Frame function",
        FieldKind::Text,
        "load",
        &FUNCTION_PATHS,
    ),
    info(
        Field::Frame(InApp, Module),
        "frame.in_app.module",
        "In-app frame module",
        FieldKind::Text,
        "shop.views",
        &MODULE_PATHS,
    ),
    info(
        Field::Frame(InApp, File),
        "frame.in_app.file",
        "In-app frame file",
        FieldKind::Text,
        "shop/views.py",
        &FILE_PATHS,
    ),
    info(
        Field::Frame(InApp, Function),
        "frame.in_app.function",
        "In-app frame function",
        FieldKind::Text,
        "load",
        &FUNCTION_PATHS,
    ),
    info(
        Field::Frame(Crashing, Module),
        "frame.crashing.module",
        "Crashing frame module",
        FieldKind::Text,
        "shop.views",
        &MODULE_PATHS,
    ),
    info(
        Field::Frame(Crashing, File),
        "frame.crashing.file",
        "Crashing frame file",
        FieldKind::Text,
        "shop/views.py",
        &FILE_PATHS,
    ),
    info(
        Field::Frame(Crashing, Function),
        "frame.crashing.function",
        "Crashing frame function",
        FieldKind::Text,
        "load",
        &FUNCTION_PATHS,
    ),
    info(
        Field::Tag(String::new()),
        "tag.",
        "Tag",
        FieldKind::Any,
        "eu-west",
        &["tags.*.1"],
    ),
    info(
        Field::Context(Vec::new()),
        "context.",
        "Context",
        FieldKind::Any,
        "iPhone",
        &["contexts"],
    ),
];

/// The fields that a rule can test, in the order in which people should see them.
#[must_use]
pub fn fields() -> &'static [FieldInfo] {
    &FIELDS
}

impl FieldInfo {
    /// Whether a key must follow the name, as in `tag.region`.
    #[must_use]
    pub fn takes_key(&self) -> bool {
        self.name.ends_with('.')
    }

    /// The operators that make sense for it, in the order in which people should see them.
    #[must_use]
    pub fn operators(&self) -> Vec<Operator> {
        self.kind.operators()
    }
}

impl FieldKind {
    /// Whether a field of this kind can be tested so.
    #[must_use]
    pub fn takes(self, op: Operator) -> bool {
        use Operator as Op;
        match op {
            Op::Is | Op::IsNot | Op::OneOf | Op::Exists => true,
            Op::Less | Op::AtMost | Op::More | Op::AtLeast => {
                !matches!(self, Self::Text | Self::Address | Self::Flag)
            }
            Op::InRange => matches!(self, Self::Version | Self::Any),
            Op::Contains | Op::StartsWith | Op::EndsWith | Op::Wildcard | Op::Regex => {
                matches!(self, Self::Text | Self::Version | Self::Address | Self::Any)
            }
        }
    }

    pub(super) fn operators(self) -> Vec<Operator> {
        let all = Operator::ALL.into_iter();
        all.filter(|op| self.takes(*op)).collect()
    }
}
