use std::fmt;
use std::str::FromStr;

/// A place in a list, between two rows. As text: `value:id:is_previous`, three integers,
/// the shape of Sentry's cursors (reference/PRODUCT.md section 2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The sort's value of the row that the place is at; microseconds where it is a time.
    pub value: i64,
    /// The id of that row.
    pub id: i64,
    /// Whether the page ends before the row instead of beginning after it.
    pub is_previous: bool,
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flag = u8::from(self.is_previous);
        write!(formatter, "{}:{}:{flag}", self.value, self.id)
    }
}

/// A text that is not a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a cursor has three numbers, for example 0:0:0")]
pub struct ParseCursorError;

impl FromStr for Cursor {
    type Err = ParseCursorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split(':');
        let (Some(value), Some(id), Some(flag), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(ParseCursorError);
        };
        Ok(Self {
            value: value.parse().or(Err(ParseCursorError))?,
            id: id.parse().or(Err(ParseCursorError))?,
            is_previous: flag == "1",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_from_its_text() {
        let cursor = Cursor {
            value: -7,
            id: 12,
            is_previous: true,
        };
        assert_eq!(cursor.to_string(), "-7:12:1");
        assert_eq!("-7:12:1".parse(), Ok(cursor));
        for text in ["", "1:2", "1:2:0:0", "a:2:0"] {
            assert_eq!(text.parse::<Cursor>(), Err(ParseCursorError), "{text}");
        }
    }
}
