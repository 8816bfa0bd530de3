//! The form of a rule.

use super::*;

#[test]
fn a_rule_is_tried_before_it_is_made() {
    on_both(|site| async move {
        site.set_up().await;
        for (kind, value) in [("Timeout", "a"), ("Timeout", "b"), ("KeyError", "c")] {
            site.store(&error(kind, value)).await;
        }
        let form = fields("Timeouts", "timeout", "keep");
        let unseen = site.press(NEW, "save", &form).await;
        assert_eq!(unseen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unseen.body.contains("Not saved yet: nobody had seen"));
        assert!(site.names().await.is_empty());
        assert_eq!(unseen.would_match(), "2 of 3 events match, in 1 issue.");
        assert!(
            unseen
                .body
                .contains("One in 20 of such events would be stored")
        );
        let saved = site.try_and_make(NEW, &form).await;
        assert_eq!(saved.location, PAGE, "{}", saved.body);
        let rules = site.ignore_rules(Scope::Project(HERE)).await;
        let json = json!(rules[0].rule.as_ref().unwrap());
        assert_eq!(
            json,
            json!({
                "name": "Timeouts",
                "action": { "keep_one_in": 20 },
                "when": { "field": "exception.type", "op": "is", "value": "timeout" },
            })
        );
        assert!(rules[0].user_id.is_some());
        let list = site.get(PAGE).await;
        assert!(list.body.contains("Made the rule"), "the toast tells it");
        assert!(
            list.body
                .contains("Keep one in 20 of the events where exception type is “timeout”.")
        );
    });
}

#[test]
fn another_rule_than_the_tried_one_is_tried_again() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&error("A", "a")).await;
        let tried = site.press(NEW, "try", &fields("n", "A", "drop")).await;
        let token = tried.hidden_value("tried");
        assert!(!token.is_empty());
        for other in [fields("n", "B", "drop"), fields("n", "A", "archive")] {
            let mut form = other;
            form.push(("tried", &token));
            let answer = site.press(NEW, "save", &form).await;
            assert!(answer.body.contains("nobody had seen"), "{}", answer.body);
        }
        // The name is not what was tried.
        let mut form = fields("another name", "A", "drop");
        form.push(("tried", &token));
        let answer = site.press(NEW, "save", &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    });
}

#[test]
fn an_edit_is_shown_against_the_saved_rule() {
    on_both(|site| async move {
        site.set_up().await;
        for kind in ["A", "A", "B"] {
            site.store(&error(kind, "x")).await;
        }
        let id = site
            .add_ignore_rule(Scope::Project(HERE), drops("n", "A"))
            .await;
        let path = format!("{PAGE}/{id}");
        let tried = site.press(&path, "try", &fields("n", "B", "drop")).await;
        assert_eq!(tried.would_match(), "1 of 3 events matches, in 1 issue.");
        assert!(
            tried
                .body
                .contains("Against the saved rule: 1 event newly matches, 2 no longer do.")
        );
        // What it does stays, so nothing has to be tried.
        let saved = site
            .press(&path, "save", &fields("renamed", "A", "drop"))
            .await;
        assert_eq!(saved.location, PAGE, "{}", saved.body);
        let saved = site
            .try_and_make(&path, &fields("renamed", "B", "drop"))
            .await;
        assert_eq!(saved.location, PAGE, "{}", saved.body);
        let page = site.get(&path).await;
        assert!(page.body.contains("<strong>Edited</strong>"));
        let before = "<del><bdi>Drop events where exception type is “A”.</bdi></del>";
        assert!(page.body.contains(before), "{}", page.body);
        assert!(page.body.contains("by Ana"));
    });
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_nothing_is_saved() {
    on_both(|site| async move {
        site.set_up().await;
        let mut form = fields("", "A", "keep");
        form.retain(|(name, _)| !matches!(*name, "one_in" | "g0.r0.op" | "g0.r0.value"));
        form.extend([
            ("one_in", "1"),
            ("expires", "tomorrow"),
            ("g0.r0.op", "regex"),
            ("g0.r0.value", "(open"),
            ("g0.r1.field", "user.ip"),
            ("g0.r1.op", "is"),
            ("g0.r1.value", "10.0.0.0/99"),
        ]);
        let answer = site.press(NEW, "save", &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        for part in [
            "id=\"name-problem\"",
            "id=\"one-in-problem\"",
            "id=\"expires-problem\"",
            "id=\"g0.r0.problem\"",
            "id=\"g0.r1.problem\"",
            "Not tried: 5 things in the form",
        ] {
            assert!(answer.body.contains(part), "{part} in {}", answer.body);
        }
        assert!(answer.body.contains("(open"), "what was typed stays");
        assert!(site.names().await.is_empty());
        let empty = [("g0.mode", "all"), ("g0.r0.field", ""), ("action", "drop")];
        let answer = site.press(NEW, "try", &empty).await;
        assert!(answer.body.contains("fill in at least one condition"));
    });
}

#[test]
fn rows_and_groups_come_and_go_without_script() {
    on_both(|site| async move {
        site.set_up().await;
        let count = |answer: &Answer| answer.body.matches("class=\"cond\"").count();
        let form = fields("n", "A", "drop");
        let more = site.press(NEW, "add:0", &form).await;
        assert_eq!((more.status, count(&more)), (StatusCode::OK, 2));
        let group = site.press(NEW, "add-group", &form).await;
        assert_eq!(count(&group), 2);
        assert!(group.body.contains("Remove Group 2"));
        let less = site.press(NEW, "remove:0:0", &form).await;
        assert_eq!(count(&less), 1);
        assert!(!less.body.contains(">A</textarea>"), "an empty row is left");
        let mut two = form.clone();
        two.extend([
            ("g1.mode", "none"),
            ("g1.r0.field", "tag."),
            ("g1.r0.key", "region"),
            ("g1.r0.op", "not:one_of"),
            ("g1.r0.value", "eu\r\nus\r\n"),
        ]);
        let saved = site.try_and_make(NEW, &two).await;
        assert_eq!(saved.location, PAGE, "{}", saved.body);
        let rules = site.ignore_rules(Scope::Project(HERE)).await;
        assert_eq!(
            json!(rules[0].rule.as_ref().unwrap().when),
            json!({ "all": [
                { "field": "exception.type", "op": "is", "value": "A" },
                { "not": { "not": { "field": "tag.region", "op": "one_of", "value": ["eu", "us"] } } },
            ] })
        );
        let unknown = site.press(NEW, "explode", &form).await;
        assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    });
}

#[test]
fn a_nested_rule_is_edited_as_text() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&error("A", "x")).await;
        let text = "[[rule]]\nname = \"nested\"\naction = \"archive\"\n[rule.when]\nall = [\n  \
             {any = [{field = \"exception.type\", op = \"is\", value = \"A\"}, {all = [{field = \
             \"url\", op = \"exists\"}, {field = \"level\", op = \"is\", value = \"info\"}]}]},\n  \
             {field = \"platform\", op = \"is\", value = \"python\"},\n]\n";
        let form = [("editor", "text"), ("text", text), ("scope", "project")];
        let saved = site.try_and_make(NEW, &form).await;
        assert_eq!(saved.location, PAGE, "{}", saved.body);
        let id = site.ignore_rules(Scope::Project(HERE)).await[0].id;
        let page = site.get(&format!("{PAGE}/{id}")).await;
        assert!(
            page.body.contains("The rule as TOML"),
            "rows cannot show it"
        );
        let kept = site.press(NEW, "rows", &form).await;
        assert!(
            kept.body.contains("this rule stays as text"),
            "{}",
            kept.body
        );
        let wrong = [
            ("editor", "text"),
            ("text", "[[rule]]\nname = 5\n"),
            ("scope", "project"),
        ];
        let answer = site.press(NEW, "try", &wrong).await;
        assert!(
            answer.body.contains("id=\"text-problems\""),
            "{}",
            answer.body
        );
        assert!(answer.body.contains("rule 1"), "{}", answer.body);
        let switched = site.press(NEW, "text", &fields("n", "A", "drop")).await;
        assert!(switched.body.contains("[[rule]]") && switched.body.contains("The rule as TOML"));
        let flat = [
            ("editor", "text"),
            (
                "text",
                "[[rule]]\nname = \"flat\"\naction = \"drop\"\nwhen = {field = \"url\", op = \
                 \"exists\"}\n",
            ),
        ];
        let rows = site.press(NEW, "rows", &flat).await;
        assert!(rows.body.contains("value=\"flat\"") && rows.body.contains("class=\"cond\""));
    });
}

#[test]
fn an_issue_offers_a_rule_filled_in_from_its_event() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&error("TimeoutError", "slow")).await;
        let page = site.get("/projects/default/issues/1").await;
        assert!(page.body.contains("Ignore events like this…"));
        let link = page
            .body
            .split_once("/settings/ignore-rules/new?")
            .unwrap()
            .1;
        let link = link.split('"').next().unwrap();
        let link = link.replace("&amp;", "&").replace("&#x3D;", "=");
        assert!(
            link.contains("issue=1") && link.contains("event="),
            "{link}"
        );
        let form = site.get(&format!("{NEW}?{link}")).await;
        assert_eq!(form.status, StatusCode::OK, "{}", form.body);
        assert!(form.body.contains("TimeoutError") && form.body.contains("DEFAULT-1"));
        assert!(
            form.body.matches("class=\"cond\"").count() > 1,
            "{}",
            form.body
        );
        assert!(
            form.body.contains("value=\"remove:0:0\""),
            "each can be removed"
        );
        assert_eq!(form.would_match(), "1 of 1 event matches, in 1 issue.");
        let mut saved = fields("From an issue", "TimeoutError", "drop");
        saved.push(("issue", "1"));
        site.try_and_make(NEW, &saved).await;
        let rules = site.ignore_rules(Scope::Project(HERE)).await;
        assert_eq!(rules[0].issue_id.map(|id| id.0), Some(1));
        assert!(
            site.get(PAGE)
                .await
                .body
                .contains("from <a href=\"/projects/default/issues/1\">")
        );
        let missing = site.get(&format!("{NEW}?issue=99")).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        site.become_person("mia", Some("member")).await;
        let read = site.get(&format!("{NEW}?{link}")).await;
        assert!(read.body.contains("TimeoutError"), "{}", read.body);
        assert!(
            !read.body.contains("event matches, in"),
            "who may not change rules tries none"
        );
    });
}
