use watchfire_event::ProjectId;
use watchfire_store::quota::{self, MONTH_SECONDS, Quota, Scope};
use watchfire_store::{Error, key};
use watchfire_testkit::database::for_each_database;

use crate::support::{NOON, Shop};

fn short(quotas: &[Quota]) -> Vec<(Scope, i64, &str, i64, i64)> {
    let parts = |it: &'_ Quota| (it.scope, it.scope_id, it.window_seconds, it.limit);
    quotas
        .iter()
        .map(|it| {
            let (scope, id, window, limit) = parts(it);
            (scope, id, it.category.as_str(), window, limit)
        })
        .collect()
}

#[test]
fn quotas_are_made_changed_and_removed_for_a_project_and_for_its_keys() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let second = shop
            .write(|c| key::create(c, shop.project, "Second", NOON))
            .id;
        let project = shop.project.0;
        shop.write(|c| {
            quota::set(c, Scope::Key, second, "error", 60, 5)?;
            quota::set(c, Scope::Key, shop.key_id, "error", 60, 10)?;
            quota::set(c, Scope::Project, project, "", MONTH_SECONDS, 1_000)?;
            quota::set(c, Scope::Project, project, "", 3_600, 100)?;
            // The same once more changes the limit.
            quota::set(c, Scope::Key, second, "error", 60, 6)?;
            quota::set(c, Scope::Project, project, "", 3_600, 0)
        });
        let all = shop.read(|c| quota::of_project(c, shop.project));
        assert_eq!(
            short(&all),
            [
                (Scope::Project, project, "", MONTH_SECONDS, 1_000),
                (Scope::Project, project, "", 3_600, 0),
                (Scope::Key, shop.key_id, "error", 60, 10),
                (Scope::Key, second, "error", 60, 6),
            ]
        );
        let of_second = shop.read(|c| quota::for_key(c, shop.project, second));
        assert_eq!(of_second.len(), 3);
        assert_eq!(of_second[2].limit, 6);

        let remove = |scope, id, category: &str, window| {
            shop.write(|c| quota::remove(c, shop.project, scope, id, category, window))
        };
        assert!(remove(Scope::Project, project, "", 3_600));
        assert!(!remove(Scope::Project, project, "", 3_600));
        assert!(!remove(Scope::Project, project + 1, "", MONTH_SECONDS));
        assert!(!remove(Scope::Key, second, "error", 61));
        let elsewhere = shop.other_project("other");
        let stolen = shop.write(|c| quota::remove(c, elsewhere, Scope::Key, second, "error", 60));
        assert!(!stolen, "the key belongs to another project");
        assert!(remove(Scope::Key, second, "error", 60));
        assert_eq!(shop.read(|c| quota::of_project(c, shop.project)).len(), 2);
    });
}

#[test]
fn quotas_go_with_their_key_and_need_one() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        shop.write(|c| {
            quota::set(c, Scope::Key, shop.key_id, "session", 60, 10)?;
            assert!(key::delete(c, shop.project, shop.key_id)?);
            Ok(())
        });
        assert_eq!(shop.read(|c| quota::of_project(c, shop.project)), []);
        for (scope, id) in [(Scope::Key, shop.key_id), (Scope::Project, 99)] {
            let missing = shop
                .database
                .write_blocking(|c| quota::set(c, scope, id, "", 60, 1));
            assert!(matches!(missing, Err(Error::NotFound)), "{missing:?}");
        }
        assert_eq!(shop.read(|c| quota::of_project(c, ProjectId(99))), []);
    });
}
