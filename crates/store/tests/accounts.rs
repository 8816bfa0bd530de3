use watchfire_event::Timestamp;
use watchfire_store::{Error, key, organization, project, session, setup_link, token, user};
use watchfire_testkit::database::for_each_database;

use crate::support::{HOUR, NOON, Shop};

fn new_user(email: &str) -> user::NewUser {
    user::NewUser {
        email: email.to_owned(),
        name: "Ada".to_owned(),
        password_hash: "$argon2id$hash".to_owned(),
        is_superuser: true,
    }
}

#[test]
fn an_address_has_one_account_in_whatever_case() {
    for_each_database(|test| {
        let database = test.database();
        let ada = database
            .write_blocking(|c| user::create(c, &new_user(" Ada@Example.org "), NOON))
            .unwrap();
        assert_eq!(ada.email, "ada@example.org");
        let found = database
            .read_blocking(|c| user::by_email(c, "ADA@example.ORG"))
            .unwrap();
        assert!(found.is_some_and(|found| found == ada));
        let again =
            database.write_blocking(|c| user::create(c, &new_user("ada@example.org"), NOON));
        assert!(matches!(again, Err(Error::Taken(_))));
        assert!(!format!("{ada:?}").contains("argon2id"));
    });
}

#[test]
fn a_session_lives_until_it_ends_and_knows_its_user() {
    for_each_database(|test| {
        test.database()
            .write_blocking(|c| {
                let ada = user::create(c, &new_user("ada@example.org"), NOON)?;
                let new = session::NewSession {
                    token: "secret",
                    user_id: ada.id,
                    csrf_token: "csrf",
                    expires_at: NOON.plus_micros(HOUR),
                };
                session::create(c, &new, NOON)?;
                let (found, owner) = session::find(c, "secret", NOON)?.unwrap();
                assert_eq!((found.csrf_token.as_str(), owner.id), ("csrf", ada.id));
                assert!(session::find(c, "other", NOON)?.is_none());
                let later = NOON.plus_micros(HOUR);
                assert!(session::find(c, "secret", later)?.is_none());
                assert_eq!(session::delete_expired(c, later)?, 1);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn a_setup_link_works_once() {
    for_each_database(|test| {
        test.database()
            .write_blocking(|c| {
                setup_link::create(c, "first", NOON)?;
                setup_link::create(c, "second", NOON)?;
                assert!(!setup_link::is_valid(c, "first")?);
                assert!(setup_link::is_valid(c, "second")?);
                assert!(setup_link::use_up(c, "second", NOON)?);
                assert!(!setup_link::use_up(c, "second", NOON)?);
                assert!(!setup_link::is_valid(c, "second")?);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn a_token_is_found_by_its_secret_and_shows_its_last_four() {
    for_each_database(|test| {
        test.database()
            .write_blocking(|c| {
                let scopes = ["event:read".to_owned(), "project:write".to_owned()];
                let new = token::NewToken {
                    user_id: None,
                    name: "ci",
                    token: "sntryu_abcdef",
                    scopes: &scopes,
                };
                let made = token::create(c, &new, NOON)?;
                assert_eq!(made.last4, "cdef");
                token::touch(c, made.id, Timestamp(5))?;
                let found = token::find(c, "sntryu_abcdef")?.unwrap();
                assert_eq!(found.scopes(), scopes);
                assert_eq!(found.last_used_at, Some(Timestamp(5)));
                assert!(token::find(c, "sntryu_other")?.is_none());
                assert_eq!(token::list(c, None)?.len(), 1);
                assert!(token::delete(c, made.id)?);
                assert!(!token::delete(c, made.id)?);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn a_key_leads_to_its_project_and_its_settings() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        shop.database
            .write_blocking(|c| {
                let keys = key::list(c, shop.project)?;
                let [first] = keys.as_slice() else {
                    panic!("{keys:?}")
                };
                assert_eq!(first.public_key.len(), 32);
                project::set_settings(c, shop.project, r#"{"scrub":{}}"#)?;
                let (found, owner) = key::find(c, &first.public_key)?.unwrap();
                assert!(found.is_active);
                assert_eq!(owner.settings, r#"{"scrub":{}}"#);
                assert!(key::set_active(c, shop.project, first.id, false)?);
                let (found, _) = key::find(c, &first.public_key)?.unwrap();
                assert!(!found.is_active);
                assert!(key::find(c, "unknown")?.is_none());
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn members_see_their_organizations() {
    for_each_database(|test| {
        test.database()
            .write_blocking(|c| {
                let ada = user::create(c, &new_user("ada@example.org"), NOON)?;
                let own = organization::create(c, "own", "Own", NOON)?;
                organization::create(c, "other", "Other", NOON)?;
                organization::add_member(c, own.id, ada.id, "member", NOON)?;
                organization::add_member(c, own.id, ada.id, "owner", NOON)?;
                assert_eq!(organization::list_of_user(c, ada.id)?, [own]);
                assert_eq!(user::count(c)?, 1);
                Ok(())
            })
            .unwrap();
    });
}
