//! Which exceptions of a tree count.

use std::collections::HashMap;

use crate::exception::Exception;
use crate::stack::View;

/// The exceptions that count, and the one that the event is named after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    /// Places in the list of exceptions, in the order in which they are hashed.
    pub(crate) places: Vec<usize>,
    /// Place of the one that gives the title; `None` for the last one.
    pub(crate) main: Option<usize>,
}

/// Picks the exceptions of a tree that tell events apart, so that a group of ten equal failures
/// is the same issue as one of two (reference/GROUPING.md section 4 "Exception groups").
///
/// Everything counts when the list is no tree, or (`is_exempt`) when the SDK is one whose trees
/// are not to be trusted.
pub(crate) fn select(exceptions: &[Exception<'_>], is_exempt: bool) -> Selection {
    let mut selection = Selection {
        places: (0..exceptions.len()).collect(),
        main: None,
    };
    if exceptions.len() < 2 {
        return selection;
    }
    if !is_exempt && let Some(tree) = Tree::read(exceptions) {
        tree.narrow(&mut selection);
    }
    if selection.places.len() > 1
        && let Some(main) = wrapped(exceptions, &selection.places)
    {
        selection.main = Some(main);
    }
    selection
}

/// The exceptions that name each other as parents and members.
struct Tree<'s, 'e> {
    exceptions: &'s [Exception<'e>],
    /// Places of the children by the place of the parent, the last in the list first.
    children: HashMap<usize, Vec<usize>>,
    root: usize,
}

/// The numbers of the exceptions lead in a circle.
struct Circle;

impl<'s, 'e> Tree<'s, 'e> {
    /// `None` unless every exception has a number of its own, is not its own parent, and one is
    /// number 0.
    fn read(exceptions: &'s [Exception<'e>]) -> Option<Self> {
        let mut place_of = HashMap::with_capacity(exceptions.len());
        for (place, exception) in exceptions.iter().enumerate() {
            let id = exception.id()?;
            if exception.parent_id() == Some(id) || place_of.insert(id, place).is_some() {
                return None;
            }
        }
        let root = *place_of.get(&0)?;
        let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
        for (place, exception) in exceptions.iter().enumerate().rev() {
            let parent = exception.parent_id().and_then(|id| place_of.get(&id));
            if let Some(parent) = parent {
                children.entry(*parent).or_default().push(place);
            }
        }
        Some(Self {
            exceptions,
            children,
            root,
        })
    }

    /// Leaves the selection as it is if the tree has circles.
    fn narrow(&self, selection: &mut Selection) {
        let Ok(mut top) = self.top_level() else {
            return;
        };
        // An exception without a type sorts as Python's text for nothing does.
        let kind = |place: usize| {
            let kind = self.exceptions.get(place).and_then(|found| found.kind);
            kind.unwrap_or("None")
        };
        top.sort_by(|left, right| kind(*right).cmp(kind(*left)));
        top.dedup_by(|next, former| self.is_alike(*next, *former));
        match top.as_slice() {
            // As Sentry's results have it, unlike the reference: the group stands alone.
            [] => selection.places = vec![self.root],
            [main] => {
                selection.main = Some(*main);
                if let Ok(path) = self.first_path(*main) {
                    selection.places = path;
                }
            }
            _ => {
                top.push(self.root);
                selection.places = top;
            }
        }
    }

    fn children(&self, place: usize) -> &[usize] {
        self.children.get(&place).map_or(&[], Vec::as_slice)
    }

    /// The first exceptions below the root that are no groups.
    fn top_level(&self) -> Result<Vec<usize>, Circle> {
        let mut found = Vec::new();
        let mut open = vec![self.root];
        // A place that is visited twice is one of a circle: each has one parent.
        let mut visits_left = self.exceptions.len();
        while let Some(place) = open.pop() {
            visits_left = visits_left.checked_sub(1).ok_or(Circle)?;
            if self.exceptions.get(place).is_some_and(Exception::is_group) {
                open.extend(self.children(place).iter().rev());
            } else {
                found.push(place);
            }
        }
        Ok(found)
    }

    /// An exception with its cause, the cause's cause, and so on.
    fn first_path(&self, start: usize) -> Result<Vec<usize>, Circle> {
        let mut path = vec![start];
        while let Some(next) = path.last().and_then(|place| self.children(*place).first()) {
            if path.len() == self.exceptions.len() {
                return Err(Circle);
            }
            path.push(*next);
        }
        Ok(path)
    }

    fn is_alike(&self, left: usize, right: usize) -> bool {
        let component = |place: usize, view| {
            let exception = self.exceptions.get(place)?;
            exception.component(view)
        };
        View::ALL.into_iter().all(|view| {
            let (left, right) = (component(left, view), component(right, view));
            match (&left, &right) {
                (Some(left), Some(right)) => left.values() == right.values(),
                _ => left.is_none() == right.is_none(),
            }
        })
    }
}

/// The exception that says more than the one that a framework wrapped around it: only the title
/// is taken from it (reference/GROUPING.md section 4).
fn wrapped(exceptions: &[Exception<'_>], places: &[usize]) -> Option<usize> {
    let counting = || {
        let found = |place: &usize| Some((*place, exceptions.get(*place)?));
        places.iter().filter_map(found)
    };
    react_cause(counting().next()?.1, counting().next_back()?)
        .or_else(|| rxjava_cause(counting(), counting()))
}

const REACT_RECOVERIES: [&str; 2] = [
    "There was an error during concurrent rendering but React was able to recover by instead \
     synchronously rendering the entire root.",
    "There was an error while hydrating but React was able to recover by instead client rendering \
     from the nearest Suspense boundary.",
];

fn react_cause(first: &Exception<'_>, last: (usize, &Exception<'_>)) -> Option<usize> {
    let is_recovery = first.kind == Some("Error")
        && first
            .value
            .is_some_and(|value| REACT_RECOVERIES.contains(&value));
    let is_cause = last.1.mechanism_text("source") == Some("cause");
    (is_recovery && is_cause && last.1.id().is_some_and(|id| id != 0)).then_some(last.0)
}

const RXJAVA_WRAPPERS: [&str; 3] = [
    "OnErrorNotImplementedException",
    "CompositeException",
    "UndeliverableException",
];

fn rxjava_cause<'s, 'e: 's>(
    mut wrappers: impl Iterator<Item = (usize, &'s Exception<'e>)>,
    mut members: impl Iterator<Item = (usize, &'s Exception<'e>)>,
) -> Option<usize> {
    let is_wrapper = |found: &Exception<'_>| {
        found.module == Some("io.reactivex.rxjava3.exceptions")
            && found
                .kind
                .is_some_and(|kind| RXJAVA_WRAPPERS.contains(&kind))
            && found.mechanism_text("type") == Some("UncaughtExceptionHandler")
    };
    let wrapper = wrappers.find(|found| is_wrapper(found.1))?.1.id()?;
    let is_member =
        |found: &Exception<'_>| found.parent_id() == Some(wrapper) && found.id().is_some();
    let member = members.find(|found| is_member(found.1))?;
    // Sentry takes number 0 for none.
    (member.1.id() != Some(0)).then_some(member.0)
}

#[cfg(test)]
mod tests;
