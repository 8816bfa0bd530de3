use serde::Serialize;
use watchfire_store::project::Project;

use super::selection::{ReadSearch, Selection};
use crate::address;

/// Why a list is empty, and the ways out.
#[derive(Debug, Serialize)]
pub(crate) struct Empty {
    pub(crate) heading: String,
    pub(crate) advice: String,
    pub(crate) links: Vec<Link>,
}

/// A way out of an empty list.
#[derive(Debug, Serialize)]
pub(crate) struct Link {
    pub(crate) label: String,
    pub(crate) href: String,
}

/// Explains an empty list: nothing came in yet, or what is left out and how to see it.
pub(crate) fn explain(project: &Project, selection: &Selection, read: &ReadSearch) -> Empty {
    let slug = &project.slug;
    if project.first_event_at.is_none() {
        return Empty {
            heading: "No event yet".to_owned(),
            advice: "Put the DSN of this project into your application; its first error appears \
                     here within a second."
                .to_owned(),
            links: vec![link("Show me how", address::start(slug))],
        };
    }
    let mut links = Vec::new();
    for (place, word) in read.search.words.iter().enumerate() {
        let label = format!("Without {}", word.text);
        links.push(link(
            &label,
            selection.without(&read.search, place).address(slug),
        ));
    }
    if !selection.environment.is_empty() {
        let wider = selection.with(|other| other.environment.clear());
        links.push(link("In all environments", wider.address(slug)));
    }
    if selection.period().hours.is_some() {
        let wider = selection.with(|other| "all".clone_into(&mut other.period));
        links.push(link("Of all time", wider.address(slug)));
    }
    if selection.tab() != "all" && !read.search.has_status() {
        let wider = selection.with(|other| "all".clone_into(&mut other.status));
        links.push(link("With any status", wider.address(slug)));
    }
    let is_plain = read.search.words.is_empty() && selection.environment.is_empty();
    if is_plain && selection.tab() == "unresolved" {
        return Empty {
            heading: "Nothing is burning".to_owned(),
            advice: format!(
                "No unresolved issue had an event in this period ({}).",
                selection.period().label.to_lowercase()
            ),
            links,
        };
    }
    Empty {
        heading: "No issue matches".to_owned(),
        advice: if links.is_empty() {
            "Nothing is here.".to_owned()
        } else {
            "Drop one of the conditions:".to_owned()
        },
        links,
    }
}

fn link(label: &str, href: String) -> Link {
    Link {
        label: label.to_owned(),
        href,
    }
}
