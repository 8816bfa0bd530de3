use watchfire_event::{Level, Timestamp};

use super::Meaning;
use crate::issue::{Status, Substatus, TagCondition, TextCondition, parse_short_id};
use crate::search::lex::{elements, unquote};
use crate::search::{Range, SearchError};

/// A word of the form `key:value`, cut apart.
pub(super) struct Filter<'a> {
    key: String,
    value: &'a str,
    is_negated: bool,
    /// Whether the key is written so that it can only be a tag: `tags[is]:x`, `"is":x`.
    is_tag: bool,
    /// The whole word, for messages.
    text: &'a str,
}

impl<'a> Filter<'a> {
    /// Cuts `key:value` apart. What only looks like it is text: `KeyError:` of a pasted message,
    /// `https://…`, `12:30`, `views.py:88` with a path before it.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let (is_negated, rest) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let is_tag = rest.starts_with("tags[") || rest.starts_with('"');
        let (key, value) = if let Some(inner) = rest.strip_prefix("tags[") {
            inner.split_once("]:")?
        } else if let Some(inner) = rest.strip_prefix('"') {
            inner.split_once("\":")?
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
            is_tag,
            text,
        })
    }

    /// What the word asks for.
    pub(super) fn meaning(&self, now: Timestamp) -> Result<Meaning, SearchError> {
        if self.is_tag {
            return self.tag();
        }
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
        if one.is_empty() {
            Vec::new()
        } else {
            vec![one]
        }
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
