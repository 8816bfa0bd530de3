//! Counts what the scanners look at, for the test that it is in proportion to the text.

#[cfg(test)]
thread_local! {
    static LOOKS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Notes that so many bytes or characters were looked at. Nothing outside of tests.
pub(super) fn add(count: usize) {
    #[cfg(test)]
    LOOKS.set(LOOKS.get() + count);
    #[cfg(not(test))]
    let _ = count;
}

/// What was noted on this thread since the last call.
#[cfg(test)]
pub(super) fn take() -> usize {
    LOOKS.take()
}
