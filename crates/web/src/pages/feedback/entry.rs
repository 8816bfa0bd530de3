use serde::Serialize;
use watchfire_event::{IssueId, Timestamp};
use watchfire_store::feedback::{Feedback, Source};
use watchfire_store::{self as store, Conn, attachment, issue};

use crate::pages::attachments::AttachmentView;
use crate::pages::issue::view::link;
use crate::{address, number};

/// Digits of an event id that are shown.
const SHORT_DIGITS: usize = 8;
/// Characters and lines of a message that are shown; the rest is folded.
const SHOWN_CHARS: usize = 700;
const SHOWN_LINES: usize = 12;

/// One message as pages show it. All of its texts are a stranger's.
#[derive(Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) id: i64,
    /// Its place on the page, for links and for coming back after a change.
    pub(crate) anchor: String,
    /// Who wrote it.
    pub(crate) who: String,
    /// The address, where it is not what `who` says already.
    pub(crate) email: Option<String>,
    /// A link that writes to the address; only for addresses that are plainly one.
    pub(crate) mail_href: Option<String>,
    /// What was written, or how it begins.
    pub(crate) message: String,
    /// The rest of a long message, which pages fold.
    pub(crate) rest: Option<Rest>,
    pub(crate) at: Timestamp,
    /// How it came in, in words.
    pub(crate) source: &'static str,
    /// The page that it was written on.
    pub(crate) url: Option<String>,
    pub(crate) url_href: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) release: Option<String>,
    /// The issue of its event.
    #[serde(skip)]
    issue: Option<IssueId>,
    /// What the issue is called, where the page is not about it anyway.
    pub(crate) issue_title: Option<String>,
    /// The issue as people call it, such as `SHOP-42`.
    pub(crate) issue_short_id: Option<String>,
    /// Its event in the issue.
    pub(crate) event_href: Option<String>,
    pub(crate) short_event_id: Option<String>,
    /// The files that came with it, screenshots above all.
    pub(crate) files: Vec<AttachmentView>,
    pub(crate) is_resolved: bool,
    /// Where the form that changes it is posted to.
    pub(crate) change_href: String,
}

/// The folded part of a message.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Rest {
    pub(crate) text: String,
    /// `3,300 more characters`.
    pub(crate) length: String,
}

/// Names the issues of messages in the project of this slug, for pages about several of them.
pub(super) fn name_issues(
    conn: &mut Conn<'_>,
    entries: &mut [Entry],
    slug: &str,
) -> store::Result<()> {
    for entry in entries {
        let Some(id) = entry.issue else { continue };
        if let Some(found) = issue::get(conn, id)? {
            entry.issue_short_id = Some(issue::format_short_id(slug, found.short_number));
            entry.issue_title = Some(found.title);
        }
    }
    Ok(())
}

/// The messages as pages of the project of this slug show them, with their files.
pub(crate) fn with_files(
    conn: &mut Conn<'_>,
    found: Vec<Feedback>,
    slug: &str,
) -> store::Result<Vec<Entry>> {
    let mut entries = Vec::with_capacity(found.len());
    for one in found {
        let files = attachment::of_event(conn, one.project_id, one.feedback_id)?;
        let mut entry = Entry::of(one, slug);
        entry.files = files
            .iter()
            .map(|file| AttachmentView::of(file, slug))
            .collect();
        entries.push(entry);
    }
    Ok(entries)
}

impl Entry {
    /// A message in the project of this slug, without its files.
    fn of(feedback: Feedback, slug: &str) -> Self {
        let issue_href = feedback.issue_id.map(|issue| address::issue(slug, issue));
        let event_href = issue_href
            .as_ref()
            .zip(feedback.event_id)
            .map(|(issue, event)| format!("{issue}/events/{event}"));
        let is_named = !feedback.name.is_empty();
        let email = Some(feedback.email).filter(|email| !email.is_empty());
        let (message, rest) = fold(feedback.message);
        Self {
            anchor: format!("feedback-{}", feedback.id),
            change_href: format!("{}/{}", address::feedback(slug), feedback.id),
            mail_href: email.as_deref().and_then(mail_href),
            who: match &email {
                _ if is_named => feedback.name,
                Some(email) => email.clone(),
                None => "Somebody".to_owned(),
            },
            email: email.filter(|_| is_named),
            id: feedback.id,
            message,
            rest,
            at: feedback.created_at,
            source: source(feedback.source),
            url_href: link::web_address(&feedback.url),
            url: Some(feedback.url).filter(|url| !url.is_empty()),
            environment: feedback.environment,
            release: feedback.release,
            short_event_id: feedback
                .event_id
                .map(|event| event.to_string().chars().take(SHORT_DIGITS).collect()),
            issue: feedback.issue_id,
            issue_title: None,
            issue_short_id: None,
            event_href,
            files: Vec::new(),
            is_resolved: feedback.is_resolved,
        }
    }
}

/// Cuts a long message into what is shown and what is folded.
fn fold(message: String) -> (String, Option<Rest>) {
    let end = message.char_indices().nth(SHOWN_CHARS).map(|(at, _)| at);
    let line = message
        .match_indices('\n')
        .nth(SHOWN_LINES)
        .map(|(at, _)| at);
    let Some(end) = end.into_iter().chain(line).min() else {
        return (message, None);
    };
    let (shown, rest) = message.split_at(end);
    let length = i64::try_from(rest.chars().count()).unwrap_or(i64::MAX);
    let folded = Rest {
        text: rest.to_owned(),
        length: format!("{} more characters", number::exact(length)),
    };
    (shown.to_owned(), Some(folded))
}

fn source(source: Source) -> &'static str {
    match source {
        Source::Widget => "sent with the feedback widget or captureFeedback",
        Source::Report => "sent as a user report",
        Source::Dialog => "sent with the crash dialog",
    }
}

/// Addresses of other shapes stay text: a link may carry headers for the mail program.
fn mail_href(email: &str) -> Option<String> {
    let (name, host) = email.split_once('@')?;
    let is_plain = |text: &str| {
        let mut bytes = text.bytes();
        !text.is_empty()
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"._+-".contains(&byte))
    };
    (is_plain(name) && is_plain(host)).then(|| format!("mailto:{email}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use watchfire_event::{EventId, ProjectId};

    fn feedback(name: &str, email: &str) -> Feedback {
        Feedback {
            id: 7,
            project_id: ProjectId(1),
            feedback_id: EventId::random(),
            event_id: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1".parse().ok(),
            issue_id: Some(IssueId(3)),
            source: Source::Dialog,
            name: name.to_owned(),
            email: email.to_owned(),
            message: "It broke".to_owned(),
            url: "javascript:alert(1)".to_owned(),
            replay_id: None,
            environment: None,
            release: None,
            created_at: Timestamp(0),
            is_resolved: false,
        }
    }

    #[test]
    fn a_message_names_its_writer_and_its_event() {
        let entry = Entry::of(feedback("Ana", "ana@shop.example"), "shop");
        assert_eq!(entry.who, "Ana");
        assert_eq!(entry.mail_href.as_deref(), Some("mailto:ana@shop.example"));
        assert_eq!(
            entry.event_href.as_deref(),
            Some("/projects/shop/issues/3/events/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1")
        );
        assert_eq!(entry.url_href, None);
        assert_eq!(
            Entry::of(feedback("", "a@b.example"), "shop").who,
            "a@b.example"
        );
        assert_eq!(Entry::of(feedback("", ""), "shop").who, "Somebody");
    }

    #[test]
    fn long_messages_are_folded_without_losing_a_letter() {
        assert_eq!(fold("short".to_owned()), ("short".to_owned(), None));
        for long in ["é".repeat(4_000), "a\n".repeat(50)] {
            let (shown, rest) = fold(long.clone());
            let rest = rest.unwrap();
            assert_eq!(format!("{shown}{}", rest.text), long);
            assert!(shown.chars().count() <= SHOWN_CHARS);
        }
        let (_, rest) = fold("x".repeat(4_000));
        assert_eq!(rest.unwrap().length, "3,300 more characters");
    }

    #[test]
    fn only_plain_addresses_are_links() {
        for hostile in ["a@b?subject=x", "a b@c", "@b", "a@", "a@b@c", "a%0a@b"] {
            assert_eq!(mail_href(hostile), None, "{hostile}");
        }
    }
}
