use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_store::ignore_rule::{self, RULES_PER_SCOPE_MAX};
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn};

use super::rule_view::{self, RuleView};
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::pages::grouping::rights::Rights;
use crate::pages::issue::view::budget::counted;
use crate::pages::owner::Owner;
use crate::session::CurrentUser;
use crate::{Web, access, address};

#[derive(Serialize)]
struct View {
    name: String,
    /// Whether the person may change the project's rules.
    can_change: bool,
    parts: Vec<Part>,
    settings_href: String,
    issues_href: String,
    stats_href: String,
}

/// The rules of one place.
#[derive(Serialize)]
struct Part {
    anchor: &'static str,
    heading: &'static str,
    lead: &'static str,
    is_organization: bool,
    can_change: bool,
    rules: Vec<RuleView>,
    /// How many there may be, where they are near.
    room: Option<String>,
    removed: Vec<RuleView>,
    removed_words: String,
    new_href: String,
    import_href: String,
    export_href: String,
}

/// `GET /projects/{slug}/settings/ignore-rules`
pub(super) async fn list(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let section = Some((&project, Section::Settings));
            let title = format!("Ignore rules of {}", project.name);
            let mut frame = Frame::of_project(conn, &user, section, title)?;
            frame
                .styles
                .extend(["settings.css", "grouping.css", "list.css", "ignore.css"]);
            let rights = Rights::of(conn, &user.account, &project)?;
            let view = view(conn, project, rights, user.visitor.now)?;
            Ok((frame, view))
        })
        .await?;
    web.page(&visitor, "pages/ignore_rules", &frame, &view)
}

fn view(
    conn: &mut Conn<'_>,
    project: Project,
    rights: Rights,
    now: Timestamp,
) -> store::Result<View> {
    // In the order in which they apply.
    let owners = [Owner::Organization, Owner::Project];
    let mut parts = Vec::new();
    for owner in owners {
        parts.push(part(conn, &project, owner, rights, now)?);
    }
    Ok(View {
        can_change: rights.project,
        parts,
        settings_href: address::settings(&project.slug),
        issues_href: address::issues(&project.slug),
        stats_href: address::stats(&project.slug),
        name: project.name,
    })
}

fn part(
    conn: &mut Conn<'_>,
    project: &Project,
    owner: Owner,
    rights: Rights,
    now: Timestamp,
) -> store::Result<Part> {
    let scope = owner.scope(project);
    let rules = ignore_rule::rules(conn, scope)?;
    let removed = ignore_rule::removed(conn, scope)?;
    let slug = &project.slug;
    let is_near = rules.len() * 10 >= RULES_PER_SCOPE_MAX * 9;
    let room = is_near.then(|| format!("{} of {RULES_PER_SCOPE_MAX} rules are used.", rules.len()));
    Ok(Part {
        anchor: owner.word(),
        heading: owner.label(),
        lead: match owner {
            Owner::Project => "They see what the rules above leave.",
            Owner::Organization => "They come first, in every project of the organisation.",
        },
        is_organization: owner == Owner::Organization,
        can_change: rights.may_change(scope),
        rules: rule_view::views(conn, project, rules, rights, now)?,
        room,
        removed_words: counted(removed.len(), "removed rule"),
        removed: rule_view::views(conn, project, removed, rights, now)?,
        new_href: address::new_ignore_rule(slug, &[("scope", owner.word())]),
        import_href: address::import_ignore_rules(slug, owner.word()),
        export_href: address::export_ignore_rules(slug, owner.word()),
    })
}
