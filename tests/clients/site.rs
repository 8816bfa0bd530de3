//! One project of a running server, and what the API says of it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context;
use serde_json::{Value, json};
use watchfire_testkit::api::Api;
use watchfire_testkit::project::Project;
use watchfire_testkit::server::{Server, wait_for};

/// From an SDK's capture to the answer of the API; SDKs send from a thread of their own.
const ARRIVAL_WAIT_MAX: Duration = Duration::from_secs(15);
/// Categories that are counted in bytes, which differ from run to run.
const BYTES: [&str; 3] = ["attachment", "log_byte", "trace_metric_byte"];
/// What the server answers for kinds that arrive and are not kept yet.
pub(super) const NOT_KEPT: [&str; 2] = ["invalid", "feature_disabled"];
/// What the server answers for what it kept.
pub(super) const ACCEPTED: [&str; 2] = ["accepted", "none"];

/// How much of a category got an outcome: outcome, reason, category.
pub(super) type Outcomes = BTreeMap<(String, String, String), i64>;

/// A project that one scenario has for itself.
pub(super) struct Site<'a> {
    pub(super) server: &'a Server,
    pub(super) api: Api,
    pub(super) project: Project,
}

impl<'a> Site<'a> {
    /// Makes the project.
    pub(super) fn new(server: &'a Server, api: &Api, name: &str) -> anyhow::Result<Self> {
        let project = server.create_project(name)?;
        let api = api.clone();
        Ok(Self {
            server,
            api,
            project,
        })
    }

    /// Where SDKs send to.
    pub(super) fn dsn(&self) -> &str {
        &self.project.dsn
    }

    fn path(&self, rest: &str) -> String {
        format!("projects/default/{}/{rest}", self.project.slug)
    }

    /// Waits for the issue whose title holds `title` and returns it with its newest event.
    pub(super) fn arrived(&self, title: &str) -> anyhow::Result<(Value, Value)> {
        let issue = wait_for(title, ARRIVAL_WAIT_MAX, || {
            let issues = self.api.issues_in(&self.project.slug)?;
            let is_meant = |issue: &Value| issue["title"].as_str().unwrap_or("").contains(title);
            Ok(issues.into_iter().find(is_meant))
        })
        .with_context(|| format!("what there is: {:?}", self.outcomes()))?;
        let event = self.api.latest_event(&issue)?;
        assert_eq!(event["projectID"], self.project.id);
        Ok((issue, event))
    }

    /// The titles of all issues, sorted.
    pub(super) fn titles(&self) -> anyhow::Result<Vec<String>> {
        let issues = self.api.issues_in(&self.project.slug)?;
        let titles = issues.iter().map(|issue| issue["title"].as_str());
        let mut titles: Vec<String> = titles.flatten().map(str::to_owned).collect();
        titles.sort();
        Ok(titles)
    }

    /// The attachments of an event as (name, media type, bytes), by name, once there are `count`.
    pub(super) fn attachments(
        &self,
        event_id: &str,
        count: usize,
    ) -> anyhow::Result<Vec<(String, String, Vec<u8>)>> {
        let path = self.path(&format!("events/{event_id}/attachments/"));
        let listed = wait_for("attachments", ARRIVAL_WAIT_MAX, || {
            let listed = self.api.get(&path)?;
            Ok((listed.as_array().map_or(0, Vec::len) >= count).then_some(listed))
        })?;
        let mut found = Vec::new();
        for attachment in listed.as_array().context("a list")? {
            let text = |key: &str| attachment[key].as_str().unwrap_or("").to_owned();
            let bytes = self
                .api
                .bytes(&format!("{path}{}/?download=1", text("id")))?;
            assert_eq!(attachment["size"], bytes.len(), "{attachment}");
            assert_eq!(attachment["event_id"], event_id);
            found.push((text("name"), text("mimetype"), bytes));
        }
        found.sort();
        Ok(found)
    }

    /// What people said, oldest first, once there are `count`.
    pub(super) fn feedback(&self, count: usize) -> anyhow::Result<Vec<Value>> {
        let path = self.path("user-feedback/?status=");
        let listed = wait_for("feedback", ARRIVAL_WAIT_MAX, || {
            let listed = self.api.get(&path)?;
            Ok((listed.as_array().map_or(0, Vec::len) >= count).then_some(listed))
        })
        .with_context(|| format!("what there is: {:?}", self.outcomes()))?;
        let mut listed = listed.as_array().cloned().unwrap_or_default();
        listed.sort_by_key(|said| said["name"].as_str().unwrap_or("").to_owned());
        Ok(listed)
    }

    /// Sessions of the last day by how they went, as far as there were any.
    pub(super) fn sessions(&self, release: &str) -> anyhow::Result<BTreeMap<String, i64>> {
        let totals = self.session_groups(&format!(
            "field=sum(session)&groupBy=session.status&query=release:{release}"
        ))?;
        let mut found = BTreeMap::new();
        for group in &totals {
            let status = group["by"]["session.status"].as_str().unwrap_or("");
            let count = group["totals"]["sum(session)"].as_i64().unwrap_or(0);
            if count > 0 {
                found.insert(status.to_owned(), count);
            }
        }
        Ok(found)
    }

    /// Distinct users of the sessions of the last day.
    pub(super) fn session_users(&self, release: &str) -> anyhow::Result<i64> {
        let groups =
            self.session_groups(&format!("field=count_unique(user)&query=release:{release}"))?;
        let users = groups
            .iter()
            .map(|group| &group["totals"]["count_unique(user)"]);
        Ok(users.filter_map(Value::as_i64).sum())
    }

    fn session_groups(&self, question: &str) -> anyhow::Result<Vec<Value>> {
        let path = format!(
            "organizations/default/sessions/?project={}&statsPeriod=1d&interval=1h&{question}",
            self.project.id
        );
        let answer = self.api.get(&path)?;
        Ok(answer["groups"].as_array().cloned().unwrap_or_default())
    }

    /// Waits until the sessions of a release went as `expected` says.
    pub(super) fn expect_sessions(
        &self,
        release: &str,
        expected: &[(&str, i64)],
    ) -> anyhow::Result<()> {
        let expected = expected
            .iter()
            .map(|(status, count)| ((*status).to_owned(), *count));
        let expected: BTreeMap<String, i64> = expected.collect();
        eventually(&expected, || self.sessions(release))
    }

    /// What became of everything that was sent to the project, bytes left out.
    pub(super) fn outcomes(&self) -> anyhow::Result<Outcomes> {
        let path = format!(
            "organizations/default/stats_v2/?field=sum(quantity)&groupBy=outcome&groupBy=reason\
             &groupBy=category&interval=1h&statsPeriod=1d&project={}",
            self.project.id
        );
        let answer = self.api.get(&path)?;
        let mut found = Outcomes::new();
        for group in answer["groups"].as_array().context("groups")? {
            let by = |key: &str| group["by"][key].as_str().unwrap_or("").to_owned();
            let quantity = group["totals"]["sum(quantity)"].as_i64().context("a sum")?;
            if quantity > 0 && !BYTES.contains(&by("category").as_str()) {
                found.insert((by("outcome"), by("reason"), by("category")), quantity);
            }
        }
        Ok(found)
    }

    /// Waits until exactly this became of everything that was sent: nothing more, nothing less.
    pub(super) fn expect_outcomes(
        &self,
        expected: &[([&str; 2], &str, i64)],
    ) -> anyhow::Result<()> {
        self.expect_outcomes_where(expected, |_| ())
    }

    /// The same beside sessions, which some SDKs send on their own with every process and page.
    pub(super) fn expect_beside_sessions(
        &self,
        expected: &[([&str; 2], &str, i64)],
    ) -> anyhow::Result<()> {
        self.expect_outcomes_where(expected, without_sessions)
    }

    /// The same after `simplify` took away what differs from run to run.
    pub(super) fn expect_outcomes_where(
        &self,
        expected: &[([&str; 2], &str, i64)],
        simplify: impl Fn(&mut Outcomes),
    ) -> anyhow::Result<()> {
        let expected = expected
            .iter()
            .map(|([outcome, reason], category, quantity)| {
                let key = [*outcome, *reason, *category].map(str::to_owned);
                (key.into(), *quantity)
            });
        eventually(&expected.collect(), || {
            let mut found = self.outcomes()?;
            simplify(&mut found);
            Ok(found)
        })
    }

    /// Changes settings of the project. Do it before the first event: servers remember keys.
    pub(super) fn change(&self, settings: &Value) -> anyhow::Result<()> {
        self.api.put(&self.path(""), settings).map(drop)
    }

    /// Lets the key take `count` errors per window of so many seconds.
    pub(super) fn limit_key(&self, count: u32, window: u32) -> anyhow::Result<()> {
        let path = self.path(&format!("keys/{}/", self.project.public_key));
        let limit = json!({"rateLimit": {"count": count, "window": window}});
        let key = self.api.put(&path, &limit)?;
        assert_eq!(key["rateLimit"], limit["rateLimit"]);
        Ok(())
    }
}

/// Takes out what became of sessions.
pub(super) fn without_sessions(outcomes: &mut Outcomes) {
    outcomes.retain(|(_, _, category), _| category != "session");
}

/// Waits until both are equal, and shows the difference when they never are.
pub(super) fn eventually<T: PartialEq + std::fmt::Debug>(
    expected: &T,
    mut look: impl FnMut() -> anyhow::Result<T>,
) -> anyhow::Result<()> {
    let mut last = None;
    let met = wait_for("the counts", ARRIVAL_WAIT_MAX, || {
        let found = look()?;
        let is_met = found == *expected;
        last = Some(found);
        Ok(is_met.then_some(()))
    });
    if let Some(last) = last {
        assert_eq!(last, *expected);
    }
    met
}
