//! What the matchers look at: the event as the client sent it, before stack traces are
//! normalised (reference/GROUPING.md section 0 step 3).

use std::borrow::Cow;
use std::cell::OnceCell;

use watchfire_event::json::{Object, Value};

use super::matcher::{Item, Key, Matcher};
use super::sdk;
use crate::fingerprint::tags;
use crate::frame::trim_function;
use crate::platform::{Family, Platform};

/// The name of a frame's function that is not known.
const UNKNOWN: &str = "<unknown>";

/// An event as rules see it.
pub(super) struct Facts<'e> {
    body: &'e Object<'e>,
    platform: Platform<'e>,
    frames: OnceCell<Vec<FrameFacts<'e>>>,
}

/// A frame as rules see it.
pub(super) struct FrameFacts<'e> {
    fields: &'e Object<'e>,
    function: Cow<'e, str>,
}

impl<'e> Facts<'e> {
    pub(super) fn new(body: &'e Object<'e>, platform: Platform<'e>) -> Self {
        Self {
            body,
            platform,
            frames: OnceCell::new(),
        }
    }

    /// Whether there is a thing for which all of these matchers hold, which are all of that kind.
    pub(super) fn has(&self, item: Item, matchers: &[Matcher]) -> bool {
        let all = |holds: &dyn Fn(&Matcher) -> bool| matchers.iter().all(holds);
        match item {
            Item::Family => all(&|it| it.holds([family(self.platform)])),
            Item::Sdk => {
                let name = self
                    .body
                    .get("sdk")
                    .and_then(|sdk| sdk.get("name")?.as_str());
                all(&|it| it.holds([sdk::rule_name(name.unwrap_or_default())]))
            }
            Item::Release => all(&|it| it.holds(self.text("release").map(str::trim))),
            Item::LogInfo => {
                let (logger, level) = (self.text("logger"), self.text("level"));
                let is_any = logger.is_some() || level.is_some();
                is_any && all(&|it| it.holds(if it.key == Key::Logger { logger } else { level }))
            }
            Item::Tags => all(&|it| match &it.key {
                Key::Tag(name) => it.holds(tags::last(self.body, name).map(str::trim)),
                _ => false,
            }),
            Item::Thread => list(self.body, "threads").any(|it| all(&|one| thread_holds(one, it))),
            Item::Message => {
                let message = self.message();
                let values = list(self.body, "exception").map(|it| filled(it, "value"));
                let texts = message.into_iter().map(Some).chain(values);
                let mut texts = texts.map(|text| text.map(str::trim));
                texts.any(|text| all(&|it| it.holds(text)))
            }
            Item::Exception => list(self.body, "exception").any(|exception| {
                let kind = exception.get_str("type");
                let value = filled(exception, "value").map(str::trim);
                all(&|it| it.holds(if it.key == Key::Type { kind } else { value }))
            }),
            Item::Frame => self.frames().iter().any(|frame| frame.holds(matchers)),
        }
    }

    /// All frames: those of the exceptions, or else those of the event or its crashed thread.
    pub(super) fn frames(&self) -> &[FrameFacts<'e>] {
        self.frames.get_or_init(|| {
            let read = |holder| frames(holder, self.platform);
            let of_exceptions: Vec<_> = list(self.body, "exception").flat_map(read).collect();
            if !of_exceptions.is_empty() {
                return of_exceptions;
            }
            let of_event: Vec<_> = read(self.body).collect();
            if !of_event.is_empty() {
                return of_event;
            }
            crashed_thread(self.body)
                .into_iter()
                .flat_map(read)
                .collect()
        })
    }

    fn text(&self, key: &str) -> Option<&'e str> {
        filled(self.body, key)
    }

    fn message(&self) -> Option<&'e str> {
        filled(self.body.get_object("logentry")?, "formatted")
    }
}

impl FrameFacts<'_> {
    /// Whether all of these matchers hold, which all look at frames.
    pub(super) fn holds<'m>(&self, matchers: impl IntoIterator<Item = &'m Matcher>) -> bool {
        matchers.into_iter().all(|it| self.holds_one(it))
    }

    fn holds_one(&self, matcher: &Matcher) -> bool {
        let text = |key| self.fields.get_str(key);
        match &matcher.key {
            Key::App => matcher.holds_flag(self.fields.get("in_app").and_then(Value::as_bool)),
            Key::Function => matcher.holds([&*self.function]),
            Key::Path => {
                let path = filled(self.fields, "abs_path").or(text("filename"));
                let filename = text("filename").filter(|name| Some(*name) != path);
                matcher.holds(path.into_iter().chain(filename))
            }
            Key::Module => matcher.holds(text("module")),
            _ => matcher.holds(text("package")),
        }
    }
}

fn thread_holds(matcher: &Matcher, thread: &Object<'_>) -> bool {
    let flag = |key| matcher.holds_flag(thread.get(key).and_then(Value::as_bool));
    match &matcher.key {
        Key::ThreadCrashed => flag("crashed"),
        Key::ThreadCurrent => flag("current"),
        Key::ThreadName => matcher.holds(thread.get_str("name")),
        Key::ThreadState => matcher.holds(thread.get_str("state")),
        _ => {
            let id = thread.get("id");
            let number = id.and_then(Value::as_u64).map(|id| id.to_string());
            matcher.holds(number.as_deref().or(id.and_then(Value::as_str)))
        }
    }
}

fn family(platform: Platform<'_>) -> &'static str {
    match platform.family {
        Family::Native => "native",
        Family::JavaScript => "javascript",
        Family::Other => "other",
    }
}

fn frames<'e>(
    holder: &'e Object<'e>,
    platform: Platform<'e>,
) -> impl Iterator<Item = FrameFacts<'e>> {
    let stack = holder.get_object("stacktrace");
    let frames = stack.and_then(|stack| stack.get_array("frames"));
    let objects = frames
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_object);
    objects.map(move |fields| {
        let platform = filled(fields, "platform").map_or(platform, Platform::new);
        let function = filled(fields, "function").map(|function| {
            // A raw name beside it says that the name is trimmed already.
            if filled(fields, "raw_function").is_some() {
                Cow::Borrowed(function)
            } else {
                trim_function(function, platform)
            }
        });
        FrameFacts {
            fields,
            function: function.unwrap_or(Cow::Borrowed(UNKNOWN)),
        }
    })
}

/// The thread that stands for the event: the only one, or else the only one that crashed, or
/// else the only current one.
fn crashed_thread<'e>(body: &'e Object<'e>) -> Option<&'e Object<'e>> {
    let only_one = |key: Option<&str>| {
        let is = |thread: &&Object<'_>| {
            key.is_none_or(|key| thread.get(key).and_then(Value::as_bool) == Some(true))
        };
        let mut threads = list(body, "threads").filter(is);
        let first = threads.next();
        first.filter(|_| threads.next().is_none())
    };
    only_one(None)
        .or_else(|| only_one(Some("crashed")))
        .or_else(|| only_one(Some("current")))
}

fn list<'e>(body: &'e Object<'e>, key: &str) -> impl Iterator<Item = &'e Object<'e>> {
    let values = body.get_object(key).and_then(|it| it.get_array("values"));
    values
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_object)
}

fn filled<'e>(fields: &'e Object<'e>, key: &str) -> Option<&'e str> {
    fields.get_str(key).filter(|text| !text.is_empty())
}
