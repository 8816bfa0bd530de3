use crate::secrets::alphabet::Alphabet;
use crate::secrets::token::{Token, at_least, between, exactly, then};

/// Databases, warehouses and what stands in front of them.
pub(super) const TOKENS: &[Token] = &[
    Token::new(
        "databricks-token",
        "Databricks",
        "personal access token",
        &["dapi"],
        &[exactly(32, Alphabet::HEX)],
    )
    .open(),
    Token::new(
        "planetscale-token",
        "PlanetScale",
        "service or OAuth token",
        &["pscale_tkn_", "pscale_oauth_"],
        &[at_least(32, Alphabet::WORD)],
    ),
    Token::new(
        "planetscale-password",
        "PlanetScale",
        "password of a database",
        &["pscale_pw_"],
        &[at_least(32, Alphabet::WORD)],
    ),
    Token::new(
        "supabase-key",
        "Supabase",
        "secret key",
        &["sb_secret_"],
        &[at_least(20, Alphabet::WORD)],
    ),
    Token::new(
        "supabase-token",
        "Supabase",
        "personal access token",
        &["sbp_"],
        &[exactly(40, Alphabet::HEX)],
    ),
    Token::new(
        "neon-key",
        "Neon",
        "API key",
        &["napi_"],
        &[at_least(40, Alphabet::ALNUM)],
    ),
    Token::new(
        "atlas-secret",
        "MongoDB Atlas",
        "secret of a service account",
        &["mdb_sa_sk_"],
        &[at_least(32, Alphabet::WORD)],
    ),
    Token::new(
        "clickhouse-key",
        "ClickHouse Cloud",
        "secret of an API key",
        &["4b1d"],
        &[exactly(38, Alphabet::ALNUM)],
    ),
    Token::new(
        "aiven-password",
        "Aiven",
        "password of a service",
        &["AVNS_"],
        &[at_least(16, Alphabet::WORD)],
    ),
    Token::new(
        "cockroach-key",
        "CockroachDB Cloud",
        "secret key of a service account",
        &["CCDB1_"],
        &[at_least(40, Alphabet::IDENTIFIER)],
    ),
    Token::new(
        "tinybird-token",
        "Tinybird",
        "auth token",
        &["p.eyJ"],
        &[
            at_least(20, Alphabet::WORD),
            then("."),
            at_least(20, Alphabet::WORD),
        ],
    ),
    Token::new(
        "airtable-token",
        "Airtable",
        "personal access token",
        &["pat"],
        &[
            exactly(14, Alphabet::ALNUM),
            then("."),
            exactly(64, Alphabet::HEX),
        ],
    ),
    Token::new(
        "contentful-token",
        "Contentful",
        "personal access token",
        &["CFPAT-"],
        &[exactly(43, Alphabet::WORD)],
    ),
    Token::new(
        "mapbox-token",
        "Mapbox",
        "secret or temporary token",
        &["sk.eyJ", "tk.eyJ"],
        &[
            at_least(20, Alphabet::WORD),
            then("."),
            between(20, 24, Alphabet::WORD),
        ],
    ),
    Token::new(
        "pubnub-key",
        "PubNub",
        "secret key",
        &["sec-c-"],
        &[at_least(30, Alphabet::BASE64)],
    )
    .open(),
    Token::new(
        "liveblocks-key",
        "Liveblocks",
        "secret key",
        &["sk_prod_", "sk_dev_"],
        &[at_least(24, Alphabet::WORD)],
    ),
];
