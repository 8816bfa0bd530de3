//! Slows down guessing of passwords: a bounded memory of failed log-ins per address and account.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use watchfire_event::Timestamp;

/// How many failures in [`WINDOW_SECONDS`] one address may have with one account.
pub(crate) const FAILURES_PER_PAIR_MAX: u32 = 5;
/// How many failures in [`WINDOW_SECONDS`] one address may have with all accounts.
pub(crate) const FAILURES_PER_ADDRESS_MAX: u32 = 30;
/// How many failures in [`WINDOW_SECONDS`] one account may have from all addresses. It is high,
/// because reaching it locks the owner out too.
pub(crate) const FAILURES_PER_ACCOUNT_MAX: u32 = 100;
/// How long a failure counts.
pub(crate) const WINDOW_SECONDS: i64 = 300;
/// How many counters are remembered at most; the oldest are forgotten first.
const COUNTERS_MAX: usize = 20_000;

/// Who failed, at what.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Subject {
    Pair(String, String),
    Address(String),
    Account(String),
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    since: Timestamp,
}

/// The memory of failed log-ins.
#[derive(Default)]
pub(crate) struct Throttle {
    failures: Mutex<HashMap<Subject, Failures>>,
}

impl Throttle {
    /// Counts an attempt before its password is checked, so that many attempts at one time cannot
    /// all pass; [`Throttle::succeeded`] takes it back.
    ///
    /// # Errors
    /// The seconds to wait when there were too many; the attempt must not be made then.
    pub(crate) fn attempt(&self, address: &str, account: &str, now: Timestamp) -> Result<(), i64> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let subjects = subjects(address, account);
        let waits = subjects.iter().filter_map(|(subject, limit)| {
            let known = failures.get(subject)?;
            let left = seconds_left(*known, now);
            (known.count >= *limit && left > 0).then_some(left)
        });
        if let Some(seconds) = waits.max() {
            return Err(seconds);
        }
        if failures.len() >= COUNTERS_MAX {
            make_room(&mut failures, now);
        }
        let none = Failures {
            count: 0,
            since: now,
        };
        for (subject, _) in subjects {
            let known = failures.entry(subject).or_insert(none);
            if seconds_left(*known, now) <= 0 {
                *known = none;
            }
            known.count = known.count.saturating_add(1);
        }
        Ok(())
    }

    /// Forgets the failures of a person who has logged in after all.
    pub(crate) fn succeeded(&self, address: &str, account: &str) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        for (subject, _) in subjects(address, account) {
            if let Subject::Pair(..) = subject {
                failures.remove(&subject);
            } else if let Some(known) = failures.get_mut(&subject) {
                known.count = known.count.saturating_sub(1);
            }
        }
    }
}

fn subjects(address: &str, account: &str) -> [(Subject, u32); 3] {
    [
        (
            Subject::Pair(address.to_owned(), account.to_owned()),
            FAILURES_PER_PAIR_MAX,
        ),
        (
            Subject::Address(address.to_owned()),
            FAILURES_PER_ADDRESS_MAX,
        ),
        (
            Subject::Account(account.to_owned()),
            FAILURES_PER_ACCOUNT_MAX,
        ),
    ]
}

fn seconds_left(failures: Failures, now: Timestamp) -> i64 {
    let end = failures.since.plus_micros(WINDOW_SECONDS * 1_000_000);
    (end.0 - now.0 + 999_999).div_euclid(1_000_000)
}

/// Forgets what is over; if that frees nothing, the older half.
fn make_room(failures: &mut HashMap<Subject, Failures>, now: Timestamp) {
    failures.retain(|_, known| seconds_left(*known, now) > 0);
    if failures.len() >= COUNTERS_MAX {
        let mut times: Vec<i64> = failures.values().map(|known| known.since.0).collect();
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        failures.retain(|_, known| known.since.0 > median);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

    #[test]
    fn the_fifth_failure_makes_one_wait_until_the_window_is_over() {
        let throttle = Throttle::default();
        for _ in 0..FAILURES_PER_PAIR_MAX {
            assert_eq!(throttle.attempt("1.2.3.4", "ana@example.com", NOW), Ok(()));
        }
        assert_eq!(
            throttle.attempt("1.2.3.4", "ana@example.com", NOW),
            Err(WINDOW_SECONDS)
        );
        assert_eq!(throttle.attempt("5.6.7.8", "ana@example.com", NOW), Ok(()));
        assert_eq!(throttle.attempt("1.2.3.4", "bo@example.com", NOW), Ok(()));
        let later = NOW.plus_micros(WINDOW_SECONDS * 1_000_000);
        assert_eq!(
            throttle.attempt("1.2.3.4", "ana@example.com", later),
            Ok(())
        );
    }

    #[test]
    fn one_address_cannot_try_many_accounts() {
        let throttle = Throttle::default();
        for number in 0..FAILURES_PER_ADDRESS_MAX {
            assert_eq!(
                throttle.attempt("1.2.3.4", &format!("{number}@example.com"), NOW),
                Ok(())
            );
        }
        assert!(throttle.attempt("1.2.3.4", "new@example.com", NOW).is_err());
    }

    #[test]
    fn success_takes_the_attempts_back() {
        let throttle = Throttle::default();
        for _ in 0..FAILURES_PER_ADDRESS_MAX * 2 {
            assert_eq!(throttle.attempt("1.2.3.4", "ana@example.com", NOW), Ok(()));
            throttle.succeeded("1.2.3.4", "ana@example.com");
        }
    }

    #[test]
    fn the_memory_has_a_limit() {
        let throttle = Throttle::default();
        for number in 0..COUNTERS_MAX {
            let now = NOW.plus_micros(i64::try_from(number).unwrap());
            // Whether the account has to wait by then does not matter here.
            let _answer = throttle.attempt(&format!("address {number}"), &number.to_string(), now);
        }
        assert!(throttle.failures.lock().unwrap().len() <= COUNTERS_MAX + 2);
    }
}
