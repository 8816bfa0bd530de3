use std::sync::LazyLock;

use serde_json::{Value, json};
use watchfire_event::Event;

use super::condition::Condition;
use super::getter::Whole;
use crate::{Origin, Settings};

/// Types and values of exceptions about missing parts of a web application.
const CHUNK_LOAD_ERRORS: [(&str, &str); 5] = [
    ("ChunkLoadError", "Loading chunk *"),
    ("*Uncaught *", "ChunkLoadError: Loading chunk *"),
    ("ChunkLoadError", "Failed to load chunk *"),
    ("*Uncaught *", "ChunkLoadError: Failed to load chunk *"),
    ("Error", "Uncaught (in promise): ChunkLoadError*"),
];

/// Values of React's hydration errors.
const HYDRATION_ERRORS: [&str; 2] = [
    "*https://reactjs.org/docs/error-decoder.html?invariant={418,419,421,422,423,425}*",
    "*https://react.dev/errors/{418,419,421,422,423,425}*",
];

static CHUNK_LOAD_ERROR: LazyLock<Condition> = LazyLock::new(|| {
    let error = |(kind, value)| {
        json!({"op": "and", "inner": [
            {"op": "glob", "name": "ty", "value": [kind]},
            {"op": "glob", "name": "value", "value": [value]},
        ]})
    };
    let errors: Vec<Value> = CHUNK_LOAD_ERRORS.into_iter().map(error).collect();
    any_exception(&json!({"op": "or", "inner": errors}))
});

static HYDRATION_ERROR: LazyLock<Condition> = LazyLock::new(|| {
    any_exception(&json!({"op": "glob", "name": "value", "value": HYDRATION_ERRORS}))
});

fn any_exception(inner: &Value) -> Condition {
    let condition = json!({"op": "any", "name": "event.exception.values", "inner": inner});
    // A test reads both.
    Condition::read(&condition).unwrap_or(Condition::Unsupported)
}

/// A filter with a condition: those of the settings, then the two that Sentry builds in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Generic {
    own: Vec<(String, Condition)>,
    built_in: Vec<(&'static str, &'static LazyLock<Condition>)>,
}

impl Generic {
    pub(crate) fn new(settings: &Settings) -> Self {
        let own = settings.generic.iter().filter(|filter| filter.is_enabled);
        let own = own.filter_map(|filter| {
            let condition = Condition::read(filter.condition.as_ref()?).ok()?;
            Some((filter.id.clone(), condition))
        });
        let built_in = [
            (
                settings.chunk_load_errors,
                "chunk-load-error",
                &CHUNK_LOAD_ERROR,
            ),
            (
                settings.react_hydration_errors,
                "react-hydration-errors",
                &HYDRATION_ERROR,
            ),
        ];
        let is_stated = |id| settings.generic.iter().any(|filter| filter.id == id);
        let on = built_in.into_iter().filter(|it| it.0 && !is_stated(it.1));
        Self {
            own: own.collect(),
            built_in: on.map(|(_, id, condition)| (id, condition)).collect(),
        }
    }

    /// The id of the first filter that refuses the event.
    pub(crate) fn first_match(&self, event: &Event<'_>, origin: &Origin) -> Option<String> {
        let whole = Whole { event, origin };
        let own = self
            .own
            .iter()
            .find(|(_, condition)| condition.holds(&whole));
        if let Some((id, _)) = own {
            return Some(id.clone());
        }
        let built_in = self.built_in.iter();
        let mut found = built_in.filter(|(_, condition)| condition.holds(&whole));
        found.next().map(|(id, _)| (*id).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_conditions_can_be_read() {
        for condition in [&CHUNK_LOAD_ERROR, &HYDRATION_ERROR] {
            assert!(matches!(**condition, Condition::Any(..)));
        }
    }
}
