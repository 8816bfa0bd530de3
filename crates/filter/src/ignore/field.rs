use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::{FieldInfo, FieldKind, fields};

/// How many letters the name of a field has at most: a tag's key has up to 200.
const FIELD_CHARS_MAX: usize = 300;

/// A part of an event that a rule can test. In JSON and TOML it is written as it prints.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// `exception.type` of any exception.
    ExceptionType,
    /// `exception.value` of any exception.
    ExceptionValue,
    /// `exception.mechanism`: what caught any exception, such as `onunhandledrejection`.
    Mechanism,
    /// `handled`: whether the program caught the error itself. An event without exceptions, or
    /// whose exceptions do not say, has no value.
    Handled,
    /// `message`: the formatted message, or the message as it is.
    Message,
    /// `logger`
    Logger,
    /// `level`
    Level,
    /// `transaction`: what the program was doing.
    Transaction,
    /// `url` of the request, without query.
    Url,
    /// `http.method` of the request.
    Method,
    /// `http.status_code`: of the context `response`, or of the tag of one of its usual names.
    Status,
    /// `release`
    Release,
    /// `dist`
    Dist,
    /// `environment`
    Environment,
    /// `server_name`
    ServerName,
    /// `platform`
    Platform,
    /// `event.type`: `error`, `default`, `csp`.
    Type,
    /// `sdk.name`
    SdkName,
    /// `sdk.version`
    SdkVersion,
    /// `user.id`
    UserId,
    /// `user.email`
    UserEmail,
    /// `user.username`
    UserName,
    /// `user.ip`
    UserIp,
    /// `user_agent` of the request.
    UserAgent,
    /// `frame.module`, `frame.in_app.file`, `frame.crashing.function` and the like.
    Frame(FrameSet, FramePart),
    /// `tag.<key>`
    Tag(String),
    /// `context.<name>.<key>`, with further keys for what lies deeper.
    Context(Vec<String>),
}

/// Which frames of the stack traces are tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FrameSet {
    /// All of them.
    Any,
    /// Those of the program itself.
    InApp,
    /// The last one of each exception: where it was raised.
    Crashing,
}

/// Which part of a frame is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FramePart {
    /// Its module, package or class.
    Module,
    /// Its file: the name as shown and the absolute path.
    File,
    /// Its function.
    Function,
}

impl Field {
    /// What its values are.
    #[must_use]
    pub fn kind(&self) -> FieldKind {
        self.info().map_or(FieldKind::Any, |info| info.kind)
    }

    /// What it is called, for people: `Tag region`, `Crashing frame file`.
    #[must_use]
    pub fn label(&self) -> String {
        let label = self.info().map_or("", |info| info.label);
        match self {
            Self::Tag(key) => format!("{label} {key}"),
            Self::Context(path) => format!("{label} {}", path.join(".")),
            _ => label.to_owned(),
        }
    }

    /// Whether its key says that its values are versions, as `context.os.version` does.
    pub(super) fn is_version(&self) -> bool {
        let key = match self {
            Self::Tag(key) => Some(key),
            Self::Context(path) => path.last(),
            _ => None,
        };
        key.is_some_and(|key| key.ends_with("version") || key.ends_with("release"))
    }

    /// The entry of the table that it belongs to.
    fn info(&self) -> Option<&'static FieldInfo> {
        fields().iter().find(|info| match self {
            Self::Tag(_) => matches!(info.field, Self::Tag(_)),
            Self::Context(_) => matches!(info.field, Self::Context(_)),
            _ => info.field == *self,
        })
    }
}

impl FromStr for Field {
    type Err = String;

    /// Reads a field's name; the error says what names there are.
    fn from_str(name: &str) -> Result<Self, String> {
        if name.chars().count() > FIELD_CHARS_MAX {
            return Err(format!("a field has at most {FIELD_CHARS_MAX} letters"));
        }
        if let Some(key) = name.strip_prefix("tag.") {
            return match key.trim().is_empty() {
                true => Err("name the tag: tag.region".to_owned()),
                false => Ok(Self::Tag(key.to_owned())),
            };
        }
        if let Some(path) = name.strip_prefix("context.") {
            let path: Vec<String> = path.split('.').map(ToOwned::to_owned).collect();
            return match path.len() >= 2 && path.iter().all(|key| !key.is_empty()) {
                true => Ok(Self::Context(path)),
                false => Err("name the context and its key: context.device.family".to_owned()),
            };
        }
        let known = fields().iter().find(|info| info.name == name);
        known
            .map(|info| info.field.clone())
            .ok_or_else(|| unknown(name))
    }
}

fn unknown(name: &str) -> String {
    let known = fields().iter().map(|info| match info.takes_key() {
        true => format!("{}<key>", info.name),
        false => info.name.to_owned(),
    });
    let known: Vec<String> = known.collect();
    format!(
        "there is no field {name:?}; fields are {}",
        known.join(", ")
    )
}

impl fmt::Display for Field {
    /// The name as it is written in JSON and TOML.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.info().map_or("", |info| info.name))?;
        match self {
            Self::Tag(key) => formatter.write_str(key),
            Self::Context(path) => formatter.write_str(&path.join(".")),
            _ => Ok(()),
        }
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
