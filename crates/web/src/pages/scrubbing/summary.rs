//! What is scrubbed, in a few words for the settings page.

use watchfire_scrub::{Mode, Policy};
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn, scrubbing};

use crate::pages::issue::view::budget::counted;

/// What is in force for a project, a few words a line.
pub(in crate::pages) fn words(
    conn: &mut Conn<'_>,
    project: &Project,
) -> store::Result<Vec<String>> {
    let (policy, broken) = scrubbing::policy(conn, project)?;
    let mut lines = of_policy(&policy);
    if !broken.is_empty() {
        let parts = counted(broken.len(), "part");
        lines.push(format!("{parts} of the stored settings cannot be read"));
    }
    Ok(lines)
}

fn of_policy(policy: &Policy) -> Vec<String> {
    let settings = policy.settings();
    let mut lines = Vec::new();
    let mut say = |is_so: bool, text: String| {
        if is_so {
            lines.push(text);
        }
    };
    let scrubs = settings.scrub_data;
    let defaults = if scrubs && settings.scrub_defaults {
        "on"
    } else {
        "off"
    };
    let secrets = if policy.finds_secrets() { "on" } else { "off" };
    say(
        true,
        format!("Default scrubbers {defaults}, secrets catalogue {secrets}"),
    );
    say(
        settings.scrub_ip_addresses,
        "No IP addresses are stored".to_owned(),
    );
    let (sensitive, safe) = (
        settings.sensitive_fields.len(),
        settings.exclude_fields.len(),
    );
    say(
        scrubs && sensitive > 0,
        counted(sensitive, "additional sensitive field"),
    );
    say(safe > 0, counted(safe, "safe field"));
    let places = policy.config().applications.len();
    say(
        places > 0,
        format!("Advanced rules at {}", counted(places, "place")),
    );
    say(
        policy.mode() == Mode::Compatible,
        "Compatible with Sentry, its known weaknesses included".to_owned(),
    );
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use watchfire_scrub::Document;

    #[test]
    fn what_is_in_force_is_said_in_a_few_lines() {
        let none = Document::default();
        let lines = of_policy(&Policy::of(&none, &none));
        assert_eq!(lines, ["Default scrubbers on, secrets catalogue on"]);
        let text = r#"{"scrubData":false,"scrubIpAddresses":true,"mode":"compatible"}"#;
        let (document, _) = Document::parse_leniently(text);
        let lines = of_policy(&Policy::of(&none, &document));
        assert_eq!(lines[0], "Default scrubbers off, secrets catalogue off");
        assert_eq!(lines.len(), 3);
    }
}
