use actix_web::http::StatusCode;
use serde_json::{Value, json};

use super::{EDITOR, PAGE, event, unescaped};
use crate::site::{Answer, Site, on_both};

const SWITCHES: [(&str, &str); 4] = [
    ("switch", "scrubData"),
    ("switch", "scrubDefaults"),
    ("switch", "secrets"),
    ("mode", "improved"),
];

impl Site {
    /// Posts the editor's form with the switches of a new project.
    async fn edit(&self, action: &str, fields: &[(&str, &str)]) -> Answer {
        let base = self.base(EDITOR).await;
        let mut all = vec![("base", base.as_str()), ("action", action)];
        all.extend(SWITCHES);
        all.extend_from_slice(fields);
        self.post(EDITOR, &all).await
    }
}

impl Answer {
    /// The advanced rules that stand in the field.
    fn rules(&self) -> Value {
        let field = self.body.split_once("id=\"rule-text\"").unwrap().1;
        let text = field.split_once('>').unwrap().1;
        let text = text.split_once("</textarea>").unwrap().0;
        serde_json::from_str(&unescaped(text)).unwrap()
    }
}

#[test]
fn rules_are_tried_on_recent_events_before_they_are_saved() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&event()).await;
        let rules = r#"{"applications": {"extra.plain": ["@anything:remove"]}}"#;
        let tried = site.edit("preview", &[("rules", rules)]).await;
        assert_eq!(tried.status, StatusCode::OK);
        tried.says(&[
            "1 of 1 event would change",
            "extra.plain",
            "@anything:remove",
            "nothing here",
            "nothing is saved yet",
        ]);
        assert_eq!(site.document().await, json!({}), "only tried");
        let saved = site.edit("save", &[("rules", rules)]).await;
        assert_eq!(
            (saved.status, saved.location.as_str()),
            (StatusCode::SEE_OTHER, PAGE)
        );
        let stored = site.document().await;
        assert_eq!(
            stored.pointer("/piiConfig/applications/extra.plain"),
            Some(&json!(["@anything:remove"]))
        );
    });
}

#[test]
fn warnings_name_rules_that_match_nothing_or_blank_an_object() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&event()).await;
        let rules = r#"{"applications": {
            "extra.nowhere": ["@anything:remove"], "$frame.vars": ["@anything:remove"]}}"#;
        let tried = site.edit("preview", &[("rules", rules)]).await;
        tried.says(&[
            "on extra.nowhere matches nothing",
            "removes a whole object or list",
        ]);
    });
}

#[test]
fn what_cannot_be_read_is_refused_with_its_position_and_nothing_is_saved() {
    on_both(|site| async move {
        site.set_up().await;
        let cases = [
            ("{\n \"applications\": }", "line 2, column 18"),
            (
                r#"{"applications": {"$nonsense": ["@email"]}}"#,
                "$nonsense",
            ),
            (
                r#"{"rules": {"0": {"type": "pattern", "pattern": "a("}}}"#,
                "at character",
            ),
        ];
        for (rules, place) in cases {
            let refused = site.edit("save", &[("rules", rules), ("safe", "a")]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{rules}");
            refused.says(&[
                "Nothing was saved",
                place,
                "Correct what is marked to see what it would remove",
            ]);
            assert_eq!(site.document().await, json!({}));
        }
    });
}

#[test]
fn an_expression_that_cannot_be_read_stays_beside_the_reason_and_makes_no_rule() {
    on_both(|site| async move {
        site.set_up().await;
        let chosen = [
            ("kind", "pattern"),
            ("pattern", "ORD-[0-9"),
            ("method", "mask"),
            ("place", "extra.plain"),
        ];
        let refused = site.edit("add", &chosen).await;
        refused.says(&["The expression is no valid pattern at character 5"]);
        for kept in ["value=\"ORD-[0-9\"", "value=\"extra.plain\""] {
            assert!(refused.body.contains(kept), "{kept}");
        }
        assert!(!refused.body.contains("Take away"), "no rule was made");
    });
}

#[test]
fn a_rule_is_built_from_choices_and_taken_away_again() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&event()).await;
        let page = site.get(EDITOR).await;
        // Real events suggest the place, with an example.
        assert!(
            page.body
                .contains("<option value=\"extra.plain\" label=\"nothing here\">")
        );
        let chosen = [
            ("kind", "pattern"),
            ("pattern", "nothing"),
            ("method", "replace"),
            ("text", "[word]"),
            ("place", "extra.plain"),
        ];
        let added = site.edit("add", &chosen).await;
        added.says(&[
            "1 of 1 event would change",
            "text that matches nothing",
            "Take away",
        ]);
        let rules = added.rules();
        assert_eq!(
            rules,
            json!({
                "applications": {"extra.plain": ["0"]},
                "rules": {"0": {"type": "pattern", "pattern": "nothing",
                                "redaction": {"method": "replace", "text": "[word]"}}},
            })
        );
        let text = rules.to_string();
        let removed = site.edit("remove 0", &[("rules", &text)]).await;
        assert_eq!(removed.rules(), json!({"applications": {}, "rules": {}}));
        let wrong = site
            .edit(
                "add",
                &[("kind", "@email"), ("method", "mask"), ("place", "$nope")],
            )
            .await;
        wrong.says(&["The place cannot be used"]);
    });
}

#[test]
fn any_text_can_be_tried_and_is_not_stored() {
    on_both(|site| async move {
        site.set_up().await;
        let sample = "card 5500 0000 0000 0004 of the shop";
        let tried = site.edit("preview", &[("sample", sample)]).await;
        tried.says(&[
            "1 value would change",
            "@creditcard",
            "No event is kept to try it on",
        ]);
        assert!(!site.get(EDITOR).await.body.contains("5500"));
    });
}

#[test]
fn a_safe_field_that_never_occurs_is_hinted_at() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&event()).await;
        let safe = "$frame.vars.password\n$frame.vars.passwort\na b";
        let tried = site.edit("preview", &[("safe", safe)]).await;
        tried.says(&[
            "“$frame.vars.passwort” does not occur",
            "“a b” is no selector, so it is taken for a key",
        ]);
        assert!(
            !tried
                .text()
                .contains("“$frame.vars.password” does not occur")
        );
    });
}

#[test]
fn the_settings_form_leads_to_the_editor_with_what_was_typed() {
    on_both(|site| async move {
        site.set_up().await;
        site.scrub_by(
            "project",
            json!({"piiConfig": {"applications": {"extra.a": ["@email"]}}}),
        )
        .await;
        // The form of the settings page has no field for the rules: they stay.
        let base = site.base(PAGE).await;
        let mut fields = vec![
            ("base", base.as_str()),
            ("action", "preview"),
            ("safe", "mine"),
        ];
        fields.extend(SWITCHES);
        let tried = site.post(EDITOR, &fields).await;
        assert!(tried.body.contains(">mine</textarea>"), "{}", tried.body);
        assert_eq!(
            tried.rules(),
            json!({"applications": {"extra.a": ["@email"]}})
        );
    });
}
