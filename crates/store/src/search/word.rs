use watchfire_event::{Level, Timestamp};
use crate::issue::{Status, Substatus, TagCondition, TextCondition, parse_short_id};

use super::lex::{elements, unquote};
use super::{Range, SearchError};

/// One word of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word as typed.
    pub text: String,
    /// What it asks for.
    pub meaning: Meaning,
}

/// What a word asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A text in title, culprit or value.
    Text(TextCondition),
    /// A tag, `level`, `environment` and `release` among them.
    Tag(TagCondition),
    /// One of these statuses.
    Statuses(Vec<Status>),
    /// One of these substatuses.
    Substatuses(Vec<Substatus>),
    /// With or without an exception that nobody caught.
    Unhandled(bool),
    /// First seen in this time.
    FirstSeen(Range),
    /// Last seen in this time.
    LastSeen(Range),
    /// One of these numbers within the project.
    ShortNumbers(Vec<i64>),
}

/// A word of the form `key:value`, cut apart.
struct Filter<'a> {
    key: String,
    value: &'a str,
    is_negated: bool,
    /// The whole word, for messages.
    text: &'a str,
}

impl Word {
    /// Reads one word as [`super::split`] gives them.
    ///
    /// # Errors
    /// [`SearchError`] with what to write instead.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, SearchError> {
        let meaning = match Filter::of(text) {
            Some(filter) => filter.meaning(now)?,
            None if matches!(text, "OR" | "AND") => {
                return Err(SearchError::Operator {
                    word: text.to_owned(),
                });
            }
            None => free_text(text),
        };
        Ok(Self {
            text: text.to_owned(),
            meaning,
        })
    }

    /// Whether the word says which status issues must have.
    #[must_use]
    pub fn is_about_status(&self) -> bool {
        matches!(
            self.meaning,
            Meaning::Statuses(_) | Meaning::Substatuses(_)
        )
    }
}

fn free_text(text: &str) -> Meaning {
    let (negated, rest) = match text.strip_prefix('!') {
        Some(rest) if !rest.is_empty() => (true, rest),
        _ => (false, text),
    };
    Meaning::Text(TextCondition {
        text: unquote(rest).unwrap_or_else(|| rest.to_owned()),
        negated,
    })
}

impl<'a> Filter<'a> {
    /// Cuts `key:value` apart. What only looks like it is text: `KeyError:` of a pasted message,
    /// `https://…`, `12:30`, `views.py:88` with a path before it.
    fn of(text: &'a str) -> Option<Self> {
        let (is_negated, rest) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (key, value) = if let Some(inner) = rest.strip_prefix("tags[") {
            let (key, value) = inner.split_once("]:")?;
            (key, value)
        } else if rest.starts_with('"') {
            let (key, value) = rest.split_once("\":")?;
            (key.trim_start_matches('"'), value)
        } else {
            let (key, value) = rest.split_once(':')?;
            if !is_key(key) {
                return None;
            }
            (key, value)
        };
        if value.is_empty() && !takes_keyword(key) || value.starts_with("//") {
            return None;
        }
        Some(Self {
            key: key.to_owned(),
            value,
            is_negated,
            text,
        })
    }

    fn meaning(&self, now: Timestamp) -> Result<Meaning, SearchError> {
        match self.key.as_str() {
            "is" => self.state(),
            "has" => self.presence(),
            "level" => self.level(),
            "age" | "firstSeen" | "first_seen" => self.time(now).map(Meaning::FirstSeen),
            "lastSeen" | "last_seen" => self.time(now).map(Meaning::LastSeen),
            "issue" => self.short_ids(),
            "message" | "title" | "culprit" => Ok(Meaning::Text(TextCondition {
                text: unquote(self.value).unwrap_or_else(|| self.value.to_owned()),
                negated: self.is_negated,
            })),
            "error.unhandled" => self.flag(true),
            "error.handled" => self.flag(false),
            key => match unsupported(key) {
                Some(advice) => Err(SearchError::Unsupported {
                    key: key.to_owned(),
                    advice,
                }),
                None => self.tag(),
            },
        }
    }

    /// The values: those of a list, or the one. A quoted empty one is none.
    fn values(&self) -> Vec<String> {
        if let Some(inner) = self
            .value
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            return elements(inner);
        }
        let one = unquote(self.value).unwrap_or_else(|| self.value.to_owned());
        if one.is_empty() { Vec::new() } else { vec![one] }
    }

    fn some_values(&self, example: &'static str) -> Result<Vec<String>, SearchError> {
        let values = self.values();
        if values.is_empty() {
            return Err(SearchError::MissingValue {
                key: self.key.clone(),
                example,
            });
        }
        Ok(values)
    }

    fn state(&self) -> Result<Meaning, SearchError> {
        let values = self.some_values("unresolved")?;
        if let [value] = values.as_slice() {
            match value.as_str() {
                "unhandled" => return Ok(Meaning::Unhandled(!self.is_negated)),
                "handled" => return Ok(Meaning::Unhandled(self.is_negated)),
                _ => {}
            }
        }
        let statuses: Vec<Status> = values.iter().filter_map(|value| status(value)).collect();
        if statuses.len() == values.len() {
            let all = [Status::Unresolved, Status::Resolved, Status::Ignored];
            let wanted = all
                .into_iter()
                .filter(|one| statuses.contains(one) != self.is_negated);
            return Ok(Meaning::Statuses(wanted.collect()));
        }
        let substatuses = values
            .iter()
            .map(|value| {
                substatus(value).ok_or_else(|| SearchError::UnknownState {
                    value: value.clone(),
                })
            })
            .collect::<Result<_, _>>()?;
        if self.is_negated {
            return Err(SearchError::NotNegatable {
                word: self.text.to_owned(),
                advice: "name the ones you want, for example is:[ongoing, regressed]",
            });
        }
        Ok(Meaning::Substatuses(substatuses))
    }

    fn presence(&self) -> Result<Meaning, SearchError> {
        let key = self.some_values("release")?.swap_remove(0);
        Ok(Meaning::Tag(TagCondition {
            key,
            values: Vec::new(),
            negated: self.is_negated,
        }))
    }

    fn level(&self) -> Result<Meaning, SearchError> {
        let values = self
            .some_values("error")?
            .into_iter()
            .map(|value| match Level::parse(&value.to_lowercase()) {
                Some(level) => Ok(level.as_str().to_owned()),
                None => Err(SearchError::UnknownLevel { value }),
            })
            .collect::<Result<_, _>>()?;
        Ok(self.tag_of(values))
    }

    fn time(&self, now: Timestamp) -> Result<Range, SearchError> {
        let value = self.some_values("-24h")?.swap_remove(0);
        if self.is_negated {
            return Err(SearchError::NotNegatable {
                word: self.text.to_owned(),
                advice: "- means newer than, + means older than",
            });
        }
        Range::parse(&value, now).ok_or_else(|| SearchError::InvalidTime {
            key: self.key.clone(),
            value,
        })
    }

    fn short_ids(&self) -> Result<Meaning, SearchError> {
        if self.is_negated {
            return Err(SearchError::NotNegatable {
                word: self.text.to_owned(),
                advice: "search for a word of its title with ! in front",
            });
        }
        let numbers = self
            .some_values("SHOP-1A")?
            .into_iter()
            .map(|value| match parse_short_id(&value) {
                Some((_, number)) => Ok(number),
                None => Err(SearchError::InvalidShortId { value }),
            })
            .collect::<Result<_, _>>()?;
        Ok(Meaning::ShortNumbers(numbers))
    }

    fn flag(&self, when_true: bool) -> Result<Meaning, SearchError> {
        let value = self.some_values("true")?.swap_remove(0);
        let is_true = matches!(value.to_lowercase().as_str(), "true" | "1");
        Ok(Meaning::Unhandled(
            (is_true == when_true) != self.is_negated,
        ))
    }

    /// `key:""` asks for issues without the tag.
    fn tag(&self) -> Result<Meaning, SearchError> {
        let values = self.values();
        if !values.is_empty() {
            return Ok(self.tag_of(values));
        }
        if self.value.starts_with('[') {
            return Err(SearchError::MissingValue {
                key: self.key.clone(),
                example: "[a, b]",
            });
        }
        Ok(Meaning::Tag(TagCondition {
            key: self.key.clone(),
            values,
            negated: !self.is_negated,
        }))
    }

    fn tag_of(&self, values: Vec<String>) -> Meaning {
        Meaning::Tag(TagCondition {
            key: self.key.clone(),
            values,
            negated: self.is_negated,
        })
    }
}

fn is_key(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

/// Keys whose missing value is a mistake; for others, `key:` is a piece of a pasted message.
fn takes_keyword(key: &str) -> bool {
    matches!(
        key,
        "is" | "has" | "level" | "environment" | "release" | "age" | "firstSeen" | "lastSeen"
    )
}

fn status(word: &str) -> Option<Status> {
    match word {
        "unresolved" => Some(Status::Unresolved),
        "resolved" => Some(Status::Resolved),
        "archived" | "ignored" | "muted" => Some(Status::Ignored),
        _ => None,
    }
}

fn substatus(word: &str) -> Option<Substatus> {
    [
        Substatus::New,
        Substatus::Ongoing,
        Substatus::Escalating,
        Substatus::Regressed,
        Substatus::ArchivedUntilEscalating,
        Substatus::ArchivedUntilConditionMet,
        Substatus::ArchivedForever,
    ]
    .into_iter()
    .find(|substatus| substatus.as_str() == word)
}

/// What to do instead of searching for a key of Sentry's that has no meaning here yet.
fn unsupported(key: &str) -> Option<&'static str> {
    match key {
        "timesSeen" | "userCount" => Some("sort by events or users instead"),
        "assigned" | "assigned_or_suggested" | "bookmarks" | "subscribed" | "team" => {
            Some("issues have no assignees yet")
        }
        "issue.priority" | "issue.category" | "issue.type" => {
            Some("search by level instead, for example level:[error, fatal]")
        }
        "firstRelease" | "regressed_in_release" => Some("use release: instead"),
        "error.type" | "error.value" | "error.mechanism" => {
            Some("write the word itself, titles are searched")
        }
        key if key.starts_with("stack.") => Some("write the word itself, culprits are searched"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

    fn meaning(text: &str) -> Meaning {
        Word::parse(text, NOW).unwrap().meaning
    }

    fn problem(text: &str) -> String {
        Word::parse(text, NOW).unwrap_err().to_string()
    }

    fn text(text: &str, negated: bool) -> Meaning {
        Meaning::Text(TextCondition {
            text: text.to_owned(),
            negated,
        })
    }

    fn tag(key: &str, values: &[&str], negated: bool) -> Meaning {
        Meaning::Tag(TagCondition {
            key: key.to_owned(),
            values: values.iter().map(ToString::to_string).collect(),
            negated,
        })
    }

    #[test]
    fn pieces_of_pasted_messages_are_text() {
        for word in [
            "timeout",
            "KeyError:",
            "https://example.com/x",
            "12:30",
            "shop/views.py:88",
            "x[0]",
            "!",
        ] {
            assert_eq!(meaning(word), text(word, false), "{word}");
        }
        assert_eq!(meaning("\"a b\""), text("a b", false));
        assert_eq!(meaning("!timeout"), text("timeout", true));
        assert_eq!(meaning("!\"a b\""), text("a b", true));
        assert_eq!(meaning("message:\"a b\""), text("a b", false));
    }

    #[test]
    fn any_other_key_is_a_tag() {
        assert_eq!(meaning("release:1.4.*"), tag("release", &["1.4.*"], false));
        assert_eq!(meaning("!browser:Firefox"), tag("browser", &["Firefox"], true));
        assert_eq!(meaning("user:\"Ana B\""), tag("user", &["Ana B"], false));
        assert_eq!(
            meaning("environment:[production, \"stage 2\"]"),
            tag("environment", &["production", "stage 2"], false)
        );
        assert_eq!(meaning("tags[is]:x"), tag("is", &["x"], false));
        assert_eq!(meaning("\"a:b\":c"), tag("a:b", &["c"], false));
        assert_eq!(meaning("url:http://x/y"), tag("url", &["http://x/y"], false));
    }

    #[test]
    fn presence_and_absence_have_three_spellings() {
        assert_eq!(meaning("has:user"), tag("user", &[], false));
        assert_eq!(meaning("!has:user"), tag("user", &[], true));
        assert_eq!(meaning("user:\"\""), tag("user", &[], true));
        assert_eq!(meaning("!user:\"\""), tag("user", &[], false));
    }

    #[test]
    fn states_are_statuses_substatuses_or_handling() {
        assert_eq!(meaning("is:muted"), Meaning::Statuses(vec![Status::Ignored]));
        assert_eq!(
            meaning("!is:resolved"),
            Meaning::Statuses(vec![Status::Unresolved, Status::Ignored])
        );
        assert_eq!(
            meaning("is:[new, regressed]"),
            Meaning::Substatuses(vec![Substatus::New, Substatus::Regressed])
        );
        assert_eq!(meaning("is:unhandled"), Meaning::Unhandled(true));
        assert_eq!(meaning("!is:unhandled"), Meaning::Unhandled(false));
        assert_eq!(meaning("error.handled:true"), Meaning::Unhandled(false));
        assert_eq!(meaning("error.unhandled:1"), Meaning::Unhandled(true));
    }

    #[test]
    fn levels_are_checked_and_known_by_their_other_names() {
        assert_eq!(
            meaning("level:[Error, critical]"),
            tag("level", &["error", "fatal"], false)
        );
        assert!(problem("level:erro").contains("Use fatal, error"));
    }

    #[test]
    fn short_ids_name_issues() {
        assert_eq!(meaning("issue:SHOP-1A"), Meaning::ShortNumbers(vec![42]));
        assert!(problem("issue:shop").contains("SHOP-1A"));
    }

    #[test]
    fn every_mistake_says_what_to_write() {
        for (word, advice) in [
            ("is:open", "Use unresolved"),
            ("is:", "is:unresolved"),
            ("has:", "has:release"),
            ("level:[]", "level:error"),
            ("browser:[]", "[a, b]"),
            ("age:24h", "age:-24h"),
            ("!age:-24h", "newer"),
            ("!is:new", "is:[ongoing, regressed]"),
            ("OR", "level:[error, fatal]"),
            ("timesSeen:>5", "sort by events"),
            ("stack.filename:x", "write the word itself"),
        ] {
            let problem = problem(word);
            assert!(problem.contains(advice), "{word}: {problem}");
        }
    }
}
