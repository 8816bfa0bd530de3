use crate::secrets::alphabet::Alphabet;
use crate::secrets::token::{Token, at_least, between, exactly, then};

/// What runs code: platforms, their infrastructure and their networks.
pub(super) const TOKENS: &[Token] = &[
    Token::new(
        "heroku-key",
        "Heroku",
        "API key",
        &["HRKU-"],
        &[at_least(36, Alphabet::WORD)],
    ),
    Token::new(
        "netlify-token",
        "Netlify",
        "personal access token",
        &["nfp_"],
        &[between(36, 60, Alphabet::ALNUM)],
    ),
    Token::new(
        "render-key",
        "Render",
        "API key",
        &["rnd_"],
        &[at_least(28, Alphabet::ALNUM)],
    ),
    Token::new(
        "fly-token",
        "Fly.io",
        "access token",
        &["fo1_", "fm1a_", "fm1r_", "fm2_"],
        &[at_least(43, Alphabet::BASE64)],
    )
    .open(),
    Token::new(
        "scalingo-token",
        "Scalingo",
        "API token",
        &["tk-us-", "tk-eu-"],
        &[exactly(48, Alphabet::WORD)],
    ),
    Token::new(
        "pulumi-token",
        "Pulumi",
        "access token",
        &["pul-"],
        &[exactly(40, Alphabet::HEX)],
    ),
    Token::new(
        "terraform-token",
        "HCP Terraform",
        "API token",
        &["atlasv1."],
        &[between(60, 70, Alphabet::WORD)],
    )
    .behind(14, 14, Alphabet::ALNUM, "."),
    Token::new(
        "infracost-key",
        "Infracost",
        "API key",
        &["ico-"],
        &[exactly(32, Alphabet::ALNUM)],
    )
    .weak(),
    Token::new(
        "prefect-key",
        "Prefect",
        "API key",
        &["pnu_", "pnb_"],
        &[exactly(36, Alphabet::ALNUM)],
    ),
    Token::new(
        "openshift-token",
        "OpenShift",
        "user token",
        &["sha256~"],
        &[exactly(43, Alphabet::WORD)],
    ),
    Token::new(
        "rancher-token",
        "Rancher",
        "API token",
        &["token-"],
        &[
            exactly(5, Alphabet::LOWER_ALNUM),
            then(":"),
            exactly(54, Alphabet::LOWER_ALNUM),
        ],
    ),
    Token::new(
        "tailscale-key",
        "Tailscale",
        "API, auth or client key",
        &["tskey-"],
        &[at_least(20, Alphabet::WORD)],
    ),
    Token::new(
        "defined-networking-token",
        "Defined Networking",
        "API token",
        &["dnkey-"],
        &[
            exactly(26, Alphabet::LOWER_ALNUM),
            then("-"),
            exactly(52, Alphabet::LOWER_ALNUM),
        ],
    ),
    Token::new(
        "cloudflare-key",
        "Cloudflare",
        "global API key",
        &["cfk_"],
        &[at_least(40, Alphabet::ALNUM)],
    ),
    Token::new(
        "cloudflare-token",
        "Cloudflare",
        "API token of a user or an account",
        &["cfut_", "cfat_"],
        &[at_least(40, Alphabet::ALNUM)],
    ),
    Token::new(
        "cloudflare-origin-key",
        "Cloudflare",
        "origin CA key",
        &["v1.0-"],
        &[
            exactly(24, Alphabet::HEX),
            then("-"),
            exactly(146, Alphabet::HEX),
        ],
    ),
    Token::new(
        "akamai-token",
        "Akamai",
        "access or client token",
        &["akab-"],
        &[
            exactly(16, Alphabet::LOWER_ALNUM),
            then("-"),
            exactly(16, Alphabet::LOWER_ALNUM),
        ],
    ),
    Token::new(
        "trigger-key",
        "Trigger.dev",
        "secret key of an environment",
        &["tr_prod_", "tr_dev_", "tr_stg_"],
        &[at_least(20, Alphabet::ALNUM)],
    ),
    Token::new(
        "inngest-key",
        "Inngest",
        "signing key",
        &["signkey-prod-", "signkey-test-", "signkey-branch-"],
        &[at_least(32, Alphabet::HEX)],
    ),
];
