use crate::secrets::alphabet::Alphabet;
use crate::secrets::token::{Token, at_least, between, exactly, then};

/// Keepers of secrets and of identities.
pub(super) const TOKENS: &[Token] = &[
    Token::new(
        "vault-token",
        "HashiCorp Vault",
        "service, batch or recovery token",
        &["hvs.", "hvb.", "hvr."],
        &[at_least(24, Alphabet::WORD)],
    ),
    Token::new(
        "vault-legacy-token",
        "HashiCorp Vault",
        "service token of versions before 1.10",
        &["s."],
        &[exactly(24, Alphabet::ALNUM)],
    )
    .weak(),
    Token::new(
        "doppler-token",
        "Doppler",
        "personal, service or other token",
        &[
            "dp.pt.",
            "dp.st.",
            "dp.ct.",
            "dp.sa.",
            "dp.scim.",
            "dp.audit.",
        ],
        &[at_least(40, Alphabet::NAME)],
    )
    .open(),
    Token::new(
        "1password-service-token",
        "1Password",
        "token of a service account",
        &["ops_eyJ"],
        &[at_least(100, Alphabet::BASE64)],
    )
    .open(),
    Token::new(
        "1password-secret-key",
        "1Password",
        "secret key of an account",
        &["A3-"],
        &[
            exactly(6, Alphabet::UPPER_ALNUM),
            then("-"),
            exactly(6, Alphabet::UPPER_ALNUM),
            then("-"),
            exactly(5, Alphabet::UPPER_ALNUM),
            then("-"),
            exactly(5, Alphabet::UPPER_ALNUM),
            then("-"),
            exactly(5, Alphabet::UPPER_ALNUM),
            then("-"),
            exactly(5, Alphabet::UPPER_ALNUM),
        ],
    ),
    Token::new(
        "age-secret-key",
        "age",
        "secret key",
        &["AGE-SECRET-KEY-1"],
        &[exactly(58, Alphabet::UPPER_ALNUM)],
    ),
    Token::new(
        "jumpcloud-key",
        "JumpCloud",
        "API key",
        &["jca_"],
        &[exactly(36, Alphabet::ALNUM)],
    ),
    Token::new(
        "stytch-secret",
        "Stytch",
        "secret of a project",
        &["secret-live-", "secret-test-"],
        &[at_least(30, Alphabet::TOKEN68)],
    )
    .open(),
    Token::new(
        "atlassian-token",
        "Atlassian",
        "API token",
        &["ATATT3"],
        &[at_least(60, Alphabet::TOKEN68)],
    )
    .open(),
    Token::new(
        "adobe-client-secret",
        "Adobe",
        "client secret",
        &["p8e-"],
        &[exactly(32, Alphabet::WORD)],
    ),
    Token::new(
        "zoho-token",
        "Zoho",
        "OAuth access or refresh token",
        &["1000."],
        &[
            exactly(32, Alphabet::HEX),
            then("."),
            exactly(32, Alphabet::HEX),
        ],
    ),
    Token::new(
        "salesforce-token",
        "Salesforce",
        "session id or access token",
        &["00D"],
        &[
            between(12, 15, Alphabet::ALNUM),
            then("!"),
            at_least(50, Alphabet::NAME),
        ],
    )
    .open(),
    Token::new(
        "facebook-token",
        "Meta",
        "access token of Facebook",
        &["EAA"],
        &[at_least(80, Alphabet::ALNUM)],
    ),
    Token::new(
        "instagram-token",
        "Meta",
        "access token of Instagram",
        &["IGQV", "IGAA"],
        &[at_least(80, Alphabet::WORD)],
    ),
    Token::new(
        "dropbox-token",
        "Dropbox",
        "short-lived access token",
        &["sl."],
        &[at_least(100, Alphabet::NAME)],
    )
    .open(),
    Token::new("maxmind-key", "MaxMind", "licence key", &["mmk"], &[]).behind(
        36,
        36,
        Alphabet::IDENTIFIER,
        "_",
    ),
    Token::new(
        "jwt",
        "Any",
        "JSON Web Token",
        &["eyJ"],
        &[
            at_least(10, Alphabet::WORD),
            then("."),
            at_least(0, Alphabet::WORD),
            then("."),
            at_least(10, Alphabet::WORD),
            then("."),
            at_least(10, Alphabet::WORD),
            then("."),
            at_least(10, Alphabet::WORD),
        ],
    ),
    Token::new(
        "jwt",
        "Any",
        "JSON Web Token",
        &["eyJ"],
        &[
            at_least(10, Alphabet::WORD),
            then("."),
            at_least(10, Alphabet::WORD),
            then("."),
            at_least(0, Alphabet::WORD),
        ],
    )
    .open(),
    Token::new(
        "jwt",
        "Any",
        "JSON Web Token",
        &["ZXlK"],
        &[at_least(60, Alphabet::BASE64)],
    )
    .open(),
    Token::new(
        "private-key",
        "Any",
        "private key in Base64",
        &[
            "LS0tLS1CRUdJTiBSU0EgUFJJVkFURS",
            "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS",
            "LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUg",
            "LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS",
            "LS0tLS1CRUdJTiBFTkNSWVBURUQgUFJJVkFURS",
        ],
        &[at_least(40, Alphabet::BASE64)],
    )
    .open(),
];
