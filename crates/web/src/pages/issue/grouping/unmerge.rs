//! Takes fingerprints, and the events that came by them, out of an issue, after a page that asks.

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use watchfire_event::{IssueId, Timestamp, UserId};
use watchfire_store::issue::{IssueHash, format_short_id};
use watchfire_store::{self as store, Conn};

use super::variant::SHORT_DIGITS;
use crate::Web;
use crate::address;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::issue::load::{self, Found};
use crate::pages::issue::view::budget::{counted, first_chars};
use crate::pages::issues::asked::{events_word, issues_word};
use crate::pages::issues::selection::Selection;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::undo::{Toast, Undo};

/// Fingerprints that one form takes out at most; more do not fit an address.
pub(super) const HASHES_MAX: usize = 50;
/// Characters of the title that are shown.
const TITLE_CHARS_MAX: usize = 200;

/// What the address of the page that asks says.
#[derive(Deserialize)]
pub(in crate::pages::issue) struct Asked {
    /// The fingerprints in hexadecimal digits, with commas between them.
    #[serde(default)]
    hash: String,
}

/// The page that asks.
#[derive(Serialize)]
struct UnmergePage {
    href: String,
    list_href: String,
    short_id: String,
    title: String,
    heading: String,
    groups: Vec<Group>,
    /// What stands against it.
    problem: Option<&'static str>,
    /// Where the form is posted to.
    action: String,
    /// Where to go instead.
    back: String,
}

/// Fingerprints that go to one issue.
#[derive(Serialize)]
struct Group {
    /// `Back into SHOP-13`, `Into a new issue`.
    to: String,
    /// `2 fingerprints with 340 events`.
    what: String,
    hashes: Vec<Digits>,
}

#[derive(Serialize)]
struct Digits {
    short: String,
    full: String,
}

/// `GET …/issues/{id}/unmerge?hash=…`: asks.
pub(in crate::pages::issue) async fn ask(
    web: Data<Web>,
    user: CurrentUser,
    request: HttpRequest,
    asked: Query<Asked>,
    selection: Query<Selection>,
) -> Result<HttpResponse, WebError> {
    let name = load::issue_name(&request);
    let visitor = user.visitor.clone();
    let (frame, page) = web
        .database
        .read(move |conn| {
            let found = load::issue(conn, &user.account, &name)?;
            let page = page(conn, &found, &asked, &selection)?;
            let title = format!("Unmerge {}", page.short_id);
            let mut frame = load::frame(conn, &user, &found, title, &selection)?;
            frame.styles.push("explain.css");
            Ok((frame, page))
        })
        .await?;
    web.page(&visitor, "pages/unmerge", &frame, &page)
}

fn page(
    conn: &mut Conn<'_>,
    found: &Found,
    asked: &Asked,
    selection: &Selection,
) -> store::Result<UnmergePage> {
    let slug = &found.project.slug;
    let known = store::issue::hashes(conn, found.issue.id)?;
    let chosen = chosen(&known, asked.hash.split(','));
    let problem = match chosen.len() {
        0 => Some("Tick at least one fingerprint."),
        count if count == known.len() => {
            Some("An issue keeps at least one fingerprint. Leave one of them out.")
        }
        _ => None,
    };
    let mut groups = Vec::new();
    for (from, hashes) in by_origin(&chosen) {
        let issue = match from {
            Some(id) => store::issue::get(conn, id)?,
            None => None,
        };
        let digits = |hash: &&IssueHash| {
            let full = hash.to_string();
            Digits {
                short: full.chars().take(SHORT_DIGITS).collect(),
                full,
            }
        };
        groups.push(Group {
            to: match issue {
                Some(issue) => format!("Back into {}", format_short_id(slug, issue.short_number)),
                None => "Into a new issue".to_owned(),
            },
            what: what(&hashes),
            hashes: hashes.iter().map(digits).collect(),
        });
    }
    Ok(UnmergePage {
        heading: format!("Take {} out of {}?", what(&chosen), found.short_id()),
        groups,
        problem,
        action: format!("{}/unmerge", found.address()),
        back: format!(
            "{}#fingerprints",
            address::issue_grouping(slug, found.issue.id)
        ),
        href: selection.address_at(&found.address()),
        list_href: selection.address(slug),
        short_id: found.short_id(),
        title: first_chars(&found.issue.title, TITLE_CHARS_MAX).to_owned(),
    })
}

/// `POST …/issues/{id}/unmerge`: each field `hash` is a fingerprint of the issue in hexadecimal
/// digits, `sure` is `yes`. Without `sure` the page asks.
pub(in crate::pages::issue) async fn unmerge(
    web: Data<Web>,
    user: CurrentUser,
    request: HttpRequest,
    form: Posted,
) -> Result<HttpResponse, WebError> {
    let name = load::issue_name(&request);
    let hashes: Vec<String> = form
        .all("hash")
        .take(HASHES_MAX)
        .map(str::to_owned)
        .collect();
    let is_sure = form.one("sure") == "yes";
    let (account, now) = (user.account, user.visitor.now);
    let (target, toast) = web
        .database
        .write(move |conn| {
            let found = load::issue(conn, &account, &name)?;
            let slug = &found.project.slug;
            if !is_sure {
                let ask = format!("{}/unmerge", found.address());
                let ask = address::with_query(&ask, &[("hash", &hashes.join(","))]);
                return Ok((ask, None));
            }
            let page = address::issue_grouping(slug, found.issue.id);
            let toast = take_out(conn, &found, &hashes, account.id, now)?;
            Ok((format!("{page}#fingerprints"), Some(toast)))
        })
        .await?;
    let cookie = toast.map(|toast| toast.cookie(&web, &user.visitor.csrf));
    Ok(see_other(&target, cookie))
}

/// Takes fingerprints out of an issue, each group to where it came from.
fn take_out(
    conn: &mut Conn<'_>,
    found: &Found,
    words: &[String],
    author: UserId,
    now: Timestamp,
) -> store::Result<Toast> {
    let slug = &found.project.slug;
    let known = store::issue::hashes(conn, found.issue.id)?;
    let chosen = chosen(&known, words.iter().map(String::as_str));
    if chosen.is_empty() || chosen.len() == known.len() {
        let text = "Nothing changed: an issue keeps at least one fingerprint".to_owned();
        return Ok(Toast::plain(text, slug, now));
    }
    let mut others: Vec<IssueId> = Vec::new();
    for (_, hashes) in by_origin(&chosen) {
        let hashes: Vec<Vec<u8>> = hashes.iter().map(|hash| hash.hash.clone()).collect();
        others.push(store::issue::unmerge(
            conn,
            found.issue.id,
            &hashes,
            Some(author),
            now,
        )?);
    }
    let issues = store::issue::get_many(conn, &others)?;
    let name = |number| format_short_id(slug, number);
    let into = match issues.as_slice() {
        [one] => name(one.short_number),
        many => issues_word(many.len()),
    };
    let count = counted(chosen.len(), "fingerprint");
    let undo = Undo::Unmerge {
        target: found.issue.id,
        others,
    };
    let text = format!("Took {count} out into {into}");
    Ok(Toast::with_undo(text, slug, undo, now))
}

/// The hashes of the issue that these words name.
fn chosen<'h, 'w>(
    known: &'h [IssueHash],
    words: impl Iterator<Item = &'w str>,
) -> Vec<&'h IssueHash> {
    let words: Vec<&str> = words.take(HASHES_MAX).map(str::trim).collect();
    let is_chosen = |hash: &&IssueHash| words.contains(&hash.to_string().as_str());
    known.iter().filter(is_chosen).collect()
}

/// Hashes by the issue that they were merged from.
pub(super) fn by_origin<'h>(
    chosen: &[&'h IssueHash],
) -> Vec<(Option<IssueId>, Vec<&'h IssueHash>)> {
    let mut groups: Vec<(Option<IssueId>, Vec<&IssueHash>)> = Vec::new();
    for hash in chosen {
        match groups
            .iter_mut()
            .find(|(from, _)| *from == hash.merged_from)
        {
            Some((_, group)) => group.push(hash),
            None => groups.push((hash.merged_from, vec![hash])),
        }
    }
    groups
}

/// `2 fingerprints with 340 events`.
pub(super) fn what(hashes: &[&IssueHash]) -> String {
    let events = hashes.iter().map(|hash| hash.event_count).sum();
    let count = counted(hashes.len(), "fingerprint");
    format!("{count} with {}", events_word(events))
}
