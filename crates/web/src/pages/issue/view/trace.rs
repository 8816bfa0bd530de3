//! The trace that an event belongs to, and how its SDK sampled traces
//! (reference/PROTOCOL.md sections 4.2 and 11.1).

use serde::Serialize;

use super::budget::first_chars;
use super::node::Node;

/// Characters of an id that are shown.
const ID_CHARS_MAX: usize = 64;

/// The facts of the trace.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Trace {
    /// Its id.
    pub(crate) id: String,
    /// The span in which the event happened.
    pub(crate) span_id: Option<String>,
    /// How the SDK sampled, in words.
    pub(crate) sampling: Option<String>,
    /// The number that the SDK drew to decide.
    pub(crate) sample_rand: Option<String>,
    /// The recording of the session.
    pub(crate) replay_id: Option<String>,
}

impl Trace {
    /// The trace of an event; nothing without an id.
    pub(crate) fn of(event: Node<'_>) -> Option<Self> {
        let (dsc, context) = (event.key("_dsc"), event.path(&["contexts", "trace"]));
        let short = |node: Node<'_>| {
            let text = node.scalar()?;
            Some(first_chars(&text, ID_CHARS_MAX).to_owned())
        };
        // Where an SDK names no trace, normalisation makes one of the event's own id; that tells
        // nothing, and the head of the envelope may know better.
        let is_made_up = |id: &String| event.key("event_id").text() == Some(id.as_str());
        let named = short(context.key("trace_id")).filter(|id| !is_made_up(id));
        let span_id = named.as_ref().and_then(|_| short(context.key("span_id")));
        let id = named.or_else(|| short(dsc.key("trace_id")))?;
        Some(Self {
            id,
            span_id,
            sampling: sampling(event),
            sample_rand: short(dsc.key("sample_rand")),
            replay_id: short(dsc.key("replay_id"))
                .or_else(|| short(event.path(&["contexts", "replay", "replay_id"]))),
        })
    }
}

/// The share of traces that the SDK keeps, between 0 and 1; nothing where it does not say.
pub(crate) fn rate(event: Node<'_>) -> Option<f64> {
    let trace = event.path(&["contexts", "trace"]);
    [
        event.path(&["_dsc", "sample_rate"]),
        trace.key("client_sample_rate"),
        trace.path(&["dynamic_sampling_context", "sample_rate"]),
    ]
    .into_iter()
    .find_map(|node| {
        let number = node.value()?.as_f64();
        number.or_else(|| node.text()?.parse().ok())
    })
    .filter(|rate| (0.0..=1.0).contains(rate))
}

fn sampling(event: Node<'_>) -> Option<String> {
    let sampled = event.path(&["_dsc", "sampled"]);
    let sampled = sampled.flag().or_else(|| sampled.text()?.parse().ok());
    let fate = match sampled {
        Some(true) => ", this one was kept",
        Some(false) => ", this one was not",
        None => "",
    };
    match rate(event) {
        Some(rate) => Some(format!("client sampled {} of traces{fate}", percent(rate))),
        None => sampled.map(|is_kept| {
            let word = if is_kept { "kept" } else { "did not keep" };
            format!("client {word} this trace")
        }),
    }
}

/// A share in at most two decimals: `12.5 %`.
pub(crate) fn percent(rate: f64) -> String {
    let text = format!("{:.2}", rate * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    #[test]
    fn the_trace_says_how_the_client_sampled() {
        let sample = Sample::new(
            r#"{"contexts":{"trace":{"trace_id":"ab12","span_id":"cd34"}},
                "_dsc":{"trace_id":"ab12","sample_rate":"0.1","sample_rand":"0.0345","sampled":"true"}}"#,
        );
        let trace = Trace::of(sample.root()).expect("there");
        assert_eq!(
            (trace.id.as_str(), trace.span_id.as_deref()),
            ("ab12", Some("cd34"))
        );
        assert_eq!(
            trace.sampling.as_deref(),
            Some("client sampled 10 % of traces, this one was kept")
        );
        assert_eq!(trace.sample_rand.as_deref(), Some("0.0345"));
    }

    #[test]
    fn without_a_trace_id_there_is_no_trace() {
        assert_eq!(
            Trace::of(Sample::new(r#"{"_dsc":{"sample_rate":1}}"#).root()),
            None
        );
        let made_up = Sample::new(r#"{"event_id":"a1","contexts":{"trace":{"trace_id":"a1"}}}"#);
        assert_eq!(Trace::of(made_up.root()), None);
        let headed = Sample::new(
            r#"{"event_id":"a1","contexts":{"trace":{"trace_id":"a1","span_id":"a"}},"_dsc":{"trace_id":"b2"}}"#,
        );
        let trace = Trace::of(headed.root()).expect("there");
        assert_eq!((trace.id.as_str(), trace.span_id), ("b2", None));
        let bare = Sample::new(r#"{"_dsc":{"trace_id":"a","sampled":false}}"#);
        let trace = Trace::of(bare.root()).expect("there");
        assert_eq!(
            trace.sampling.as_deref(),
            Some("client did not keep this trace")
        );
    }
}
