use std::fmt;

use super::parse::is_bare_key;
use super::{Selector, SelectorItem};

impl fmt::Display for Selector {
    /// The canonical text (reference/SCRUBBING.md section 4.1, printing).
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => join(formatter, parts, " && "),
            Self::Or(parts) => join(formatter, parts, " || "),
            Self::Not(part) => {
                formatter.write_str("!")?;
                nested(formatter, part)
            }
            Self::Path(items) => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        formatter.write_str(".")?;
                    }
                    fmt::Display::fmt(item, formatter)?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for SelectorItem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(kind) => write!(formatter, "${}", kind.name()),
            Self::Index(index) => index.fmt(formatter),
            Self::Key(key) if is_bare_key(key) => formatter.write_str(key),
            Self::Key(key) => write!(formatter, "'{}'", key.replace('\'', "''")),
            Self::Wildcard => formatter.write_str("*"),
            Self::DeepWildcard => formatter.write_str("**"),
        }
    }
}

fn join(formatter: &mut fmt::Formatter<'_>, parts: &[Selector], word: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            formatter.write_str(word)?;
        }
        nested(formatter, part)?;
    }
    Ok(())
}

fn nested(formatter: &mut fmt::Formatter<'_>, part: &Selector) -> fmt::Result {
    match part {
        Selector::And(_) | Selector::Or(_) => write!(formatter, "({part})"),
        Selector::Not(_) | Selector::Path(_) => fmt::Display::fmt(part, formatter),
    }
}
