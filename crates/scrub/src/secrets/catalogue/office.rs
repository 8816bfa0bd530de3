use super::UUID;
use crate::secrets::alphabet::Alphabet;
use crate::secrets::token::{Token, at_least, between, exactly, then};

/// Where teams plan, write and draw.
pub(super) const TOKENS: &[Token] = &[
    Token::new(
        "notion-token",
        "Notion",
        "token of an integration",
        &["ntn_"],
        &[exactly(46, Alphabet::ALNUM)],
    ),
    Token::new(
        "notion-secret",
        "Notion",
        "secret of an integration",
        &["secret_"],
        &[exactly(43, Alphabet::ALNUM)],
    ),
    Token::new(
        "linear-key",
        "Linear",
        "API key",
        &["lin_api_"],
        &[exactly(40, Alphabet::ALNUM)],
    ),
    Token::new(
        "linear-oauth-token",
        "Linear",
        "OAuth access token",
        &["lin_oauth_"],
        &[at_least(32, Alphabet::ALNUM)],
    ),
    Token::new(
        "asana-token",
        "Asana",
        "personal access token",
        &["1/"],
        &[
            between(12, 20, Alphabet::DIGITS),
            then(":"),
            exactly(32, Alphabet::HEX),
        ],
    ),
    Token::new(
        "asana-oauth-token",
        "Asana",
        "personal access token of today",
        &["2/"],
        &[
            between(12, 20, Alphabet::DIGITS),
            then("/"),
            between(12, 20, Alphabet::DIGITS),
            then(":"),
            exactly(32, Alphabet::HEX),
        ],
    ),
    Token::new(
        "clickup-token",
        "ClickUp",
        "personal API token",
        &["pk_"],
        &[
            between(5, 12, Alphabet::DIGITS),
            then("_"),
            exactly(32, Alphabet::UPPER_ALNUM),
        ],
    ),
    Token::new(
        "trello-token",
        "Trello",
        "API token",
        &["ATTA"],
        &[at_least(60, Alphabet::ALNUM)],
    ),
    Token::new(
        "figma-token",
        "Figma",
        "personal access token",
        &["figd_"],
        &[at_least(40, Alphabet::WORD)],
    ),
    Token::new(
        "frameio-token",
        "Frame.io",
        "developer token",
        &["fio-u-"],
        &[exactly(64, Alphabet::WORD)],
    ),
    Token::new(
        "typeform-token",
        "Typeform",
        "personal access token",
        &["tfp_"],
        &[at_least(40, Alphabet::NAME)],
    )
    .open(),
    Token::new(
        "hubspot-token",
        "HubSpot",
        "token of a private app",
        &["pat-na1-", "pat-na2-", "pat-eu1-", "pat-ap1-"],
        UUID,
    ),
    Token::new(
        "lightspeed-token",
        "Lightspeed",
        "personal token",
        &["lsxs_pt_"],
        &[at_least(30, Alphabet::ALNUM)],
    ),
];
