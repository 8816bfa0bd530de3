//! What commands print: text for people, or JSON alone.

use std::io::{self, Write};

use anyhow::Result;
use serde_json::Value;

/// Prints `value` as one line of JSON where JSON was asked for, else `text`.
///
/// # Errors
/// When standard output is closed.
pub(crate) fn print(json: bool, value: &Value, text: &str) -> Result<()> {
    let mut output = io::stdout().lock();
    if json {
        writeln!(output, "{value}")?;
    } else {
        writeln!(output, "{text}")?;
    }
    output.flush()?;
    Ok(())
}

/// Tells the person at the terminal, on standard error, what is going on.
pub(crate) fn note(text: &str) {
    // Nothing is left to be done when even standard error is closed.
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Prints an error and its causes as one sentence to standard error.
pub(crate) fn complain(error: &anyhow::Error) {
    // Nothing is left to be done when even standard error is closed.
    drop(writeln!(io::stderr().lock(), "watchfire: {error:#}"));
}
