//! How many events an issue had, where some never came or have no body: a short line, and where
//! its numbers come from, for hover, focus and screen readers.

use serde::Serialize;
use watchfire_store::issue::Issue;
use watchfire_store::sampling::Estimate;

use crate::number;

/// What a page says of an issue that is sampled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Sampled {
    /// `kept 120 of ~1,200 (client 10 %)`
    pub(crate) text: String,
    /// Where the numbers come from, in sentences.
    pub(crate) why: String,
}

impl Sampled {
    /// What is to be said of an issue; nothing when nothing was sampled. `estimate` is that of
    /// [`watchfire_store::sampling::estimates`].
    pub(crate) fn of(issue: &Issue, estimate: Option<&Estimate>) -> Option<Self> {
        let estimate = estimate.filter(|estimate| estimate.total > estimate.seen);
        if issue.sampled_count == 0 && estimate.is_none() {
            return None;
        }
        let kept = number::exact(issue.event_count - issue.sampled_count);
        let mut why = Vec::new();
        if issue.sampled_count > 0 {
            why.push(format!(
                "{} events came and are all counted; of {} the body is not kept, by a rule that \
                 keeps one in some, the issue budget or spike protection.",
                number::exact(issue.event_count),
                number::exact(issue.sampled_count),
            ));
        }
        let text = match estimate {
            None => format!("kept {kept} of {}", number::exact(issue.event_count)),
            Some(estimate) => {
                why.push(of_clients(estimate));
                format!(
                    "kept {kept} of ~{} (client {})",
                    number::exact(estimate.total),
                    number::share(estimate.seen, estimate.total),
                )
            }
        };
        Some(Self {
            text,
            why: why.join(" "),
        })
    }
}

fn of_clients(estimate: &Estimate) -> String {
    format!(
        "About {} events happened, with 95 % certainty between {} and {}: {} of them came. The \
         others were lost at random before they were taken, by sample_rate, rate limits, full \
         queues or the network, as the clients of the project report. What before_send and the \
         like leave out on purpose is not among them.",
        number::exact(estimate.total),
        number::exact(estimate.low),
        number::exact(estimate.high),
        number::exact(estimate.seen),
    )
}
