//! Limits of how much a key, a project or the whole server takes in a window of time
//! (reference/PROTOCOL.md section 6).
//!
//! Windows are fixed: each begins with its minute, hour, day or month, and when it ends everything
//! flows again. Counts live in memory; those of long windows begin with what the outcomes say was
//! accepted, so that a restart does not give everything again. Several servers on one database
//! count each for itself.

mod header;
mod meter;
mod meters;
mod window;

pub(crate) use header::RateLimits;
pub(crate) use meter::Denied;
pub(crate) use meters::Meters;

use std::sync::Arc;

use self::meter::Meter;
use crate::outcome::{Amount, DataCategory};

/// Which data categories a quota counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Categories {
    /// All of them, each item as one.
    Everything,
    /// What becomes an issue: `default`, `error` and `security`.
    Errors,
    /// One.
    One(DataCategory),
}

/// Who shares a quota. The names are those that clients are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    /// All that use one key.
    Key,
    /// All that send to one project.
    Project,
    /// All; clients know it as the organization.
    Instance,
}

/// The quotas that hold for one key: its own, its project's and the server's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quotas {
    meters: Vec<Arc<Meter>>,
}

/// What an item took out of the quotas.
#[derive(Debug)]
pub(crate) struct Charge {
    quotas: Quotas,
    amount: Amount,
    now: i64,
}

impl Charge {
    /// What the item was counted as.
    pub(crate) const fn amount(&self) -> Amount {
        self.amount
    }

    /// Gives it back, as the item is not stored or was there already.
    pub(crate) fn give_back(self) {
        self.quotas.give_back(self.amount, self.now);
    }
}

impl Quotas {
    /// What [`Quotas::take`] took with these arguments.
    pub(crate) fn charge(&self, amount: Amount, now: i64) -> Charge {
        Charge {
            quotas: self.clone(),
            amount,
            now,
        }
    }

    /// Takes an item that is not kept out of the quotas that name its category. Quotas of several
    /// categories can be used up before it, but not by it: they count what is kept.
    ///
    /// # Errors
    /// [`Denied`] by a quota with too little left; nothing is taken.
    pub(crate) fn take_not_kept(&self, amount: Amount, now: i64) -> Result<(), Denied> {
        self.check(amount, now)?;
        let by_name = |meter: &&Arc<Meter>| meter.counts_one_category();
        let meters = self.meters.iter().filter(by_name).cloned().collect();
        Self { meters }.take(amount, now)
    }

    /// Undoes [`Quotas::take`] with the same arguments.
    pub(crate) fn give_back(&self, amount: Amount, now: i64) {
        give_back(self.meters.iter(), amount, now);
    }

    /// Whether a quota is used up already, without taking anything out of it: asked before work is
    /// done for an item. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// [`Denied`] by the quota that is used up for the longest time.
    pub(crate) fn check(&self, amount: Amount, now: i64) -> Result<(), Denied> {
        let denied = self.meters.iter().filter_map(|meter| {
            let quantity = meter.counted(amount)?;
            meter.is_used_up(quantity, now)
        });
        denied.max_by_key(|it| it.retry_after).map_or(Ok(()), Err)
    }

    /// Takes an item out of every quota that counts it, or out of none.
    ///
    /// # Errors
    /// [`Denied`] by a quota with too little left.
    pub(crate) fn take(&self, amount: Amount, now: i64) -> Result<(), Denied> {
        for (index, meter) in self.meters.iter().enumerate() {
            let Some(quantity) = meter.counted(amount) else {
                continue;
            };
            if let Err(denied) = meter.take(quantity, now) {
                give_back(self.meters.iter().take(index), amount, now);
                return Err(denied);
            }
        }
        Ok(())
    }
}

fn give_back<'a>(meters: impl Iterator<Item = &'a Arc<Meter>>, amount: Amount, now: i64) {
    for meter in meters {
        if let Some(quantity) = meter.counted(amount) {
            meter.give_back(quantity, now);
        }
    }
}

impl Categories {
    /// Reads the category of a stored quota; `None` for a name that nothing counts as.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "" => Some(Self::Everything),
            "error" => Some(Self::Errors),
            _ => DataCategory::named(name).map(Self::One),
        }
    }

    /// How much of an amount is counted; `None` when it is none of these categories'.
    fn quantity_of(self, amount: Amount) -> Option<u64> {
        let mut parts = amount.parts();
        match self {
            Self::Everything => Some(
                parts
                    .find(|(category, _)| !category.is_bytes())
                    .map_or(1, |(_, quantity)| quantity),
            ),
            Self::Errors => parts
                .find(|(category, _)| ERRORS.contains(category))
                .map(|(_, quantity)| quantity),
            Self::One(one) => parts
                .find(|(category, _)| *category == one)
                .map(|(_, quantity)| quantity),
        }
    }

    /// The names of what is counted, as outcomes are stored under them.
    fn names(self) -> Vec<&'static str> {
        let all = DataCategory::ALL.into_iter();
        all.filter(|category| match self {
            Self::Everything => !category.is_bytes(),
            Self::Errors => ERRORS.contains(category),
            Self::One(one) => *category == one,
        })
        .map(DataCategory::name)
        .collect()
    }
}

/// What Sentry's limit of a key counts.
const ERRORS: [DataCategory; 3] = [
    DataCategory::Default,
    DataCategory::Error,
    DataCategory::Security,
];

impl Scope {
    /// As it is named to clients.
    fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Project => "project",
            Self::Instance => "organization",
        }
    }

    /// The reason of the outcome, and the reason code that clients are told.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Key => "key_quota",
            Self::Project => "project_quota",
            Self::Instance => "org_quota",
        }
    }
}

#[cfg(test)]
mod tests;
