use crate::config::{Redaction, RuleKind, RuleSpec};

/// The built-in families of rules (reference/SCRUBBING.md section 2.1): name, the method that the
/// bare name stands for, the text of `replace`, whether there is a `filter`, and the kind.
const FAMILIES: [(&str, &str, &str, bool, RuleKind); 14] = [
    (
        "anything",
        "replace",
        "[Filtered]",
        true,
        RuleKind::Anything,
    ),
    ("ip", "replace", "[ip]", false, RuleKind::Ip),
    ("imei", "replace", "[imei]", false, RuleKind::Imei),
    ("mac", "mask", "[mac]", false, RuleKind::Mac),
    ("uuid", "mask", "[uuid]", false, RuleKind::Uuid),
    ("email", "replace", "[email]", false, RuleKind::Email),
    ("iban", "replace", "[iban]", true, RuleKind::Iban),
    (
        "creditcard",
        "replace",
        "[creditcard]",
        true,
        RuleKind::Creditcard,
    ),
    ("pemkey", "replace", "[pemkey]", true, RuleKind::Pemkey),
    ("urlauth", "replace", "[auth]", false, RuleKind::UrlAuth),
    ("usssn", "mask", "[us-ssn]", true, RuleKind::UsSsn),
    ("userpath", "replace", "[user]", false, RuleKind::Userpath),
    ("password", "remove", "[password]", true, RuleKind::Password),
    (
        "bearer",
        "replace",
        "Bearer [token]",
        true,
        RuleKind::Bearer,
    ),
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

/// `@userpath:filter` is listed in Relay but defined nowhere, so that user paths stay.
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

/// The built-in rule of an id such as `@email:mask`; `None` for any other id.
pub(crate) fn builtin(id: &str) -> Option<RuleSpec> {
    match id {
        "@common" => return Some(multiple(&COMMON)),
        "@common:filter" => return Some(multiple(&COMMON_FILTER)),
        "@urlauth:legacy" => return Some(filter(RuleKind::UrlAuthLegacy)),
        "@cookies:filter" => return Some(filter(RuleKind::Cookies)),
        _ => {}
    }
    let name = id.strip_prefix('@')?;
    let (family, method) = match name.split_once(':') {
        Some((family, method)) => (family, Some(method)),
        None => (name, None),
    };
    let (_, bare, text, has_filter, kind) = FAMILIES.iter().find(|row| row.0 == family)?;
    let Some(method) = method else {
        return Some(alias(format!("@{family}:{bare}")));
    };
    let redaction = match method {
        "replace" => Redaction::Replace {
            text: (*text).to_owned(),
        },
        "remove" => Redaction::Remove,
        "hash" => Redaction::Hash,
        // Relay's definition of this one rule names the wrong method.
        "mask" if family == "imei" => Redaction::Hash,
        "mask" => Redaction::Mask,
        "filter" if *has_filter => Redaction::filter(),
        _ => return None,
    };
    Some(RuleSpec {
        kind: kind.clone(),
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
