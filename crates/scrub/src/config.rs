use std::collections::BTreeMap;

use serde::Deserialize;

use crate::selector::Selector;

/// Whose behaviour counts where Relay's is a weakness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Ours: the crate's own documentation lists what differs.
    #[default]
    Improved,
    /// Exactly Relay's.
    Compatible,
}

impl Mode {
    /// The name in documents: `improved` or `compatible`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Improved => "improved",
            Self::Compatible => "compatible",
        }
    }

    /// The mode of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Improved, Self::Compatible]
            .into_iter()
            .find(|mode| mode.name() == name)
    }
}

/// A configuration of scrubbing rules, as Sentry's *Advanced Data Scrubbing* and Relay keep it
/// (reference/SCRUBBING.md section 2.4). Unknown keys, `vars` included, are accepted and ignored.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PiiConfig {
    /// Custom rules by id; an id of a built-in rule overrides it.
    pub rules: BTreeMap<String, RuleSpec>,
    /// Which rules apply where, in the order in which they run.
    pub applications: BTreeMap<Selector, Vec<String>>,
}

/// One rule: what it looks for and what becomes of it.
#[derive(Clone, Debug, Deserialize)]
pub struct RuleSpec {
    /// What the rule looks for.
    #[serde(flatten)]
    pub kind: RuleKind,
    /// What becomes of a match.
    #[serde(default)]
    pub redaction: Redaction,
}

/// What a rule looks for. The plain kinds are those of section 2.2.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the plain kinds are the regexes of their names"
)]
pub enum RuleKind {
    Anything,
    Imei,
    Mac,
    Uuid,
    Email,
    Ip,
    Creditcard,
    Iban,
    Userpath,
    Pemkey,
    UrlAuth,
    UsSsn,
    Bearer,
    Password,
    Cookies,
    /// The password of a URL; only the built-in rule `@urlauth:legacy` is of this kind.
    #[serde(skip)]
    UrlAuthLegacy,
    /// The user's own folder in a path; only the built-in rule `@userpath:filter` of mode
    /// *improved* is of this kind.
    #[serde(skip)]
    HomeFolder,
    /// Values whose key matches a regex, whatever the text; made of settings in mode *improved*.
    #[serde(skip)]
    RedactKey {
        /// The regex for keys.
        key_pattern: String,
    },
    /// The values in `name=value` and `name: value` inside a text; made of settings in mode
    /// *improved*.
    #[serde(skip)]
    Assignment {
        /// The regex for names; `None` = the words of the default rules.
        names: Option<String>,
    },
    /// A regex of the user's.
    #[serde(rename_all = "camelCase")]
    Pattern {
        /// The regex, in the syntax of the `regex` crate.
        pattern: String,
        /// The groups to redact; `None` = the whole match.
        #[serde(default)]
        replace_groups: Option<Vec<usize>>,
    },
    /// Values whose key, or whose text, matches a regex.
    #[serde(alias = "redactPair", rename_all = "camelCase")]
    RedactPair {
        /// The regex for keys and texts.
        key_pattern: String,
    },
    /// Several other rules.
    #[serde(rename_all = "camelCase")]
    Multiple {
        /// Ids of the other rules; missing ones are skipped.
        rules: Vec<String>,
        /// Whether remarks carry this rule's id, and its redaction overrides theirs.
        #[serde(default)]
        hide_inner: bool,
    },
    /// Another rule under this id.
    #[serde(rename_all = "camelCase")]
    Alias {
        /// The other rule's id; the alias does nothing when it is missing.
        rule: String,
        /// As in `Multiple`.
        #[serde(default)]
        hide_inner: bool,
    },
}

/// What becomes of a matched part of a text (section 2.5).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Redaction {
    /// As `Remove`, and gives way to the redaction of an enclosing rule.
    #[default]
    Default,
    /// It becomes empty.
    Remove,
    /// It becomes this text.
    Replace {
        /// The text; may be empty.
        #[serde(default = "filtered")]
        text: String,
    },
    /// Each character becomes `*`.
    Mask,
    /// It becomes its HMAC-SHA1 with an empty key, in 40 upper-case hexadecimal digits.
    Hash,
    /// A method that nobody knows: it becomes empty and, as in Relay, no remark says so.
    #[serde(other)]
    Other,
}

impl Redaction {
    /// The redaction of the default scrubbers.
    pub(crate) fn filter() -> Self {
        Self::Replace { text: filtered() }
    }
}

fn filtered() -> String {
    "[Filtered]".to_owned()
}
