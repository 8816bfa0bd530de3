//! Walks through a project's issues at Sentry.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use watchfire_store::import::ImportedIssue;

use super::batch::Batch;
use super::client::{Page, Sentry};
use super::issue::{self, Hashes, Item};
use super::problem::Problem;

/// How many issues are asked for at once, the most that Sentry gives.
const PAGE_ISSUES: &str = "100";
/// How many pages of issues are read: ten million issues.
const PAGES_MAX: usize = 100_000;
/// How many pages of hashes are read of one issue.
const HASH_PAGES_MAX: usize = 50;
/// After how many issues in a row whose hashes Sentry fails to give the import ends.
const FAILURES_MAX: usize = 5;

/// A project at Sentry.
pub(super) struct Remote {
    /// The API.
    pub(super) sentry: Sentry,
    /// The slug of its organisation there.
    pub(super) organization: String,
    /// Its own slug there.
    pub(super) project: String,
}

impl Remote {
    /// Brings over every issue of the project.
    ///
    /// # Errors
    /// When Sentry refuses, or keeps failing.
    pub(super) fn import(&self, batch: &mut Batch<'_>) -> Result<()> {
        let mut failures = 0;
        let mut cursor = None;
        for _ in 0..PAGES_MAX {
            let page = self.issues(cursor.as_deref())?;
            let mut issues = Vec::with_capacity(page.items.len());
            for (index, value) in page.items.iter().enumerate() {
                match issue::read(value, &format!("item {}", index + 1), batch.now()) {
                    Ok(Item::Issue(issue, _)) => issues.push(*issue),
                    Ok(Item::Other) => batch.pass_over(),
                    Err(problem) => batch.refuse(problem),
                }
            }
            for mut issue in batch.changed(issues)? {
                match self.hashes(&issue)? {
                    Ok(hashes) => {
                        failures = 0;
                        batch.leave_out_hashes(&issue, &hashes.odd);
                        issue.hashes = hashes.good;
                        batch.add(issue)?;
                    }
                    Err(problem) => {
                        failures += 1;
                        if failures >= FAILURES_MAX {
                            bail!("Sentry gives no hashes: {}", problem.reason);
                        }
                        batch.refuse(problem);
                    }
                }
            }
            // Kept before the next page is asked for, which may take long or fail.
            batch.flush()?;
            if page.next.is_none() || page.next == cursor {
                return Ok(());
            }
            cursor = page.next;
        }
        bail!("Sentry has more than {PAGES_MAX} pages of issues")
    }

    /// A page of the project's issues in every status. The list of one project carries counts of
    /// all time; newer versions may have only the organisation's.
    fn issues(&self, cursor: Option<&str>) -> Result<Page> {
        let (sentry, organization) = (&self.sentry, &self.organization);
        let project = format!("/projects/{organization}/{}/", self.project);
        let query = [("query", ""), ("statsPeriod", ""), ("limit", PAGE_ISSUES)];
        if let Some(page) = sentry.page(&format!("{project}issues/"), &query, cursor)? {
            return Ok(page);
        }
        let found = sentry.one(&project)?;
        let id = found.as_ref().and_then(|found| found.get("id")?.as_str());
        let page = match id {
            Some(id) => {
                let query = [
                    ("query", ""),
                    ("project", id),
                    ("statsPeriod", "90d"),
                    ("limit", PAGE_ISSUES),
                ];
                let path = format!("/organizations/{organization}/issues/");
                sentry.page(&path, &query, cursor)?
            }
            None => None,
        };
        page.with_context(|| {
            format!(
                "Sentry knows no project {:?} in an organisation {organization:?}, or the token may \
                 not see it",
                self.project
            )
        })
    }

    /// The hashes of an issue; a problem with this issue alone where they cannot be had.
    fn hashes(&self, issue: &ImportedIssue) -> Result<Result<Hashes, Problem>> {
        let id = &issue.external_id;
        let problem = |reason: String| Ok(Err(Problem::new(id.as_str(), reason)));
        let mut found = Hashes::default();
        let mut cursor = None;
        for _ in 0..HASH_PAGES_MAX {
            let page = match self.hash_page(id, cursor.as_deref()) {
                Ok(Some(page)) => page,
                Ok(None) => return problem("Sentry has no hashes of it any more".to_owned()),
                Err(error) if error.is::<super::client::GaveUp>() => {
                    return problem(format!("{error:#}"));
                }
                Err(error) => return Err(error),
            };
            match issue::hashes(&Value::Array(page.items)) {
                Ok(hashes) => {
                    found.good.extend(hashes.good);
                    found.odd.extend(hashes.odd);
                }
                Err(reason) => return problem(reason),
            }
            if page.next.is_none() || page.next == cursor {
                break;
            }
            cursor = page.next;
        }
        Ok(Ok(found))
    }

    fn hash_page(&self, id: &str, cursor: Option<&str>) -> Result<Option<Page>> {
        // Without the bodies of the latest events, where the version knows how.
        let query = [("full", "0")];
        let path = format!("/organizations/{}/issues/{id}/hashes/", self.organization);
        match self.sentry.page(&path, &query, cursor)? {
            Some(page) => Ok(Some(page)),
            // Older versions have only the address without the organisation.
            None => self
                .sentry
                .page(&format!("/issues/{id}/hashes/"), &query, cursor),
        }
    }
}
