//! Rules as files.

use super::*;

const IMPORT: &str = "/projects/default/settings/ignore-rules/import/project";
const EXPORT: &str = "/projects/default/settings/ignore-rules/export/project";

const FILE: &str = "[[rule]]\nname = \"Bots\"\naction = \"drop\"\nwhen = {field = \"user_agent\", \
     op = \"contains\", value = \"bot\"}\n";

impl Site {
    async fn check_and_import(&self, fields: &[(&str, &str)]) -> Answer {
        let checked = self.press(IMPORT, "check", fields).await;
        assert_eq!(checked.status, StatusCode::OK, "{}", checked.body);
        let (seen, base) = (checked.hidden_value("seen"), checked.hidden_value("base"));
        let mut all = fields.to_vec();
        all.extend([("seen", seen.as_str()), ("base", base.as_str())]);
        self.press(IMPORT, "save", &all).await
    }
}

#[test]
fn a_file_is_checked_then_taken_over_and_comes_out_again() {
    on_both(|site| async move {
        site.set_up().await;
        site.add_ignore_rule(Scope::Project(HERE), drops("old", "A"))
            .await;
        let form = [("text", FILE), ("how", "replace")];
        let unseen = site.press(IMPORT, "save", &form).await;
        assert_eq!(unseen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            unseen.body.contains("1 rule new, 1 rule removed."),
            "{}",
            unseen.body
        );
        assert_eq!(site.names().await, ["old"]);
        let saved = site
            .check_and_import(&[("text", FILE), ("how", "merge")])
            .await;
        assert_eq!(saved.location, format!("{PAGE}#project"), "{}", saved.body);
        assert_eq!(site.names().await, ["old", "Bots"]);
        site.check_and_import(&form).await;
        assert_eq!(site.names().await, ["Bots"]);
        let file = site.get(EXPORT).await;
        assert!(
            file.headers
                .get("content-disposition")
                .unwrap()
                .to_str()
                .unwrap()
                .contains(".toml")
        );
        let rules = watchfire_filter::ignore::parse_toml(&file.body).unwrap();
        assert_eq!(rules, watchfire_filter::ignore::parse_toml(FILE).unwrap());
    });
}

#[test]
fn every_mistake_of_a_file_is_named_with_its_place_and_nothing_is_saved() {
    on_both(|site| async move {
        site.set_up().await;
        let text = format!(
            "{FILE}[[rule]]\nname = \"Wrong\"\naction = \"teleport\"\nwhen = {{field = \"url\", op \
             = \"exists\"}}\n[[rule]]\nname = \"Worse\"\naction = \"drop\"\nwhen = {{field = \
             \"user.ip\", op = \"is\", value = \"10.0.0.0/99\"}}\n"
        );
        let answer = site
            .press(IMPORT, "save", &[("text", &text), ("how", "merge")])
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        for part in ["Nothing was saved", "Wrong", "Worse", "rule 2", "rule 3"] {
            assert!(answer.body.contains(part), "{part} in {}", answer.body);
        }
        assert!(site.names().await.is_empty());
        let twice = format!("{FILE}{FILE}");
        let answer = site
            .press(IMPORT, "check", &[("text", &twice), ("how", "merge")])
            .await;
        assert!(
            answer.body.contains("a rule before it has the same name"),
            "{}",
            answer.body
        );
        let broken = site
            .press(IMPORT, "check", &[("text", "[[rule"), ("how", "merge")])
            .await;
        assert!(broken.body.contains("line 1"), "{}", broken.body);
    });
}
