//! How many of how many results are equal to another program's.

use std::fmt::Write;
use std::io::{self, Write as _};

/// How many of how many.
#[derive(Clone, Copy, Default)]
pub(crate) struct Share {
    equal: usize,
    all: usize,
}

impl Share {
    pub(crate) fn add(&mut self, is_equal: bool) {
        self.equal += usize::from(is_equal);
        self.all += 1;
    }

    pub(crate) fn percent(self) -> f64 {
        let number = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
        100.0 * number(self.equal) / number(self.all.max(1))
    }

    /// Adds a line with the share to a table.
    pub(crate) fn line(self, table: &mut String, of: &str, what: &str) {
        let (equal, all, percent) = (self.equal, self.all, self.percent());
        writeln!(
            table,
            "{of}  {what:<28}{equal:>6} of {all:<6}{percent:>6.1} %"
        )
        .expect("writes");
    }
}

/// Prints a text where `--nocapture` shows it.
pub(crate) fn say(text: &str) {
    io::stdout().write_all(text.as_bytes()).expect("writes");
}
