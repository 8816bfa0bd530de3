use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_event::{ProjectId, Timestamp};
use watchfire_store::outcome::{self, InvalidSample, Outcome, OutcomeBucket};
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn};

use super::category;
use super::chart::{Chart, Span, Sums};
use super::kind::Kind;
use super::report::{Group, Quantity, ReasonRow, Report};
use super::selection::{PERIODS, Selection};
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::session::CurrentUser;
use crate::{Web, access, address};

const HOUR_MICROS: i64 = 3_600_000_000;

/// The stats of one project or of all of a person.
#[derive(Serialize)]
struct View {
    heading: String,
    /// The words of the period for sentences: `in the last 24 hours`.
    period: &'static str,
    periods: Vec<Link>,
    scopes: Vec<Link>,
    categories: Vec<CategoryLink>,
    /// The name of the category that is shown.
    category: String,
    chart: Option<Chart>,
    /// What the category is made of, in words, where that is not plain.
    made_of: Option<String>,
    /// What came in, by outcome.
    groups: Vec<Group>,
    /// What SDKs dropped, by reason.
    discards: Option<Group>,
    /// What arrives and is not kept yet, by category.
    not_kept: Vec<ReasonRow>,
    /// What could not be told to belong to a project; for superusers.
    strays: Vec<Group>,
    /// Whether rows name their project.
    has_projects: bool,
    start: String,
    settings: String,
}

#[derive(Serialize)]
struct Link {
    label: &'static str,
    href: String,
    is_current: bool,
}

#[derive(Serialize)]
struct CategoryLink {
    label: String,
    quantity: Quantity,
    href: String,
    is_current: bool,
}

/// What the database tells.
struct Rows {
    /// Sums of all categories over the period.
    sums: Vec<OutcomeBucket>,
    samples: Vec<InvalidSample>,
    /// The names of the projects that are looked at.
    names: BTreeMap<i64, String>,
    /// How many of the errors are reports of browsers.
    security: i64,
    strays: Vec<OutcomeBucket>,
}

/// `GET /projects/{slug}/stats`
pub(crate) async fn show(
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
            let section = Some((&project, Section::Stats));
            let mut frame = Frame::of_project(conn, &user, section, "Stats")?;
            frame.title = format!("Stats of {}", project.name);
            frame.styles.push("stats.css");
            let view = load(conn, &user, &project, &selection)?;
            Ok((frame, view))
        })
        .await?;
    web.page(&visitor, "pages/stats", &frame, &view)
}

fn load(
    conn: &mut Conn<'_>,
    user: &CurrentUser,
    project: &Project,
    selection: &Selection,
) -> store::Result<View> {
    let span = selection.span(outcome::hour_of(user.visitor.now));
    let rows = rows(conn, user, project, selection, span)?;
    let report = Report {
        sums: &rows.sums,
        samples: &rows.samples,
        names: selection.is_of_all().then_some(&rows.names),
    };
    let categories = report.categories();
    let asked = categories
        .iter()
        .find(|(one, _)| *one == selection.category);
    let current = asked
        .or_else(|| categories.first())
        .map(|(one, _)| one.clone());
    let mut view = View::of(project, selection);
    view.has_projects = selection.is_of_all();
    view.not_kept = report.not_kept();
    view.strays = Report {
        sums: &rows.strays,
        samples: &rows.samples,
        names: None,
    }
    .groups(None);
    if let Some(current) = &current {
        let projects = ids(&rows.names);
        view.chart = chart(conn, &projects, current, span)?;
        view.category = category::label(current).into_owned();
        view.made_of = (rows.security > 0 && current == category::ERRORS).then(|| {
            let reports = category::unit("security").exact(rows.security);
            format!("Security reports of browsers are counted as errors: {reports} of these.")
        });
        let (discards, groups) = report
            .groups(Some(current))
            .into_iter()
            .partition::<Vec<_>, _>(|group| group.kind == Kind::Discarded.word());
        view.groups = groups;
        view.discards = discards.into_iter().next();
    }
    view.categories = categories
        .into_iter()
        .map(|(category, total)| CategoryLink {
            label: category::label(&category).into_owned(),
            quantity: Quantity::of(total, category::unit(&category)),
            is_current: current.as_deref() == Some(category.as_str()),
            href: selection.with(&project.slug, |other| other.category = category),
        })
        .collect();
    Ok(view)
}

fn rows(
    conn: &mut Conn<'_>,
    user: &CurrentUser,
    project: &Project,
    selection: &Selection,
    span: Span,
) -> store::Result<Rows> {
    let known = if selection.is_of_all() {
        access::projects(conn, &user.account)?
    } else {
        vec![project.clone()]
    };
    let names = known
        .into_iter()
        .map(|known| (known.id.0, known.name))
        .collect();
    let (from, to) = (at(span.from_hour), at(span.until_hour()));
    // One sum for the whole period; where its bounds fall does not matter to who adds them up.
    let whole = span.until_hour() - span.from_hour;
    let strays = if user.account.is_superuser {
        outcome::series(conn, &[ProjectId(0)], None, from, to, whole)?
    } else {
        Vec::new()
    };
    let mut sampled = ids(&names);
    if user.account.is_superuser {
        sampled.push(ProjectId(0));
    }
    let mut rows = Rows {
        sums: outcome::series(conn, &ids(&names), None, from, to, whole)?,
        samples: outcome::samples(conn, &sampled)?,
        names,
        security: 0,
        strays,
    };
    rows.security = reports(&rows.sums);
    rows.count_errors_together();
    Ok(rows)
}

fn chart(
    conn: &mut Conn<'_>,
    projects: &[ProjectId],
    category: &str,
    span: Span,
) -> store::Result<Option<Chart>> {
    let (from, to) = (at(span.from_hour), at(span.until_hour()));
    let mut found = Vec::new();
    for member in category::members(category) {
        let buckets = outcome::series(conn, projects, Some(member), from, to, span.step)?;
        found.extend(buckets);
    }
    let mut sums = vec![Sums::default(); usize::try_from(span.bars).unwrap_or(0)];
    for bucket in found {
        let bar = span.place(outcome::hour_of(bucket.start));
        let part = Kind::of(bucket.outcome, &bucket.reason).place();
        let sum = bar.and_then(|bar| sums.get_mut(bar)).zip(part);
        if let Some(sum) = sum.and_then(|(sum, part)| sum.get_mut(part)) {
            *sum = sum.saturating_add(bucket.quantity);
        }
    }
    let is_empty = sums.iter().flatten().all(|sum| *sum == 0);
    Ok((!is_empty).then(|| Chart::of(span, &sums, category::unit(category))))
}

/// How many security reports came in.
fn reports(sums: &[OutcomeBucket]) -> i64 {
    sums.iter()
        .filter(|sum| sum.category == "security" && sum.outcome != Outcome::ClientDiscard)
        .fold(0, |total, sum| total.saturating_add(sum.quantity))
}

impl Rows {
    /// Counts what becomes an issue under one name, as the API and limits do.
    fn count_errors_together(&mut self) {
        let sums = self.sums.iter_mut().chain(&mut self.strays);
        let sums = sums.map(|sum| &mut sum.category);
        for category in sums.chain(self.samples.iter_mut().map(|one| &mut one.category)) {
            if category::counted_as(category) != category.as_str() {
                *category = category::counted_as(category).to_owned();
            }
        }
    }
}

fn ids(names: &BTreeMap<i64, String>) -> Vec<ProjectId> {
    names.keys().copied().map(ProjectId).collect()
}

fn at(hour: i64) -> Timestamp {
    Timestamp(hour.saturating_mul(HOUR_MICROS))
}

impl View {
    fn of(project: &Project, selection: &Selection) -> Self {
        let slug = &project.slug;
        let current = selection.period();
        let is_of_all = selection.is_of_all();
        let scope = |label, word: &str, is_current| Link {
            label,
            href: selection.with(slug, |other| word.clone_into(&mut other.projects)),
            is_current,
        };
        Self {
            heading: if is_of_all {
                "Stats of all projects".to_owned()
            } else {
                format!("Stats of {}", project.name)
            },
            period: current.label,
            periods: PERIODS
                .iter()
                .map(|period| Link {
                    label: period.label,
                    href: selection.with(slug, |other| period.word.clone_into(&mut other.period)),
                    is_current: period.word == current.word,
                })
                .collect(),
            scopes: vec![
                scope("This project", "", !is_of_all),
                scope("All projects", "all", is_of_all),
            ],
            categories: Vec::new(),
            category: String::new(),
            chart: None,
            made_of: None,
            groups: Vec::new(),
            discards: None,
            not_kept: Vec::new(),
            strays: Vec::new(),
            has_projects: is_of_all,
            start: address::start(slug),
            settings: address::settings(slug),
        }
    }
}
