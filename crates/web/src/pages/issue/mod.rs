//! The page of an issue: one event's evidence, the facts of the issue beside it.

mod change_grouping;
mod change_status;
mod choice;
mod download;
mod facts;
mod grouping;
mod happening;
mod header;
mod histogram;
mod jobs;
mod list_events;
mod load;
mod navigation;
mod redirect;
mod remove;
mod show;
pub(crate) mod view;
mod voices;
mod watch;

use actix_web::Resource;
use actix_web::web::{self, ServiceConfig};

/// The routes of issue pages.
///
/// An issue is named by its number or its short id. It lives below its project; the short address
/// and the ones that Sentry uses lead there too, so that links in chats and tools keep working.
pub(crate) fn configure(config: &mut ServiceConfig) {
    for root in ["/issues/{id}", "/projects/{project}/issues/{id}"] {
        let at = |tail: &str| -> Resource {
            web::resource([format!("{root}{tail}"), format!("{root}{tail}/")])
        };
        config
            .service(at("/status").route(web::post().to(change_status::change_status)))
            .service(at("/watch").route(web::get().to(watch::watch)))
            .service(at("/grouping/compare").route(web::get().to(grouping::compare::show)))
            .service(at("/grouping").route(web::get().to(grouping::show::show)))
            .service(at("/merge").route(web::post().to(grouping::merge::merge)))
            .service(
                at("/unmerge")
                    .route(web::get().to(grouping::unmerge::ask))
                    .route(web::post().to(grouping::unmerge::unmerge)),
            )
            .service(at("/delete").route(web::post().to(remove::delete)))
            .service(at("/discard").route(web::post().to(remove::discard)))
            .service(at("/events/{event}/json").route(web::get().to(download::download)))
            .service(at("/events/{event}").route(web::get().to(show::show)))
            .service(at("/events").route(web::get().to(list_events::list_events)))
            .service(at("").route(web::get().to(show::show)));
    }
    change_grouping::configure(config);
    config
        .service(
            web::resource("/organizations/{organization}/issues/{tail:.*}")
                .route(web::get().to(redirect::redirect)),
        )
        .service(
            web::resource([
                "/projects/{project}/events/{event}",
                "/projects/{project}/events/{event}/",
            ])
            .route(web::get().to(redirect::redirect_event)),
        );
}
