//! Reports of browsers about violated policies, as events: reference/PROTOCOL.md section 9.10.

mod csp;
mod words;

use crate::json::{JsonError, Object, Value, parse};

/// More reports than this in one body are refused one by one: a body of the largest size could
/// hold ten thousand. Ours; browsers send a few at a time.
pub const REPORTS_MAX: usize = 100;

/// What the HTTP request says about the browser that sent a report.
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestFacts<'a> {
    /// `User-Agent`.
    pub user_agent: Option<&'a str>,
    /// `Sec-CH-UA`.
    pub brands: Option<&'a str>,
    /// `Sec-CH-UA-Platform`.
    pub platform: Option<&'a str>,
    /// `Sec-CH-UA-Platform-Version`.
    pub platform_version: Option<&'a str>,
    /// `Sec-CH-UA-Model`.
    pub model: Option<&'a str>,
}

impl<'a> RequestFacts<'a> {
    fn headers(&self) -> [(&'static str, Option<&'a str>); 5] {
        [
            ("User-Agent", self.user_agent),
            ("Sec-CH-UA", self.brands),
            ("Sec-CH-UA-Platform", self.platform),
            ("Sec-CH-UA-Platform-Version", self.platform_version),
            ("Sec-CH-UA-Model", self.model),
        ]
    }
}

/// Why a report is not an event. No message holds words of the report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The body is not JSON.
    #[error("the report is not JSON")]
    Json(#[source] JsonError),
    /// Neither a CSP report nor an item of the Reporting API.
    #[error("expected `csp-report`, or `type` and `body`")]
    NoReport,
    /// A report about something else than a content security policy.
    #[error("reports of this type are not read, only `csp-violation`")]
    OtherType,
    /// Neither directive is one of the standard's.
    #[error("neither `effective-directive` nor `violated-directive` is a known directive")]
    UnknownDirective,
    /// One of too many in a body.
    #[error("a body may hold {REPORTS_MAX} reports")]
    TooMany,
}

impl ReportError {
    /// The reason of the outcome `invalid` (reference/PROTOCOL.md section 12).
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::OtherType => "security_report_type",
            Self::Json(_) | Self::NoReport | Self::UnknownDirective | Self::TooMany => {
                "security_report"
            }
        }
    }
}

/// Reads the body of a security request: `{"csp-report": …}`, an item of the Reporting API, or a
/// list of either.
///
/// Each report becomes the JSON of an event of its own, to be decoded and normalised like any
/// other as [`crate::EventKind::Security`]; a bad one does not spoil the others. `release`
/// and `environment` come from the query of the request.
#[must_use]
pub fn to_events(
    body: &[u8],
    release: Option<&str>,
    environment: Option<&str>,
    facts: &RequestFacts<'_>,
) -> Vec<Result<Vec<u8>, ReportError>> {
    let reports = match parse(body) {
        Err(error) => return vec![Err(ReportError::Json(error))],
        Ok(Value::Array(reports)) => reports,
        Ok(report) => vec![report],
    };
    let read = |(index, report): (usize, &Value<'_>)| {
        if index >= REPORTS_MAX {
            return Err(ReportError::TooMany);
        }
        let mut event = csp::event(report, facts)?;
        for (key, value) in [("release", release), ("environment", environment)] {
            if let Some(value) = value {
                event.insert(key, value.to_owned());
            }
        }
        Ok(Value::Object(event).to_json().into_bytes())
    };
    reports.iter().enumerate().map(read).collect()
}

fn pair(key: &str, value: &str) -> Value<'static> {
    Value::Array(vec![
        Value::from(key.to_owned()),
        Value::from(value.to_owned()),
    ])
}

fn object<const N: usize>(entries: [(&'static str, Value<'static>); N]) -> Object<'static> {
    entries
        .into_iter()
        .map(|(key, value)| (key.into(), value))
        .collect()
}

#[cfg(test)]
mod tests;
