//! Whether anything was sampled away, in one sentence.

use super::node::Node;
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
    match trace_rate(event) {
        Some(rate) => format!(
            "{kept} The SDK sampled traces at {}; that drops no errors.",
            percent(rate)
        ),
        None => kept,
    }
}

fn trace_rate(event: Node<'_>) -> Option<f64> {
    let trace = event.path(&["contexts", "trace"]);
    [
        trace.key("client_sample_rate"),
        trace.path(&["dynamic_sampling_context", "sample_rate"]),
        event.path(&["_dsc", "sample_rate"]),
    ]
    .into_iter()
    .find_map(|node| {
        let number = node.value()?.as_f64();
        number.or_else(|| node.text()?.parse().ok())
    })
    .filter(|rate| (0.0..1.0).contains(rate))
}

fn percent(rate: f64) -> String {
    let text = format!("{:.2}", rate * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
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
