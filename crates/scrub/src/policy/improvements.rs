/// One difference between the modes *improved* and *compatible*, for the settings page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Improvement {
    /// A short name, small letters and hyphens.
    pub id: &'static str,
    /// What is different, in one plain sentence.
    pub what: &'static str,
    /// Whether *improved* keeps something here that *compatible* removes.
    pub keeps_more: bool,
}

const fn removes(id: &'static str, what: &'static str) -> Improvement {
    Improvement {
        id,
        what,
        keeps_more: false,
    }
}

const fn keeps(id: &'static str, what: &'static str) -> Improvement {
    Improvement {
        id,
        what,
        keeps_more: true,
    }
}

static IMPROVEMENTS: [Improvement; 25] = [
    removes(
        "secrets",
        "Tokens and keys of known providers, private keys and passwords in connection strings are replaced wherever they stand.",
    ),
    removes(
        "error-messages",
        "Error messages and log messages have passwords, tokens, card numbers, keys and e-mail addresses replaced, not only some of them.",
    ),
    removes(
        "urls",
        "Request URLs and descriptions of spans have passwords and tokens replaced.",
    ),
    removes(
        "home-folders",
        "User names in paths of home folders are filtered; Relay lists this rule but does not define it.",
    ),
    removes(
        "session-cookies",
        "Session cookies of Java, .NET, PHP, Express, Laravel, Rails and others are filtered, also in Cookie and Set-Cookie headers.",
    ),
    removes(
        "url-passwords",
        "Passwords in URLs may have any characters and need no user name, as in redis://:p!w@host.",
    ),
    removes(
        "lists",
        "A value behind its name in a list, as in [\"password\", \"x\"] or [\"--token\", \"x\"], is filtered.",
    ),
    removes(
        "originals",
        "Values from before normalisation that _meta keeps are scrubbed whatever they are and wherever they stand.",
    ),
    removes("ipv6", "IPv6 addresses are replaced as a whole."),
    removes(
        "addresses-in-texts",
        "Without IP addresses, error messages, log messages, request URLs and tags have theirs replaced too.",
    ),
    removes(
        "geo",
        "Without IP addresses, the place that an address was looked up to is removed too.",
    ),
    removes(
        "cards",
        "Card numbers of Mastercard's second series, JCB, Diners, Discover and UnionPay are found.",
    ),
    removes("imei-mask", "@imei:mask masks; in Relay it hashes."),
    removes(
        "unknown-methods",
        "A rule with an unknown method leaves a remark.",
    ),
    removes(
        "sensitive-paths",
        "Sensitive fields may be paths such as extra.customer.name.",
    ),
    removes(
        "sensitive-in-texts",
        "In error messages, log messages and URLs the value behind the name of a sensitive field is replaced.",
    ),
    removes(
        "feedback",
        "Card numbers and tokens that people type into feedback are replaced.",
    ),
    keeps(
        "harmless-words",
        "Words that only begin like a sensitive one are kept: author, authority, authentic, authenticated, secretary, tokenize, tokenizer, max_tokens, token_count and their forms.",
    ),
    keeps(
        "hosts",
        "auth in the name of a host or of a module, as in https://auth.example.com or django.contrib.auth, does not filter the whole text.",
    ),
    keeps(
        "literals",
        "True, False, None, nil and NULL under a sensitive key are kept, as true, false and null are.",
    ),
    keeps(
        "short-fields",
        "Sensitive fields of up to three characters match only whole words: exp does not match Unexpected, nor x the key extra.",
    ),
    keeps(
        "safe-paths",
        "A safe field with dots is a path and also a key with dots.",
    ),
    keeps(
        "card-checks",
        "Numbers that are no card by their range or check digit are kept.",
    ),
    keeps(
        "names-with-colons",
        "Names such as a::b in C++ are no IPv6 address: one without any digit is kept.",
    ),
    keeps(
        "uuid-letters",
        "Only hexadecimal digits count as a UUID, not any 32 letters.",
    ),
];

/// Every difference between the modes, those that remove more first.
#[must_use]
pub fn improvements() -> &'static [Improvement] {
    &IMPROVEMENTS
}
