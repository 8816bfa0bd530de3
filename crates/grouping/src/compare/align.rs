//! Which items of two lists stand for each other.

use crate::Component;

/// Items of each list, without those that are equal at both ends, that are searched for the best
/// match; longer lists are paired from their ends.
const SEARCHED_MAX: usize = 400;

/// A component of the left list, of the right list, or of both.
pub(super) type Pair<'c, 'e> = (Option<&'c Component<'e>>, Option<&'c Component<'e>>);

/// Pairs the components of two lists, so that as many as possible that have one name are paired.
/// What stands between them is paired from the end, where the crash is.
pub(super) fn align<'c, 'e>(
    left: &'c [Component<'e>],
    right: &'c [Component<'e>],
) -> Vec<Pair<'c, 'e>> {
    let is_same = |pair: &(&Component<'_>, &Component<'_>)| has_one_name(pair.0, pair.1);
    let start = left.iter().zip(right).take_while(is_same).count();
    let (left_start, left) = left.split_at(start);
    let (right_start, right) = right.split_at(start);
    let end = left.iter().rev().zip(right.iter().rev());
    let end = end.take_while(is_same).count();
    let (left, left_end) = left.split_at(left.len() - end);
    let (right, right_end) = right.split_at(right.len() - end);
    let both = |(left, right)| (Some(left), Some(right));
    let mut pairs: Vec<Pair<'c, 'e>> = left_start.iter().zip(right_start).map(both).collect();
    if left.len() <= SEARCHED_MAX && right.len() <= SEARCHED_MAX {
        search(left, right, &mut pairs);
    } else {
        from_the_end(left, right, &mut pairs);
    }
    pairs.extend(left_end.iter().zip(right_end).map(both));
    pairs
}

/// Whether two components name the same thing: frames by their texts but for the line of code,
/// exceptions by their types, whether they count or not.
fn has_one_name(left: &Component<'_>, right: &Component<'_>) -> bool {
    fn names<'c>(component: &'c Component<'_>) -> impl Iterator<Item = &'c Component<'c>> {
        let is_name =
            |part: &&Component<'_>| matches!(part.id, "module" | "filename" | "function" | "type");
        component.parts().iter().filter(is_name)
    }
    if left.parts().is_empty() {
        return left.content == right.content;
    }
    let is_same = |pair: (&Component<'_>, &Component<'_>)| {
        pair.0.id == pair.1.id && pair.0.content == pair.1.content
    };
    names(left).count() == names(right).count() && names(left).zip(names(right)).all(is_same)
}

/// The longest common part of both lists, with the rest paired between its items.
fn search<'c, 'e>(
    left: &'c [Component<'e>],
    right: &'c [Component<'e>],
    pairs: &mut Vec<Pair<'c, 'e>>,
) {
    let width = right.len() + 1;
    // For each pair of places, how many items of what is behind them can be matched.
    let mut common = vec![0_u16; (left.len() + 1) * width];
    let get = |common: &[u16], row: usize, column: usize| {
        common
            .get(row * width + column)
            .copied()
            .unwrap_or_default()
    };
    for (row, one) in left.iter().enumerate().rev() {
        for (column, other) in right.iter().enumerate().rev() {
            let length = if has_one_name(one, other) {
                get(&common, row + 1, column + 1) + 1
            } else {
                get(&common, row + 1, column).max(get(&common, row, column + 1))
            };
            if let Some(cell) = common.get_mut(row * width + column) {
                *cell = length;
            }
        }
    }
    let (mut row, mut column) = (0, 0);
    let (mut left_gap, mut right_gap) = (0, 0);
    let gap = |items: &'c [Component<'e>], from: usize, to: usize| {
        items.get(from..to).unwrap_or_default()
    };
    while let (Some(one), Some(other)) = (left.get(row), right.get(column)) {
        let best = get(&common, row, column);
        if has_one_name(one, other) && best == get(&common, row + 1, column + 1) + 1 {
            from_the_end(
                gap(left, left_gap, row),
                gap(right, right_gap, column),
                pairs,
            );
            pairs.push((Some(one), Some(other)));
            (row, column) = (row + 1, column + 1);
            (left_gap, right_gap) = (row, column);
        } else if get(&common, row + 1, column) == best {
            row += 1;
        } else {
            column += 1;
        }
    }
    from_the_end(
        gap(left, left_gap, left.len()),
        gap(right, right_gap, right.len()),
        pairs,
    );
}

fn from_the_end<'c, 'e>(
    left: &'c [Component<'e>],
    right: &'c [Component<'e>],
    pairs: &mut Vec<Pair<'c, 'e>>,
) {
    let more_left = left.len().saturating_sub(right.len());
    let more_right = right.len().saturating_sub(left.len());
    let (alone_left, left) = left.split_at(more_left);
    let (alone_right, right) = right.split_at(more_right);
    pairs.extend(alone_left.iter().map(|alone| (Some(alone), None)));
    pairs.extend(alone_right.iter().map(|alone| (None, Some(alone))));
    let both = left.iter().zip(right);
    pairs.extend(both.map(|(left, right)| (Some(left), Some(right))));
}
