use crate::secrets::alphabet::Alphabet;
use crate::secrets::token::{Token, at_least, between, exactly, then};

/// Clouds.
pub(super) const TOKENS: &[Token] = &[
    Token::new(
        "aws-access-key-id",
        "AWS",
        "id of an access key, long-lived or temporary",
        &["AKIA", "ASIA", "ABIA", "ACCA"],
        &[exactly(16, Alphabet::UPPER_ALNUM)],
    ),
    Token::new(
        "aws-session-token",
        "AWS",
        "session token of temporary credentials",
        &["IQoJb3JpZ2lu", "FwoGZXIvYXdz"],
        &[at_least(100, Alphabet::BASE64)],
    )
    .open(),
    Token::new(
        "aws-bedrock-key",
        "AWS",
        "API key of Bedrock",
        &["ABSK"],
        &[at_least(100, Alphabet::BASE64)],
    )
    .open(),
    Token::new(
        "aws-bedrock-short-key",
        "AWS",
        "short-lived API key of Bedrock",
        &["bedrock-api-key-"],
        &[at_least(60, Alphabet::BASE64)],
    )
    .open(),
    Token::new(
        "google-key",
        "Google",
        "API key",
        &["AIza"],
        &[exactly(35, Alphabet::WORD)],
    ),
    Token::new(
        "google-bound-key",
        "Google",
        "API key bound to a service account",
        &["AQ.Ab"],
        &[at_least(40, Alphabet::WORD)],
    ),
    Token::new(
        "google-client-secret",
        "Google",
        "client secret of OAuth",
        &["GOCSPX-"],
        &[exactly(28, Alphabet::WORD)],
    ),
    Token::new(
        "google-access-token",
        "Google",
        "access token of OAuth",
        &["ya29."],
        &[at_least(20, Alphabet::NAME)],
    )
    .open(),
    Token::new(
        "google-refresh-token",
        "Google",
        "refresh token of OAuth",
        &["1//0"],
        &[at_least(40, Alphabet::WORD)],
    ),
    Token::new(
        "google-hmac-key",
        "Google",
        "id of an HMAC key of a service account",
        &["GOOG1E"],
        &[exactly(55, Alphabet::UPPER_ALNUM)],
    ),
    Token::new(
        "firebase-server-key",
        "Google",
        "server key of Firebase Cloud Messaging",
        &["AAAA"],
        &[
            exactly(7, Alphabet::WORD),
            then(":APA91b"),
            between(130, 150, Alphabet::WORD),
        ],
    ),
    Token::new(
        "digitalocean-token",
        "DigitalOcean",
        "personal access token",
        &["dop_v1_"],
        &[exactly(64, Alphabet::HEX)],
    ),
    Token::new(
        "digitalocean-oauth-token",
        "DigitalOcean",
        "OAuth access token",
        &["doo_v1_"],
        &[exactly(64, Alphabet::HEX)],
    ),
    Token::new(
        "digitalocean-refresh-token",
        "DigitalOcean",
        "OAuth refresh token",
        &["dor_v1_"],
        &[exactly(64, Alphabet::HEX)],
    ),
    Token::new(
        "alibaba-access-key-id",
        "Alibaba Cloud",
        "id of an access key",
        &["LTAI"],
        &[between(16, 20, Alphabet::ALNUM)],
    ),
    Token::new(
        "tencent-secret-id",
        "Tencent Cloud",
        "id of a secret",
        &["AKID"],
        &[exactly(32, Alphabet::ALNUM)],
    ),
    Token::new(
        "yandex-key",
        "Yandex Cloud",
        "API key",
        &["AQVN"],
        &[between(35, 38, Alphabet::WORD)],
    ),
    Token::new(
        "yandex-token",
        "Yandex",
        "OAuth token",
        &["y0_"],
        &[at_least(37, Alphabet::WORD)],
    ),
    Token::new(
        "scaleway-access-key",
        "Scaleway",
        "id of an access key",
        &["SCW"],
        &[exactly(17, Alphabet::UPPER_ALNUM)],
    )
    .weak(),
];
