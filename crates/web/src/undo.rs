//! What is told after an action, with the way back: kept for ten seconds in a signed cookie, so
//! that it survives going to another page and needs no memory in the server.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, time::Duration};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use watchfire_event::{IssueId, Timestamp};
use watchfire_store::issue::{FormerStatus, Status, Substatus};

use crate::Web;
use crate::session::{cookie, own_cookie};

/// How long the page offers to undo.
const OFFERED_SECONDS: i64 = 10;
/// How much later a click still counts: the way to the server takes time.
const GRACE_SECONDS: i64 = 5;
/// How many issues one action may change and still be undone; more do not fit a cookie.
pub(crate) const FORMER_MAX: usize = 50;
const TOAST_COOKIE: &str = "watchfire_toast";

/// One sentence about the last action, and what it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Toast {
    /// The sentence.
    pub(crate) text: String,
    /// The slug of the project that was changed.
    pub(crate) project: String,
    /// When the offer ends.
    pub(crate) until: Timestamp,
    /// The way back.
    pub(crate) undo: Undo,
    /// What could come next: the words of a link and its address, a path of this server.
    pub(crate) link: Option<(String, String)>,
}

/// What the undo button gives back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Undo {
    /// There is nothing to undo, or it cannot be undone from here.
    Nothing,
    /// What the issues were before.
    Statuses(Vec<FormerStatus>),
    /// Issues that were merged into one come out of it again.
    Merge {
        /// The issue that has the events now.
        target: IssueId,
        /// The issues that were merged into it.
        merged: Vec<IssueId>,
    },
    /// Issues that came out of one go back into it.
    Unmerge {
        /// The issue that had the events.
        target: IssueId,
        /// The issues that have them now.
        others: Vec<IssueId>,
    },
    /// A removed ignore rule of this number comes back.
    IgnoreRule(i64),
    /// The inbound filters become what they were: JSON, `null` where nothing was said.
    Filters(String),
    /// What is scrubbed becomes what it was before.
    Scrubbing {
        /// Whether it is the organisation's, for all its projects.
        is_organization: bool,
        /// The version that was in force; 0 where there was none.
        former: i64,
        /// The version that took its place.
        saved: i64,
    },
}

/// The shape inside the cookie: arrays, because cookies are short.
#[derive(Serialize, Deserialize)]
struct Kept(
    String,
    String,
    Timestamp,
    KeptUndo,
    Option<(String, String)>,
);

/// An [`Undo`] inside the cookie.
#[derive(Serialize, Deserialize)]
enum KeptUndo {
    #[serde(rename = "n")]
    Nothing,
    #[serde(rename = "s")]
    Statuses(Vec<(IssueId, Status, Option<Substatus>, Option<Timestamp>)>),
    #[serde(rename = "m")]
    Merge(IssueId, Vec<IssueId>),
    #[serde(rename = "u")]
    Unmerge(IssueId, Vec<IssueId>),
    #[serde(rename = "i")]
    IgnoreRule(i64),
    #[serde(rename = "f")]
    Filters(String),
    #[serde(rename = "c")]
    Scrubbing(bool, i64, i64),
}

impl Toast {
    /// A sentence about a change of the status of issues of a project, which can be undone when
    /// `former` is neither empty nor larger than [`FORMER_MAX`].
    pub(crate) fn new(
        text: String,
        project: &str,
        former: Vec<FormerStatus>,
        now: Timestamp,
    ) -> Self {
        let undo = if former.is_empty() || former.len() > FORMER_MAX {
            Undo::Nothing
        } else {
            Undo::Statuses(former)
        };
        Self::with_undo(text, project, undo, now)
    }

    /// A sentence about an action in a project that cannot be undone from here.
    pub(crate) fn plain(text: String, project: &str, now: Timestamp) -> Self {
        Self::with_undo(text, project, Undo::Nothing, now)
    }

    /// A sentence about an action in a project, with its way back.
    pub(crate) fn with_undo(text: String, project: &str, undo: Undo, now: Timestamp) -> Self {
        Self {
            text,
            project: project.to_owned(),
            until: now.plus_micros(OFFERED_SECONDS * 1_000_000),
            undo,
            link: None,
        }
    }

    /// The toast with a link to what could come next.
    pub(crate) fn with_link(mut self, label: &str, href: String) -> Self {
        self.link = Some((label.to_owned(), href));
        self
    }

    /// The cookie that carries this to the next pages; `key` is the session's form secret.
    pub(crate) fn cookie(&self, web: &Web, key: &str) -> Cookie<'static> {
        let mut cookie = own_cookie(web, TOAST_COOKIE, self.seal(key));
        cookie.set_max_age(Duration::seconds(OFFERED_SECONDS + GRACE_SECONDS));
        cookie
    }

    fn seal(&self, key: &str) -> String {
        let undo = self.undo.clone().into();
        let (text, link) = (self.text.clone(), self.link.clone());
        let kept = Kept(text, self.project.clone(), self.until, undo, link);
        // Serialising plain strings and numbers cannot fail; an empty toast would only be unseen.
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&kept).unwrap_or_default());
        let signature = sign(key, &payload);
        format!("{payload}.{signature}")
    }

    /// The cookie that ends the offer.
    pub(crate) fn removed_cookie(web: &Web) -> Cookie<'static> {
        let mut cookie = own_cookie(web, TOAST_COOKIE, String::new());
        cookie.make_removal();
        cookie
    }

    /// What the request's cookie tells, when the same session signed it and it is not over.
    pub(crate) fn read(request: &HttpRequest, key: &str, now: Timestamp) -> Option<Self> {
        Self::open(&cookie(request, TOAST_COOKIE)?, key, now)
    }

    fn open(value: &str, key: &str, now: Timestamp) -> Option<Self> {
        let (payload, signature) = value.split_once('.')?;
        if sign(key, payload) != signature {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(payload).ok()?;
        let Kept(text, project, until, undo, link) = serde_json::from_slice(&bytes).ok()?;
        (now < until.plus_micros(GRACE_SECONDS * 1_000_000)).then_some(Self {
            text,
            project,
            until,
            undo: undo.into(),
            link,
        })
    }
}

impl From<Undo> for KeptUndo {
    fn from(undo: Undo) -> Self {
        match undo {
            Undo::Nothing => Self::Nothing,
            Undo::Statuses(former) => Self::Statuses(
                former
                    .into_iter()
                    .map(|issue| (issue.id, issue.status, issue.substatus, issue.resolved_at))
                    .collect(),
            ),
            Undo::Merge { target, merged } => Self::Merge(target, merged),
            Undo::Unmerge { target, others } => Self::Unmerge(target, others),
            Undo::IgnoreRule(id) => Self::IgnoreRule(id),
            Undo::Filters(former) => Self::Filters(former),
            Undo::Scrubbing {
                is_organization,
                former,
                saved,
            } => Self::Scrubbing(is_organization, former, saved),
        }
    }
}

impl From<KeptUndo> for Undo {
    fn from(kept: KeptUndo) -> Self {
        match kept {
            KeptUndo::Nothing => Self::Nothing,
            KeptUndo::Statuses(former) => Self::Statuses(
                former
                    .into_iter()
                    .map(|(id, status, substatus, resolved_at)| FormerStatus {
                        id,
                        status,
                        substatus,
                        resolved_at,
                    })
                    .collect(),
            ),
            KeptUndo::Merge(target, merged) => Self::Merge { target, merged },
            KeptUndo::Unmerge(target, others) => Self::Unmerge { target, others },
            KeptUndo::IgnoreRule(id) => Self::IgnoreRule(id),
            KeptUndo::Filters(former) => Self::Filters(former),
            KeptUndo::Scrubbing(is_organization, former, saved) => Self::Scrubbing {
                is_organization,
                former,
                saved,
            },
        }
    }
}

/// Hashed twice with the key in front each time, as HMAC does, so that a signature says nothing
/// about longer payloads.
fn sign(key: &str, payload: &str) -> String {
    let inner = Sha256::new()
        .chain_update(key)
        .chain_update("toast")
        .chain_update(payload)
        .finalize();
    let outer = Sha256::new()
        .chain_update(key)
        .chain_update(inner)
        .finalize();
    URL_SAFE_NO_PAD.encode(outer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toast(now: Timestamp) -> Toast {
        let former = FormerStatus {
            id: IssueId(7),
            status: Status::Unresolved,
            substatus: Some(Substatus::New),
            resolved_at: None,
        };
        Toast::new("Resolved SHOP-7".to_owned(), "shop", vec![former], now)
    }

    #[test]
    fn a_toast_comes_back_from_its_cookie_until_it_is_over() {
        let now = Timestamp(1_800_000_000_000_000);
        let cookie = toast(now).seal("key");
        assert_eq!(Toast::open(&cookie, "key", now), Some(toast(now)));
        assert_eq!(
            Toast::open(&cookie, "key", now.plus_micros(15_000_000)),
            None
        );
    }

    #[test]
    fn a_merge_comes_back_with_its_link() {
        let now = Timestamp(1_800_000_000_000_000);
        let (target, merged) = (IssueId(7), vec![IssueId(8), IssueId(9)]);
        let undo = Undo::Merge { target, merged };
        let toast = Toast::with_undo("Merged".to_owned(), "shop", undo, now)
            .with_link("Go on", "/issues/7".to_owned());
        assert_eq!(
            Toast::open(&toast.seal("key"), "key", now),
            Some(toast.clone())
        );
    }

    #[test]
    fn another_session_cannot_use_a_toast() {
        let now = Timestamp(1_800_000_000_000_000);
        let cookie = toast(now).seal("key");
        assert_eq!(Toast::open(&cookie, "other", now), None);
        assert_eq!(Toast::open(&format!("x{cookie}"), "key", now), None);
    }
}
