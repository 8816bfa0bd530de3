use super::UUID;
use crate::secrets::alphabet::Alphabet;
use crate::secrets::token::{Token, at_least, exactly, then};

/// What watches other systems, and measures their users.
pub(super) const TOKENS: &[Token] = &[
    Token::new(
        "sentry-org-token",
        "Sentry",
        "token of an organisation",
        &["sntrys_"],
        &[at_least(50, Alphabet::BASE64)],
    )
    .open(),
    Token::new(
        "sentry-user-token",
        "Sentry",
        "token of a user or an integration",
        &["sntryu_", "sntrya_", "sntryi_"],
        &[exactly(64, Alphabet::HEX)],
    ),
    Token::new(
        "grafana-cloud-token",
        "Grafana",
        "access policy token of the cloud",
        &["glc_"],
        &[at_least(32, Alphabet::BASE64)],
    )
    .open(),
    Token::new(
        "grafana-service-token",
        "Grafana",
        "token of a service account",
        &["glsa_"],
        &[
            exactly(32, Alphabet::ALNUM),
            then("_"),
            exactly(8, Alphabet::HEX),
        ],
    ),
    Token::new(
        "grafana-key",
        "Grafana",
        "API key",
        &["eyJrIjoi"],
        &[at_least(70, Alphabet::BASE64)],
    )
    .open(),
    Token::new(
        "newrelic-user-key",
        "New Relic",
        "user key",
        &["NRAK-"],
        &[exactly(27, Alphabet::UPPER_ALNUM)],
    ),
    Token::new(
        "newrelic-insert-key",
        "New Relic",
        "insert or query key",
        &["NRII-", "NRIQ-"],
        &[exactly(32, Alphabet::WORD)],
    ),
    Token::new(
        "newrelic-browser-key",
        "New Relic",
        "browser key",
        &["NRJS-"],
        &[exactly(19, Alphabet::HEX)],
    ),
    Token::new(
        "dynatrace-token",
        "Dynatrace",
        "API, platform or OAuth token",
        &["dt0c01.", "dt0s01.", "dt0s02.", "dt0s03.", "dt0s16."],
        &[
            exactly(24, Alphabet::UPPER_ALNUM),
            then("."),
            exactly(64, Alphabet::UPPER_ALNUM),
        ],
    ),
    Token::new(
        "axiom-token",
        "Axiom",
        "API or personal token",
        &["xaat-", "xapt-"],
        UUID,
    ),
    Token::new(
        "posthog-key",
        "PostHog",
        "personal API key",
        &["phx_"],
        &[at_least(40, Alphabet::ALNUM)],
    ),
    Token::new(
        "checkly-key",
        "Checkly",
        "API key of a user",
        &["cu_"],
        &[exactly(32, Alphabet::HEX)],
    ),
    Token::new(
        "honeycomb-key",
        "Honeycomb",
        "ingest key",
        &["hcaik_", "hcbik_", "hcxik_"],
        &[at_least(50, Alphabet::LOWER_ALNUM)],
    ),
    Token::new(
        "langsmith-key",
        "LangSmith",
        "personal or service key",
        &["lsv2_pt_", "lsv2_sk_"],
        &[
            exactly(32, Alphabet::HEX),
            then("_"),
            exactly(10, Alphabet::HEX),
        ],
    ),
    Token::new("langfuse-key", "Langfuse", "secret key", &["sk-lf-"], UUID),
];
