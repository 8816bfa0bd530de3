use std::sync::{Mutex, PoisonError};

use watchfire_event::Timestamp;

/// How many heads of a project are remembered in a minute, so that a flood of dropped events costs
/// no more than counting them.
pub const HEADS_PER_MINUTE_MAX: u32 = 60;

const MINUTE_MICROS: i64 = 60 * 1_000_000;

/// Decides which dropped events of a project are worth a head: the first
/// [`HEADS_PER_MINUTE_MAX`] of each minute.
#[derive(Debug, Default)]
pub struct Gate(Mutex<Minute>);

#[derive(Debug, Default)]
struct Minute {
    number: i64,
    admitted: u32,
}

impl Gate {
    /// Whether the head of an event that was dropped at this moment is to be remembered.
    pub fn admits(&self, now: Timestamp) -> bool {
        let number = now.0.div_euclid(MINUTE_MICROS);
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.number != number {
            *minute = Minute {
                number,
                admitted: 0,
            };
        }
        let admits = minute.admitted < HEADS_PER_MINUTE_MAX;
        minute.admitted += u32::from(admits);
        admits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_leaves_as_many_heads_as_a_minute_may_have() {
        let gate = Gate::default();
        let admitted = |at: i64| (0..1_000).filter(|_| gate.admits(Timestamp(at))).count();
        assert_eq!(admitted(MINUTE_MICROS), 60);
        assert_eq!(admitted(2 * MINUTE_MICROS - 1), 0);
        assert_eq!(admitted(2 * MINUTE_MICROS), 60);
    }
}
