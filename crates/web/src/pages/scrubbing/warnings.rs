//! What is odd about rules that were tried, in sentences.

use watchfire_store::rescrub::{Preview, Warning, WarningKind};

/// The ids of the rules of *Additional sensitive fields* begin so.
const SENSITIVE_FIELDS: &str = "strip-fields";

/// The warnings of a preview. Sensitive fields that match nothing are several rules to us and one
/// list to people.
pub(super) fn sentences(preview: &Preview) -> Vec<String> {
    let is_of_fields = |rule: &str| rule.starts_with(SENSITIVE_FIELDS);
    let (fields, rules): (Vec<&Warning>, Vec<&Warning>) =
        preview.warnings.iter().partition(|warning| {
            is_of_fields(&warning.rule) && matches!(warning.kind, WarningKind::MatchesNothing)
        });
    let do_match = preview.by.iter().any(|found| is_of_fields(&found.rule));
    let fields = (!fields.is_empty() && !do_match).then(|| {
        "The additional sensitive fields match nothing in these events, and nothing was removed by \
         them before. Check how they are spelled."
            .to_owned()
    });
    rules.into_iter().map(warning).chain(fields).collect()
}

fn warning(warning: &Warning) -> String {
    let rule = format!("{} on {}", warning.rule, warning.selector);
    match &warning.kind {
        WarningKind::MatchesNothing => format!(
            "{rule} matches nothing in these events, and nothing was removed by it before. Check \
             the place against the suggestions."
        ),
        WarningKind::BlanksContainer { path } => {
            let removes = format!("{rule} removes a whole object or list, for example {path}.");
            if warning.selector.ends_with("**") {
                return format!(
                    "{removes} If that is too much, name the values with a longer place."
                );
            }
            let place = every_item(path);
            format!(
                "{removes} To treat the values in it one by one, write {place}.** as the place."
            )
        }
    }
}

/// The path with a wildcard for each place in a list. From the root on, because a selector that
/// begins in the middle and ends in `**` matches more than it says (reference/SCRUBBING.md section
/// 4.3).
fn every_item(path: &str) -> String {
    let step = |step: &str| match step.parse::<usize>() {
        Ok(_) => "*".to_owned(),
        Err(_) => step.to_owned(),
    };
    path.split('.').map(step).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_say_what_to_do() {
        let mut odd = Warning {
            rule: "project:0".to_owned(),
            selector: "extra.order".to_owned(),
            kind: WarningKind::MatchesNothing,
        };
        assert!(warning(&odd).contains("matches nothing"));
        odd.kind = WarningKind::BlanksContainer {
            path: "exception.values.0.stacktrace.frames.12.vars.order".to_owned(),
        };
        let place = "exception.values.*.stacktrace.frames.*.vars.order.**";
        assert!(warning(&odd).contains(&format!("write {place} as the place")));
        odd.selector = "extra.**".to_owned();
        assert!(warning(&odd).ends_with("name the values with a longer place."));
    }

    #[test]
    fn the_sensitive_fields_are_one_list() {
        let odd = |rule: &str| Warning {
            rule: rule.to_owned(),
            selector: "$string".to_owned(),
            kind: WarningKind::MatchesNothing,
        };
        let preview = Preview {
            looked_at: 1,
            is_complete: true,
            events: Vec::new(),
            by: Vec::new(),
            warnings: vec![odd("strip-fields"), odd("strip-fields:assigned"), odd("0")],
        };
        let sentences = sentences(&preview);
        assert_eq!(sentences.len(), 2);
        assert!(sentences[0].starts_with("0 on $string matches nothing"));
        assert!(sentences[1].starts_with("The additional sensitive fields"));
    }
}
