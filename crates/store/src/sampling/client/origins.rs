use std::collections::{HashMap, HashSet};

use watchfire_event::ProjectId;

use super::{Client, OTHER_CLIENTS};

/// How many clients, with their rates or reasons, are told apart per project and hour.
const PER_HOUR_MAX: usize = 300;
/// How many projects and hours are remembered at most.
const HOURS_MAX: usize = 10_000;

/// Which clients of the hour are told apart, so that nobody fills the database with names.
#[derive(Default)]
pub(crate) struct Origins {
    hours: HashMap<(ProjectId, i64), HashSet<u64, ahash::RandomState>, ahash::RandomState>,
    hasher: ahash::RandomState,
}

impl Origins {
    /// The client as it is counted.
    pub(crate) fn admit(
        &mut self,
        (project, hour): (ProjectId, i64),
        client: Client,
        detail: impl std::hash::Hash,
    ) -> Client {
        let number = self.hasher.hash_one((&client, detail));
        if !self.hours.contains_key(&(project, hour)) {
            // Hours that are over come no more.
            self.hours.retain(|(_, other), _| *other >= hour);
            if self.hours.len() >= HOURS_MAX {
                return other();
            }
        }
        let known = self.hours.entry((project, hour)).or_default();
        if known.contains(&number) {
            return client;
        }
        if known.len() >= PER_HOUR_MAX {
            return other();
        }
        known.insert(number);
        client
    }
}

fn other() -> Client {
    Client {
        sdk: OTHER_CLIENTS.to_owned(),
        ..Client::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_beyond_the_limit_count_together() {
        let mut origins = Origins::default();
        let client = |number: usize| Client {
            sdk: format!("sentry.test/{number}"),
            ..Client::default()
        };
        let hour = (ProjectId(1), 5);
        for number in 0..PER_HOUR_MAX {
            assert_eq!(origins.admit(hour, client(number), ""), client(number));
        }
        assert_eq!(
            origins.admit(hour, client(PER_HOUR_MAX), "").sdk,
            OTHER_CLIENTS
        );
        assert_eq!(origins.admit(hour, client(0), ""), client(0));
        let next = (ProjectId(1), 6);
        assert_eq!(
            origins.admit(next, client(PER_HOUR_MAX), ""),
            client(PER_HOUR_MAX)
        );
    }
}
