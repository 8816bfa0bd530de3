use std::collections::{BTreeMap, HashMap};

use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_store::project::Project;
use watchfire_store::release_health::{self, HealthBucket};
use watchfire_store::{self as store, Conn, environment, release};

use super::bars::{Bars, draw};
use super::row::{Health, Row, Sums, issues};
use super::selection::{PERIODS, Selection};
use crate::error::WebError;
use crate::frame::{Choice, Frame, Section};
use crate::session::CurrentUser;
use crate::{Web, access, address};

/// Releases that the page shows, those that were seen last.
const RELEASES_MAX: usize = 100;
/// More hours than there are since 1970: all of a period in one sum.
const FOR_EVER_HOURS: i64 = 10_000_000;

/// The releases of a project.
#[derive(Serialize)]
struct View {
    project: String,
    href: String,
    periods: Vec<Link>,
    /// The word of the period, for the form of the environment.
    period: &'static str,
    environments: Vec<Choice>,
    rows: Vec<Row>,
    /// Whether older releases are left out.
    is_cut: bool,
    has_sessions: bool,
    /// Where all environments are shown, when one is chosen.
    wider: Option<String>,
    start: String,
}

#[derive(Serialize)]
struct Link {
    label: &'static str,
    href: String,
    is_current: bool,
}

/// `GET /projects/{slug}/releases`
pub(crate) async fn list(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    selection: web::Query<Selection>,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let section = Some((&project, Section::Releases));
            let mut frame = Frame::of_project(conn, &user, section, "Releases")?;
            frame.title = format!("Releases of {}", project.name);
            frame.styles.push("releases.css");
            Ok((frame, load(conn, &project, &selection, user.visitor.now)?))
        })
        .await?;
    web.page(&visitor, "pages/releases", &frame, &view)
}

fn load(
    conn: &mut Conn<'_>,
    project: &Project,
    selection: &Selection,
    now: Timestamp,
) -> store::Result<View> {
    let slug = &project.slug;
    let current = selection.period();
    let rows = rows(conn, project, selection, now)?;
    Ok(View {
        project: project.name.clone(),
        href: address::releases(slug),
        period: current.word,
        periods: PERIODS
            .iter()
            .map(|period| Link {
                label: period.label,
                href: selection.with(slug, |other| period.word.clone_into(&mut other.period)),
                is_current: period.word == current.word,
            })
            .collect(),
        environments: environments(conn, project, &selection.environment)?,
        is_cut: rows.len() == RELEASES_MAX,
        has_sessions: rows.iter().any(|row| row.health.is_some()),
        wider: (!selection.environment.is_empty())
            .then(|| selection.with(slug, |other| other.environment.clear())),
        start: address::start(slug),
        rows,
    })
}

fn environments(
    conn: &mut Conn<'_>,
    project: &Project,
    current: &str,
) -> store::Result<Vec<Choice>> {
    let mut names: Vec<String> = environment::list(conn, project.id)?
        .into_iter()
        .map(|known| known.name)
        .collect();
    if !current.is_empty() && !names.iter().any(|name| name == current) {
        names.push(current.to_owned());
    }
    let all = Choice {
        value: String::new(),
        label: "All environments".to_owned(),
        selected: current.is_empty(),
    };
    let named = names.into_iter().map(|name| Choice {
        selected: name == current,
        label: name.clone(),
        value: name,
    });
    Ok(std::iter::once(all).chain(named).collect())
}

fn rows(
    conn: &mut Conn<'_>,
    project: &Project,
    selection: &Selection,
    now: Timestamp,
) -> store::Result<Vec<Row>> {
    let (from, until) = selection.period().bounds(now);
    let sums = sums(conn, project, &selection.environment, from, until)?;
    let all = sums
        .values()
        .fold(0, |all: i64, sums| all.saturating_add(sums.total));
    let mut graphs = graphs(conn, project, selection, from, until)?;
    let known = release::list(
        conn,
        project.id,
        i64::try_from(RELEASES_MAX).unwrap_or(i64::MAX),
    )?;
    let mut rows: Vec<Row> = Vec::new();
    for release in known {
        let sums = sums.get(&release.version).copied().unwrap_or_default();
        let graph = graphs.remove(&release.version);
        let (bars, last) = graph.map_or((Bars::default(), None), |(bars, last)| (bars, Some(last)));
        rows.push(Row {
            href: issues(&project.slug, &release.version, &selection.environment),
            first_seen: Some(release.first_seen),
            last_seen: Some(last.map_or(release.last_seen, |last| last.max(release.last_seen))),
            health: Health::of(sums, all, bars),
            version: release.version,
        });
    }
    // Releases that only sessions named, and the one that stands for too many.
    for (version, (bars, last)) in graphs {
        let sums = sums.get(&version).copied().unwrap_or_default();
        rows.push(Row {
            href: issues(&project.slug, &version, &selection.environment),
            first_seen: None,
            last_seen: Some(last),
            health: Health::of(sums, all, bars),
            version,
        });
    }
    if !selection.environment.is_empty() {
        rows.retain(|row| row.health.is_some());
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.last_seen));
    rows.truncate(RELEASES_MAX);
    Ok(rows)
}

/// The sums of the period by release.
fn sums(
    conn: &mut Conn<'_>,
    project: &Project,
    environment: &str,
    from: Timestamp,
    until: Timestamp,
) -> store::Result<HashMap<String, Sums>> {
    if environment.is_empty() {
        let found = release_health::releases(conn, &[project.id], from, until)?;
        return Ok(found
            .iter()
            .map(|one| (one.release.clone(), Sums::from(one)))
            .collect());
    }
    // One bucket for all time, so that each user counts once.
    let found = release_health::series(conn, &[project.id], from, until, FOR_EVER_HOURS)?;
    Ok(found
        .iter()
        .filter(|one| one.environment == environment)
        .map(|one| (one.release.clone(), Sums::from(one)))
        .collect())
}

/// The graphs by release, with the time of the last bar that has something.
fn graphs(
    conn: &mut Conn<'_>,
    project: &Project,
    selection: &Selection,
    from: Timestamp,
    until: Timestamp,
) -> store::Result<BTreeMap<String, (Bars, Timestamp)>> {
    let (bars, hours) = selection.period().bars;
    let length = usize::try_from(bars).unwrap_or(0);
    let width = (until.0 - from.0) / bars.max(1);
    let mut counts: BTreeMap<String, (Vec<(i64, i64)>, Timestamp)> = BTreeMap::new();
    let asked = |one: &HealthBucket| {
        selection.environment.is_empty() || one.environment == selection.environment
    };
    let found = release_health::series(conn, &[project.id], from, until, hours)?;
    for one in found.into_iter().filter(asked) {
        let place = (one.start.0 - from.0).div_euclid(width.max(1));
        let (series, last) = counts
            .entry(one.release)
            .or_insert_with(|| (vec![(0, 0); length], one.start));
        *last = (*last).max(one.start);
        let place = usize::try_from(place).ok();
        if let Some((total, crashed)) = place.and_then(|place| series.get_mut(place)) {
            *total = total.saturating_add(one.total);
            *crashed = crashed.saturating_add(one.crashed);
        }
    }
    Ok(counts
        .into_iter()
        .map(|(release, (series, last))| (release, (draw(&series), last)))
        .collect())
}
