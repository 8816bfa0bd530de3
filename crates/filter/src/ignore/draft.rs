use watchfire_event::json::Value;
use watchfire_event::{Event, PathItem};

use super::likeness::Known;
use super::{Action, Condition, Field, FramePart, FrameSet, NAME_CHARS_MAX, Operator, Rule, Test};
use crate::fields::{Exception, exceptions, message};

/// Tags that say what a report of a content security policy is about.
const REPORT_TAGS: [&str; 2] = ["effective-directive", "blocked-host"];

/// A rule for events like this one, every condition of which a person can remove again.
///
/// It names the last exception with its in-app frame, or the message with its logger, or the
/// directive and host of a report; then transaction and environment. Numbers in texts may be any,
/// and so may what scrubbing replaced, as the event's `_meta` tells: rules see events before they
/// are scrubbed. A value that was scrubbed as a whole is left out.
#[must_use]
pub fn draft_of(event: &Event<'_>) -> Rule {
    let mut tests = Vec::new();
    let root = At {
        event,
        path: Vec::new(),
        value: None,
    };
    let exception = exceptions(event).last();
    if exception.is_some() {
        add_exception(&root, &mut tests);
    } else {
        let entry = root.key("logentry");
        let formatted = entry.key("formatted");
        let message = match formatted.known() {
            Some(_) => formatted,
            None => entry.key("message"),
        };
        tests.extend(message.loose_test(Field::Message));
        tests.extend(root.key("logger").test(Field::Logger));
    }
    if event.body.get_str("type") == Some("csp") {
        for key in REPORT_TAGS {
            tests.extend(tag_test(&root, key));
        }
    }
    tests.extend(root.key("transaction").test(Field::Transaction));
    tests.extend(root.key("environment").test(Field::Environment));
    if tests.is_empty() {
        tests.push(Test {
            field: Field::Level,
            op: Operator::Is,
            values: vec![event.level.as_str().to_owned()],
        });
    }
    Rule {
        name: name(exception.as_ref(), event),
        enabled: true,
        action: Action::Drop,
        when: Condition::All(tests.into_iter().map(Condition::Test).collect()),
        expires: None,
        note: String::new(),
    }
}

/// A place in an event.
#[derive(Clone)]
struct At<'e> {
    event: &'e Event<'e>,
    path: Vec<PathItem<'e>>,
    /// `None` for the event itself and for what is not there.
    value: Option<&'e Value<'e>>,
}

impl<'e> At<'e> {
    fn key(&self, key: &'e str) -> Self {
        let value = match self.path.is_empty() {
            true => self.event.body.get(key),
            false => self.value.and_then(|value| value.get(key)),
        };
        self.below(PathItem::Key(key), value)
    }

    /// The entries of a list, none of anything else.
    fn entries(&self) -> impl DoubleEndedIterator<Item = Self> {
        let list = self.value.and_then(Value::as_array).unwrap_or_default();
        let entries = list.iter().enumerate();
        entries.map(|(index, value)| self.below(PathItem::Index(index), Some(value)))
    }

    fn below(&self, item: PathItem<'e>, value: Option<&'e Value<'e>>) -> Self {
        let mut path = self.path.clone();
        path.push(item);
        Self {
            event: self.event,
            path,
            value,
        }
    }

    fn known(&self) -> Option<Known<'e>> {
        Some(Known {
            text: self.value?.as_str()?,
            meta: self.event.meta.get(&self.path),
        })
    }

    fn test(&self, field: Field) -> Option<Test> {
        self.known()?.test(field)
    }

    fn loose_test(&self, field: Field) -> Option<Test> {
        self.known()?.loose_test(field)
    }
}

fn add_exception(root: &At<'_>, tests: &mut Vec<Test>) {
    let values = root.key("exception").key("values");
    let is_object = |at: &At<'_>| at.value.is_some_and(|it| it.as_object().is_some());
    let Some(exception) = values.entries().rev().find(is_object) else {
        return;
    };
    tests.extend(exception.key("type").test(Field::ExceptionType));
    tests.extend(exception.key("value").loose_test(Field::ExceptionValue));
    let is_in_app = |at: &At<'_>| {
        let said = at.key("in_app").value.and_then(Value::as_bool);
        said == Some(true)
    };
    let frames = exception.key("stacktrace").key("frames");
    let Some(frame) = frames.entries().rev().find(is_in_app) else {
        return;
    };
    let part = |part| Field::Frame(FrameSet::InApp, part);
    let (module, file) = (frame.key("module"), frame.key("filename"));
    tests.extend(match module.known() {
        Some(_) => module.test(part(FramePart::Module)),
        None => file.test(part(FramePart::File)),
    });
    tests.extend(frame.key("function").test(part(FramePart::Function)));
}

fn tag_test(root: &At<'_>, name: &str) -> Option<Test> {
    let tags = root.key("tags");
    let mut pairs = tags.entries();
    pairs.find_map(|pair| {
        let mut parts = pair.entries();
        let (key, value) = (parts.next()?, parts.next()?);
        (key.value?.as_str() == Some(name)).then(|| value.test(Field::Tag(name.to_owned())))?
    })
}

fn name(exception: Option<&Exception<'_>>, event: &Event<'_>) -> String {
    let what = match exception {
        Some(it) if !it.kind.is_empty() => it.kind,
        Some(it) => it.value,
        None => message(event).unwrap_or("this event"),
    };
    let line: String = what
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect();
    let name = format!("Like {}", line.trim());
    name.chars().take(NAME_CHARS_MAX).collect()
}
