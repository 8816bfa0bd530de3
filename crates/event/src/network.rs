use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How many bits of an IPv6 address say that an IPv4 address is in it.
const MAPPED_BITS: u8 = 96;

/// Addresses with a common prefix, written `10.0.0.0/8` or `2001:db8::/32`; an address alone is a
/// network of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network {
    address: IpAddr,
    prefix_bits: u8,
}

/// A text that is not a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an address or a network such as 10.0.0.0/8")]
pub struct ParseNetworkError(String);

impl Network {
    /// Whether the address has the prefix. An IPv4 address inside of an IPv6 one counts as itself,
    /// in the network and in the address.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let differing = network.to_bits() ^ address.to_bits();
                differing.leading_zeros() >= u32::from(self.prefix_bits)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differing = network.to_bits() ^ address.to_bits();
                differing.leading_zeros() >= u32::from(self.prefix_bits)
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = ParseNetworkError;

    /// Reads an address with or without `/` and the number of bits of the prefix. Bits behind the
    /// prefix do not matter: `10.1.2.3/8` is `10.0.0.0/8`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseNetworkError(text.to_owned());
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().or(Err(error()))?;
        let prefix_bits_max = if address.is_ipv4() { 32 } else { 128 };
        let prefix_bits = match prefix {
            Some(prefix) => prefix.trim().parse::<u8>().or(Err(error()))?,
            None => prefix_bits_max,
        };
        if prefix_bits > prefix_bits_max {
            return Err(error());
        }
        Ok(
            match (mapped(address), prefix_bits.checked_sub(MAPPED_BITS)) {
                (Some(address), Some(prefix_bits)) => Self {
                    address: address.into(),
                    prefix_bits,
                },
                _ => Self {
                    address,
                    prefix_bits,
                },
            },
        )
    }
}

fn mapped(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V6(address) => address.to_ipv4_mapped(),
        IpAddr::V4(_) => None,
    }
}

impl fmt::Display for Network {
    /// As it was written, an address alone without its prefix.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = if self.address.is_ipv4() { 32 } else { 128 };
        self.address.fmt(formatter)?;
        match self.prefix_bits == bits {
            true => Ok(()),
            false => write!(formatter, "/{}", self.prefix_bits),
        }
    }
}

impl TryFrom<String> for Network {
    type Error = ParseNetworkError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(network: &str, inside: &[&str], outside: &[&str]) {
        let network: Network = network.parse().unwrap();
        for address in inside {
            assert!(network.contains(address.parse().unwrap()), "{address}");
        }
        for address in outside {
            assert!(!network.contains(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn a_network_contains_the_addresses_of_its_prefix() {
        check(
            "10.1.2.3/8",
            &["10.9.9.9", "::ffff:10.0.0.1"],
            &["11.0.0.1", "::a"],
        );
        check("10.1.2.3", &["10.1.2.3"], &["10.1.2.4"]);
        check("0.0.0.0/0", &["1.2.3.4"], &["2001:db8::1"]);
        check(
            "2001:db8::/32",
            &["2001:db8:f::1"],
            &["2001:db9::1", "32.1.13.184"],
        );
        check("::ffff:10.0.0.0/104", &["10.9.9.9"], &["11.0.0.1"]);
        check("::/0", &["2001:db8::1"], &["1.2.3.4"]);
    }

    #[test]
    fn a_network_is_written_as_it_was() {
        for text in ["10.1.2.3/8", "10.1.2.3", "2001:db8::/32", "::1"] {
            assert_eq!(text.parse::<Network>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_bad_network_is_named() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/x",
            "host",
            "10.0.0.0/-1",
        ] {
            let error = text.parse::<Network>().unwrap_err();
            assert!(error.to_string().starts_with(&format!("'{text}'")));
        }
    }
}
