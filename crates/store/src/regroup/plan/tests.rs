use super::*;

const A: i64 = 1;
const B: i64 = 2;

fn hash(name: u8) -> Hash {
    Hash([name; 32])
}

/// Events of an issue whose first hash changes.
fn changed(issue: i64, before: u8, after: &[u8]) -> Kind {
    Kind {
        issue,
        before: hash(before),
        is_changed: true,
        after: after.iter().copied().map(hash).collect(),
        fallbacks: Vec::new(),
    }
}

fn unchanged(issue: i64, before: u8) -> Kind {
    Kind {
        is_changed: false,
        after: Vec::new(),
        ..changed(issue, before, &[])
    }
}

fn count(kinds: &[(Kind, u64)]) -> Counted {
    let mut counted = Counted::default();
    for (kind, count) in kinds {
        for _ in 0..*count {
            counted.add(kind.clone());
        }
    }
    counted
}

fn places(kinds: &[(Kind, u64)], owners: &[(u8, Owner)]) -> Vec<Place> {
    let owners = owners
        .iter()
        .map(|(name, owner)| (hash(*name).0.to_vec(), *owner))
        .collect();
    count(kinds).plan(&owners, Some(&HashMap::new())).places
}

#[test]
fn a_merge_goes_to_the_issue_with_most_events() {
    let kinds = [(changed(A, 1, &[9]), 2), (changed(B, 2, &[9]), 3)];
    assert_eq!(places(&kinds, &[]), [Place::Issue(B), Place::Issue(B)]);
}

#[test]
fn what_an_issue_has_beyond_the_sample_counts_too() {
    let counted = count(&[(changed(A, 1, &[9]), 2), (changed(B, 2, &[9]), 3)]);
    let totals = HashMap::from([(A, 100), (B, 3)]);
    let plan = counted.plan(&HashMap::new(), Some(&totals));
    assert_eq!(plan.places, [Place::Issue(A), Place::Issue(A)]);
    assert_eq!(plan.hashes, [(hash(9), Place::Issue(A))]);
}

#[test]
fn the_largest_part_of_a_split_stays() {
    let kinds = [
        (changed(A, 1, &[8]), 2),
        (changed(A, 1, &[9]), 5),
        (changed(A, 1, &[7]), 1),
    ];
    assert_eq!(
        places(&kinds, &[]),
        [Place::New(0), Place::Issue(A), Place::New(1)]
    );
}

#[test]
fn a_part_that_leaves_others_behind_goes_whatever_its_size() {
    let kinds = [(changed(A, 1, &[9]), 50), (unchanged(A, 1), 2)];
    assert_eq!(places(&kinds, &[]), [Place::New(0), Place::Stay]);
    // Events that people merged into the issue have hashes of their own: nothing parts from them.
    let merged = [(changed(A, 1, &[9]), 50), (unchanged(A, 2), 2)];
    assert_eq!(places(&merged, &[]), [Place::Issue(A), Place::Stay]);
    // Joined with events of other issues, the larger part decides.
    let joined = [
        (changed(A, 1, &[9]), 50),
        (changed(B, 2, &[9]), 10),
        (unchanged(A, 1), 2),
    ];
    assert_eq!(places(&joined, &[])[0], Place::Issue(A));
}

#[test]
fn a_known_hash_never_moves_and_a_tombstone_moves_nothing() {
    let kinds = [(changed(A, 1, &[8, 9]), 4), (changed(A, 1, &[7]), 2)];
    let owners = [(9, Owner::Issue(B)), (7, Owner::Nobody)];
    assert_eq!(places(&kinds, &owners), [Place::Issue(B), Place::Stay]);
}

#[test]
fn a_shared_second_hash_joins_as_it_does_for_the_writer() {
    let kinds = [(changed(A, 1, &[7, 9]), 3), (changed(B, 2, &[8, 9]), 2)];
    assert_eq!(places(&kinds, &[]), [Place::Issue(A), Place::Issue(A)]);
}

#[test]
fn hashes_of_an_older_version_keep_issues_whole() {
    let with_fallback = |after: u8, older: u8| Kind {
        fallbacks: vec![FallbackHash::Older(hash(older))],
        ..changed(A, older, &[after])
    };
    let kinds = [(with_fallback(8, 1), 3), (with_fallback(9, 2), 2)];
    let owners = [(1, Owner::Issue(A)), (2, Owner::Issue(A))];
    assert_eq!(places(&kinds, &owners), [Place::Issue(A), Place::Issue(A)]);
}

#[test]
fn what_goes_back_takes_no_issue_that_is_not_its_own() {
    let kinds = [(changed(A, 9, &[1]), 2), (changed(A, 9, &[3]), 5)];
    let owners = HashMap::from([(hash(1).0.to_vec(), Owner::Issue(B))]);
    let plan = count(&kinds).plan(&owners, None);
    assert_eq!(plan.places, [Place::Issue(B), Place::New(0)]);
}
