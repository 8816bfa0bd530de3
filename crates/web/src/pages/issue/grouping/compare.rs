//! Two events side by side: the component that separates or joins them, and everything else that
//! was looked at.

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use watchfire_grouping::{Comparison, compare};
use watchfire_store::{self as store, Conn, Database};

use super::compared::{self, Run};
use super::pick::{self, Offer, Picked, PickedView};
use super::variant::SHORT_DIGITS;
use super::words;
use crate::Web;
use crate::address;
use crate::error::WebError;
use crate::pages::issue::load::{self, Found};
use crate::pages::issue::view::budget::first_chars;
use crate::pages::issues::selection::Selection;
use crate::respond::see_other;
use crate::session::CurrentUser;

/// Which events the address asks for.
#[derive(Deserialize)]
pub(in crate::pages::issue) struct Asked {
    #[serde(default)]
    left: String,
    #[serde(default)]
    right: String,
}

/// The whole page.
#[derive(Serialize)]
struct ComparePage {
    href: String,
    list_href: String,
    grouping_href: String,
    short_id: String,
    /// Where the form that picks the events leads.
    page_href: String,
    offers: Vec<Offer>,
    left: Side,
    right: Side,
    /// The comparison; absent while one of the events is.
    result: Option<Outcome>,
    /// Where the form that merges the other issue into this one is posted to.
    merge: Option<Merge>,
    /// The form that splits the issue that both are in.
    split_href: Option<String>,
}

/// One of the two events.
#[derive(Serialize)]
struct Side {
    /// What the field holds.
    value: String,
    /// What is wrong with it.
    problem: Option<String>,
    event: Option<PickedView>,
}

/// What the comparison found.
#[derive(Serialize)]
struct Outcome {
    /// Whether both have a hash in common.
    shares_hash: bool,
    /// Whether both are in one issue.
    one_issue: bool,
    /// The sentence that names the deciding component.
    sentence: String,
    /// What that means for the issues, where it is not what the hashes say.
    note: Option<&'static str>,
    variants: Vec<VariantRow>,
    runs: Vec<Run>,
    left_out: Option<String>,
}

/// One variant of both events.
#[derive(Serialize)]
struct VariantRow {
    name: String,
    id: &'static str,
    left: Option<ShortHash>,
    right: Option<ShortHash>,
    is_same: bool,
}

#[derive(Serialize)]
struct ShortHash {
    short: String,
    full: String,
}

/// The other issue, to be merged.
#[derive(Serialize)]
struct Merge {
    href: String,
    id: i64,
    short_id: String,
}

/// `GET …/issues/{id}/grouping/compare?left=…&right=…`.
///
/// Each side is `latest`, `oldest`, the id of an event of the project, or the number or short id of
/// an issue, whose latest event it is.
pub(in crate::pages::issue) async fn show(
    web: Data<Web>,
    user: CurrentUser,
    request: HttpRequest,
    asked: Query<Asked>,
    selection: Query<Selection>,
) -> Result<HttpResponse, WebError> {
    let name = load::issue_name(&request);
    let database = web.database.clone();
    let visitor = user.visitor.clone();
    let answer = web
        .database
        .read(move |conn| {
            let found = load::issue(conn, &user.account, &name)?;
            if let Some(moved) = found.moved("/grouping/compare") {
                return Ok(Err(moved));
            }
            let page = page(conn, &database, &found, &asked, &selection)?;
            let title = format!("Compare events of {}", page.short_id);
            let mut frame = load::frame(conn, &user, &found, title, &selection)?;
            frame.styles.push("explain.css");
            Ok(Ok((frame, page)))
        })
        .await?;
    match answer {
        Ok((frame, page)) => web.page(&visitor, "pages/compare_events", &frame, &page),
        Err(moved) => Ok(see_other(&moved, [])),
    }
}

fn page(
    conn: &mut Conn<'_>,
    database: &Database,
    found: &Found,
    asked: &Asked,
    selection: &Selection,
) -> store::Result<ComparePage> {
    let slug = &found.project.slug;
    let id = found.issue.id;
    let right_word = if asked.right.trim().is_empty() {
        "oldest"
    } else {
        asked.right.trim()
    };
    let left = pick::pick(conn, database, found, &asked.left)?;
    let right = pick::pick(conn, database, found, right_word)?;
    let result = match (&left, &right) {
        (Some(left), Some(right)) => outcome(conn, found, left, right)?,
        _ => None,
    };
    let one_issue = result.as_ref().is_some_and(|result| result.one_issue);
    let others = [&left, &right].into_iter().flatten();
    let other = others.map(|one| &one.issue).find(|issue| issue.id != id);
    let page_href = address::compare_events(slug, id);
    Ok(ComparePage {
        merge: other.map(|issue| Merge {
            href: format!("{}/merge", found.address()),
            id: issue.id.0,
            short_id: store::issue::format_short_id(slug, issue.short_number),
        }),
        split_href: left.as_ref().filter(|_| one_issue).map(|left| {
            let event = left.row.event_id.to_string();
            address::change_grouping(id, &[("kind", "split"), ("event", &event)])
        }),
        left: Side::of(left.as_ref(), slug, &asked.left),
        right: Side::of(right.as_ref(), slug, right_word),
        result,
        offers: pick::offers(conn, found)?,
        grouping_href: address::issue_grouping(slug, id),
        href: selection.address_at(&found.address()),
        list_href: selection.address(slug),
        short_id: found.short_id(),
        page_href,
    })
}

impl Side {
    fn of(picked: Option<&Picked>, slug: &str, word: &str) -> Self {
        let word = first_chars(word.trim(), 64);
        let event = picked.map(|picked| picked.view(slug, word));
        Self {
            value: event
                .as_ref()
                .map_or_else(|| word.to_owned(), |event| event.value.clone()),
            problem: event.is_none().then(|| {
                format!(
                    "No event is kept for “{word}”. Use latest, oldest, the id of an event, or the \
                     short id of an issue."
                )
            }),
            event,
        }
    }
}

fn outcome(
    conn: &mut Conn<'_>,
    found: &Found,
    left: &Picked,
    right: &Picked,
) -> store::Result<Option<Outcome>> {
    let grouper = super::grouper(conn, &found.project)?;
    let (Some(left_event), Some(right_event)) = (left.event(), right.event()) else {
        return Ok(None);
    };
    let comparison = compare(
        &grouper.explain(&left_event),
        &grouper.explain(&right_event),
    );
    let one_issue = left.issue.id == right.issue.id;
    let (runs, left_out) = compared::runs(&comparison.rows);
    Ok(Some(Outcome {
        shares_hash: comparison.shares_hash,
        one_issue,
        note: note(&comparison, one_issue),
        variants: comparison.variants.iter().map(variant).collect(),
        sentence: words::sentence(&comparison.sentence),
        runs,
        left_out,
    }))
}

/// What has to be said where hashes and issues do not agree.
fn note(comparison: &Comparison, one_issue: bool) -> Option<&'static str> {
    match (comparison.shares_hash, one_issue) {
        (true, true) | (false, false) => None,
        (false, true) => Some(
            "They are in one issue all the same: because it was merged, or because rules or the \
             grouping version were changed since.",
        ),
        (true, false) => Some(
            "They are in two issues all the same: because one was taken out by hand, or because \
             rules or the grouping version were changed since.",
        ),
    }
}

fn variant(pair: &watchfire_grouping::VariantPair) -> VariantRow {
    let short = |hash: Option<watchfire_grouping::Hash>| {
        let full = hash?.to_string();
        Some(ShortHash {
            short: full.chars().take(SHORT_DIGITS).collect(),
            full,
        })
    };
    VariantRow {
        name: words::capital(&words::variant(pair.name)),
        id: pair.name,
        left: short(pair.left),
        right: short(pair.right),
        is_same: pair.is_same,
    }
}
