use super::Settings;
use crate::config::{PiiConfig, Redaction, RuleKind, RuleSpec};
use crate::selector::{Selector, SelectorItem};

/// Cookies that hold a session or a request token (reference/SCRUBBING.md section 1).
pub(crate) const SESSION_COOKIES: [&str; 23] = [
    "sentrysid",
    "sudo",
    "su",
    "session",
    "__session",
    "sessionid",
    "user_session",
    "symfony",
    "phpsessid",
    "fasthttpsessionid",
    "mysession",
    "irissessionid",
    "_vercel_jwt",
    "csrf",
    "xsrf",
    "_xsrf",
    "_csrf",
    "csrf-token",
    "csrf_token",
    "xsrf-token",
    "xsrf_token",
    "fastcsrf",
    "_iris_csrf",
];

/// What the default rules look at.
const MAIN: &str = "($string || $number || $array || $object) && !(debug_meta.** || \
    $frame.filename || $frame.abs_path || $logentry.formatted || $error.value || \
    $http.headers.user-agent)";

/// Where addresses are known to be.
const KNOWN_IP: &str = "$http.env.REMOTE_ADDR || $user.ip_address || $sdk.client_ip || \
    $span.sentry_tags.'user.ip' || attributes.'client.address'";

/// Attributes of spans that hold whole cookie headers.
const COOKIE_HEADER: &str = "*.'http.request.header.cookie'.* || \
    *.'http.request.header.cookie' || *.'http.response.header.set-cookie'.* || \
    *.'http.response.header.set-cookie'";

/// Texts that are never blanked as a whole.
const REPLACE_ONLY: &str = "$logentry.formatted || $log.body";

/// Attributes of spans and logs that are never blanked as a whole.
const REPLACE_ONLY_ATTRIBUTES: [&str; 16] = [
    "gen_ai.input.messages",
    "gen_ai.prompt",
    "gen_ai.request.messages",
    "gen_ai.tool.call.arguments",
    "gen_ai.tool.input",
    "gen_ai.tool.call.result",
    "gen_ai.tool.output",
    "gen_ai.output.messages",
    "gen_ai.response.tool_calls",
    "gen_ai.response.text",
    "gen_ai.response.object",
    "gen_ai.tool.definitions",
    "gen_ai.request.available_tools",
    "gen_ai.tool.name",
    "mcp.prompt.result",
    "mcp.tool.result.content",
];

const REPLACE_ONLY_RULES: [&str; 5] = [
    "@email:replace",
    "@creditcard:replace",
    "@iban:replace",
    "@usssn:replace",
    "@bearer:replace",
];

/// What a person wrote to be read and answered.
const FEEDBACK_MESSAGE: &str = "contexts.feedback.message";

/// What nobody needs to read there. Each hides its match alone: a rule that blanks a whole text
/// would take what the person says.
const FEEDBACK_RULES: [&str; 6] = [
    "@creditcard:replace",
    "@iban:replace",
    "@usssn:replace",
    "@bearer:replace",
    "@pemkey:replace",
    "@urlauth:replace",
];

/// The id of the rule made of the sensitive fields.
const STRIP_FIELDS: &str = "strip-fields";

impl Settings {
    /// The rules that the settings stand for (reference/SCRUBBING.md section 1).
    #[must_use]
    pub fn to_config(&self) -> PiiConfig {
        let mut config = PiiConfig::default();
        let mut main = Vec::new();
        if self.scrub_data && self.scrub_defaults {
            main.push("@common:filter".to_owned());
            apply(&mut config, fixed(&cookies()), &["@anything:filter"]);
            apply(&mut config, fixed(COOKIE_HEADER), &["@cookies:filter"]);
            apply(&mut config, fixed(&replace_only()), &REPLACE_ONLY_RULES);
        }
        if self.scrub_ip_addresses {
            main.push("@ip:replace".to_owned());
            apply(&mut config, fixed(KNOWN_IP), &["@anything:remove"]);
        }
        if let Some(rule) = self.strip_fields() {
            main.push(STRIP_FIELDS.to_owned());
            config.rules.insert(STRIP_FIELDS.to_owned(), rule);
        }
        if !main.is_empty() {
            config.applications.insert(self.main(), main);
        }
        config
    }

    /// The rules for the message of feedback, which Relay does not touch: card numbers and tokens
    /// that people type must not be stored either. Names and addresses stay, as they are to be
    /// answered.
    pub(crate) fn to_feedback_config(&self) -> PiiConfig {
        let mut config = PiiConfig::default();
        if self.scrub_data && self.scrub_defaults {
            apply(&mut config, fixed(FEEDBACK_MESSAGE), &FEEDBACK_RULES);
        }
        config
    }

    /// The rule for the sensitive fields. Case is ignored, as on Sentry's servers.
    fn strip_fields(&self) -> Option<RuleSpec> {
        let fields = names(&self.sensitive_fields).map(regex::escape);
        let alternatives = fields.collect::<Vec<_>>().join("|");
        (self.scrub_data && !alternatives.is_empty()).then(|| RuleSpec {
            kind: RuleKind::RedactPair {
                key_pattern: format!("(?i){alternatives}"),
            },
            redaction: Redaction::filter(),
        })
    }

    /// What the default rules look at, less the safe fields.
    fn main(&self) -> Selector {
        let mut parts = match fixed(MAIN) {
            Selector::And(parts) => parts,
            other => vec![other],
        };
        for field in names(&self.exclude_fields) {
            let key = || Selector::Path(vec![SelectorItem::Key(field.to_owned())]);
            let safe = field.parse().unwrap_or_else(|_| key());
            parts.push(Selector::Not(Box::new(safe)));
        }
        Selector::And(parts)
    }
}

fn names(fields: &[String]) -> impl Iterator<Item = &str> {
    fields
        .iter()
        .map(|field| field.trim())
        .filter(|field| !field.is_empty())
}

fn apply(config: &mut PiiConfig, selector: Selector, rules: &[&str]) {
    let rules = rules.iter().map(|rule| (*rule).to_owned()).collect();
    config.applications.insert(selector, rules);
}

fn cookies() -> String {
    let places = [
        "cookies",
        "'http.request.header.cookie'",
        "'http.response.header.set-cookie'",
    ];
    let paths = SESSION_COOKIES
        .iter()
        .flat_map(|name| places.map(|place| format!("*.{place}.'{name}'")));
    paths.collect::<Vec<_>>().join(" || ")
}

fn replace_only() -> String {
    let attributes = REPLACE_ONLY_ATTRIBUTES
        .iter()
        .map(|key| format!(" || $span.data.'{key}' || attributes.'{key}'.value"));
    format!("{REPLACE_ONLY}{}", attributes.collect::<String>())
}

#[expect(
    clippy::expect_used,
    reason = "the selectors are constants, and a test reads every one"
)]
fn fixed(text: &str) -> Selector {
    text.parse().expect("the built-in selectors are valid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_applications_run_in_the_order_of_their_selectors() {
        let all_on = Settings {
            scrub_ip_addresses: true,
            sensitive_fields: vec!["a.b".to_owned(), " ".to_owned()],
            exclude_fields: vec!["x".to_owned(), "a b".to_owned()],
            ..Settings::default()
        };
        let config = all_on.to_config();
        let rules: Vec<_> = config
            .applications
            .values()
            .map(|rules| rules.join(" "))
            .collect();
        assert_eq!(
            rules,
            [
                "@common:filter @ip:replace strip-fields",
                "@anything:remove",
                "@email:replace @creditcard:replace @iban:replace @usssn:replace @bearer:replace",
                "@anything:filter",
                "@cookies:filter",
            ]
        );
        let main = config
            .applications
            .keys()
            .next()
            .expect("there are applications");
        assert!(main.to_string().ends_with("&& !x && !'a b'"), "{main}");
    }

    #[test]
    fn nothing_is_applied_when_scrubbing_is_off() {
        let off = Settings {
            scrub_defaults: true,
            sensitive_fields: vec!["a".to_owned()],
            ..Settings::off()
        };
        assert!(off.to_config().applications.is_empty());
        assert!(Settings::off().to_config().applications.is_empty());
    }
}
