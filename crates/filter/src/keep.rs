use watchfire_event::Event;

use crate::Settings;
use crate::filters::{
    browser_extensions, chunk_load_error, error_message, localhost, react_hydration, release,
    web_crawlers,
};

/// An event that no filter refused. Only [`keep`] makes one.
#[derive(Clone, Debug)]
pub struct KeptEvent<'a>(Event<'a>);

impl<'a> KeptEvent<'a> {
    /// The event that was kept.
    #[must_use]
    pub fn event(&self) -> &Event<'a> {
        &self.0
    }

    /// Gives the event up to the next step.
    #[must_use]
    pub fn into_event(self) -> Event<'a> {
        self.0
    }
}

/// Why an event was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The outcome's reason (reference/PROTOCOL.md section 10), for example `chunk-load-error`.
    pub reason: &'static str,
}

/// A filter: whether it is on, what it looks for, and the outcome's reason.
type Filter = (
    fn(&Settings) -> bool,
    fn(&Event<'_>, &Settings) -> bool,
    &'static str,
);

/// In the order of reference/PROTOCOL.md section 10: the first that matches names the outcome.
const FILTERS: [Filter; 7] = [
    (
        |settings| settings.chunk_load_errors,
        chunk_load_error::matches,
        "chunk-load-error",
    ),
    (
        |settings| settings.react_hydration_errors,
        react_hydration::matches,
        "react-hydration-errors",
    ),
    (
        |settings| !settings.releases.is_empty(),
        release::matches,
        "release-version",
    ),
    (
        |settings| !settings.error_messages.is_empty(),
        error_message::matches,
        "error-message",
    ),
    (
        |settings| settings.localhost,
        localhost::matches,
        "localhost",
    ),
    (
        |settings| settings.browser_extensions,
        browser_extensions::matches,
        "browser-extensions",
    ),
    (
        |settings| settings.web_crawlers,
        web_crawlers::matches,
        "web-crawlers",
    ),
];

/// Passes the event on unless a filter refuses it. Filters that are off cost nothing.
///
/// # Errors
/// The first filter that refuses, in the order of reference/PROTOCOL.md section 10.
pub fn keep<'a>(event: Event<'a>, settings: &Settings) -> Result<KeptEvent<'a>, Refusal> {
    let refusing = FILTERS
        .iter()
        .find(|(is_on, matches, _)| is_on(settings) && matches(&event, settings));
    match refusing {
        Some((_, _, reason)) => Err(Refusal { reason }),
        None => Ok(KeptEvent(event)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use watchfire_event::{Timestamp, decode};

    #[track_caller]
    fn check(event: &str, settings: &Settings, expected: Option<&str>) {
        let draft = decode(event.as_bytes()).expect("decodes");
        let event = Event::from_draft(draft, Timestamp(0));
        let refusal = keep(event, settings).err().map(|refusal| refusal.reason);
        assert_eq!(refusal, expected);
    }

    fn only(change: impl FnOnce(&mut Settings)) -> Settings {
        let mut settings = Settings::none();
        change(&mut settings);
        settings
    }

    fn pattern(text: &str) -> crate::Pattern {
        crate::Pattern::case_insensitive(text).expect("is a pattern")
    }

    #[test]
    fn an_ordinary_error_passes_all_filters() {
        let settings: Settings = serde_json::from_str(
            r#"{"localhost":true,"browserExtensions":true,"webCrawlers":true,"releases":["1.*"],"errorMessages":["x"]}"#,
        )
        .expect("reads");
        let event = r#"{"message":"hello","release":"shop@2","exception":[{"type":"ValueError","value":"bad","stacktrace":{"frames":[{"abs_path":"https://shop.example/a.js"}]}}],"request":{"url":"https://shop.example/","headers":{"User-Agent":"Mozilla/5.0"}},"user":{"ip_address":"8.8.8.8"}}"#;
        check(event, &settings, None);
        check("{}", &settings, None);
    }

    #[test]
    fn chunk_load_errors_are_refused_by_default() {
        let event =
            r#"{"exception":[{"type":"ChunkLoadError","value":"Loading chunk 7 failed."}]}"#;
        check(event, &Settings::default(), Some("chunk-load-error"));
        check(event, &Settings::none(), None);
        let uncaught = r#"{"exception":[{"type":"E"},{"type":"Error","value":"Uncaught (in promise): ChunkLoadError: x"}]}"#;
        check(uncaught, &Settings::default(), Some("chunk-load-error"));
        let other = r#"{"exception":[{"type":"Error","value":"Loading chunk 7 failed."}]}"#;
        check(other, &Settings::default(), None);
    }

    #[test]
    fn react_hydration_errors_are_refused_by_default() {
        let event = r#"{"exception":[{"type":"Error","value":"Minified React error #418; visit https://react.dev/errors/418?args for"}]}"#;
        check(event, &Settings::default(), Some("react-hydration-errors"));
        let other = r#"{"exception":[{"value":"see https://react.dev/errors/419x"},{"value":"see https://react.dev/errors/420"}]}"#;
        check(other, &Settings::default(), Some("react-hydration-errors"));
        check(
            r#"{"exception":[{"value":"see https://react.dev/errors/420"}]}"#,
            &Settings::default(),
            None,
        );
    }

    #[test]
    fn releases_and_messages_match_patterns_in_any_case() {
        let releases = only(|settings| settings.releases = vec![pattern("Shop@1.*")]);
        check(
            r#"{"release":"shop@1.2"}"#,
            &releases,
            Some("release-version"),
        );
        check(r#"{"release":"shop@2.0"}"#, &releases, None);
        let messages = only(|settings| {
            settings.error_messages = vec![pattern("ioerror: *"), pattern("*timeout*")];
        });
        check(
            r#"{"exception":[{"type":"IOError","value":"disk"}]}"#,
            &messages,
            Some("error-message"),
        );
        check(
            r#"{"message":"a TimeOut b"}"#,
            &messages,
            Some("error-message"),
        );
        check(r#"{"exception":[{"type":"IOError"}]}"#, &messages, None);
    }

    #[test]
    fn events_of_developers_are_refused_by_address_and_host() {
        let settings = only(|settings| settings.localhost = true);
        for event in [
            r#"{"user":{"ip_address":"127.0.0.1"}}"#,
            r#"{"request":{"url":"http://localhost:3000/a"}}"#,
            r#"{"request":{"url":"https://app.localhost/"}}"#,
            r#"{"request":{"url":"file:///a.html"}}"#,
            r#"{"request":{"headers":{"host":"127.0.0.1:8000"}}}"#,
        ] {
            check(event, &settings, Some("localhost"));
        }
        check(
            r#"{"request":{"url":"https://localhost.example/"}}"#,
            &settings,
            None,
        );
    }

    #[test]
    fn browser_extensions_are_known_by_message_and_source() {
        let settings = only(|settings| settings.browser_extensions = true);
        for event in [
            r#"{"exception":[{"value":"Can't find variable: ZiteReader"}]}"#,
            r#"{"exception":[{"value":"x","stacktrace":{"frames":[{"abs_path":"chrome-extension://abc/a.js"},{"abs_path":"<anonymous>"}]}}]}"#,
        ] {
            check(event, &settings, Some("browser-extensions"));
        }
        let second = r#"{"exception":[{"value":"fine"},{"value":"fb_xd_fragment"}]}"#;
        check(second, &settings, None);
    }

    #[test]
    fn crawlers_are_known_by_their_user_agent() {
        let settings = only(|settings| settings.web_crawlers = true);
        let event =
            |agent: &str| format!(r#"{{"request":{{"headers":{{"User-Agent":"{agent}"}}}}}}"#);
        check(&event("Googlebot/2.1"), &settings, Some("web-crawlers"));
        check(&event("some-bot"), &settings, Some("web-crawlers"));
        check(
            &event("Slackbot 1.0(+https://api.slack.com/robots)"),
            &settings,
            None,
        );
        check(&event("Mozilla/5.0 Robotics"), &settings, None);
    }
}
