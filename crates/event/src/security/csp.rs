//! A report about a content security policy.

use super::{ReportError, RequestFacts, object, pair, words};
use crate::json::{Object, Value};

/// The type of CSP reports in the Reporting API.
const REPORTING_API_TYPE: &str = "csp-violation";
const BLOCKED_URI_DEFAULT: &str = "self";
/// Stripe puts secrets of its customers into the queries of this host's addresses.
const SECRET_QUERY_HOST: &str = "api.stripe.com";

/// The fields as events name them, and under which names browsers send them.
const FIELDS: [(&str, [&str; 2]); 12] = [
    (
        "effective_directive",
        ["effective-directive", "effectiveDirective"],
    ),
    ("blocked_uri", ["blocked-uri", "blockedURL"]),
    ("document_uri", ["document-uri", "documentURL"]),
    ("original_policy", ["original-policy", "originalPolicy"]),
    ("referrer", ["referrer", "referrer"]),
    ("status_code", ["status-code", "statusCode"]),
    (
        "violated_directive",
        ["violated-directive", "violatedDirective"],
    ),
    ("source_file", ["source-file", "sourceFile"]),
    ("line_number", ["line-number", "lineNumber"]),
    ("column_number", ["column-number", "columnNumber"]),
    ("script_sample", ["script-sample", "sample"]),
    ("disposition", ["disposition", "disposition"]),
];

/// The event of one report.
pub(super) fn event(
    report: &Value<'_>,
    facts: &RequestFacts<'_>,
) -> Result<Object<'static>, ReportError> {
    let (body, envelope) = body(report)?;
    let mut fields = read(body);
    let of_envelope = |key| envelope.and_then(|envelope| envelope.get_str(key));
    if let (None, Some(url)) = (fields.get("document_uri"), of_envelope("url")) {
        fields.insert("document_uri", url.to_owned());
    }
    if fields.get("blocked_uri").is_none() {
        fields.insert("blocked_uri", BLOCKED_URI_DEFAULT);
    }
    let directive = directive(&fields).ok_or(ReportError::UnknownDirective)?;
    fields.insert("effective_directive", directive);
    let mut facts = *facts;
    facts.user_agent = facts.user_agent.or(of_envelope("user_agent"));
    Ok(complete(fields, directive, &facts))
}

/// The fields of the violation, and the Reporting API's object around them.
fn body<'v, 'a>(
    report: &'v Value<'a>,
) -> Result<(&'v Object<'a>, Option<&'v Object<'a>>), ReportError> {
    let report = report.as_object().ok_or(ReportError::NoReport)?;
    if let Some(body) = report.get_object("csp-report") {
        return Ok((body, None));
    }
    match (report.get_str("type"), report.get_object("body")) {
        (Some(REPORTING_API_TYPE), Some(body)) => Ok((body, Some(report))),
        (Some(kind), _) if kind != REPORTING_API_TYPE => Err(ReportError::OtherType),
        _ => Err(ReportError::NoReport),
    }
}

fn read(body: &Object<'_>) -> Object<'static> {
    let mut fields = Object::new();
    for (name, aliases) in FIELDS {
        let value = aliases.iter().find_map(|alias| body.get(alias));
        let value = match (name, value) {
            ("status_code" | "line_number" | "column_number", Some(value)) => {
                let text = value.as_str().and_then(|text| text.trim().parse().ok());
                value.as_u64().or(text).map(Value::from)
            }
            (_, Some(Value::String(text))) => Some(Value::from(text.to_string())),
            _ => None,
        };
        if let Some(value) = value {
            fields.insert(name, value);
        }
    }
    fields
}

/// The first word of the effective directive, else of the violated one, which is all that some
/// browsers send; must be a directive of the standard.
fn directive(fields: &Object<'_>) -> Option<&'static str> {
    let stated = |key| fields.get_str(key).filter(|text| !text.trim().is_empty());
    let text = stated("effective_directive").or_else(|| stated("violated_directive"))?;
    words::known_directive(text.split_whitespace().next()?)
}

fn complete(
    fields: Object<'static>,
    directive: &'static str,
    facts: &RequestFacts<'_>,
) -> Object<'static> {
    let text = |key| fields.get_str(key).unwrap_or_default();
    let (blocked, document, violated) = (
        text("blocked_uri"),
        text("document_uri"),
        text("violated_directive"),
    );
    let host = words::host(blocked);
    let message = words::message(directive, blocked, violated);
    // The Reporting API does not send the violated directive.
    let culprit = match violated.trim() {
        "" => directive.to_owned(),
        violated => words::culprit(violated, document),
    };
    let mut tags = vec![
        pair("effective-directive", directive),
        pair("blocked-uri", without_secrets(blocked, host)),
    ];
    tags.extend(host.map(|host| pair("blocked-host", host)));
    let said = [("Referer", fields.get_str("referrer"))];
    let headers = said.into_iter().chain(facts.headers());
    let headers = headers.filter_map(|(name, value)| {
        let value = value.filter(|value| !value.is_empty())?;
        Some(pair(name, value))
    });
    let mut request = object([("headers", Value::Array(headers.collect()))]);
    if !document.is_empty() {
        request.insert("url", document.to_owned());
    }
    object([
        ("level", Value::from("error")),
        (
            "logentry",
            Value::Object(object([("formatted", Value::from(message))])),
        ),
        ("culprit", Value::from(culprit)),
        ("tags", Value::Array(tags)),
        ("request", Value::Object(request)),
        ("csp", Value::Object(fields)),
    ])
}

fn without_secrets<'t>(uri: &'t str, host: Option<&str>) -> &'t str {
    match host {
        Some(SECRET_QUERY_HOST) => uri.split(['?', '#']).next().unwrap_or_default(),
        _ => uri,
    }
}
