//! One file per thing that is asked for; this one says which address leads where.

mod account;
mod accounts;
mod attachments;
mod bulk;
mod event;
mod feedback;
mod filters;
mod find;
mod grouping;
mod hashes;
mod ignore_rules;
mod index;
mod issue;
mod issue_events;
mod issues;
mod keys;
mod old_stats;
mod organizations;
mod project;
mod project_events;
mod projects;
mod quotas;
mod releases;
mod sampling;
mod scope;
mod scrubbing;
mod sessions;
mod stats;
mod tags;
mod teams;
mod tombstones;

use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::web::{PayloadConfig, ServiceConfig, delete, post, put, resource, route, to};
use actix_web::{HttpRequest, HttpResponse, Resource, Route, guard};
use serde_json::json;
use watchfire_filter::ignore::FILE_BYTES_MAX;

/// The methods that addresses of the API know at most.
const METHODS: &str = "GET, HEAD, POST, PUT, DELETE, OPTIONS";

const ORGANIZATION: &str = "/organizations/{organization}";
const PROJECT: &str = "/projects/{organization}/{project}";

/// Registers the routes below `/api/0`. Sentry's clients send a slash at the end; it may be left
/// out.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(
        resource(["", "/"])
            .route(get().to(index::show))
            .default_service(to(other_method)),
    );
    account_routes(config);
    organization_routes(config);
    project_routes(config);
    key_routes(config);
    grouping_routes(config);
    scrubbing_routes(config);
    for base in [ORGANIZATION, PROJECT] {
        ignore_rule_routes(config, base);
        config.service(
            at(base, "/scrubbing")
                .app_data(crate::rules_json_config())
                .route(get().to(scrubbing::show))
                .route(put().to(scrubbing::set)),
        );
        config
            .service(
                at(base, "/issues")
                    .route(get().to(issues::list))
                    .route(put().to(bulk::update))
                    .route(delete().to(bulk::delete)),
            )
            .service(at(base, "/releases").route(get().to(releases::list)))
            .service(at(base, "/releases/{version}").route(get().to(releases::show)));
    }
    issue_routes(config, &format!("{ORGANIZATION}/issues/{{issue}}"));
    issue_routes(config, "/issues/{issue}");
}

fn at(base: &str, path: &str) -> Resource {
    resource(format!("{base}{path}{{end:/?}}")).default_service(to(other_method))
}

fn account_routes(config: &mut ServiceConfig) {
    config
        .service(at("/auth", "").route(get().to(account::show)))
        .service(at("/users/me", "").route(get().to(account::show)))
        .service(at("/users/me/regions", "").route(get().to(account::regions)));
}

fn organization_routes(config: &mut ServiceConfig) {
    let base = ORGANIZATION;
    let team = "/teams/{organization}/{team}";
    config
        .service(at("/organizations", "").route(get().to(organizations::list)))
        .service(at(base, "").route(get().to(organizations::show)))
        .service(
            at(base, "/projects")
                .route(get().to(projects::list))
                .route(post().to(projects::create)),
        )
        .service(at(base, "/teams").route(get().to(teams::list)))
        .service(at(team, "").route(get().to(teams::show)))
        .service(
            at(team, "/projects")
                .route(get().to(projects::list))
                .route(post().to(projects::create)),
        )
        .service(at(base, "/repos").route(get().to(organizations::nothing)))
        .service(at(base, "/monitors").route(get().to(organizations::nothing)))
        .service(at(base, "/stats_v2").route(get().to(stats::show)))
        .service(at(base, "/sessions").route(get().to(sessions::show)))
        .service(at(base, "/eventids/{event}").route(get().to(find::event)))
        .service(at(base, "/shortids/{issue}").route(get().to(find::short_id)));
}

fn project_routes(config: &mut ServiceConfig) {
    let base = PROJECT;
    let event = &format!("{base}/events/{{event}}");
    config
        .service(at("/projects", "").route(get().to(projects::list_all)))
        .service(
            at(base, "")
                .app_data(crate::rules_json_config())
                .route(get().to(project::show))
                .route(put().to(project::update)),
        )
        .service(at(base, "/stats").route(get().to(old_stats::show)))
        .service(
            at(base, "/quotas")
                .route(get().to(quotas::list))
                .route(put().to(quotas::replace)),
        )
        .service(at(base, "/filters").route(get().to(filters::list)))
        .service(at(base, "/filters/{filter}").route(put().to(filters::update)))
        .service(
            at(base, "/sampling")
                .route(get().to(sampling::show))
                .route(put().to(sampling::change)),
        )
        .service(
            at(base, "/user-feedback")
                .route(get().to(feedback::list))
                .route(post().to(feedback::submit)),
        )
        .service(
            at(base, "/user-reports")
                .route(get().to(feedback::list))
                .route(post().to(feedback::submit)),
        )
        .service(at(base, "/events").route(get().to(project_events::list)))
        .service(at(event, "").route(get().to(event::show)))
        .service(at(event, "/json").route(get().to(event::raw)))
        .service(at(event, "/attachments").route(get().to(attachments::list)))
        .service(at(event, "/attachments/{attachment}").route(get().to(attachments::show)));
}

fn key_routes(config: &mut ServiceConfig) {
    let key = &format!("{PROJECT}/keys/{{key}}");
    config
        .service(
            at(PROJECT, "/keys")
                .route(get().to(keys::list))
                .route(post().to(keys::create)),
        )
        .service(
            at(key, "")
                .route(get().to(keys::show))
                .route(put().to(keys::update))
                .route(delete().to(keys::delete)),
        )
        .service(at(key, "/rotate").route(post().to(keys::rotate)));
}

fn grouping_routes(config: &mut ServiceConfig) {
    let base = PROJECT;
    let rules = &format!("{base}/grouping-rules");
    let job = &format!("{base}/jobs/{{job}}");
    let tombstone = &format!("{base}/tombstones");
    config
        .service(at("/grouping-configs", "").route(get().to(grouping::configs)))
        .service(at(ORGANIZATION, "/grouping-configs").route(get().to(grouping::configs)))
        .service(at(base, "/events/{event}/grouping-info").route(get().to(grouping::of_event)))
        .service(at(tombstone, "").route(get().to(tombstones::list)))
        .service(
            at(tombstone, "/{tombstone}")
                .route(get().to(tombstones::show))
                .route(delete().to(tombstones::delete)),
        )
        .service(
            at(rules, "")
                .route(get().to(grouping::rules))
                .route(post().to(grouping::create)),
        )
        .service(
            at(rules, "/preview")
                .app_data(crate::rules_json_config())
                .route(post().to(grouping::preview)),
        )
        .service(
            at(rules, "/texts/{kind}")
                .app_data(crate::rules_json_config())
                .route(get().to(grouping::project_text))
                .route(put().to(grouping::set_project_text)),
        )
        .service(
            at(ORGANIZATION, "/grouping-rules/texts/{kind}")
                .app_data(crate::rules_json_config())
                .route(get().to(grouping::organization_text))
                .route(put().to(grouping::set_organization_text)),
        )
        .service(
            at(rules, "/{rule}")
                .route(get().to(grouping::rule))
                .route(put().to(grouping::update))
                .route(delete().to(grouping::delete)),
        )
        .service(at(base, "/jobs").route(get().to(grouping::jobs)))
        .service(at(job, "").route(get().to(grouping::job)))
        .service(at(job, "/pause").route(post().to(grouping::pause)))
        .service(at(job, "/resume").route(post().to(grouping::resume)))
        .service(at(job, "/undo").route(post().to(grouping::undo)));
}

fn scrubbing_routes(config: &mut ServiceConfig) {
    let base = &format!("{PROJECT}/scrubbing");
    let erasures = &format!("{PROJECT}/erasures");
    config
        .service(at(base, "/rules").route(get().to(scrubbing::rules)))
        .service(at(base, "/suggestions").route(get().to(scrubbing::suggestions)))
        .service(
            at(base, "/preview")
                .app_data(crate::rules_json_config())
                .route(post().to(scrubbing::preview)),
        )
        .service(at(base, "/jobs").route(post().to(scrubbing::rescrub)))
        .service(at(base, "/jobs/{job}").route(get().to(scrubbing::report)))
        .service(at(erasures, "").route(post().to(scrubbing::erase)))
        .service(at(erasures, "/preview").route(post().to(scrubbing::preview_erasure)))
        .service(at(erasures, "/{job}").route(get().to(scrubbing::receipt)));
}

fn ignore_rule_routes(config: &mut ServiceConfig, base: &str) {
    let rules = &format!("{base}/ignore-rules");
    config
        .service(
            at(rules, "")
                .route(get().to(ignore_rules::list))
                .route(post().to(ignore_rules::create)),
        )
        .service(at(rules, "/order").route(put().to(ignore_rules::reorder)))
        .service(at(rules, "/try").route(post().to(ignore_rules::try_rule)))
        .service(
            at(rules, "/toml")
                .app_data(PayloadConfig::new(FILE_BYTES_MAX))
                .route(get().to(ignore_rules::export))
                .route(put().to(ignore_rules::replace))
                .route(post().to(ignore_rules::merge)),
        )
        .service(at(rules, "/{rule}/restore").route(post().to(ignore_rules::restore)))
        .service(at(rules, "/{rule}/revert").route(post().to(ignore_rules::revert)))
        .service(
            at(rules, "/{rule}")
                .route(get().to(ignore_rules::show))
                .route(put().to(ignore_rules::update))
                .route(delete().to(ignore_rules::delete)),
        );
}

fn issue_routes(config: &mut ServiceConfig, base: &str) {
    config
        .service(
            at(base, "")
                .route(get().to(issue::show))
                .route(put().to(issue::update))
                .route(delete().to(issue::delete)),
        )
        .service(
            at(base, "/hashes")
                .route(get().to(hashes::list))
                .route(put().to(hashes::unmerge))
                .route(delete().to(hashes::unmerge)),
        )
        .service(at(base, "/grouping-info").route(get().to(grouping::of_issue_event)))
        .service(
            at(base, "/events/{event}/grouping-info").route(get().to(grouping::of_issue_event)),
        )
        .service(at(base, "/similar").route(get().to(grouping::similar)))
        .service(at(base, "/similar-issues-embeddings").route(get().to(grouping::similar)))
        .service(at(base, "/related-issues").route(get().to(grouping::related)))
        .service(at(base, "/events").route(get().to(issue_events::list)))
        .service(at(base, "/events/{event}").route(get().to(issue_events::show)))
        .service(at(base, "/user-reports").route(get().to(feedback::of_issue)))
        .service(at(base, "/tags").route(get().to(tags::list)))
        .service(at(base, "/tags/{key}").route(get().to(tags::show)));
}

/// What an unknown address answers.
pub(crate) async fn not_found() -> HttpResponse {
    HttpResponse::NotFound().json(json!({"detail": "The requested resource does not exist"}))
}

/// A route that reads. Who asks for the head alone gets the same answer without its body.
fn get() -> Route {
    route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// What an address answers to methods that it does not know; OPTIONS is harmless.
async fn other_method(request: HttpRequest) -> HttpResponse {
    if request.method() == Method::OPTIONS {
        return HttpResponse::NoContent()
            .insert_header((ALLOW, METHODS))
            .finish();
    }
    let detail = format!("Method \"{}\" not allowed.", request.method());
    HttpResponse::MethodNotAllowed()
        .insert_header((ALLOW, METHODS))
        .json(json!({"detail": detail}))
}
