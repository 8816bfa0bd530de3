//! The settings of a project: its keys, limits and allowed domains to change, the rest to read.

mod change_domains;
mod change_key;
mod change_limit;
mod create_key;
mod domains;
pub(super) mod guard;
mod keys;
mod limits;
mod quantity;
mod show;

use actix_web::web;

/// The routes of settings.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let page = web::resource(["/projects/{slug}/settings", "/projects/{slug}/settings/"]);
    config.service(page.route(web::get().to(show::show)));
    let forms = [
        ("keys", web::post().to(create_key::create_key)),
        ("keys/{id}", web::post().to(change_key::change_key)),
        ("limits", web::post().to(change_limit::change_limit)),
        ("domains", web::post().to(change_domains::change_domains)),
    ];
    for (name, post) in forms {
        let form = web::resource(format!("/projects/{{slug}}/{name}"));
        config.service(form.route(post).route(web::get().to(guard::to_settings)));
    }
}
