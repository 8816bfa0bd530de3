//! Items that hold many entries of one kind: `{"version":2,"items":[…]}`
//! (reference/PROTOCOL.md sections 9.2 and 9.4).

use super::flaw::Flaw;
use super::raw::{Broken, Elements, Raw};
use super::{Bad, Findings};
use crate::envelope::ItemHeader;
use crate::outcome::DataCategory;

/// How many entries of one container are looked at; SDKs send a thousand at most. The others are
/// counted as too many.
pub(super) const ENTRIES_MAX: u64 = 100_000;

/// What sort of container it is.
pub(super) struct Container {
    /// What an entry is called in messages.
    pub(super) entry: &'static str,
    /// What the item header's `content_type` must be.
    pub(super) content_type: &'static str,
    /// What an entry counts as.
    pub(super) category: DataCategory,
    /// What its bytes count as, if they are counted.
    pub(super) byte_category: Option<DataCategory>,
    /// The reason of the outcome of entries that are too large or too many.
    pub(super) too_large: &'static str,
}

/// What is counted of entries that share an outcome.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    entries: u64,
    bytes: u64,
}

/// The entries that share a flaw, with the message of the first.
struct Flawed {
    reason: &'static str,
    message: String,
    tally: Tally,
}

impl Container {
    /// Looks at every entry with `check`, which returns the bytes that the entry counts as. One bad
    /// entry, or one of more than `entry_bytes_max` bytes, costs only itself; a container that does
    /// not hold what its header says costs all.
    pub(super) fn look(
        &self,
        payload: &[u8],
        header: &ItemHeader,
        entry_bytes_max: usize,
        check: impl Fn(Raw<'_>) -> Result<u64, Flaw>,
    ) -> Findings {
        let entries = match self.open(payload, header) {
            Ok(entries) => entries,
            Err((count, flaw)) => {
                return self.refuse(payload, count.or(header.item_count), &flaw);
            }
        };
        let total = entries.clone().count();
        let (mut good, mut flawed) = (Tally::default(), Vec::new());
        for (entry, number) in entries.flatten().zip(1..) {
            let checked = self.check_entry(entry, number, entry_bytes_max);
            match checked.and_then(|()| check(entry)) {
                Ok(bytes) => good.add(bytes),
                Err(flaw) => add_flawed(&mut flawed, flaw, entry.len(), |words| {
                    format!("{} {number} of {total} {words}", self.entry)
                }),
            }
        }
        let mut findings = Findings::default();
        for (category, quantity) in self.quantities(good) {
            findings.good.push((category, quantity));
        }
        for flawed in flawed {
            self.add_bad(&mut findings, &flawed);
        }
        findings
    }

    /// The entries, when the container is as its header says. Otherwise what is wrong, with the
    /// number of entries if it is known.
    fn open<'a>(
        &self,
        payload: &'a [u8],
        header: &ItemHeader,
    ) -> Result<Elements<'a>, (Option<u64>, Flaw)> {
        let invalid = |words| (None, Flaw::new("invalid_json", words));
        let broken = |broken: Broken| (None, Flaw::from(broken));
        if !has_content_type(header, self.content_type) {
            return Err(invalid("has another content_type than its type says"));
        }
        let container = Raw::whole(payload).map_err(broken)?;
        let [version, settings, items] = container
            .pick(["version", "ingest_settings", "items"])
            .map_err(broken)?;
        if version.is_some_and(|version| version.whole_number().is_none()) {
            return Err(invalid("has a version that is not a number"));
        }
        // What the settings say matters to whoever keeps the entries.
        if settings.is_some_and(|settings| !settings.is_object()) {
            return Err(invalid("has ingest_settings that are not an object"));
        }
        let items = items.ok_or_else(|| invalid("lacks items"))?;
        let entries = items.elements();
        let entries = entries.ok_or_else(|| invalid("has items that are not a list"))?;
        let mut count = 0;
        for entry in entries.clone() {
            entry.map_err(|error| (Some(count), Flaw::from(error)))?;
            count += 1;
        }
        match header.item_count {
            Some(said) if said != count => {
                let words = format!("holds {count} entries where its item_count says {said}");
                let flaw = Flaw {
                    reason: "invalid_json",
                    words: words.into(),
                };
                Err((Some(count), flaw))
            }
            _ => Ok(entries),
        }
    }

    /// Checks what an entry of any kind must be.
    fn check_entry(&self, entry: Raw<'_>, number: u64, bytes_max: usize) -> Result<(), Flaw> {
        if number > ENTRIES_MAX {
            return Err(Flaw::new(self.too_large, "comes after the first 100000"));
        }
        if entry.len() > bytes_max {
            return Err(Flaw {
                reason: self.too_large,
                words: format!("has more than {bytes_max} bytes").into(),
            });
        }
        if !entry.is_object() {
            return Err(Flaw::new("invalid_json", "is not an object"));
        }
        entry.check()?;
        Ok(())
    }

    /// The whole container is bad; it counts as many entries as it holds, else as it says, but no
    /// more than would fit.
    fn refuse(&self, payload: &[u8], count: Option<u64>, flaw: &Flaw) -> Findings {
        let bytes = bytes_of(payload.len());
        let entries = count.unwrap_or(1).clamp(1, bytes.max(1));
        let mut findings = Findings::default();
        let flawed = Flawed {
            reason: flaw.reason,
            message: format!("the container of {}s {}", self.entry, flaw.words),
            tally: Tally { entries, bytes },
        };
        self.add_bad(&mut findings, &flawed);
        findings
    }

    fn add_bad(&self, findings: &mut Findings, flawed: &Flawed) {
        for (category, quantity) in self.quantities(flawed.tally) {
            findings.bad.push(Bad {
                category,
                quantity,
                reason: flawed.reason,
                message: flawed.message.clone().into(),
            });
        }
    }

    /// What a tally counts as; nothing when it is empty.
    fn quantities(&self, tally: Tally) -> impl Iterator<Item = (DataCategory, u64)> {
        let bytes = self.byte_category.map(|it| (it, tally.bytes.max(1)));
        let quantities = [Some((self.category, tally.entries)), bytes];
        let wanted = if tally.entries == 0 { 0 } else { 2 };
        quantities.into_iter().take(wanted).flatten()
    }
}

impl Tally {
    fn add(&mut self, bytes: u64) {
        self.entries += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

/// Whether an item is of this content type, in any case of letters and with any parameters. One
/// without content type is whatever its type says.
pub(super) fn has_content_type(header: &ItemHeader, wanted: &str) -> bool {
    header.content_type.as_deref().is_none_or(|given| {
        let bare = given.split(';').next().unwrap_or_default().trim();
        bare.eq_ignore_ascii_case(wanted)
    })
}

/// A length as a quantity.
pub(super) fn bytes_of(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// How many bytes of `attributes` count: the keys, and the values as they are written.
pub(super) fn attribute_bytes(attributes: Raw<'_>) -> u64 {
    let members = attributes.members().into_iter().flatten().flatten();
    let bytes = members.map(|(key, value)| bytes_of(key.len() + value_bytes(value)));
    bytes.sum()
}

/// The bytes of an attribute's `value`, without quotes and type.
fn value_bytes(attribute: Raw<'_>) -> usize {
    let [value] = attribute.pick(["value"]).unwrap_or_default();
    value.map_or(0, |value| {
        value.text().map_or(value.len(), |text| text.len())
    })
}

fn add_flawed(
    all: &mut Vec<Flawed>,
    flaw: Flaw,
    bytes: usize,
    message: impl FnOnce(&str) -> String,
) {
    let bytes = bytes_of(bytes);
    if let Some(same) = all.iter_mut().find(|it| it.reason == flaw.reason) {
        same.tally.add(bytes);
        return;
    }
    let mut tally = Tally::default();
    tally.add(bytes);
    all.push(Flawed {
        reason: flaw.reason,
        message: message(&flaw.words),
        tally,
    });
}
