use crate::schema::MODEL_TEXTS;
use crate::selector::Selector;

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

pub(super) const REPLACE_ONLY_RULES: [&str; 5] = [
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
pub(super) const FEEDBACK_RULES: [&str; 6] = [
    "@creditcard:replace",
    "@iban:replace",
    "@usssn:replace",
    "@bearer:replace",
    "@pemkey:replace",
    "@urlauth:replace",
];

/// What mode *improved* looks at besides: texts that Relay's defaults leave alone, or search for
/// less. Nothing there is blanked as a whole.
const TEXTS: &str = "$error.value || $logentry.formatted || $http.url || $span.description";

/// Further texts for addresses.
const ADDRESS_TEXTS: &str =
    "$error.value || $logentry.formatted || $http.url || $span.description || tags.*";

/// Where an address was looked up to.
const GEO: &str = "$user.geo.*";

/// Cookies one by one.
const ANY_COOKIE: &str = "cookies.* || 'http.request.header.cookie'.* || \
    'http.response.header.set-cookie'.*";

/// Cookie headers that nothing took apart.
const COOKIE_HEADERS: &str = "headers.cookie || headers.set-cookie || HTTP_COOKIE";

pub(super) fn main() -> Selector {
    fixed(MAIN)
}

pub(super) fn known_ip() -> Selector {
    fixed(KNOWN_IP)
}

pub(super) fn cookie_header() -> Selector {
    fixed(COOKIE_HEADER)
}

pub(super) fn feedback_message() -> Selector {
    fixed(FEEDBACK_MESSAGE)
}

pub(super) fn texts() -> Selector {
    fixed(TEXTS)
}

pub(super) fn address_texts() -> Selector {
    fixed(ADDRESS_TEXTS)
}

pub(super) fn geo() -> Selector {
    fixed(GEO)
}

pub(super) fn any_cookie() -> Selector {
    fixed(ANY_COOKIE)
}

pub(super) fn cookie_headers() -> Selector {
    fixed(COOKIE_HEADERS)
}

pub(super) fn session_cookies() -> Selector {
    let places = [
        "cookies.'",
        "'http.request.header.cookie.",
        "'http.response.header.set-cookie.",
    ];
    let paths = SESSION_COOKIES
        .iter()
        .flat_map(|name| places.map(|place| format!("*.{place}{name}'")));
    fixed(&paths.collect::<Vec<_>>().join(" || "))
}

pub(super) fn replace_only() -> Selector {
    let attributes = MODEL_TEXTS
        .iter()
        .map(|(key, _)| format!(" || $span.data.'{key}' || attributes.'{key}'.value"));
    fixed(&format!("{REPLACE_ONLY}{}", attributes.collect::<String>()))
}

#[expect(
    clippy::expect_used,
    reason = "the selectors are constants, and a test reads every one"
)]
fn fixed(text: &str) -> Selector {
    text.parse().expect("the built-in selectors are valid")
}
