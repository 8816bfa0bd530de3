//! Which exceptions of a tree count.

use std::collections::HashMap;

use crate::Component;
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
    if !is_exempt && let Some(tree) = Tree::read(exceptions) {
        return tree.select();
    }
    Selection {
        places: (0..exceptions.len()).collect(),
        main: None,
    }
}

struct Tree<'s, 'e> {
    exceptions: &'s [Exception<'e>],
    /// Places of the children by the place of the parent, the last in the list first.
    children: HashMap<usize, Vec<usize>>,
    root: usize,
}

impl<'s, 'e> Tree<'s, 'e> {
    fn read(exceptions: &'s [Exception<'e>]) -> Option<Self> {
        if exceptions.len() < 2 {
            return None;
        }
        let mut place_of = HashMap::with_capacity(exceptions.len());
        for (place, exception) in exceptions.iter().enumerate() {
            let (id, parent) = exception.ids();
            if parent == id || place_of.insert(id?, place).is_some() {
                return None;
            }
        }
        let root = *place_of.get(&0)?;
        let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
        for (place, exception) in exceptions.iter().enumerate().rev() {
            let parent = exception.ids().1.and_then(|id| place_of.get(&id));
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

    fn select(&self) -> Selection {
        let mut top = self.top_level();
        let kind = |place: usize| self.exceptions.get(place).and_then(|found| found.kind);
        top.sort_by(|left, right| kind(*right).cmp(&kind(*left)));
        top.dedup_by(|next, former| self.is_alike(*next, *former));
        if let [main] = top.as_slice() {
            return Selection {
                places: self.first_path(*main),
                main: Some(*main),
            };
        }
        top.push(self.root);
        Selection {
            places: top,
            main: None,
        }
    }

    fn children(&self, place: usize) -> &[usize] {
        self.children.get(&place).map_or(&[], Vec::as_slice)
    }

    /// The first exceptions below the root that are no groups. Each place is visited once, so that
    /// a cycle in the ids ends.
    fn top_level(&self) -> Vec<usize> {
        let mut found = Vec::new();
        let mut open = vec![self.root];
        let mut visits_left = self.exceptions.len();
        while let (Some(place), Some(left)) = (open.pop(), visits_left.checked_sub(1)) {
            visits_left = left;
            if self.exceptions.get(place).is_some_and(Exception::is_group) {
                open.extend(self.children(place).iter().rev());
            } else {
                found.push(place);
            }
        }
        found
    }

    /// An exception with its cause, the cause's cause, and so on.
    fn first_path(&self, start: usize) -> Vec<usize> {
        let mut path = vec![start];
        while let Some(next) = path.last().and_then(|place| self.children(*place).first())
            && path.len() < self.exceptions.len()
        {
            path.push(*next);
        }
        path
    }

    fn is_alike(&self, left: usize, right: usize) -> bool {
        let component = |place: usize, view| {
            let exception = self.exceptions.get(place);
            exception.map(|exception| exception.component(view))
        };
        View::ALL.into_iter().all(|view| {
            let (left, right) = (component(left, view), component(right, view));
            left.as_ref().map(Component::values) == right.as_ref().map(Component::values)
        })
    }
}

#[cfg(test)]
mod tests {
    use watchfire_event::json::Value;

    use super::*;
    use crate::platform::Platform;

    fn check(exceptions: &str, places: &[usize], main: Option<usize>) {
        let list = watchfire_event::json::parse(exceptions.as_bytes()).unwrap();
        let fields = list.as_array().unwrap().iter().filter_map(Value::as_object);
        let exceptions: Vec<_> = fields
            .map(|fields| Exception::read(fields, Platform::new("other")))
            .collect();
        let selection = select(&exceptions, false);
        assert_eq!(selection.places, places);
        assert_eq!(selection.main, main);
    }

    #[test]
    fn a_plain_chain_counts_as_it_is() {
        check(r#"[{"type":"A"},{"type":"B"}]"#, &[0, 1], None);
    }

    #[test]
    fn of_equal_members_one_stands_for_the_group() {
        check(
            r#"[
                {"type":"A","value":"1","mechanism":{"exception_id":2,"parent_id":0}},
                {"type":"A","value":"1","mechanism":{"exception_id":1,"parent_id":0}},
                {"type":"G","mechanism":{"exception_id":0,"is_exception_group":true}}
            ]"#,
            &[1],
            Some(1),
        );
    }

    #[test]
    fn different_members_count_with_the_group() {
        check(
            r#"[
                {"type":"A","value":"1","mechanism":{"exception_id":2,"parent_id":0}},
                {"type":"B","value":"1","mechanism":{"exception_id":1,"parent_id":0}},
                {"type":"G","mechanism":{"exception_id":0,"is_exception_group":true}}
            ]"#,
            &[1, 0, 2],
            None,
        );
    }

    #[test]
    fn groups_that_contain_each_other_end() {
        check(
            r#"[
                {"type":"A","mechanism":{"exception_id":0,"parent_id":1,"is_exception_group":true}},
                {"type":"B","mechanism":{"exception_id":1,"parent_id":0,"is_exception_group":true}}
            ]"#,
            &[0],
            None,
        );
    }
}
