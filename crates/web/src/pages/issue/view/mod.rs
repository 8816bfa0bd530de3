//! What the issue page shows of one event: plain structs, one file per section, made of the
//! event's stored JSON and nothing else.
//!
//! Everything in an event was written by strangers. Nothing here is markup, nothing but `http` and
//! `https` becomes a link, and every list, tree and text has a limit that is named in [`budget`].

pub(crate) mod breadcrumb;
pub(crate) mod budget;
pub(crate) mod context;
pub(crate) mod csp;
pub(crate) mod curl;
pub(crate) mod exception;
pub(crate) mod frame;
pub(crate) mod frame_rules;
pub(crate) mod highlight;
pub(crate) mod link;
pub(crate) mod mark;
pub(crate) mod mechanism;
pub(crate) mod message;
pub(crate) mod node;
pub(crate) mod notes;
pub(crate) mod problem;
pub(crate) mod raw;
pub(crate) mod request;
pub(crate) mod sampling;
pub(crate) mod scrubbed;
pub(crate) mod source;
pub(crate) mod sources;
pub(crate) mod stack;
pub(crate) mod text;
pub(crate) mod thread;
pub(crate) mod trace;
pub(crate) mod value;

use serde::Serialize;
use watchfire_event::json::{JsonError, Value, parse};
use watchfire_event::{Draft, Event, MetaTree, Timestamp};
use watchfire_scrub::Policy;

use super::choice::{Choices, Order, StackView};
use breadcrumb::Breadcrumbs;
use context::{Card, Packages, Sdk, Tags};
use csp::SecurityReport;
use exception::ExceptionChain;
use frame_rules::FrameRules;
use highlight::Highlight;
use message::Message;
use node::Node;
use notes::Notes;
use problem::Problems;
use request::Request;
use scrubbed::Scrubbed;
use sources::Sources;
use thread::Threads;
use trace::Trace;
use value::Rows;

/// A stored event, read.
pub(crate) struct Stored<'a> {
    body: Value<'a>,
    meta: MetaTree,
    notes: Notes,
    sources: Option<Sources>,
}

impl<'a> Stored<'a> {
    /// Reads an event's stored JSON, `_meta` included.
    ///
    /// # Errors
    /// [`JsonError`] when it is not JSON.
    pub(crate) fn read(json: &'a str) -> Result<Self, JsonError> {
        let mut body = parse(json.as_bytes())?;
        let meta = body
            .as_object_mut()
            .and_then(|object| object.remove("_meta"));
        let meta = meta.as_ref().map(MetaTree::from_value).unwrap_or_default();
        Ok(Self::of(body, meta))
    }

    fn of(body: Value<'a>, meta: MetaTree) -> Self {
        let object = body.as_object();
        Self {
            notes: object.map_or_else(Notes::default, |object| Notes::of(&meta, object)),
            body,
            meta,
            sources: None,
        }
    }

    /// The event as grouping reads it, received at `received_at`; `None` when its JSON is no
    /// object.
    pub(crate) fn into_event(self, received_at: Timestamp) -> Option<Event<'a>> {
        let Value::Object(body) = self.body else {
            return None;
        };
        let draft = Draft {
            body,
            meta: self.meta,
        };
        Some(Event::from_draft(draft, received_at))
    }

    /// An event that grouping has read, to be shown with the rules of a policy that changed its
    /// values.
    pub(crate) fn of_scrubbed(event: Event<'a>, policy: &Policy, sources: Sources) -> Self {
        let mut notes = Notes::of(&event.meta, &event.body);
        notes.blame(&event, policy);
        Self {
            notes,
            body: Value::Object(event.body),
            meta: event.meta,
            sources: Some(sources),
        }
    }

    /// The event as a node.
    pub(crate) fn root(&self) -> Node<'_> {
        Node::root(&self.body, &self.notes, self.sources.as_ref())
    }
}

/// The evidence: everything that the page's main column shows of one event.
#[derive(Debug, Serialize)]
pub(crate) struct Evidence {
    pub(crate) platform: String,
    pub(crate) highlights: Vec<Highlight>,
    pub(crate) problems: Option<Problems>,
    pub(crate) stack: StackSwitch,
    pub(crate) chain: Option<ExceptionChain>,
    pub(crate) threads: Option<Threads>,
    pub(crate) message: Option<Message>,
    pub(crate) breadcrumbs: Option<Breadcrumbs>,
    pub(crate) security: Option<SecurityReport>,
    pub(crate) request: Option<Request>,
    pub(crate) user: Option<Rows>,
    pub(crate) tags: Option<Tags>,
    pub(crate) contexts: Vec<Card>,
    pub(crate) extra: Option<Rows>,
    pub(crate) others: Option<Rows>,
    pub(crate) packages: Option<Packages>,
    pub(crate) sdk: Option<Sdk>,
    pub(crate) trace: Option<Trace>,
    pub(crate) scrubbed: Option<Scrubbed>,
    /// The sections that there are, for the links below the event bar.
    pub(crate) sections: Vec<SectionLink>,
}

/// A link to a section of the page.
#[derive(Debug, Serialize)]
pub(crate) struct SectionLink {
    pub(crate) anchor: &'static str,
    pub(crate) label: &'static str,
}

/// Which view of the stack trace is shown.
#[derive(Debug, Serialize)]
pub(crate) struct StackSwitch {
    pub(crate) is_in_app: bool,
    pub(crate) is_full: bool,
    pub(crate) is_raw: bool,
    pub(crate) newest_first: bool,
}

impl Evidence {
    /// What the page shows of an event that happened at `event_at`. `title` is the event's own,
    /// `rules` say which frames are the application's.
    pub(crate) fn of(
        event: &Stored<'_>,
        event_at: Timestamp,
        title: &str,
        choices: Choices,
        rules: &FrameRules,
    ) -> Self {
        let root = event.root();
        let chain = ExceptionChain::of(root, choices, rules);
        let threads = match &chain {
            Some(chain) if chain.has_frames => None,
            _ => Threads::of(root, choices, rules),
        };
        let mut evidence = Self {
            platform: budget::first_chars(root.key("platform").text().unwrap_or("other"), 32)
                .to_owned(),
            highlights: highlight::highlights(root),
            problems: Problems::of(root),
            stack: StackSwitch {
                is_in_app: choices.stack() == StackView::InApp,
                is_full: choices.stack() == StackView::Full,
                is_raw: choices.stack() == StackView::Raw,
                newest_first: choices.frames() == Order::NewestFirst,
            },
            chain,
            threads,
            message: Message::of(root),
            breadcrumbs: Breadcrumbs::of(root, event_at, title, choices.crumbs()),
            security: SecurityReport::of(root),
            request: Request::of(root),
            user: context::user(root),
            tags: Tags::of(root),
            contexts: context::contexts(root),
            extra: context::extra(root),
            others: context::others(root),
            packages: Packages::of(root),
            sdk: Sdk::of(root),
            trace: Trace::of(root),
            scrubbed: Scrubbed::of(&event.notes, event.sources.as_ref()),
            sections: Vec::new(),
        };
        evidence.sections = evidence.links();
        evidence
    }

    fn links(&self) -> Vec<SectionLink> {
        let has_stack = self.chain.is_some() || self.threads.is_some();
        let has_facts = self.sdk.is_some() || self.others.is_some();
        [
            (has_stack, "stack-trace", "Stack trace"),
            (self.message.is_some(), "message", "Message"),
            (self.security.is_some(), "security", "Security report"),
            (self.breadcrumbs.is_some(), "breadcrumbs", "Breadcrumbs"),
            (self.request.is_some(), "request", "Request"),
            (self.user.is_some(), "user", "User"),
            (self.tags.is_some(), "tags", "Tags"),
            (!self.contexts.is_empty(), "contexts", "Contexts"),
            (self.extra.is_some(), "extra", "Extra"),
            (self.packages.is_some(), "packages", "Packages"),
            (has_facts, "sdk", "SDK"),
        ]
        .into_iter()
        .filter(|(is_there, _, _)| *is_there)
        .map(|(_, anchor, label)| SectionLink { anchor, label })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(json: &str) -> Evidence {
        let event = Stored::read(json).expect("reads");
        let at = Timestamp(1_790_000_000_000_000);
        Evidence::of(
            &event,
            at,
            "title",
            Choices::default(),
            &FrameRules::default(),
        )
    }

    #[test]
    fn only_the_sections_that_there_are_have_links() {
        let view = evidence(
            r#"{"logentry":{"formatted":"hello"},"user":{"id":1},"breadcrumbs":{"values":[]},"request":null}"#,
        );
        let anchors: Vec<_> = view.sections.iter().map(|link| link.anchor).collect();
        assert_eq!(anchors, ["message", "user"]);
    }

    #[test]
    fn threads_show_only_where_exceptions_have_no_frames() {
        let thread =
            r#""threads":{"values":[{"id":1,"stacktrace":{"frames":[{"function":"f"}]}}]}"#;
        let with_frames = format!(
            r#"{{"exception":{{"values":[{{"type":"E","stacktrace":{{"frames":[{{"function":"g"}}]}}}}]}},{thread}}}"#
        );
        assert!(evidence(&with_frames).threads.is_none());
        let without = format!(r#"{{"exception":{{"values":[{{"type":"E"}}]}},{thread}}}"#);
        assert!(evidence(&without).threads.is_some());
    }

    #[test]
    fn fields_of_any_shape_are_harmless() {
        for hostile in [
            "null",
            "1",
            r#""x""#,
            "[]",
            "[[]]",
            "{}",
            r#"{"values":7}"#,
            "[null]",
        ] {
            let fields = [
                "exception",
                "threads",
                "breadcrumbs",
                "request",
                "user",
                "tags",
                "contexts",
                "extra",
                "modules",
                "sdk",
                "errors",
                "logentry",
                "stacktrace",
                "_meta",
                "level",
            ];
            let body: Vec<String> = fields
                .iter()
                .map(|field| format!(r#""{field}":{hostile}"#))
                .collect();
            evidence(&format!("{{{}}}", body.join(",")));
        }
        evidence("[]");
    }
}
