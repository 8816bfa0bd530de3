//! Which events of an issue and hour keep their bodies, once there are more than its budget.
//!
//! The rank of an event, which is how many the issue has had in the hour up to it, decides alone.
//! The database counts it anyway, so nothing has to be remembered, and several processes agree.

/// How many bodies of one issue and hour are kept, at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget(i64);

/// What a batch of events does to the bodies of an issue and hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    budget: Budget,
    /// How many events there were before.
    before: i64,
    /// How many there are now.
    after: i64,
}

impl Budget {
    /// A budget of so many bodies; nothing when there is no limit.
    pub(crate) fn new(bodies: i64) -> Option<Self> {
        (bodies > 0).then_some(Self(bodies))
    }

    /// So many events from the start are kept, whatever comes.
    pub(crate) fn first(self) -> i64 {
        self.0 - self.sample()
    }

    /// At most so many of the others are.
    fn sample(self) -> i64 {
        self.0 / 2
    }

    /// The step of the sample once there are so many events: a power of two; nothing when there is
    /// no room for a sample.
    fn stride(self, events: i64) -> Option<i64> {
        if events <= self.0 {
            return Some(1);
        }
        let sample = u64::try_from(self.sample()).ok().filter(|it| *it > 0)?;
        let others = u64::try_from(events - self.first()).unwrap_or(0);
        i64::try_from(others.div_ceil(sample).next_power_of_two()).ok()
    }

    /// What happens when the events become so many more.
    pub(crate) fn span(self, before: i64, after: i64) -> Span {
        Span {
            budget: self,
            before,
            after,
        }
    }
}

impl Span {
    /// Whether there are more events than the budget.
    pub(crate) fn is_over(self) -> bool {
        self.after > self.budget.0
    }

    /// Whether the body of the event of this rank is kept.
    pub(crate) fn keeps(self, rank: i64) -> bool {
        let place = rank - self.budget.first();
        let stride = self.budget.stride(self.after);
        place <= 0 || stride.is_some_and(|stride| place % stride == 0)
    }

    /// Of the bodies beyond the first ones that were there before, every how many-th stays: 1 when
    /// all do, nothing when none does.
    pub(crate) fn thinning(self) -> Option<i64> {
        let before = self.budget.stride(self.before.max(1))?;
        let after = self.budget.stride(self.after)?;
        Some((after / before).max(1))
    }

    /// How many of the bodies from before stay whatever comes.
    pub(crate) fn first(self) -> i64 {
        self.budget.first()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ranks whose bodies are there after so many events in batches of some length.
    fn kept(budget: i64, events: i64, batch: i64) -> Vec<i64> {
        let budget = Budget::new(budget).unwrap();
        let mut kept: Vec<i64> = Vec::new();
        let mut before = 0;
        while before < events {
            let after = (before + batch).min(events);
            let span = budget.span(before, after);
            let (first, others): (Vec<i64>, Vec<i64>) =
                kept.iter().partition(|rank| **rank <= span.first());
            let step = usize::try_from(span.thinning().unwrap_or(i64::MAX)).unwrap();
            kept = first;
            kept.extend(others.into_iter().skip(step - 1).step_by(step));
            kept.extend((before + 1..=after).filter(|rank| span.keeps(*rank)));
            before = after;
        }
        kept
    }

    #[test]
    fn everything_is_kept_up_to_the_budget() {
        assert_eq!(kept(10, 10, 3), (1..=10).collect::<Vec<_>>());
        assert_eq!(kept(1, 1, 1), [1]);
        assert_eq!(Budget::new(0), None);
    }

    #[test]
    fn beyond_it_the_first_stay_and_an_even_sample_of_the_others() {
        assert_eq!(kept(10, 11, 1), [1, 2, 3, 4, 5, 7, 9, 11]);
        assert_eq!(kept(10, 40, 1), [1, 2, 3, 4, 5, 13, 21, 29, 37]);
        assert_eq!(kept(1, 500, 1), [1]);
        assert_eq!(kept(2, 9, 1), [1, 9]);
    }

    #[test]
    fn batches_of_any_length_keep_the_same_bodies() {
        for budget in [1, 2, 3, 7, 10, 50] {
            for events in [1, 9, 64, 333, 1_000] {
                let one_by_one = kept(budget, events, 1);
                assert!(i64::try_from(one_by_one.len()).unwrap() <= budget);
                for batch in [2, 5, 17, 64, 512] {
                    let found = kept(budget, events, batch);
                    assert_eq!(found, one_by_one, "{budget} {events} {batch}");
                }
            }
        }
    }
}
