//! Matching with patterns of few steps: a set of places is one word.

use super::GlobKind;
use super::program::{Places, Program, Step};

/// Steps of a pattern that is matched like this.
const STEPS_MAX: usize = 64;
/// Characters for which the places that take them are known beforehand.
const ASCII: u8 = 128;

/// For each place, where a pattern can be without taking a character.
#[derive(Clone, Debug)]
pub(super) struct Quick {
    reach: Box<[u64]>,
    /// Places that take any number of any characters.
    anything: u64,
    /// The places where the pattern is done.
    end: u64,
    /// For each of the first characters, the places that take it.
    takers: Box<[u64]>,
}

impl Quick {
    /// `None` if there are too many steps.
    pub(super) fn new(steps: &[Step], kind: GlobKind) -> Option<Self> {
        if steps.len() > STEPS_MAX {
            return None;
        }
        let mut places = Places::new(steps.len());
        let reach = (0..steps.len()).map(|place| {
            places.clear();
            places.enter(steps, place);
            places.list.iter().fold(0, |set, place| set | 1 << place)
        });
        let reach = reach.collect();
        let of = |is_wanted: &dyn Fn(&Step) -> bool| {
            let places = steps.iter().enumerate();
            let wanted = places.filter(|(_, step)| is_wanted(step));
            wanted.fold(0, |set, (place, _)| set | 1 << place)
        };
        let takers = (0..ASCII).map(|byte| of(&|step| step.takes(char::from(byte), kind)));
        Some(Self {
            reach,
            anything: of(&|step| matches!(step, Step::Anything)),
            end: of(&|step| matches!(step, Step::End)),
            takers: takers.collect(),
        })
    }

    /// Whether the whole text matches.
    pub(super) fn matches(&self, program: &Program, text: &str) -> bool {
        let mut places = self.reach(0);
        for character in text.chars() {
            let mut next = 0;
            if let Some(floor) = highest(places & self.anything) {
                next = self.reach(floor);
                places &= !(u64::MAX >> (63 - floor));
            }
            let takers = usize::try_from(u32::from(character)).ok();
            let takers = takers.and_then(|place| self.takers.get(place));
            places &= takers.copied().unwrap_or(u64::MAX);
            while places != 0 {
                let place = usize::try_from(places.trailing_zeros()).unwrap_or_default();
                places &= places - 1;
                if takers.is_some() || program.takes(place, character) {
                    next |= self.reach(place + 1);
                }
            }
            if next == 0 {
                return false;
            }
            places = next;
        }
        places & self.end != 0
    }

    fn reach(&self, place: usize) -> u64 {
        self.reach.get(place).copied().unwrap_or_default()
    }
}

fn highest(places: u64) -> Option<usize> {
    usize::try_from(places.checked_ilog2()?).ok()
}
