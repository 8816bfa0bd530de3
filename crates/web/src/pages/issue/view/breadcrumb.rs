//! Breadcrumbs: what happened before the event, and the event itself as the last of them.

use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_event::json::Value;

use super::budget::{BREADCRUMBS_MAX, BREADCRUMBS_OPEN, Budget, counted, first_chars};
use super::node::Node;
use super::text::Text;
use super::value::Rows;
use crate::pages::issue::choice::Order;

/// Characters of a type or category that are shown.
const NAME_CHARS_MAX: usize = 60;

/// The breadcrumbs as the page shows them.
#[derive(Debug, Serialize)]
pub(crate) struct Breadcrumbs {
    /// How many were sent.
    pub(crate) total: usize,
    /// The ones near the event, in the order that was asked for.
    pub(crate) near: Vec<Breadcrumb>,
    /// The earlier ones, folded away, in the same order.
    pub(crate) earlier: Vec<Breadcrumb>,
    /// `87 earlier breadcrumbs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) earlier_label: Option<String>,
    /// Whether the newest stands first.
    pub(crate) newest_first: bool,
    /// How many are left out, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) left_out: Option<String>,
}

/// One breadcrumb.
#[derive(Debug, Serialize)]
pub(crate) struct Breadcrumb {
    /// Its type, for example `http`; absent for the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    /// Its category, for example `db.query`.
    pub(crate) category: Option<String>,
    /// Its level.
    pub(crate) level: String,
    /// Whether the level deserves a look: anything above `info`.
    pub(crate) is_loud: bool,
    /// Its message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<Text>,
    /// Its data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) data: Option<Rows>,
    /// When it happened, for `<time>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<Moment>,
    /// Whether it is the event itself.
    pub(crate) is_event: bool,
}

/// An instant beside the event's own.
#[derive(Debug, Serialize)]
pub(crate) struct Moment {
    /// RFC 3339.
    pub(crate) machine: String,
    /// `2026-11-20 10:00:00 UTC`.
    pub(crate) exact: String,
    /// `10:00:00.123`.
    pub(crate) clock: String,
    /// `-2.3 s` before the event; empty at the event itself.
    pub(crate) offset: String,
}

impl Breadcrumbs {
    /// The breadcrumbs of an event that happened at `event_at` and is titled `title`; `None` when
    /// it has none.
    pub(crate) fn of(
        event: Node<'_>,
        event_at: Timestamp,
        title: &str,
        order: Order,
    ) -> Option<Self> {
        let sent: Vec<Node<'_>> = event
            .key("breadcrumbs")
            .values()
            .filter(|node| node.value().is_some())
            .collect();
        if sent.is_empty() {
            return None;
        }
        let budget = Budget::default();
        // Newest first, so that the budget is spent near the event.
        let mut near = vec![Breadcrumb::of_event(event, event_at, title)];
        let mut earlier = Vec::new();
        for (position, node) in sent.iter().rev().take(BREADCRUMBS_MAX).enumerate() {
            let crumb = Breadcrumb::of(*node, event_at, &budget);
            if position < BREADCRUMBS_OPEN {
                near.push(crumb);
            } else {
                earlier.push(crumb);
            }
        }
        if order == Order::OldestFirst {
            near.reverse();
            earlier.reverse();
        }
        let left_out = sent.len().saturating_sub(BREADCRUMBS_MAX);
        Some(Self {
            total: sent.len(),
            earlier_label: (!earlier.is_empty())
                .then(|| counted(earlier.len(), "earlier breadcrumb")),
            near,
            earlier,
            newest_first: order == Order::NewestFirst,
            left_out: (left_out > 0)
                .then(|| format!("{} not shown here", counted(left_out, "breadcrumb"))),
        })
    }
}

impl Breadcrumb {
    fn of(node: Node<'_>, event_at: Timestamp, budget: &Budget) -> Self {
        let short = |key: &str| {
            let text = node.key(key).text()?;
            Some(first_chars(text, NAME_CHARS_MAX).to_owned())
        };
        let level = short("level").unwrap_or_else(|| "info".to_owned());
        let data = node.key("data");
        let data = Rows::within(data, data.entries(), budget);
        Self {
            kind: short("type").filter(|kind| kind != "default"),
            category: short("category"),
            is_loud: !matches!(level.as_str(), "info" | "debug" | "log"),
            level,
            message: Text::of(node.key("message"), budget),
            data: (!data.is_empty()).then_some(data),
            at: instant(node.key("timestamp")).map(|at| Moment::of(at, event_at)),
            is_event: false,
        }
    }

    fn of_event(event: Node<'_>, event_at: Timestamp, title: &str) -> Self {
        let is_exception = event.key("exception").values().len() > 0;
        Self {
            kind: None,
            category: Some(if is_exception { "exception" } else { "message" }.to_owned()),
            level: event.key("level").text().unwrap_or("error").to_owned(),
            is_loud: true,
            message: Some(Text::plain(title)),
            data: None,
            at: Some(Moment::of(event_at, event_at)),
            is_event: true,
        }
    }
}

impl Moment {
    fn of(at: Timestamp, event_at: Timestamp) -> Self {
        let machine = crate::moment::machine(at);
        let clock = machine.split(['T', 'Z']).nth(1).unwrap_or_default();
        Self {
            clock: clock.to_owned(),
            exact: crate::moment::exact(at),
            offset: offset(event_at, at),
            machine,
        }
    }
}

/// How long before or after the event: `-2.35 s`, `-3 min`, `+1 h`.
fn offset(event_at: Timestamp, at: Timestamp) -> String {
    let micros = at.0.saturating_sub(event_at.0);
    let (sign, distance) = if micros > 0 {
        ("+", micros)
    } else {
        ("−", micros.saturating_abs())
    };
    match distance {
        0 => String::new(),
        1..1_000_000 => format!("{sign}{} ms", distance / 1_000),
        1_000_000..60_000_000 => {
            let hundredths = distance / 10_000;
            format!("{sign}{}.{:02} s", hundredths / 100, hundredths % 100)
        }
        60_000_000..3_600_000_000 => format!("{sign}{} min", distance / 60_000_000),
        _ => format!("{sign}{} h", distance / 3_600_000_000),
    }
}

/// The instant at a node: seconds since 1970 or a text (reference/PROTOCOL.md section 8.0).
fn instant(node: Node<'_>) -> Option<Timestamp> {
    match node.value()? {
        Value::Number(number) => Timestamp::from_seconds(number.as_f64()),
        Value::String(text) => Timestamp::parse(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    const EVENT_AT: Timestamp = Timestamp(1_790_000_000_000_000);

    fn crumbs(json: &str, order: Order) -> Breadcrumbs {
        let sample = Sample::new(&format!(r#"{{"breadcrumbs":{{"values":[{json}]}}}}"#));
        Breadcrumbs::of(sample.root(), EVENT_AT, "Boom", order).expect("there")
    }

    #[test]
    fn the_event_is_the_last_crumb_and_stands_first() {
        let view = crumbs(
            r#"{"timestamp":1789999990.5,"type":"http","category":"requests","level":"warning","message":"<i>","data":{"url":"/a"}}"#,
            Order::NewestFirst,
        );
        assert!(view.near[0].is_event);
        let crumb = &view.near[1];
        assert_eq!(crumb.kind.as_deref(), Some("http"));
        assert!(crumb.is_loud && crumb.data.is_some());
        let at = crumb.at.as_ref().expect("has a time");
        assert_eq!((at.offset.as_str(), at.clock.len()), ("−9.50 s", 12));
    }

    #[test]
    fn the_last_ten_are_open_and_the_rest_is_folded() {
        let many = vec![r#"{"message":"x","timestamp":1789999999}"#; 97].join(",");
        let view = crumbs(&many, Order::OldestFirst);
        assert_eq!((view.near.len(), view.earlier.len()), (11, 87));
        assert!(view.near[10].is_event);
        assert_eq!(
            view.earlier_label.as_deref(),
            Some("87 earlier breadcrumbs")
        );
    }

    #[test]
    fn of_too_many_the_newest_are_shown() {
        let many: Vec<String> = (0..500)
            .map(|n| format!(r#"{{"message":"{n}"}}"#))
            .collect();
        let view = crumbs(&many.join(","), Order::NewestFirst);
        assert_eq!(
            view.near[1]
                .message
                .as_ref()
                .map(|text| text.plain.as_str()),
            Some("499")
        );
        assert_eq!(
            view.left_out.as_deref(),
            Some("300 breadcrumbs not shown here")
        );
    }

    #[test]
    fn distances_are_short() {
        assert_eq!(offset(EVENT_AT, EVENT_AT.plus_micros(-12_000)), "−12 ms");
        assert_eq!(offset(EVENT_AT, EVENT_AT.plus_micros(61_000_000)), "+1 min");
        assert_eq!(
            offset(EVENT_AT, EVENT_AT.plus_micros(-7_300_000_000)),
            "−2 h"
        );
    }
}
