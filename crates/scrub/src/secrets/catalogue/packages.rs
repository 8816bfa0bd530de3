use crate::secrets::alphabet::Alphabet;
use crate::secrets::token::{Token, at_least, between, exactly};

/// Registries of packages and images.
pub(super) const TOKENS: &[Token] = &[
    Token::new(
        "npm-token",
        "npm",
        "access token",
        &["npm_"],
        &[exactly(36, Alphabet::ALNUM)],
    ),
    Token::new(
        "pypi-token",
        "PyPI",
        "upload token",
        &["pypi-AgE"],
        &[at_least(50, Alphabet::WORD)],
    ),
    Token::new(
        "rubygems-key",
        "RubyGems",
        "API key",
        &["rubygems_"],
        &[exactly(48, Alphabet::HEX)],
    ),
    Token::new(
        "crates-io-token",
        "crates.io",
        "API token",
        &["cio"],
        &[exactly(32, Alphabet::ALNUM)],
    )
    .weak(),
    Token::new(
        "nuget-key",
        "NuGet",
        "API key",
        &["oy2"],
        &[exactly(43, Alphabet::LOWER_ALNUM)],
    )
    .weak(),
    Token::new(
        "docker-token",
        "Docker Hub",
        "personal or organisation access token",
        &["dckr_pat_", "dckr_oat_"],
        &[between(27, 40, Alphabet::WORD)],
    ),
    Token::new(
        "clojars-token",
        "Clojars",
        "deploy token",
        &["CLOJARS_"],
        &[exactly(60, Alphabet::HEX)],
    ),
    Token::new(
        "jfrog-key",
        "JFrog",
        "API key",
        &["AKCp"],
        &[exactly(69, Alphabet::ALNUM)],
    ),
    Token::new(
        "jfrog-reference-token",
        "JFrog",
        "reference token",
        &["cmVmd"],
        &[exactly(59, Alphabet::ALNUM)],
    ),
];
