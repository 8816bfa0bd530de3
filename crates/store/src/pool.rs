use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// How long one waits for a connection that others use before the database counts as away.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// Makes a connection, or says why there is none.
type Open<C> = Box<dyn Fn() -> std::result::Result<C, String> + Send + Sync>;

/// A bounded set of connections, opened when first needed.
pub(crate) struct Pool<C> {
    open: Open<C>,
    is_closed: fn(&C) -> bool,
    connections_max: usize,
    state: Mutex<State<C>>,
    returned: Condvar,
}

struct State<C> {
    idle: Vec<C>,
    /// Idle and lent ones together.
    open_count: usize,
}

impl<C> Pool<C> {
    pub(crate) fn new(connections_max: usize, open: Open<C>, is_closed: fn(&C) -> bool) -> Self {
        Self {
            open,
            is_closed,
            connections_max: connections_max.max(1),
            state: Mutex::new(State {
                idle: Vec::new(),
                open_count: 0,
            }),
            returned: Condvar::new(),
        }
    }

    /// Lends a connection to `work`. A connection that was closed meanwhile, or whose `work`
    /// panicked, is thrown away.
    pub(crate) fn run<T>(&self, work: impl FnOnce(&mut C) -> Result<T>) -> Result<T> {
        let mut lent = Lent {
            pool: self,
            connection: None,
        };
        lent.connection = self.idle_or_slot()?;
        let connection = match &mut lent.connection {
            Some(connection) => connection,
            empty => empty.insert((self.open)().map_err(Error::Away)?),
        };
        let result = work(connection);
        if !(self.is_closed)(connection) {
            lent.give_back();
            return result;
        }
        result.map_err(|error| match error {
            Error::Query(error) => Error::Away(error.to_string()),
            other => other,
        })
    }

    /// An idle connection, or `None` with the right to open one.
    fn idle_or_slot(&self) -> Result<Option<C>> {
        let deadline = Instant::now() + WAIT_MAX;
        let mut state = self.lock();
        loop {
            while let Some(connection) = state.idle.pop() {
                if !(self.is_closed)(&connection) {
                    return Ok(Some(connection));
                }
                state.open_count -= 1;
            }
            if state.open_count < self.connections_max {
                state.open_count += 1;
                return Ok(None);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::Away("every connection is in use".to_owned()));
            }
            let waited = self.returned.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<C>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the pool's count, given back on every path.
struct Lent<'a, C> {
    pool: &'a Pool<C>,
    connection: Option<C>,
}

impl<C> Lent<'_, C> {
    fn give_back(mut self) {
        let mut state = self.pool.lock();
        state.idle.extend(self.connection.take());
        // The drop below takes one off for the connection that it no longer finds.
        state.open_count += 1;
    }
}

impl<C> Drop for Lent<'_, C> {
    fn drop(&mut self) {
        self.pool.lock().open_count -= 1;
        self.pool.returned.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    static OPENED: AtomicI64 = AtomicI64::new(0);

    #[test]
    fn a_closed_connection_is_replaced_and_an_open_one_used_again() {
        let open = || Ok(OPENED.fetch_add(1, Ordering::SeqCst));
        let pool = Pool::new(1, Box::new(open), |connection: &i64| *connection < 0);
        assert_eq!(pool.run(|c| Ok(*c)).unwrap(), 0);
        assert_eq!(pool.run(|c| Ok(*c)).unwrap(), 0);
        pool.run(|c| {
            *c = -1;
            Ok(())
        })
        .unwrap();
        assert_eq!(pool.run(|c| Ok(*c)).unwrap(), 1);
    }

    #[test]
    fn a_panic_or_a_failed_opening_frees_the_place() {
        let pool = Pool::new(1, Box::new(|| Ok(())), |_: &()| false);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            pool.run(|_| -> Result<()> { panic!("on purpose") })
        }));
        assert!(panicked.is_err());
        assert!(pool.run(|_| Ok(())).is_ok());

        let away: Pool<()> = Pool::new(1, Box::new(|| Err("away".to_owned())), |_| false);
        assert!(matches!(away.run(|_| Ok(())), Err(Error::Away(_))));
        assert!(matches!(away.run(|_| Ok(())), Err(Error::Away(_))));
    }
}
