//! Whether anything was sampled away, in one sentence.

use watchfire_store::issue::Issue;

use super::node::Node;
use super::trace::{Trace, percent, rate};
use crate::number;

/// What the page says about sampling of an issue of which `stored` events are kept.
///
/// The rate that SDKs send is that of traces (reference/PROTOCOL.md section 11).
pub(crate) fn sentence(event: Node<'_>, issue: &Issue, stored: i64) -> String {
    let arrived = issue.event_count;
    let kept = if stored >= arrived {
        format!(
            "Every event that arrived is kept: {0} of {0}.",
            number::exact(arrived)
        )
    } else if issue.sampled_count > 0 {
        format!(
            "{} of {} events are kept with their bodies; the counts include all.",
            number::exact(stored),
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
    use crate::pages::issue::show::tests::issue;
    use crate::pages::issue::view::node::tests::Sample;

    fn of(arrived: i64, sampled: i64) -> Issue {
        Issue {
            event_count: arrived,
            sampled_count: sampled,
            ..issue("KeyError", "a")
        }
    }

    #[test]
    fn errors_are_all_kept_and_the_rate_of_traces_is_told() {
        let plain = Sample::new("{}");
        assert_eq!(
            sentence(plain.root(), &of(1_204, 0), 1_204),
            "Every event that arrived is kept: 1,204 of 1,204."
        );
        let traced = Sample::new(r#"{"contexts":{"trace":{"client_sample_rate":0.125}}}"#);
        assert_eq!(
            sentence(traced.root(), &of(1, 0), 1),
            "Every event that arrived is kept: 1 of 1. The SDK sampled traces at 12.5 %; that drops no errors."
        );
    }

    #[test]
    fn removed_and_sampled_events_are_told() {
        let plain = Sample::new("{}");
        let removed = sentence(plain.root(), &of(10, 0), 4);
        assert!(removed.starts_with("4 of 10 events are kept, older"));
        let sampled = sentence(plain.root(), &of(10, 6), 4);
        assert!(sampled.starts_with("4 of 10 events are kept with their bodies"));
    }
}
