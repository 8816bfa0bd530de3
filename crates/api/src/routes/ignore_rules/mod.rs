//! Ignore rules of a project or of an organisation.
//!
//! Ours, not Sentry's. What a rule says has the shape of `watchfire_filter::ignore::Rule` in JSON,
//! `{"name", "enabled", "action", "when", "expires", "note"}`, and in TOML; answers add `{"id",
//! "scope": "project"|"organization", "position", "sentence", "problem", "issueId", "createdBy",
//! "dateCreated", "dateChanged", "version", "hits": {"last24Hours", "total", "lastHit", "lastTitle"}}`. The
//! addresses below `/projects/{organization}/{project}/ignore-rules/` and
//! `/organizations/{organization}/ignore-rules/` are the same:
//!
//! | address | what it does |
//! |---|---|
//! | `GET` | the rules in their order |
//! | `POST` | makes one; `issueId` may name the issue that it is made on |
//! | `GET …/{rule}/` | one, with its history |
//! | `PUT …/{rule}/` | changes what is named of it |
//! | `DELETE …/{rule}/` | removes it |
//! | `POST …/{rule}/restore/` | brings it back |
//! | `POST …/{rule}/revert/` with `{"change": id}` | it says again what it said after a step of its history |
//! | `PUT …/order/` with `{"order": [number, …]}` | the order in which they apply |
//! | `POST …/try/` with a rule, and `rule`, the number of the one that it would replace | what it would match |
//! | `GET …/toml/` | all of them as a file |
//! | `PUT …/toml/` with a file | replaces all; with `dryRun=1` tells what would change |
//! | `POST …/toml/` with a file | merges by name; `dryRun=1` as above |
//!
//! Reading takes the scope `project:read` or `org:read`, everything else `project:write` or
//! `org:write`, and trying, which shows titles of events, `event:read` too. What is wrong with a rule
//! is named with its place. A change may say in `base` which `version` it was made from (a file:
//! which `state`, as a query; removing and bringing back: as a query too); when somebody else was
//! faster, it is answered 409 with who and when, and nothing is saved.

mod body;
mod change;
mod file;
mod order;
mod place;
mod read;
mod trial;

pub(super) use change::{create, delete, restore, revert, update};
pub(super) use file::{export, merge, replace};
pub(super) use order::reorder;
pub(super) use read::{list, show};
pub(super) use trial::try_rule;
