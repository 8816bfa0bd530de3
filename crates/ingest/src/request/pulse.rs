use std::cell::Cell;
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

use actix_web::HttpRequest;

/// How often the pulse beats when the worker has nothing else to do.
const INTERVAL: Duration = Duration::from_millis(10);
/// How late the pulse may be. A worker works on what waits in turn, so a request that is worked on
/// this long after the last beat has waited about as long. It is refused then, which costs a
/// tenth of working on it, so that those that are accepted get their answer soon.
const LATE_MAX: Duration = Duration::from_millis(250);

/// Tells whether this worker's thread keeps up with its requests. Each worker has its own.
#[derive(Clone)]
pub(crate) struct Pulse(Rc<Cell<Instant>>);

impl Pulse {
    /// Starts the pulse of this thread; it ends when the last clone of it is dropped.
    pub(crate) fn start() -> Self {
        let beat = Rc::new(Cell::new(Instant::now()));
        actix_web::rt::spawn(keep_beating(Rc::downgrade(&beat)));
        Self(beat)
    }

    /// Whether the worker of this request has too much to do.
    pub(crate) fn is_late(request: &HttpRequest) -> bool {
        let pulse = request.app_data::<Self>();
        pulse.is_some_and(|Self(beat)| beat.get().elapsed() > INTERVAL + LATE_MAX)
    }
}

async fn keep_beating(beat: Weak<Cell<Instant>>) {
    loop {
        actix_web::rt::time::sleep(INTERVAL).await;
        match beat.upgrade() {
            Some(beat) => beat.set(Instant::now()),
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::rt::System;
    use actix_web::rt::time::sleep;
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_thread_that_was_busy_for_long_is_late_until_the_next_beat() {
        System::new().block_on(async {
            let request = TestRequest::default().app_data(Pulse::start());
            let request = request.to_http_request();
            sleep(INTERVAL * 3).await;
            assert!(!Pulse::is_late(&request));
            std::thread::sleep(LATE_MAX * 2);
            assert!(Pulse::is_late(&request));
            sleep(INTERVAL * 3).await;
            assert!(!Pulse::is_late(&request));
        });
    }
}
