//! The list of rules.

use super::*;

#[test]
fn an_empty_list_says_what_to_do_next() {
    on_both(|site| async move {
        site.set_up().await;
        let page = site.get(PAGE).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(
            page.body
                .contains("choose <strong>Ignore events like this…</strong>")
        );
        let settings = site.get("/projects/default/settings").await;
        assert!(settings.body.contains(&format!("href=\"{PAGE}\"")));
    });
}

#[test]
fn rules_are_switched_moved_removed_and_brought_back() {
    on_both(|site| async move {
        site.set_up().await;
        let here = Scope::Project(HERE);
        let first = site.add_ignore_rule(here, drops("first", "A")).await;
        let second = site.add_ignore_rule(here, drops("second", "B")).await;
        let press = async |id: i64, action: &str| {
            site.get(PAGE).await;
            let answer = site
                .post(&format!("{PAGE}/{id}/change"), &[("action", action)])
                .await;
            assert_eq!(answer.location, PAGE, "{}", answer.body);
            site.get(PAGE).await
        };
        press(second, "up").await;
        assert_eq!(site.names().await, ["second", "first"]);
        press(second, "down").await;
        assert_eq!(site.names().await, ["first", "second"]);
        let page = press(first, "off").await;
        assert!(page.body.contains("badge-quiet\">off"), "{}", page.body);
        assert!(
            !site.ignore_rules(here).await[0]
                .rule
                .as_ref()
                .unwrap()
                .enabled
        );
        press(first, "on").await;
        let page = press(first, "remove").await;
        assert!(page.body.contains("Removed “first”") && page.body.contains("data-undo"));
        assert_eq!(site.names().await, ["second"]);
        let undone = site.post("/projects/default/undo", &[("back", PAGE)]).await;
        assert_eq!(undone.location, PAGE, "{}", undone.body);
        assert_eq!(site.names().await, ["first", "second"]);
        press(first, "remove").await;
        let page = press(first, "restore").await;
        assert!(page.body.contains("Brought back “first”"));
        assert_eq!(site.names().await, ["first", "second"]);
        let odd = site
            .post(&format!("{PAGE}/{first}/change"), &[("action", "x")])
            .await;
        assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    });
}

#[test]
fn hits_and_the_last_title_stand_beside_a_rule() {
    on_both(|site| async move {
        site.set_up().await;
        let id = site
            .add_ignore_rule(Scope::Project(HERE), drops("n", "A"))
            .await;
        for title in ["First <b>", "Last & least"] {
            site.hit(Hit {
                project: HERE,
                rule: id,
                at: watchfire_event::Timestamp::now(),
                title: Some(title.to_owned()),
            });
        }
        // Hits are written with the next event at the latest.
        site.store(&error("B", "x")).await;
        let page = site.get(PAGE).await;
        assert!(page.body.contains("Last &amp; least"), "{}", page.body);
        assert!(page.body.contains("at most 2 an hour"), "{}", page.body);
        assert!(
            page.body
                .contains("<span class=\"num\">2</span></strong> <span class=\"muted\">in 24 h")
        );
    });
}

#[test]
fn members_read_and_only_owners_and_managers_change_those_of_all_projects() {
    on_both(|site| async move {
        site.set_up().await;
        let everywhere = site.everywhere().await;
        let id = site
            .add_ignore_rule(everywhere, drops("for all", "A"))
            .await;
        let change = format!("{PAGE}/{id}/change");
        let form = fields("n", "A", "drop");

        site.become_person("mia", Some("member")).await;
        let page = site.get(PAGE).await;
        assert!(page.body.contains("for all") && page.body.contains("You can read the rules"));
        assert!(!page.body.contains("Switch off"));
        let opened = site.get(&format!("{PAGE}/{id}")).await;
        assert!(
            opened
                .body
                .contains("<fieldset class=\"bare change-grid\" disabled>")
        );
        for (path, fields) in [(NEW, form.as_slice()), (&change, &[("action", "off")])] {
            let answer = site.press(path, "save", fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }

        site.become_person("adam", Some("admin")).await;
        site.get(PAGE).await;
        let answer = site.post(&change, &[("action", "off")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let mut wide = form.clone();
        wide.retain(|(name, _)| *name != "scope");
        wide.push(("scope", "organization"));
        let answer = site.press(NEW, "try", &wide).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let saved = site.try_and_make(NEW, &form).await;
        assert_eq!(saved.location, PAGE, "an admin makes rules of the project");

        site.become_person("max", Some("manager")).await;
        site.get(PAGE).await;
        let mut other = wide.clone();
        other.retain(|(name, _)| *name != "name");
        other.push(("name", "by the manager"));
        let saved = site.try_and_make(NEW, &other).await;
        assert_eq!(saved.location, PAGE, "{}", saved.body);
        assert_eq!(site.ignore_rules(everywhere).await.len(), 2);

        site.become_person("eve", None).await;
        let page = site.get(PAGE).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_rule_that_cannot_be_read_is_shown_as_broken_and_can_be_mended() {
    on_both(|site| async move {
        site.set_up().await;
        let here = Scope::Project(HERE);
        let id = site.add_ignore_rule(here, drops("from later", "A")).await;
        let text = r#"{"name":"from later","action":"teleport","when":{}}"#;
        site.break_rules(text).await;
        let list = site.get(PAGE).await;
        assert!(list.body.contains("badge-bad\">broken"), "{}", list.body);
        assert!(
            list.body
                .contains("This rule cannot be read, so it does nothing")
        );
        let path = format!("{PAGE}/{id}");
        let page = site.get(&path).await;
        assert!(page.body.contains("The rule as TOML") && page.body.contains("teleport"));
        let file = site.get(&format!("{PAGE}/export/project")).await;
        assert!(file.body.starts_with("# left out: \"from later\""));
        let saved = site
            .try_and_make(&path, &fields("mended", "A", "drop"))
            .await;
        assert_eq!(saved.location, PAGE, "{}", saved.body);
        assert!(site.ignore_rules(here).await[0].rule.is_ok());
    });
}
