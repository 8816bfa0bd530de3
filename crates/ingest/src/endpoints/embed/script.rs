use std::collections::HashMap;

use actix_web::web::Query;
use serde_json::{Map, Value};

/// The dialog, which works alone but for its texts.
const DIALOG: &str = include_str!("dialog.js");
/// Where the texts stand in it: the value of a constant.
const PLACE: &str = "\"WATCHFIRE_TEXTS\"";
/// How many characters of a text are kept.
const TEXT_CHARS_MAX: usize = 1_000;
/// The texts, and what they are unless the page says otherwise.
const TEXTS: [(&str, &str); 14] = [
    ("name", ""),
    ("email", ""),
    ("lang", ""),
    ("title", "Something went wrong on this page."),
    ("subtitle", "Our team has been told."),
    ("subtitle2", "You can help by telling us what happened."),
    ("labelName", "Name"),
    ("labelEmail", "Email"),
    ("labelComments", "What happened?"),
    ("labelClose", "Close"),
    ("labelSubmit", "Send report"),
    (
        "errorGeneric",
        "Your report could not be sent. Please try again.",
    ),
    (
        "errorFormEntry",
        "Some fields are not filled in correctly. Please correct them and try again.",
    ),
    ("successMessage", "Your report has been sent. Thank you!"),
];

/// The script with the texts of this query. No text can leave its string.
pub(super) fn with_texts(query: &str) -> String {
    let said = Query::<HashMap<String, String>>::from_query(query);
    let said = said.map(Query::into_inner).unwrap_or_default();
    let texts: Map<String, Value> = TEXTS
        .into_iter()
        .map(|(name, default)| {
            let text = said.get(name).map_or(default, String::as_str);
            let text: String = text.chars().take(TEXT_CHARS_MAX).collect();
            (name.to_owned(), text.into())
        })
        .collect();
    DIALOG.replacen(PLACE, &escaped(&Value::Object(texts)), 1)
}

/// JSON that means the same inside of a script, of a page, and of a script in a page.
fn escaped(value: &Value) -> String {
    let json = value.to_string();
    let mut safe = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                safe.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            _ => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts as the script would read them.
    fn texts(script: &str) -> Value {
        let (_, rest) = script.split_once("const TEXTS = ").expect("the texts");
        let (json, _) = rest.split_once(";\n").expect("an end");
        serde_json::from_str(json).expect("JSON")
    }

    #[test]
    fn the_texts_of_the_query_are_filled_in() {
        let script = with_texts("dsn=x&title=Oh+no%21&name=Ada&lang=de&other=y");
        let texts = texts(&script);
        assert_eq!(texts["title"], "Oh no!");
        assert_eq!(texts["name"], "Ada");
        assert_eq!(texts["labelClose"], "Close");
        assert_eq!(texts.get("other"), None);
        assert!(!script.contains(PLACE));
    }

    #[test]
    fn no_text_can_leave_its_string() {
        let hostile = "\"</script><script>alert(1)//\u{2028}'`${x}\\\"WATCHFIRE_TEXTS\"";
        let query = format!(
            "title={}",
            percent_encoding::utf8_percent_encode(hostile, percent_encoding::NON_ALPHANUMERIC,)
        );
        let script = with_texts(&query);
        assert_eq!(texts(&script)["title"], hostile);
        assert!(!script.contains("</script>"));
        assert!(!script.contains('\u{2028}'));
    }

    #[test]
    fn a_long_text_is_cut() {
        let script = with_texts(&format!("title={}", "x".repeat(5_000)));
        assert_eq!(texts(&script)["title"].as_str().map(str::len), Some(1_000));
    }
}
