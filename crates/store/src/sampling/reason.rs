use std::borrow::Cow;

/// Why the body of an event is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// The ignore rule of this number keeps one in some.
    Rule(i64),
    /// Its issue had more events in the hour than its budget of bodies.
    IssueBudget,
    /// The same, with the smaller budget that holds while its project has a spike.
    Spike,
}

impl Why {
    /// The reason that the event is counted with, beside the outcome `accepted`.
    #[must_use]
    pub fn reason(self) -> Cow<'static, str> {
        match self {
            Self::Rule(rule) => format!("sampled:ignore-rule {rule}").into(),
            Self::IssueBudget => "sampled:issue-budget".into(),
            Self::Spike => "sampled:spike".into(),
        }
    }

    /// Reads what [`Why::reason`] wrote; nothing for any other text.
    #[must_use]
    pub fn of_reason(reason: &str) -> Option<Self> {
        match reason.strip_prefix("sampled:")? {
            "issue-budget" => Some(Self::IssueBudget),
            "spike" => Some(Self::Spike),
            rule => rule
                .strip_prefix("ignore-rule ")?
                .parse()
                .ok()
                .map(Self::Rule),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_reads_back() {
        for why in [Why::Rule(12), Why::IssueBudget, Why::Spike] {
            assert_eq!(Why::of_reason(&why.reason()), Some(why));
        }
        for other in ["", "sampled:", "sampled:ignore-rule x", "ignore-rule 12"] {
            assert_eq!(Why::of_reason(other), None);
        }
    }
}
