use super::{Categories, Denied};
use crate::error::IngestError;

/// The limits that one request ran into, for its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RateLimits(Vec<Denied>);

impl RateLimits {
    /// Nothing when there are none.
    ///
    /// # Errors
    /// [`IngestError::RateLimited`] when there are any.
    pub(crate) fn or_limited(self) -> Result<(), IngestError> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(IngestError::RateLimited(self))
    }

    /// Adds a limit. Of one scope and category, the one that lasts longest is told.
    pub(crate) fn add(&mut self, denied: Denied) {
        let same = self
            .0
            .iter_mut()
            .find(|it| it.scope == denied.scope && it.categories == denied.categories);
        match same {
            Some(known) => known.retry_after = known.retry_after.max(denied.retry_after),
            None => self.0.push(denied),
        }
    }

    /// The seconds of the longest, for `Retry-After`.
    pub(crate) fn retry_after(&self) -> u64 {
        self.0.iter().map(|it| it.retry_after).max().unwrap_or(0)
    }

    /// The value of `X-Sentry-Rate-Limits`: `60:default;error;security:key:key_quota`, several of
    /// them divided by a comma and a blank. No category means all of them.
    pub(crate) fn to_header(&self) -> String {
        let limits: Vec<String> = self.0.iter().map(|denied| denied.to_header()).collect();
        limits.join(", ")
    }
}

impl Denied {
    fn to_header(self) -> String {
        let categories = match self.categories {
            Categories::Everything => String::new(),
            some => some.names().join(";"),
        };
        let (scope, reason) = (self.scope.name(), self.scope.reason());
        format!("{}:{categories}:{scope}:{reason}", self.retry_after)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Scope;
    use super::*;
    use crate::outcome::DataCategory;

    #[test]
    fn limits_are_told_in_the_grammar_of_the_protocol() {
        let denied = |scope, categories, retry_after| Denied {
            scope,
            categories,
            retry_after,
        };
        let mut limits = RateLimits::default();
        assert_eq!(limits.clone().or_limited(), Ok(()));
        limits.add(denied(Scope::Key, Categories::Errors, 60));
        limits.add(denied(
            Scope::Project,
            Categories::One(DataCategory::Session),
            5,
        ));
        limits.add(denied(Scope::Key, Categories::Errors, 2700));
        limits.add(denied(Scope::Instance, Categories::Everything, 1));
        assert_eq!(
            limits.to_header(),
            "2700:default;error;security:key:key_quota, 5:session:project:project_quota, \
             1::organization:org_quota"
        );
        assert_eq!(limits.retry_after(), 2700);
    }
}
