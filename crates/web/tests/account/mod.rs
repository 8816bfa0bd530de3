//! Setting up, logging in and out, passwords.

use actix_web::http::StatusCode;

use crate::site::{EMAIL, LINK, PASSWORD, on_both};

#[test]
fn the_set_up_link_makes_one_account_and_works_once() {
    on_both(|site| async move {
        let form = site.get(LINK).await;
        assert_eq!(form.status, StatusCode::OK);
        let weak = [("email", "nobody"), ("password", "short")];
        let answer = site.post(LINK, &weak).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("ana@example.com") && answer.body.contains("at least 8"));

        site.set_up().await;
        assert_eq!(site.get("/").await.location, "/projects/default/start");
        for again in [
            site.get(LINK).await,
            site.post(LINK, &[("email", "b@example.com"), ("password", PASSWORD)])
                .await,
        ] {
            assert_eq!(again.status, StatusCode::GONE);
            assert!(again.body.contains("works once"));
        }
    });
}

#[test]
fn logging_in_leads_to_where_one_was_going_and_logging_out_ends_the_session() {
    on_both(|site| async move {
        site.set_up().await;
        assert_eq!(site.post("/logout", &[]).await.location, "/login");
        let asked = site.get("/projects/default/issues?query=is:new").await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER);
        let form = site.get(&asked.location).await;
        assert!(
            form.body
                .contains("value=\"/projects/default/issues?query&#x3D;is:new\""),
            "{}",
            form.body
        );

        let next = ("next", "/projects/default/issues?query=is:new");
        let wrong = site
            .post("/login", &[("email", EMAIL), ("password", "wrong"), next])
            .await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("is wrong") && wrong.body.contains(EMAIL));
        let right = site
            .post(
                "/login",
                &[("email", "Ana@Example.com "), ("password", PASSWORD), next],
            )
            .await;
        assert_eq!(right.location, next.1);
        assert_eq!(site.get(&right.location).await.status, StatusCode::OK);
    });
}

#[test]
fn logging_in_never_leads_to_another_site() {
    on_both(|site| async move {
        site.set_up().await;
        site.post("/logout", &[]).await;
        site.get("/login").await;
        let fields = [
            ("email", EMAIL),
            ("password", PASSWORD),
            ("next", "//evil.example/"),
        ];
        assert_eq!(site.post("/login", &fields).await.location, "/");
    });
}

#[test]
fn five_wrong_passwords_make_everybody_wait_even_with_the_right_one() {
    on_both(|site| async move {
        site.set_up().await;
        site.forget();
        site.get("/login").await;
        for _ in 0..5 {
            let answer = site
                .post("/login", &[("email", EMAIL), ("password", "guess")])
                .await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let answer = site
            .post("/login", &[("email", EMAIL), ("password", PASSWORD)])
            .await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(
            answer.body.contains("Try again in 5 minutes")
                && answer.headers.contains_key("retry-after")
        );
    });
}

#[test]
fn a_new_password_needs_the_old_one() {
    on_both(|site| async move {
        site.set_up().await;
        let new = "another passphrase";
        let refused = site
            .post("/account", &[("current", "guess"), ("new", new)])
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let changed = site
            .post("/account", &[("current", PASSWORD), ("new", new)])
            .await;
        assert!(
            site.get(&changed.location)
                .await
                .body
                .contains("The password is changed")
        );
        site.forget();
        site.get("/login").await;
        let answer = site
            .post("/login", &[("email", EMAIL), ("password", new)])
            .await;
        assert_eq!(answer.location, "/");
    });
}
