use serde_json::json;

use super::check;

#[test]
fn a_value_behind_its_name_in_a_list_is_filtered() {
    for (list, compatible, improved) in [
        (
            json!(["password", "x"]),
            json!(["[Filtered]", "x"]),
            json!(["[Filtered]", "[Filtered]"]),
        ),
        (
            json!([["password", "x"], "y"]),
            json!([["[Filtered]", "x"], "y"]),
            json!([["[Filtered]", "[Filtered]"], "y"]),
        ),
        (
            json!([["token", "x", 1], ["a", "b", 2]]),
            json!([["token", "x", 1], ["a", "b", 2]]),
            json!([["token", "[Filtered]", null], ["a", "b", 2]]),
        ),
        (
            json!(["run", "--db-password", "x", "--verbose", "y"]),
            json!(["run", "[Filtered]", "x", "--verbose", "y"]),
            json!(["run", "[Filtered]", "[Filtered]", "--verbose", "y"]),
        ),
        (
            json!(["Host", "h", "X-Api-Key", "k", "Accept", "a"]),
            json!(["Host", "h", "[Filtered]", "k", "Accept", "a"]),
            json!(["Host", "h", "[Filtered]", "[Filtered]", "Accept", "a"]),
        ),
    ] {
        let event = json!({"extra": {"v": list}}).to_string();
        check(
            &event,
            "/extra/v",
            &compatible.to_string(),
            &improved.to_string(),
        );
    }
}

#[test]
fn selectors_still_see_the_places_in_such_lists() {
    let rules = r#"{"applications":{"extra.v.1":["@anything:replace"]}}"#;
    let event = json!({"extra": {"v": ["name", "x"]}}).to_string();
    for result in super::both(&crate::Settings::off(), rules, &event) {
        assert_eq!(result["extra"]["v"], json!(["name", "[Filtered]"]));
        assert!(result["_meta"]["extra"]["v"]["1"][""]["rem"].is_array());
    }
}

#[test]
fn lists_of_pairs_are_as_before() {
    let event = r#"{"extra":{"v":[["password","x"],["name","y"]]}}"#;
    let result = r#"[["password","[Filtered]"],["name","y"]]"#;
    check(event, "/extra/v", result, result);
}
