use std::cell::OnceCell;
use std::net::IpAddr;

use watchfire_event::{Level, Network, ReleaseVersion};

use super::range::VersionRange;
use super::values::Sets;
use crate::order::Order;

/// A test that is about more than letters.
#[derive(Clone, Debug)]
pub(super) enum Comparison {
    Number(Order, f64),
    Level(Order, Level),
    Version(Order, ReleaseVersion),
    /// A number if both are, else a version.
    Loose(Order, Option<f64>, Option<ReleaseVersion>),
    Range(VersionRange),
    Network(Network),
}

/// A value of a field and what it means, which is found out once for all tests.
pub(super) struct FieldValue<'v> {
    /// The value as it is.
    pub(super) text: &'v str,
    /// The sets that it belongs to.
    pub(super) sets: Sets,
    /// Its number among the values of the field, from 1.
    pub(super) number: usize,
    amount: OnceCell<Option<f64>>,
    version: OnceCell<Option<ReleaseVersion>>,
    address: OnceCell<Option<IpAddr>>,
}

impl<'v> FieldValue<'v> {
    pub(super) fn new(text: &'v str, sets: Sets, number: usize) -> Self {
        Self {
            text,
            sets,
            number,
            amount: OnceCell::new(),
            version: OnceCell::new(),
            address: OnceCell::new(),
        }
    }

    fn amount(&self) -> Option<f64> {
        *self.amount.get_or_init(|| self.text.trim().parse().ok())
    }

    fn version(&self) -> Option<&ReleaseVersion> {
        let version = self
            .version
            .get_or_init(|| ReleaseVersion::parse(self.text));
        version.as_ref()
    }

    fn address(&self) -> Option<IpAddr> {
        *self.address.get_or_init(|| self.text.trim().parse().ok())
    }
}

impl Comparison {
    /// Whether it holds for a value. Values of another kind never pass.
    pub(super) fn holds(&self, value: &FieldValue<'_>) -> bool {
        let is_amount = |order: Order, amount: f64| {
            let compared = value.amount().and_then(|own| own.partial_cmp(&amount));
            compared.is_some_and(|compared| order.holds(compared))
        };
        // Versions of different packages cannot be compared.
        let is_version = |order: Order, version: &ReleaseVersion| {
            value.version().is_some_and(|own| {
                let is_of_package =
                    version.package().is_none() || version.package() == own.package();
                is_of_package && order.holds(own.cmp_version(version))
            })
        };
        match self {
            Self::Number(order, number) => is_amount(*order, *number),
            Self::Level(order, level) => {
                Level::parse(value.text).is_some_and(|own| order.holds(own.cmp(level)))
            }
            Self::Version(order, version) => is_version(*order, version),
            Self::Loose(order, number, version) => match number {
                Some(number) if value.amount().is_some() => is_amount(*order, *number),
                _ => version.as_ref().is_some_and(|it| is_version(*order, it)),
            },
            Self::Range(range) => value.version().is_some_and(|own| range.contains(own)),
            Self::Network(network) => value.address().is_some_and(|it| network.contains(it)),
        }
    }
}
