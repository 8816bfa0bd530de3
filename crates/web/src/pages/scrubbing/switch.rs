//! The switches of scrubbing.

use watchfire_scrub::Document;

use crate::pages::owner::Owner;

/// One switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Switch {
    /// *Data Scrubber*.
    Data,
    /// *Use Default Scrubbers*.
    Defaults,
    /// *Prevent Storing of IP Addresses*.
    IpAddresses,
    /// The secrets catalogue.
    Secrets,
}

impl Switch {
    /// The switches in the order of the page.
    pub(super) const ALL: [Self; 4] =
        [Self::Data, Self::Defaults, Self::Secrets, Self::IpAddresses];

    /// Its name in documents.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Data => "scrubData",
            Self::Defaults => "scrubDefaults",
            Self::IpAddresses => "scrubIpAddresses",
            Self::Secrets => "secrets",
        }
    }

    /// Its place on the page.
    pub(super) fn anchor(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Defaults => "defaults",
            Self::IpAddresses => "ip-addresses",
            Self::Secrets => "secrets",
        }
    }

    /// What people read.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Data => "Scrub data",
            Self::Defaults => "Use the default scrubbers",
            Self::IpAddresses => "Store no IP addresses",
            Self::Secrets => "Find secrets",
        }
    }

    /// What it does.
    pub(super) fn note(self) -> &'static str {
        match self {
            Self::Data => {
                "Without it, neither the default scrubbers nor the sensitive fields and the \
                 secrets catalogue do anything."
            }
            Self::Defaults => {
                "Passwords, tokens and keys by their names, payment cards, bank accounts, private \
                 keys, session cookies, passwords in URLs."
            }
            Self::IpAddresses => {
                "Removes the addresses of users and every IP address in a text. Works without \
                 “Scrub data” too."
            }
            Self::Secrets => {
                "Tokens of services by their look, wherever they stand: only the secret is \
                 replaced, the text around it stays. Part of the improved mode."
            }
        }
    }

    /// What a document says of it.
    pub(super) fn of(self, document: &Document) -> Option<bool> {
        match self {
            Self::Data => document.scrub_data,
            Self::Defaults => document.scrub_defaults,
            Self::IpAddresses => document.scrub_ip_addresses,
            Self::Secrets => document.secrets,
        }
    }

    /// Whether it is on where nothing is said: in a project all but one, of an organisation none.
    pub(super) fn default_of(self, owner: Owner) -> bool {
        owner == Owner::Project && self != Self::IpAddresses
    }
}
