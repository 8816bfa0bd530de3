//! Where the events of a change go: pure decisions over counted hashes.
//!
//! Only events whose hashes change are placed. They are taken in the order of storing, as the
//! writer will take later ones: an event joins the group of the first of its hashes that is known.
//! A group with a hash that has an owner goes there, because a hash never moves; else it goes
//! where hashes of an older version or of Sentry lead; else it takes the issue that most of its
//! events are in, unless that issue is kept by a larger group, or by events that the change would
//! tear away from this group; else it becomes a new issue.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use watchfire_grouping::{FallbackHash, Hash};

use super::event::Regrouped;

/// Events that are alike for a plan: of one issue, with the same hashes before and after.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Kind {
    pub(super) issue: i64,
    /// The first hash by the rules before.
    pub(super) before: Hash,
    /// Whether the hashes change; the fields below are empty when they do not.
    pub(super) is_changed: bool,
    pub(super) after: Vec<Hash>,
    pub(super) fallbacks: Vec<FallbackHash>,
}

/// Who owns a hash already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Issue(i64),
    /// A discarded issue's tombstone: later events are dropped, stored ones stay.
    Nobody,
}

/// Where events go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Place {
    /// Where they are.
    Stay,
    /// Into this issue, which may be the one they are in.
    Issue(i64),
    /// Into the new issue of this number, from 0.
    New(usize),
}

/// What a plan is made from.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// In the order of first storing.
    pub(super) kinds: Vec<Kind>,
    /// How many events of each kind.
    pub(super) counts: Vec<u64>,
    index: HashMap<Kind, usize>,
}

/// Where every kind and every new hash goes.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// For each kind, in their order.
    pub(super) places: Vec<Place>,
    /// Hashes that nobody owned, in the order of first storing.
    pub(super) hashes: Vec<(Hash, Place)>,
}

/// Events that go one way.
#[derive(Debug, Default)]
struct Group {
    owner: Option<Owner>,
    /// Events by the issue that they are in.
    from: BTreeMap<i64, u64>,
    /// First hashes before the change, by issue.
    before: BTreeSet<(i64, Hash)>,
    /// Events by the owner that a fallback leads to.
    votes: BTreeMap<i64, u64>,
}

impl Kind {
    /// The kind of an event of an issue.
    pub(super) fn of(issue: i64, event: Regrouped) -> Self {
        let (after, fallbacks) = if event.is_changed {
            (event.after.hashes, event.after.fallbacks)
        } else {
            (Vec::new(), Vec::new())
        };
        Self {
            issue,
            before: event.before,
            is_changed: event.is_changed,
            after,
            fallbacks,
        }
    }
}

impl Counted {
    /// Counts an event and returns the number of its kind.
    pub(super) fn add(&mut self, kind: Kind) -> usize {
        let next = self.kinds.len();
        let index = *self.index.entry(kind.clone()).or_insert(next);
        if index == next {
            self.kinds.push(kind);
            self.counts.push(0);
        }
        if let Some(count) = self.counts.get_mut(index) {
            *count += 1;
        }
        index
    }

    /// Every hash that is to be looked up, as stored.
    pub(super) fn hashes(&self) -> HashSet<Vec<u8>> {
        let mut all = HashSet::new();
        for kind in &self.kinds {
            all.extend(kind.after.iter().map(|hash| hash.0.to_vec()));
            all.extend(kind.fallbacks.iter().map(|hash| hash.as_bytes().to_vec()));
        }
        all
    }

    /// Plans. `owners` holds the owners of the hashes that have one, `totals` how many events the
    /// issues have altogether, for what was counted may be a part; without totals no group takes
    /// an issue that does not own one of its hashes.
    pub(super) fn plan(
        &self,
        owners: &HashMap<Vec<u8>, Owner>,
        totals: Option<&HashMap<i64, u64>>,
    ) -> Plan {
        let mut groups: Vec<Group> = Vec::new();
        let mut of_owner: HashMap<i64, usize> = HashMap::new();
        let mut of_hash: HashMap<Hash, usize> = HashMap::new();
        let mut hashes: Vec<(Hash, usize)> = Vec::new();
        let mut of_kind: Vec<Option<usize>> = Vec::with_capacity(self.kinds.len());
        for (kind, count) in self.kinds.iter().zip(&self.counts) {
            if !kind.is_changed {
                of_kind.push(None);
                continue;
            }
            let known = kind.after.iter().find_map(|hash| {
                let planned = of_hash.get(hash).copied().map(Found::Group);
                planned.or_else(|| owners.get(hash.0.as_slice()).copied().map(Found::Owner))
            });
            let index = match known {
                Some(Found::Group(index)) => index,
                Some(Found::Owner(Owner::Nobody)) => {
                    of_kind.push(None);
                    continue;
                }
                Some(Found::Owner(Owner::Issue(id))) => *of_owner.entry(id).or_insert_with(|| {
                    groups.push(Group::owned_by(id));
                    groups.len() - 1
                }),
                None => {
                    groups.push(Group::default());
                    groups.len() - 1
                }
            };
            for hash in &kind.after {
                if !of_hash.contains_key(hash) && !owners.contains_key(hash.0.as_slice()) {
                    of_hash.insert(*hash, index);
                    hashes.push((*hash, index));
                }
            }
            if let Some(group) = groups.get_mut(index) {
                group.add(kind, *count, owners);
            }
            of_kind.push(Some(index));
        }
        let places = self.decide(&groups, totals);
        let place = |index: usize| places.get(index).copied().unwrap_or(Place::Stay);
        Plan {
            places: of_kind
                .into_iter()
                .map(|index| index.map_or(Place::Stay, place))
                .collect(),
            hashes: hashes
                .into_iter()
                .map(|(hash, index)| (hash, place(index)))
                .collect(),
        }
    }

    /// The place of each group.
    fn decide(&self, groups: &[Group], totals: Option<&HashMap<i64, u64>>) -> Vec<Place> {
        let counted = self.counted_by_issue();
        let weight = |issue: i64, events: u64| {
            let of_issue = counted.get(&issue).copied().unwrap_or(1).max(1);
            let total = totals.and_then(|totals| totals.get(&issue)).copied();
            let total = total.unwrap_or(of_issue).max(of_issue);
            u128::from(events) * u128::from(total) / u128::from(of_issue)
        };
        let mut places = vec![Place::Stay; groups.len()];
        let mut kept = HashSet::new();
        let mut open = Vec::new();
        for (index, group) in groups.iter().enumerate() {
            let owner = match group.owner {
                Some(Owner::Issue(id)) => Some(id),
                _ => most(
                    group
                        .votes
                        .iter()
                        .map(|(id, events)| (*id, u128::from(*events))),
                ),
            };
            match owner {
                Some(id) => {
                    kept.insert(id);
                    set(&mut places, index, Place::Issue(id));
                }
                None => open.push((group.events(), index)),
            }
        }
        // The largest group chooses first; of equals the one that was stored first.
        open.sort_by_key(|(events, index)| (std::cmp::Reverse(*events), *index));
        let staying = self.staying();
        let mut new = 0;
        for (_, index) in open {
            let Some(group) = groups.get(index) else {
                continue;
            };
            let weights = group
                .from
                .iter()
                .map(|(id, events)| (*id, weight(*id, *events)));
            let free =
                |id: &i64| totals.is_some() && !kept.contains(id) && !group.is_torn(*id, &staying);
            let place = match most(weights).filter(free) {
                Some(id) => {
                    kept.insert(id);
                    Place::Issue(id)
                }
                None => {
                    new += 1;
                    Place::New(new - 1)
                }
            };
            set(&mut places, index, place);
        }
        places
    }

    fn counted_by_issue(&self) -> HashMap<i64, u64> {
        let mut counted = HashMap::new();
        for (kind, count) in self.kinds.iter().zip(&self.counts) {
            *counted.entry(kind.issue).or_default() += count;
        }
        counted
    }

    /// How many events keep their hashes, by issue and first hash.
    fn staying(&self) -> HashMap<(i64, Hash), u64> {
        let mut staying = HashMap::new();
        for (kind, count) in self.kinds.iter().zip(&self.counts) {
            if !kind.is_changed {
                *staying.entry((kind.issue, kind.before)).or_default() += count;
            }
        }
        staying
    }
}

enum Found {
    Group(usize),
    Owner(Owner),
}

impl Group {
    fn owned_by(issue: i64) -> Self {
        Self {
            owner: Some(Owner::Issue(issue)),
            ..Self::default()
        }
    }

    fn add(&mut self, kind: &Kind, count: u64, owners: &HashMap<Vec<u8>, Owner>) {
        *self.from.entry(kind.issue).or_default() += count;
        self.before.insert((kind.issue, kind.before));
        let vote = kind
            .fallbacks
            .iter()
            .find_map(|hash| owners.get(hash.as_bytes()));
        if let Some(Owner::Issue(id)) = vote {
            *self.votes.entry(*id).or_default() += count;
        }
    }

    fn events(&self) -> u64 {
        self.from.values().sum()
    }

    /// Whether it cannot stay in the issue, because the change tears it away from events that do:
    /// a part that leaves has to go, whatever its size; events that join those of other issues
    /// have to only where more stay behind.
    fn is_torn(&self, issue: i64, staying: &HashMap<(i64, Hash), u64>) -> bool {
        let of_issue = self.before.iter().filter(|(id, _)| *id == issue);
        let behind: u64 = of_issue.filter_map(|of| staying.get(of)).sum();
        let with_it = self.from.get(&issue).copied().unwrap_or(0);
        behind > 0 && (self.from.len() == 1 || behind > with_it)
    }
}

/// The issue with the greatest weight; of equals the oldest.
fn most(weights: impl Iterator<Item = (i64, u128)>) -> Option<i64> {
    let best = weights.max_by_key(|(id, weight)| (*weight, std::cmp::Reverse(*id)));
    best.map(|(id, _)| id)
}

fn set(places: &mut [Place], index: usize, place: Place) {
    if let Some(slot) = places.get_mut(index) {
        *slot = place;
    }
}

#[cfg(test)]
mod tests;
