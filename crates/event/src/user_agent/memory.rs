use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Remembers what was made for the texts asked for last.
///
/// There are two generations: when the new one is full it becomes the old one, and what the old
/// one held is forgotten unless it was asked for in the meantime.
pub(super) struct Memory<V> {
    generation_max: usize,
    generations: Mutex<Generations<V>>,
}

struct Generations<V> {
    new: HashMap<Box<str>, Arc<V>>,
    old: HashMap<Box<str>, Arc<V>>,
}

impl<V> Memory<V> {
    /// Remembers at least `generation_max` texts and at most twice as many.
    pub(super) fn new(generation_max: usize) -> Self {
        Self {
            generation_max,
            generations: Mutex::new(Generations {
                new: HashMap::new(),
                old: HashMap::new(),
            }),
        }
    }

    /// What `make` made for this text, now or earlier. Nothing is locked while it makes it, so
    /// two threads may make the same at once.
    pub(super) fn get_or_make(&self, text: &str, make: impl FnOnce() -> V) -> Arc<V> {
        if let Some(found) = self.find(text) {
            return found;
        }
        let made = Arc::new(make());
        self.keep(text.into(), Arc::clone(&made));
        made
    }

    fn find(&self, text: &str) -> Option<Arc<V>> {
        let mut generations = self.lock();
        if let Some(found) = generations.new.get(text) {
            return Some(Arc::clone(found));
        }
        let (text, found) = generations.old.remove_entry(text)?;
        self.insert(&mut generations, text, Arc::clone(&found));
        Some(found)
    }

    fn keep(&self, text: Box<str>, value: Arc<V>) {
        self.insert(&mut self.lock(), text, value);
    }

    fn insert(&self, generations: &mut Generations<V>, text: Box<str>, value: Arc<V>) {
        if generations.new.len() >= self.generation_max {
            generations.old = std::mem::take(&mut generations.new);
        }
        generations.new.insert(text, value);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Generations<V>> {
        // Nothing panics between two changes that belong together.
        self.generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_texts_is_forgotten_but_what_is_asked_for_stays() {
        let memory = Memory::new(10);
        let loved = memory.get_or_make("loved", || 0);
        for text in 1..1_000 {
            memory.get_or_make(&text.to_string(), || text);
            let again = memory.get_or_make("loved", || -1);
            assert!(Arc::ptr_eq(&loved, &again));
        }
        let generations = memory.lock();
        assert!(generations.new.len() + generations.old.len() <= 20);
        assert!(!generations.new.contains_key("1") && !generations.old.contains_key("1"));
    }
}
