use std::mem::discriminant;

use super::improved::COOKIE_WORDS;
use crate::config::{Mode, Redaction, RuleKind, RuleSpec};

/// One family of built-in rules, for a form that offers them.
#[derive(Clone, Debug)]
pub struct Builtin {
    /// The id without a method, for example `@email`.
    pub id: &'static str,
    /// What it finds, in words.
    pub label: &'static str,
    /// The methods that exist: `id:method` is a rule.
    pub methods: &'static [&'static str],
    /// The method that the id alone stands for; `None` when it stands for nothing.
    pub default_method: Option<&'static str>,
    /// The text that `replace` puts in place of a match.
    pub replacement: &'static str,
    kind: RuleKind,
}

const METHODS: &[&str] = &["replace", "remove", "mask", "hash"];
const FILTERABLE: &[&str] = &["replace", "remove", "mask", "hash", "filter"];

static FAMILIES: [Builtin; 15] = [
    Builtin {
        id: "@anything",
        label: "every value",
        methods: FILTERABLE,
        default_method: Some("replace"),
        replacement: "[Filtered]",
        kind: RuleKind::Anything,
    },
    Builtin {
        id: "@ip",
        label: "IP addresses",
        methods: METHODS,
        default_method: Some("replace"),
        replacement: "[ip]",
        kind: RuleKind::Ip,
    },
    Builtin {
        id: "@imei",
        label: "IMEI numbers of phones",
        methods: METHODS,
        default_method: Some("replace"),
        replacement: "[imei]",
        kind: RuleKind::Imei,
    },
    Builtin {
        id: "@mac",
        label: "MAC addresses",
        methods: METHODS,
        default_method: Some("mask"),
        replacement: "[mac]",
        kind: RuleKind::Mac,
    },
    Builtin {
        id: "@uuid",
        label: "UUIDs",
        methods: METHODS,
        default_method: Some("mask"),
        replacement: "[uuid]",
        kind: RuleKind::Uuid,
    },
    Builtin {
        id: "@email",
        label: "e-mail addresses",
        methods: METHODS,
        default_method: Some("replace"),
        replacement: "[email]",
        kind: RuleKind::Email,
    },
    Builtin {
        id: "@iban",
        label: "bank account numbers (IBAN)",
        methods: FILTERABLE,
        default_method: Some("replace"),
        replacement: "[iban]",
        kind: RuleKind::Iban,
    },
    Builtin {
        id: "@creditcard",
        label: "card numbers",
        methods: FILTERABLE,
        default_method: Some("replace"),
        replacement: "[creditcard]",
        kind: RuleKind::Creditcard,
    },
    Builtin {
        id: "@pemkey",
        label: "the body of PEM keys",
        methods: FILTERABLE,
        default_method: Some("replace"),
        replacement: "[pemkey]",
        kind: RuleKind::Pemkey,
    },
    Builtin {
        id: "@urlauth",
        label: "user and password in URLs",
        methods: METHODS,
        default_method: Some("replace"),
        replacement: "[auth]",
        kind: RuleKind::UrlAuth,
    },
    Builtin {
        id: "@usssn",
        label: "US social security numbers",
        methods: FILTERABLE,
        default_method: Some("mask"),
        replacement: "[us-ssn]",
        kind: RuleKind::UsSsn,
    },
    Builtin {
        id: "@userpath",
        label: "user names in file paths",
        methods: METHODS,
        default_method: Some("replace"),
        replacement: "[user]",
        kind: RuleKind::Userpath,
    },
    Builtin {
        id: "@password",
        label: "passwords, tokens and other values with a sensitive key or text",
        methods: FILTERABLE,
        default_method: Some("remove"),
        replacement: "[password]",
        kind: RuleKind::Password,
    },
    Builtin {
        id: "@bearer",
        label: "bearer tokens",
        methods: FILTERABLE,
        default_method: Some("replace"),
        replacement: "Bearer [token]",
        kind: RuleKind::Bearer,
    },
    Builtin {
        id: "@cookies",
        label: "session cookies in a cookie header",
        methods: &["filter"],
        default_method: None,
        replacement: "[Filtered]",
        kind: RuleKind::Cookies,
    },
];

const COMMON: [&str; 10] = [
    "@iban",
    "@ip",
    "@email",
    "@creditcard",
    "@pemkey",
    "@urlauth",
    "@userpath",
    "@bearer",
    "@password",
    "@usssn",
];

/// `@userpath:filter` is listed in Relay but defined nowhere, so that user paths stay; in mode
/// *improved* it is defined.
const COMMON_FILTER: [&str; 8] = [
    "@creditcard:filter",
    "@iban:filter",
    "@pemkey:filter",
    "@urlauth:legacy",
    "@userpath:filter",
    "@bearer:filter",
    "@password:filter",
    "@usssn:filter",
];

/// The families of built-in rules (reference/SCRUBBING.md section 2.1).
#[must_use]
pub fn builtins() -> &'static [Builtin] {
    &FAMILIES
}

/// What a kind of rule looks for, in words.
pub(crate) fn label(kind: &RuleKind) -> String {
    let same = |builtin: &&Builtin| discriminant(&builtin.kind) == discriminant(kind);
    if let Some(builtin) = FAMILIES.iter().find(same) {
        return builtin.label.to_owned();
    }
    match kind {
        RuleKind::UrlAuthLegacy => "passwords in URLs".to_owned(),
        RuleKind::Pattern { pattern, .. } => format!("text that matches {pattern}"),
        RuleKind::RedactPair { key_pattern } => {
            format!("values whose key or text matches {key_pattern}")
        }
        RuleKind::HomeFolder => "user names in paths of home folders".to_owned(),
        RuleKind::RedactKey { key_pattern } => format!("values whose key matches {key_pattern}"),
        RuleKind::Assignment { names: None } => {
            "passwords, tokens and the like behind their name in a text".to_owned()
        }
        RuleKind::Assignment { names: Some(names) } => {
            format!("values in a text behind a name that matches {names}")
        }
        _ => "other rules".to_owned(),
    }
}

/// Whether an id is that of a built-in rule, in any mode.
pub(crate) fn is_builtin(id: &str) -> bool {
    builtin(id, Mode::Improved).is_some()
}

/// The built-in rule of an id such as `@email:mask`; `None` for any other id.
pub(crate) fn builtin(id: &str, mode: Mode) -> Option<RuleSpec> {
    match id {
        "@common" => return Some(multiple(&COMMON)),
        "@common:filter" => return Some(multiple(&COMMON_FILTER)),
        "@urlauth:legacy" => return Some(filter(RuleKind::UrlAuthLegacy)),
        "@userpath:filter" if mode == Mode::Improved => return Some(filter(RuleKind::HomeFolder)),
        "@cookies:named" if mode == Mode::Improved => {
            return Some(filter(RuleKind::RedactKey {
                key_pattern: format!("(?i){COOKIE_WORDS}"),
            }));
        }
        "@password:assigned" if mode == Mode::Improved => {
            return Some(filter(RuleKind::Assignment { names: None }));
        }
        _ => {}
    }
    let (family, method) = match id.split_once(':') {
        Some((family, method)) => (family, Some(method)),
        None => (id, None),
    };
    let family = FAMILIES.iter().find(|known| known.id == family)?;
    let Some(method) = method else {
        let method = family.default_method?;
        return Some(alias(format!("{}:{method}", family.id)));
    };
    if !family.methods.contains(&method) {
        return None;
    }
    let redaction = match method {
        "replace" => Redaction::Replace {
            text: family.replacement.to_owned(),
        },
        "remove" => Redaction::Remove,
        "hash" => Redaction::Hash,
        // Relay's definition of this one rule names the wrong method.
        "mask" if family.id == "@imei" && mode == Mode::Compatible => Redaction::Hash,
        "mask" => Redaction::Mask,
        _ => Redaction::filter(),
    };
    Some(RuleSpec {
        kind: family.kind.clone(),
        redaction,
    })
}

fn multiple(ids: &[&str]) -> RuleSpec {
    let rules = ids.iter().map(|id| (*id).to_owned()).collect();
    RuleSpec {
        kind: RuleKind::Multiple {
            rules,
            hide_inner: false,
        },
        redaction: Redaction::Default,
    }
}

fn alias(rule: String) -> RuleSpec {
    RuleSpec {
        kind: RuleKind::Alias {
            rule,
            hide_inner: true,
        },
        redaction: Redaction::Default,
    }
}

fn filter(kind: RuleKind) -> RuleSpec {
    RuleSpec {
        kind,
        redaction: Redaction::filter(),
    }
}
