//! The page that explains why the events of an issue are one issue.

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use watchfire_store::{self as store, Conn, Database};

use super::pick::{self, Offer, Picked, PickedView};
use super::prints::Prints;
use super::similar::{self, SimilarRow};
use super::summary::{self, ChangeLink};
use super::variant::{self, VariantView};
use super::words;
use crate::Web;
use crate::error::WebError;
use crate::frame::Frame;
use crate::pages::issue::jobs::{self, JobView};
use crate::pages::issue::load::{self, Found};
use crate::pages::issue::view::budget::{counted, first_chars};
use crate::pages::issues::selection::Selection;
use crate::respond::see_other;
use crate::session::CurrentUser;
use crate::{address, number};

/// Characters of the title that are shown.
const TITLE_CHARS_MAX: usize = 200;
/// Similar issues that are shown.
const SIMILAR_MAX: usize = 10;

/// Which event the address asks for.
#[derive(Deserialize)]
pub(in crate::pages::issue) struct Asked {
    #[serde(default)]
    event: String,
}

/// The whole page.
#[derive(Serialize)]
struct GroupingPage {
    href: String,
    list_href: String,
    short_id: String,
    title: String,
    /// Where the form that picks an event leads.
    page_href: String,
    offers: Vec<Offer>,
    /// What was asked for but is not there, in words.
    problem: Option<String>,
    /// The explanation; absent when no event is kept.
    event: Option<Explained>,
    compare_href: String,
    similar: Vec<SimilarRow>,
    /// Where the form that merges another issue into this one is posted to.
    merge_href: String,
    prints: Prints,
    jobs: Vec<JobView>,
    /// The project's rules.
    rules_href: String,
}

/// The explanation of one event.
#[derive(Serialize)]
struct Explained {
    picked: PickedView,
    /// What decided, in one sentence.
    sentence: String,
    version: &'static str,
    /// How many rules of its own the project has, in words.
    rules: String,
    /// How many lines of them cannot be read, in words.
    problems: Option<String>,
    variants: Vec<VariantView>,
    /// The variants that give no hash.
    others: Vec<VariantView>,
    changes: Vec<ChangeLink>,
}

/// `GET …/issues/{id}/grouping?event={latest|oldest|id}`.
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
            if let Some(moved) = found.moved("/grouping") {
                return Ok(Err(moved));
            }
            let page = page(conn, &database, &found, asked.event.trim(), &selection)?;
            let title = format!("Grouping of {}", page.short_id);
            let mut frame: Frame = load::frame(conn, &user, &found, title, &selection)?;
            frame.styles.push("explain.css");
            frame.scripts.push("js/issue.js");
            Ok(Ok((frame, page)))
        })
        .await?;
    match answer {
        Ok((frame, page)) => web.page(&visitor, "pages/issue_grouping", &frame, &page),
        Err(moved) => Ok(see_other(&moved, [])),
    }
}

fn page(
    conn: &mut Conn<'_>,
    database: &Database,
    found: &Found,
    word: &str,
    selection: &Selection,
) -> store::Result<GroupingPage> {
    let slug = &found.project.slug;
    let id = found.issue.id;
    let hashes = store::issue::hashes(conn, id)?;
    let picked = pick::pick(conn, database, found, word)?.filter(|one| one.issue.id == id);
    let is_missing = picked.is_none() && !word.is_empty();
    let picked = match picked {
        None if is_missing => pick::pick(conn, database, found, "latest")?,
        other => other,
    };
    let event = match &picked {
        Some(picked) => explained(conn, found, picked, word, &hashes)?,
        None => None,
    };
    let page_href = address::issue_grouping(slug, id);
    Ok(GroupingPage {
        problem: is_missing.then(|| {
            format!(
                "This issue keeps no event “{}”. Here is the latest one.",
                first_chars(word, 64)
            )
        }),
        event,
        offers: pick::offers(conn, found)?,
        similar: similar::rows(conn, database, found, SIMILAR_MAX)?,
        prints: Prints::of(conn, found, &hashes)?,
        jobs: jobs::of_issue(conn, id, slug)?,
        compare_href: address::compare_events(slug, id),
        merge_href: format!("{}/merge", found.address()),
        rules_href: address::grouping(slug),
        href: selection.address_at(&found.address()),
        list_href: selection.address(slug),
        short_id: found.short_id(),
        title: first_chars(&found.issue.title, TITLE_CHARS_MAX).to_owned(),
        page_href,
    })
}

fn explained(
    conn: &mut Conn<'_>,
    found: &Found,
    picked: &Picked,
    word: &str,
    hashes: &[store::issue::IssueHash],
) -> store::Result<Option<Explained>> {
    let slug = &found.project.slug;
    let grouper = super::grouper(conn, &found.project)?;
    let Some(event) = picked.event() else {
        return Ok(None);
    };
    let explanation = grouper.explain(&event);
    let mut variants = variant::variants(&explanation, hashes, slug);
    let is_counting = |variant: &VariantView| variant.counts;
    let others = variants.split_off(variants.iter().filter(|one| is_counting(one)).count());
    let rules: usize = grouper
        .settings()
        .texts
        .iter()
        .map(|text| own_lines(&text.text))
        .sum();
    let word = if picked.row.event_id.to_string() == word {
        word
    } else if word == "oldest" {
        "oldest"
    } else {
        "latest"
    };
    Ok(Some(Explained {
        picked: picked.view(slug, word),
        sentence: sentence(&variants, hashes),
        version: explanation.version.id(),
        rules: match rules {
            0 => "no rule of its own".to_owned(),
            1 => "1 rule of its own".to_owned(),
            many => format!(
                "{} rules of its own",
                number::exact(i64::try_from(many).unwrap_or(i64::MAX))
            ),
        },
        problems: (!grouper.problems().is_empty())
            .then(|| counted(grouper.problems().len(), "line")),
        changes: summary::changes(found.issue.id, &event.id.to_string(), &explanation),
        variants,
        others,
    }))
}

/// Lines of a text of rules that are neither empty nor remarks.
fn own_lines(text: &str) -> usize {
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .count()
}

/// What decided, in one sentence.
fn sentence(variants: &[VariantView], hashes: &[store::issue::IssueHash]) -> String {
    let Some(first) = variants.first() else {
        return "The event has no hash.".to_owned();
    };
    let by = match first.id {
        "default" => match first.blocks.iter().find(|block| block.counts) {
            Some(block) => format!("by its {}", block.label.to_lowercase()),
            None => "by what it says".to_owned(),
        },
        "fallback" => "by nothing: it holds nothing that could tell it from others".to_owned(),
        name => format!("by {}", words::variant(name)),
    };
    let is_ours = first.hash.as_ref().is_some_and(|hash| hash.known.is_some());
    let more = match hashes.len() {
        0 | 1 => String::new(),
        count => format!(" The issue has {count} fingerprints in all."),
    };
    if is_ours {
        format!("The event was put here {by}.{more}")
    } else {
        format!(
            "By today's rules the event is known {by}, and that hash is not one of this issue: the \
             rules or the grouping version were changed since, or the issue was merged or taken \
             apart.{more}"
        )
    }
}
