//! Reports through the `sentry` crate and ends: `report panic|message`. `SENTRY_DSN` says where to.

fn main() {
    let options = sentry::ClientOptions::new()
        .release("warehouse@0.4.0")
        .environment("production")
        .server_name("warehouse-1")
        .attach_stacktrace(true)
        .auto_session_tracking(true);
    let guard = sentry::init(options);
    sentry::configure_scope(|scope| {
        scope.set_tag("warehouse", "cgn-2");
        let user = sentry::User {
            id: Some("21".to_owned()),
            email: Some("keeper-21@example.com".to_owned()),
            ..sentry::User::default()
        };
        scope.set_user(Some(user));
    });
    sentry::add_breadcrumb(sentry::Breadcrumb {
        category: Some("shelf".to_owned()),
        message: Some("shelf 12 opened".to_owned()),
        ..sentry::Breadcrumb::default()
    });
    match std::env::args().nth(1).as_deref() {
        Some("panic") => {
            // The panic is the program's end in life; here the guard still has to send it.
            std::panic::catch_unwind(take_from_empty_shelf).ok();
        }
        _ => {
            sentry::capture_message("shelf 12 is almost empty", sentry::Level::Warning);
        }
    }
    drop(guard);
}

fn take_from_empty_shelf() {
    let shelf: Vec<u32> = Vec::new();
    let wanted = shelf.len() + 3;
    assert!(
        shelf.len() > wanted,
        "shelf 12 holds {} of {wanted} pots",
        shelf.len()
    );
}
