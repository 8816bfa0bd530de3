//! Whether anything was sampled away, in one sentence.

use super::node::Node;
use super::trace::{Trace, percent, rate};
use crate::number;

/// What the page says about sampling of an issue with `stored` kept of `arrived` events.
///
/// Errors are kept all; the rate that SDKs send is that of traces
/// (reference/PROTOCOL.md section 11).
pub(crate) fn sentence(event: Node<'_>, arrived: i64, stored: i64) -> String {
    let kept = if stored >= arrived {
        format!(
            "Every event that arrived is kept: {0} of {0}.",
            number::exact(arrived)
        )
    } else {
        format!(
            "{} of {} events are kept, older ones were removed; the counts include all.",
            number::exact(stored),
            number::exact(arrived)
        )
    };
    // Where the event belongs to a trace, the facts of that say it.
    let is_told = Trace::of(event).is_some();
    match rate(event).filter(|rate| *rate < 1.0 && !is_told) {
        Some(rate) => format!(
            "{kept} The SDK sampled traces at {}; that drops no errors.",
            percent(rate)
        ),
        None => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    #[test]
    fn errors_are_all_kept_and_the_rate_of_traces_is_told() {
        let plain = Sample::new("{}");
        assert_eq!(
            sentence(plain.root(), 1_204, 1_204),
            "Every event that arrived is kept: 1,204 of 1,204."
        );
        let traced = Sample::new(r#"{"contexts":{"trace":{"client_sample_rate":0.125}}}"#);
        assert_eq!(
            sentence(traced.root(), 1, 1),
            "Every event that arrived is kept: 1 of 1. The SDK sampled traces at 12.5 %; that drops no errors."
        );
    }

    #[test]
    fn removed_events_are_told() {
        assert!(sentence(Sample::new("{}").root(), 10, 4).starts_with("4 of 10 events are kept"));
    }
}
