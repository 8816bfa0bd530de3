use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::window::Window;
use super::{Categories, Scope};
use crate::outcome::Amount;

/// Counts what one quota has taken in the current window.
#[derive(Debug)]
pub(crate) struct Meter {
    scope: Scope,
    categories: Categories,
    window_seconds: i64,
    /// People may change it while the meter counts.
    limit: AtomicU64,
    used: Mutex<Used>,
}

#[derive(Debug)]
struct Used {
    window: Window,
    quantity: u64,
}

/// An item that a quota did not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Denied {
    /// Whose quota it is.
    pub(crate) scope: Scope,
    /// What it counts.
    pub(crate) categories: Categories,
    /// After so many seconds its window ends; at least one.
    pub(crate) retry_after: u64,
}

impl Meter {
    /// A meter that has taken `quantity` in the window that holds `now`, in seconds since 1970.
    pub(super) fn new(
        (scope, categories, window_seconds): (Scope, Categories, i64),
        limit: u64,
        quantity: u64,
        now: i64,
    ) -> Self {
        let window = Window::around(now, window_seconds);
        Self {
            scope,
            categories,
            window_seconds,
            limit: AtomicU64::new(limit),
            used: Mutex::new(Used { window, quantity }),
        }
    }

    /// Takes up to `limit` in a window from now on.
    pub(super) fn set_limit(&self, limit: u64) {
        self.limit.store(limit, Ordering::Relaxed);
    }

    /// How much of an amount is counted here; `None` for what is none of the meter's.
    pub(super) fn counted(&self, amount: Amount) -> Option<u64> {
        self.categories.quantity_of(amount)
    }

    /// Whether the quota names a single category.
    pub(super) const fn counts_one_category(&self) -> bool {
        matches!(self.categories, Categories::One(_))
    }

    /// Whether so much would not be let in any more.
    pub(super) fn is_used_up(&self, quantity: u64, now: i64) -> Option<Denied> {
        self.with_used(now, |used, limit| {
            self.judge(used, quantity, limit, now).err()
        })
    }

    /// Lets so much in.
    ///
    /// # Errors
    /// [`Denied`] when there is less left; then nothing is taken.
    pub(super) fn take(&self, quantity: u64, now: i64) -> Result<(), Denied> {
        self.with_used(now, |used, limit| {
            self.judge(used, quantity, limit, now)?;
            used.quantity = used.quantity.saturating_add(quantity);
            Ok(())
        })
    }

    /// Undoes [`Meter::take`], unless the window of `now` has ended meanwhile.
    pub(super) fn give_back(&self, quantity: u64, now: i64) {
        self.with_used(now, |used, _| {
            if now >= used.window.start {
                used.quantity = used.quantity.saturating_sub(quantity);
            }
        });
    }

    fn judge(&self, used: &Used, quantity: u64, limit: u64, now: i64) -> Result<(), Denied> {
        if used.quantity.saturating_add(quantity) <= limit {
            return Ok(());
        }
        Err(Denied {
            scope: self.scope,
            categories: self.categories,
            retry_after: u64::try_from(used.window.end - now).unwrap_or(0).max(1),
        })
    }

    /// Looks at the count of the window that holds `now`, which begins with nothing. A request
    /// that began in the window before counts in the newer one.
    fn with_used<T>(&self, now: i64, work: impl FnOnce(&mut Used, u64) -> T) -> T {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= used.window.end {
            *used = Used {
                window: Window::around(now, self.window_seconds),
                quantity: 0,
            };
        }
        work(&mut used, self.limit.load(Ordering::Relaxed))
    }
}
