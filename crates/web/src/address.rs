//! The addresses of the pages, in one place, so that none is spelled twice.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use watchfire_event::{EventId, IssueId};

/// What stays readable in a query: the characters of searches that need no escape.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'*')
    .remove(b':')
    .remove(b'!')
    .remove(b'/');

/// The issue list of a project.
pub(crate) fn issues(slug: &str) -> String {
    format!("/projects/{slug}/issues")
}

/// One issue.
pub(crate) fn issue(slug: &str, id: IssueId) -> String {
    format!("/projects/{slug}/issues/{id}")
}

/// Where the form that undoes the last action is posted to.
pub(crate) fn undo(slug: &str) -> String {
    format!("/projects/{slug}/undo")
}

/// Where the form of the issue list is posted to.
pub(crate) fn change(slug: &str) -> String {
    format!("/projects/{slug}/change")
}

/// The page that asks before issues of a project are merged; its form is posted there too.
pub(crate) fn merge_issues(slug: &str) -> String {
    format!("/projects/{slug}/merge")
}

/// The page that asks before issues of a project are deleted; its form is posted there too.
pub(crate) fn delete_issues(slug: &str) -> String {
    format!("/projects/{slug}/delete")
}

/// The page that asks before issues of a project are deleted and what comes of their kind is
/// discarded; its form is posted there too.
pub(crate) fn discard_issues(slug: &str) -> String {
    format!("/projects/{slug}/discard")
}

/// Why the events of an issue are one issue.
pub(crate) fn issue_grouping(slug: &str, id: IssueId) -> String {
    format!("/projects/{slug}/issues/{id}/grouping")
}

/// Where two events, one of them of this issue, are compared.
pub(crate) fn compare_events(slug: &str, id: IssueId) -> String {
    format!("/projects/{slug}/issues/{id}/grouping/compare")
}

/// The form that changes how events of an issue are grouped; `fields` say what it begins with.
pub(crate) fn change_grouping(id: IssueId, fields: &[(&str, &str)]) -> String {
    with_query(&format!("/issues/{id}/grouping/change/"), fields)
}

/// Where lists ask whether they are still true.
pub(crate) fn marker(slug: &str) -> String {
    format!("/projects/{slug}/marker")
}

/// The first steps with a project that has no events yet.
pub(crate) fn start(slug: &str) -> String {
    format!("/projects/{slug}/start")
}

/// Where the page of the first steps asks for the first event.
pub(crate) fn first_event(slug: &str) -> String {
    format!("/projects/{slug}/first-event")
}

/// The settings of a project.
pub(crate) fn settings(slug: &str) -> String {
    format!("/projects/{slug}/settings")
}

/// How events of a project are grouped: version, rules, discarded issues, jobs.
pub(crate) fn grouping(slug: &str) -> String {
    format!("/projects/{slug}/grouping/")
}

/// A grouping rule that was made from an issue page; its forms are posted there too.
pub(crate) fn grouping_rule(slug: &str, id: i64) -> String {
    format!("/projects/{slug}/grouping/rules/{id}")
}

/// A text of grouping rules, of `project` or `organization`; its form is posted there too.
pub(crate) fn grouping_text(slug: &str, scope: &str, kind: &str) -> String {
    format!("/projects/{slug}/grouping/texts/{scope}/{kind}")
}

/// What another version of the grouping would change; its form is posted there too.
pub(crate) fn grouping_version(slug: &str) -> String {
    format!("/projects/{slug}/grouping/version")
}

/// The part of pages that shows the jobs of a project.
pub(crate) fn grouping_jobs(slug: &str) -> String {
    format!("/projects/{slug}/grouping/jobs")
}

/// Where the forms of a job are posted to.
pub(crate) fn grouping_job(slug: &str, id: i64) -> String {
    format!("/projects/{slug}/grouping/jobs/{id}")
}

/// Where the form that takes events of a discarded issue again is posted to.
pub(crate) fn discarded(slug: &str, id: i64) -> String {
    format!("/projects/{slug}/grouping/discarded/{id}")
}

/// The inbound filters of a project; the form that changes them is posted there too.
pub(crate) fn filters(slug: &str) -> String {
    format!("/projects/{slug}/settings/filters")
}

/// The ignore rules of a project and its organisation.
pub(crate) fn ignore_rules(slug: &str) -> String {
    format!("/projects/{slug}/settings/ignore-rules")
}

/// The form that makes an ignore rule; `fields` say what it begins with.
pub(crate) fn new_ignore_rule(slug: &str, fields: &[(&str, &str)]) -> String {
    with_query(
        &format!("/projects/{slug}/settings/ignore-rules/new"),
        fields,
    )
}

/// An ignore rule; the form that edits it is posted there too.
pub(crate) fn ignore_rule(slug: &str, id: i64) -> String {
    format!("/projects/{slug}/settings/ignore-rules/{id}")
}

/// Where the form that switches, moves, removes or restores an ignore rule is posted to.
pub(crate) fn change_ignore_rule(slug: &str, id: i64) -> String {
    format!("/projects/{slug}/settings/ignore-rules/{id}/change")
}

/// Where a file of ignore rules of `project` or `organization` is taken over.
pub(crate) fn import_ignore_rules(slug: &str, owner: &str) -> String {
    format!("/projects/{slug}/settings/ignore-rules/import/{owner}")
}

/// The ignore rules of `project` or `organization` as a file.
pub(crate) fn export_ignore_rules(slug: &str, owner: &str) -> String {
    format!("/projects/{slug}/settings/ignore-rules/export/{owner}")
}

/// An event of a project, whichever issue it is in.
pub(crate) fn event(slug: &str, id: EventId) -> String {
    format!("/projects/{slug}/events/{id}")
}

/// What is scrubbed from the events of a project; the form of its settings is posted there too.
pub(crate) fn scrubbing(slug: &str) -> String {
    format!("/projects/{slug}/settings/scrubbing")
}

/// What is scrubbed from the events of all projects of a project's organisation; the form is
/// posted there too.
pub(crate) fn scrubbing_of_organization(slug: &str) -> String {
    format!("/projects/{slug}/settings/scrubbing/organization")
}

/// The editor of scrubbing rules, of `project` or `organization`; its form is posted there too.
pub(crate) fn scrubbing_editor(slug: &str, owner: &str) -> String {
    format!("/projects/{slug}/settings/scrubbing/edit/{owner}")
}

/// The page that asks before a field becomes safe; its form is posted there too.
pub(crate) fn scrubbing_safe(slug: &str) -> String {
    format!("/projects/{slug}/settings/scrubbing/safe")
}

/// Where the current rules are applied to stored events; its form is posted there too.
pub(crate) fn rescrub(slug: &str) -> String {
    format!("/projects/{slug}/settings/scrubbing/stored")
}

/// Where all data of one person is deleted; its form is posted there too.
pub(crate) fn erase(slug: &str) -> String {
    format!("/projects/{slug}/settings/scrubbing/erase")
}

/// What a job did that changed or removed stored events.
pub(crate) fn scrubbing_job(slug: &str, id: i64) -> String {
    format!("/projects/{slug}/settings/scrubbing/jobs/{id}")
}

/// The part of pages that shows the scrubbing jobs of a project.
pub(crate) fn scrubbing_jobs(slug: &str) -> String {
    format!("/projects/{slug}/settings/scrubbing/jobs")
}

/// How a project is sampled; the form of its settings is posted there too.
pub(crate) fn sampling(slug: &str) -> String {
    format!("/projects/{slug}/sampling")
}

/// What users of a project wrote.
pub(crate) fn feedback(slug: &str) -> String {
    format!("/projects/{slug}/feedback")
}

/// The releases of a project and their health.
pub(crate) fn releases(slug: &str) -> String {
    format!("/projects/{slug}/releases")
}

/// What became of everything that a project was sent.
pub(crate) fn stats(slug: &str) -> String {
    format!("/projects/{slug}/stats")
}

/// Where the form that makes a client key is posted to.
pub(crate) fn keys(slug: &str) -> String {
    format!("/projects/{slug}/keys")
}

/// Where the forms of a client key are posted to.
pub(crate) fn key(slug: &str, id: i64) -> String {
    format!("/projects/{slug}/keys/{id}")
}

/// A client key in the settings.
pub(crate) fn key_of_settings(slug: &str, id: i64) -> String {
    format!("/projects/{slug}/settings#key-{id}")
}

/// Where the forms of a project's limits are posted to.
pub(crate) fn limits(slug: &str) -> String {
    format!("/projects/{slug}/limits")
}

/// Where the form of a project's allowed domains is posted to.
pub(crate) fn domains(slug: &str) -> String {
    format!("/projects/{slug}/domains")
}

/// One attachment of an event of a project.
pub(crate) fn attachment(slug: &str, id: i64) -> String {
    format!("/projects/{slug}/attachments/{id}")
}

/// A path with those of the fields that are not empty as its query.
pub(crate) fn with_query(path: &str, fields: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    let mut mark = '?';
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        address.push(mark);
        address.push_str(name);
        address.push('=');
        address.extend(utf8_percent_encode(value, QUERY));
        mark = '&';
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_leaves_empty_fields_out_and_escapes_the_rest() {
        assert_eq!(
            with_query("/x", &[("a", ""), ("q", "is:new & \"b c\""), ("p", "14d")]),
            "/x?q=is:new%20%26%20%22b%20c%22&p=14d"
        );
        assert_eq!(with_query("/x", &[]), "/x");
    }
}
