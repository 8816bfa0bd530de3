use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::IngestError;

/// How many bytes of bodies may be held at one moment, by all requests together. Without it, many
/// large uploads at once would fill the machine.
#[derive(Clone, Debug)]
pub(crate) struct MemoryBudget {
    used: Arc<AtomicUsize>,
    bytes_max: usize,
}

/// A part of the budget, given back when dropped.
#[derive(Debug)]
pub(crate) struct Reservation {
    budget: MemoryBudget,
    bytes: usize,
}

impl MemoryBudget {
    /// A budget of this many bytes.
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self {
            used: Arc::default(),
            bytes_max,
        }
    }

    /// A part of nothing yet, to grow.
    pub(crate) fn reservation(&self) -> Reservation {
        Reservation {
            budget: self.clone(),
            bytes: 0,
        }
    }
}

impl Reservation {
    /// Takes `bytes` more out of the budget.
    ///
    /// # Errors
    /// [`IngestError::Overloaded`] when the budget is used up.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), IngestError> {
        let used = self.budget.used.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        if used.saturating_add(bytes) > self.budget.bytes_max {
            return Err(IngestError::Overloaded);
        }
        Ok(())
    }

    /// Takes over what another part of the same budget holds.
    pub(crate) fn join(&mut self, mut other: Self) {
        self.bytes += std::mem::take(&mut other.bytes);
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_shared_and_given_back() {
        let budget = MemoryBudget::new(10);
        let mut first = budget.reservation();
        let mut second = budget.clone().reservation();
        assert_eq!(first.grow(6), Ok(()));
        assert_eq!(second.grow(5), Err(IngestError::Overloaded));
        drop(second);
        assert_eq!(first.grow(4), Ok(()));
        assert_eq!(first.grow(1), Err(IngestError::Overloaded));
        drop(first);
        assert_eq!(budget.reservation().grow(10), Ok(()));
    }
}
