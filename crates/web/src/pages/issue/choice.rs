//! How a person likes to read an event: chosen by the address, remembered in a cookie, so that the
//! choice sticks without script.

use serde::Deserialize;

/// Which frames of a stack trace are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StackView {
    /// The application's own frames; runs of library frames fold into one line.
    #[default]
    InApp,
    /// Every frame.
    Full,
    /// The text that the language itself prints.
    Raw,
}

/// The order of frames or breadcrumbs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) enum Order {
    /// What happened last stands first.
    #[default]
    #[serde(rename = "newest")]
    NewestFirst,
    /// What happened first stands first.
    #[serde(rename = "oldest")]
    OldestFirst,
}

/// What an address or the cookie may say; an unknown word counts as not said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Choices {
    /// Which frames.
    #[serde(deserialize_with = "lenient")]
    pub(crate) stack: Option<StackView>,
    /// The order of frames.
    #[serde(deserialize_with = "lenient")]
    pub(crate) frames: Option<Order>,
    /// The order of breadcrumbs.
    #[serde(deserialize_with = "lenient")]
    pub(crate) crumbs: Option<Order>,
}

impl Choices {
    /// These choices, and those of `remembered` where nothing is said.
    pub(crate) fn or(self, remembered: Self) -> Self {
        Self {
            stack: self.stack.or(remembered.stack),
            frames: self.frames.or(remembered.frames),
            crumbs: self.crumbs.or(remembered.crumbs),
        }
    }

    /// The choices as a query, `stack=raw&frames=oldest`; what is not said is left out.
    pub(crate) fn to_query(self) -> String {
        let parts = [
            ("stack", self.stack.map(StackView::word)),
            ("frames", self.frames.map(Order::word)),
            ("crumbs", self.crumbs.map(Order::word)),
        ];
        let said = parts
            .into_iter()
            .filter_map(|(name, word)| Some(format!("{name}={}", word?)));
        said.collect::<Vec<_>>().join("&")
    }

    /// Which frames to show.
    pub(crate) fn stack(self) -> StackView {
        self.stack.unwrap_or_default()
    }

    /// The order of frames.
    pub(crate) fn frames(self) -> Order {
        self.frames.unwrap_or_default()
    }

    /// The order of breadcrumbs.
    pub(crate) fn crumbs(self) -> Order {
        self.crumbs.unwrap_or_default()
    }
}

impl StackView {
    fn word(self) -> &'static str {
        match self {
            Self::InApp => "in-app",
            Self::Full => "full",
            Self::Raw => "raw",
        }
    }
}

impl Order {
    fn word(self) -> &'static str {
        match self {
            Self::NewestFirst => "newest",
            Self::OldestFirst => "oldest",
        }
    }
}

fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};

    let word = String::deserialize(deserializer)?;
    let word: StrDeserializer<'_, Error> = word.as_str().into_deserializer();
    Ok(T::deserialize(word).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::web::Query;

    fn read(text: &str) -> Choices {
        Query::<Choices>::from_query(text)
            .expect("reads")
            .into_inner()
    }

    #[test]
    fn the_address_wins_over_what_is_remembered() {
        let choices = read("stack=raw&other=1").or(read("stack=full&frames=oldest"));
        assert_eq!(choices.stack(), StackView::Raw);
        assert_eq!(choices.frames(), Order::OldestFirst);
        assert_eq!(choices.crumbs(), Order::NewestFirst);
        assert_eq!(choices.to_query(), "stack=raw&frames=oldest");
        assert_eq!(read(&choices.to_query()), choices);
    }

    #[test]
    fn unknown_words_are_not_said() {
        assert_eq!(read("stack=%3Cb%3E&frames="), Choices::default());
    }
}
