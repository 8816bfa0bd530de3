//! Who may ask what.

use actix_web::http::Method;
use watchfire_event::Timestamp;
use watchfire_store::organization;

use crate::harness::{ALL, on_each};

#[test]
fn without_a_valid_token_nothing_is_answered() {
    on_each(|site| {
        for token in ["", "unknown"] {
            let answer = site.ask(Method::GET, "/organizations/", token, None);
            assert!(!answer.refused(401).is_empty());
        }
    });
}

#[test]
fn a_token_does_what_its_scopes_say_and_a_wider_scope_suffices() {
    on_each(|site| {
        site.token("narrow", None, &["org:read", "event:admin"]);
        let ask = |method, path, body| site.ask(method, path, "narrow", body);
        let answer = ask(Method::GET, "/projects/", None);
        assert!(answer.refused(403).contains("project:read"));
        ask(Method::GET, "/organizations/", None).good();
        ask(Method::GET, "/organizations/acme/issues/", None).good();
        let changed = ask(
            Method::PUT,
            "/organizations/acme/issues/?query=",
            Some(r#"{"status":"resolved"}"#),
        );
        assert_eq!(changed.status, 204);
    });
}

#[test]
fn an_account_sees_only_its_organizations_unless_it_is_a_superuser() {
    on_each(|site| {
        let (member, chief) = (site.user("m@x.org", false), site.user("c@x.org", true));
        site.database()
            .write_blocking(|c| {
                let other = organization::create(c, "other", "Other", Timestamp(0))?;
                organization::add_member(c, other.id, member, "member", Timestamp(0))
            })
            .unwrap();
        site.store_simple("a", 1);
        let scopes = ["org:read", "project:read", "event:read"];
        site.token("member", Some(member), &scopes);
        site.token("chief", Some(chief), &scopes);
        let count = |token, path| {
            let found = site.ask(Method::GET, path, token, None).good();
            found.as_array().unwrap().len()
        };
        assert_eq!(count("member", "/organizations/"), 1);
        assert_eq!(count("chief", "/organizations/"), 2);
        assert_eq!(count(ALL, "/organizations/"), 2);
        assert_eq!(count("member", "/projects/"), 0);
        assert_eq!(count("chief", "/projects/"), 1);
        let issue = site.get("/organizations/acme/issues/").good()[0]["id"].clone();
        let issue = issue.as_str().unwrap();
        for path in [
            "/organizations/acme/".to_owned(),
            "/projects/acme/shop/".to_owned(),
            "/organizations/acme/issues/".to_owned(),
            format!("/issues/{issue}/"),
            format!("/organizations/other/issues/{issue}/"),
            "/issues/SHOP-1/".to_owned(),
        ] {
            site.ask(Method::GET, &path, "member", None).refused(404);
        }
        site.ask(Method::GET, &format!("/issues/{issue}/"), "chief", None)
            .good();
    });
}

#[test]
fn the_root_says_who_asks() {
    on_each(|site| {
        let user = site.user("ada@x.org", false);
        site.token("ada", Some(user), &["org:ci"]);
        for path in ["", "/"] {
            let found = site.ask(Method::GET, path, "ada", None).good();
            assert_eq!(found["auth"]["scopes"][0], "org:ci");
            assert_eq!(found["user"]["email"], "ada@x.org");
        }
        assert!(site.get("/").good()["user"].is_null());
    });
}

#[test]
fn the_account_of_a_token_is_told_and_no_other_region_is() {
    on_each(|site| {
        let user = site.user("ada@x.org", false);
        site.token("ada", Some(user), &["org:read"]);
        let found = site.ask(Method::GET, "/auth/", "ada", None).good();
        assert_eq!(found["email"], "ada@x.org");
        assert_eq!(found["id"], user.to_string());
        assert!(found.get("passwordHash").is_none());
        assert!(site.get("/auth/").refused(400).contains("no account"));
        let regions = site.get("/users/me/regions/").good();
        assert!(regions["regions"].as_array().unwrap().is_empty());
    });
}

#[test]
fn unknown_addresses_and_methods_are_answered_with_json() {
    on_each(|site| {
        site.get("/nothing/here/").refused(404);
        site.get("/organizations/nobody/").refused(404);
        site.ask(Method::DELETE, "/organizations/", ALL, None)
            .refused(405);
        let options = site.ask(Method::OPTIONS, "/organizations/", "", None);
        assert_eq!(options.status, 204);
        assert!(options.header("allow").contains("GET"));
        for path in ["/organizations", "/organizations/"] {
            assert_eq!(site.ask(Method::HEAD, path, ALL, None).status, 200);
        }
    });
}
