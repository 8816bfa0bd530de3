//! Matching by a set of places in the pattern: one pass over the text, without backtracking.

use super::parse::Token;
use super::quick::Quick;
use super::{GlobKind, folded};

/// A pattern as steps. A place is the index of the step that comes next.
#[derive(Clone, Debug)]
pub(super) struct Program {
    steps: Box<[Step]>,
    quick: Option<Quick>,
    kind: GlobKind,
}

#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Takes this character.
    Text(char),
    /// Takes any character.
    Any,
    /// Takes any character but the separator of folders.
    Name,
    /// Takes a character of the class.
    Class {
        is_negated: bool,
        ranges: Box<[(char, char)]>,
    },
    /// Goes on at both places.
    Fork(usize, usize),
    /// Goes on there.
    Jump(usize),
    /// Takes any number of any characters. All ways through the pattern meet here, so whoever is
    /// here needs no place before it any longer.
    Anything,
    /// The pattern ends here.
    End,
}

impl Program {
    pub(super) fn new(tokens: &[Token], kind: GlobKind) -> Self {
        let mut compiler = Compiler {
            steps: Vec::new(),
            kind,
        };
        compiler.sequence(tokens, true);
        compiler.steps.push(Step::End);
        Self {
            quick: Quick::new(&compiler.steps, kind),
            steps: compiler.steps.into_boxed_slice(),
            kind,
        }
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        match &self.quick {
            Some(quick) => quick.matches(self, text),
            None => self.matches_slowly(text),
        }
    }

    /// The same for patterns of any length.
    pub(super) fn matches_slowly(&self, text: &str) -> bool {
        let mut places = Places::new(self.steps.len());
        let mut next = Places::new(self.steps.len());
        places.enter(&self.steps, 0);
        for character in text.chars() {
            next.clear();
            let is_anything =
                |place: &&usize| matches!(self.steps.get(**place), Some(Step::Anything));
            let floor = places.list.iter().filter(is_anything).max().copied();
            if let Some(floor) = floor {
                next.enter(&self.steps, floor);
            }
            for place in places.list.iter().filter(|place| Some(**place) > floor) {
                if self.takes(*place, character) {
                    next.enter(&self.steps, place + 1);
                }
            }
            if next.list.is_empty() {
                return false;
            }
            std::mem::swap(&mut places, &mut next);
        }
        let is_end = |place: &usize| matches!(self.steps.get(*place), Some(Step::End));
        places.list.iter().any(is_end)
    }

    /// Whether the step at `place` takes a character.
    pub(super) fn takes(&self, place: usize, character: char) -> bool {
        let step = self.steps.get(place);
        step.is_some_and(|step| step.takes(character, self.kind))
    }
}

impl Step {
    /// Whether it takes a character; a place that any number of characters leaves where it is
    /// takes none.
    pub(super) fn takes(&self, character: char, kind: GlobKind) -> bool {
        let compared = folded(character, kind);
        match self {
            Self::Text(wanted) => compared == *wanted,
            Self::Any => true,
            Self::Name => compared != '/',
            Self::Class { is_negated, ranges } => {
                let has = |it: char| ranges.iter().any(|(from, to)| (*from..=*to).contains(&it));
                let other_case = || {
                    let mut upper = character.to_uppercase();
                    let single = upper.next().filter(|_| upper.next().is_none());
                    kind != GlobKind::Text && single.is_some_and(has)
                };
                (has(compared) || other_case()) != *is_negated
            }
            Self::Fork(..) | Self::Jump(_) | Self::Anything | Self::End => false,
        }
    }
}

/// A set of places, in the order in which they were entered.
pub(super) struct Places {
    pub(super) list: Vec<usize>,
    is_member: Vec<bool>,
    open: Vec<usize>,
}

impl Places {
    pub(super) fn new(count: usize) -> Self {
        Self {
            list: Vec::new(),
            is_member: vec![false; count],
            open: Vec::new(),
        }
    }

    pub(super) fn clear(&mut self) {
        for place in self.list.drain(..) {
            if let Some(is_member) = self.is_member.get_mut(place) {
                *is_member = false;
            }
        }
    }

    /// Adds a place and those that follow from it without taking anything.
    pub(super) fn enter(&mut self, steps: &[Step], place: usize) {
        self.open.push(place);
        while let Some(place) = self.open.pop() {
            let Some(is_member) = self.is_member.get_mut(place) else {
                continue;
            };
            if std::mem::replace(is_member, true) {
                continue;
            }
            self.list.push(place);
            match steps.get(place) {
                Some(Step::Fork(first, second)) => self.open.extend([*second, *first]),
                Some(Step::Jump(target)) => self.open.push(*target),
                Some(Step::Anything) => self.open.push(place + 1),
                _ => {}
            }
        }
    }
}

struct Compiler {
    steps: Vec<Step>,
    kind: GlobKind,
}

impl Compiler {
    /// `is_outer` says that the sequence is in no choice: whoever gets to its end is done with
    /// what stands before.
    fn sequence(&mut self, tokens: &[Token], is_outer: bool) {
        for token in tokens {
            self.token(token, is_outer);
        }
    }

    fn token(&mut self, token: &Token, is_outer: bool) {
        match token {
            Token::Text(character) => self.steps.push(Step::Text(folded(*character, self.kind))),
            Token::One => self.steps.push(self.one()),
            Token::Star if self.kind == GlobKind::Path => {
                self.optional(|compiler| {
                    let start = compiler.steps.len() - 1;
                    compiler.steps.push(Step::Name);
                    compiler.steps.push(Step::Jump(start));
                });
            }
            Token::Star | Token::Anything => self.anything(is_outer),
            Token::Class { is_negated, ranges } => self.steps.push(Step::Class {
                is_negated: *is_negated,
                ranges: ranges.clone().into_boxed_slice(),
            }),
            // A separator that may be missing, or anything that ends in one.
            Token::FoldersBefore => self.optional(|compiler| {
                compiler.anything(false);
                compiler.steps.push(Step::Text('/'));
            }),
            Token::FoldersBetween => {
                self.steps.push(Step::Text('/'));
                self.optional(|compiler| {
                    compiler.anything(false);
                    compiler.steps.push(Step::Text('/'));
                });
            }
            Token::FoldersAfter => {
                self.steps.push(Step::Text('/'));
                self.anything(is_outer);
            }
            Token::Choice(choices) => self.choice(choices),
        }
    }

    fn one(&self) -> Step {
        match self.kind {
            GlobKind::Path => Step::Name,
            GlobKind::Text | GlobKind::AnyCase => Step::Any,
        }
    }

    /// Any number of any characters.
    fn anything(&mut self, is_outer: bool) {
        if is_outer {
            self.steps.push(Step::Anything);
            return;
        }
        self.optional(|compiler| {
            let start = compiler.steps.len() - 1;
            compiler.steps.push(Step::Any);
            compiler.steps.push(Step::Jump(start));
        });
    }

    /// What `inner` adds, or nothing.
    fn optional(&mut self, inner: impl FnOnce(&mut Self)) {
        let fork = self.steps.len();
        self.steps.push(Step::Jump(0));
        inner(self);
        self.patch(fork, Step::Fork(fork + 1, self.steps.len()));
    }

    fn choice(&mut self, choices: &[Vec<Token>]) {
        let Some((last, others)) = choices.split_last() else {
            return;
        };
        let mut exits = Vec::new();
        for choice in others {
            let fork = self.steps.len();
            self.steps.push(Step::Jump(0));
            self.sequence(choice, false);
            exits.push(self.steps.len());
            self.steps.push(Step::Jump(0));
            self.patch(fork, Step::Fork(fork + 1, self.steps.len()));
        }
        self.sequence(last, false);
        for exit in exits {
            self.patch(exit, Step::Jump(self.steps.len()));
        }
    }

    fn patch(&mut self, place: usize, step: Step) {
        if let Some(patched) = self.steps.get_mut(place) {
            *patched = step;
        }
    }
}
