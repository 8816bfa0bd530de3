//! Others who change or try rules at the same time, and the way back to earlier versions.

use super::*;

const IMPORT: &str = "/projects/default/settings/ignore-rules/import/project";

#[test]
fn who_saves_what_another_changed_meanwhile_is_told_and_keeps_the_text() {
    on_both(|site| async move {
        site.set_up().await;
        let here = Scope::Project(HERE);
        let id = site.add_ignore_rule(here, drops("rule", "A")).await;
        let path = format!("{PAGE}/{id}");
        let base = site.get(&path).await.hidden_value("base");
        assert!(!base.is_empty());
        let mut theirs = fields("by another", "A", "drop");
        theirs.push(("base", &base));
        let saved = site.press(&path, "save", &theirs).await;
        assert_eq!(saved.location, PAGE, "{}", saved.body);

        let mut mine = fields("my name for it", "A", "drop");
        mine.push(("base", &base));
        let refused = site.press(&path, "save", &mine).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for part in [
            "Not saved: this rule was changed by Ana at 20",
            "Your text is still here",
            "value=\"my name for it\"",
            "by another",
        ] {
            assert!(refused.body.contains(part), "{part} in {}", refused.body);
        }
        assert_eq!(site.names().await, ["by another"]);
        let seen = refused.hidden_value("base");
        mine.pop();
        mine.push(("base", &seen));
        let saved = site.press(&path, "save", &mine).await;
        assert_eq!(saved.location, PAGE, "{}", saved.body);
        assert_eq!(site.names().await, ["my name for it"]);
    });
}

#[test]
fn a_change_whose_version_cannot_be_read_is_refused_and_keeps_the_text() {
    on_both(|site| async move {
        site.set_up().await;
        let here = Scope::Project(HERE);
        let id = site.add_ignore_rule(here, drops("rule", "A")).await;
        let path = format!("{PAGE}/{id}");
        let mut mine = fields("my name for it", "A", "drop");
        mine.push(("base", "x"));
        let refused = site.press(&path, "save", &mine).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for part in [
            "Not saved: the version that this was made from cannot be read",
            "value=\"my name for it\"",
        ] {
            assert!(refused.body.contains(part), "{part} in {}", refused.body);
        }
        let change = [("action", "remove"), ("base", "x"), ("back", &path)];
        let refused = site.post(&format!("{path}/change"), &change).await;
        assert_eq!(refused.location, path, "{}", refused.body);
        assert_eq!(site.names().await, ["rule"]);
        let page = site.get(&path).await;
        assert!(page.body.contains("Not done: the version"), "{}", page.body);
    });
}

#[test]
fn a_rule_goes_back_to_a_version_of_its_history() {
    on_both(|site| async move {
        site.set_up().await;
        let here = Scope::Project(HERE);
        let id = site.add_ignore_rule(here, drops("first name", "A")).await;
        let path = format!("{PAGE}/{id}");
        let saved = site
            .press(&path, "save", &fields("second name", "A", "drop"))
            .await;
        assert_eq!(saved.location, PAGE, "{}", saved.body);
        let page = site.get(&path).await;
        assert!(
            page.body
                .contains("<dt>Name</dt><dd><del><bdi>first name</bdi></del></dd>"),
            "{}",
            page.body
        );
        let buttons: Vec<&str> = page
            .body
            .split("name=\"action\" value=\"back ")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        let [step] = buttons.as_slice() else {
            panic!("one version differs from the saved one: {buttons:?}")
        };
        let action = format!("back {step}");
        let back = site
            .post(
                &format!("{path}/change"),
                &[("action", action.as_str()), ("back", &path)],
            )
            .await;
        assert_eq!(back.location, path, "{}", back.body);
        assert_eq!(site.names().await, ["first name"]);
        let page = site.get(&path).await;
        assert!(
            page.body
                .contains("Went back to an earlier version of “second name”")
        );
        assert!(
            page.body
                .contains("<strong>Went back to an earlier version</strong> by Ana")
        );

        site.become_person("mia", Some("member")).await;
        let page = site.get(&path).await;
        assert!(page.body.contains("first name") && !page.body.contains("Go back to this"));
        let refused = site
            .post(&format!("{path}/change"), &[("action", action.as_str())])
            .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn while_others_try_rules_a_form_waits_calmly_and_issues_are_listed() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&error("A", "x")).await;
        let mut held = Vec::new();
        while let Ok(permit) = site.database.preview_permit().await {
            held.push(permit);
        }
        let form = fields("my rule", "A", "drop");
        let busy = site.press(NEW, "try", &form).await;
        assert_eq!(busy.status, StatusCode::OK, "{}", busy.body);
        for part in [
            "Not tried yet: others are trying rules",
            "Try it again",
            "my rule",
        ] {
            assert!(busy.body.contains(part), "{part} in {}", busy.body);
        }
        let issues = site.get("/projects/default/issues").await;
        assert_eq!(issues.status, StatusCode::OK);
        assert_eq!(issues.issue_ids().len(), 1);
        held.clear();
        let tried = site.press(NEW, "try", &form).await;
        assert_eq!(tried.would_match(), "1 of 1 event matches, in 1 issue.");
    });
}

#[test]
fn a_file_is_not_taken_over_for_rules_that_nobody_looked_at() {
    on_both(|site| async move {
        site.set_up().await;
        let here = Scope::Project(HERE);
        site.add_ignore_rule(here, drops("old", "A")).await;
        let text = "[[rule]]\nname = \"new\"\naction = \"drop\"\nwhen = {field = \"url\", op = \
                    \"exists\"}\n";
        let form = [("text", text), ("how", "replace")];
        let checked = site.press(IMPORT, "check", &form).await;
        let (seen, base) = (checked.hidden_value("seen"), checked.hidden_value("base"));
        site.add_ignore_rule(here, drops("meanwhile", "B")).await;
        let save = async |base: &str| {
            let all = [form[0], form[1], ("seen", seen.as_str()), ("base", base)];
            site.press(IMPORT, "save", &all).await
        };
        let refused = save(&base).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for part in [
            "Not imported: the rules were changed by somebody at 20",
            "1 rule new, 2 rules removed.",
            "<li><bdi>meanwhile</bdi></li>",
            "/api/0/projects/default/default/ignore-rules/toml/",
        ] {
            assert!(refused.body.contains(part), "{part} in {}", refused.body);
        }
        assert_eq!(site.names().await, ["old", "meanwhile"]);
        let saved = save(&refused.hidden_value("base")).await;
        assert_eq!(saved.location, format!("{PAGE}#project"), "{}", saved.body);
        assert_eq!(site.names().await, ["new"]);
    });
}
