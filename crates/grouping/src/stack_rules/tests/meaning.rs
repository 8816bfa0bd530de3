//! What rules mean, against the simplest way to run them.

use super::*;

/// Rules of the grammar, over few names so that they match often.
fn any_rule() -> impl Strategy<Value = String> {
    let field = proptest::sample::select(vec![
        "function:a",
        "function:b*",
        "!function:c",
        "function:*",
        "app:yes",
        "category:x",
        "!category:y",
        "category:*",
        "family:native",
        "family:other",
    ]);
    let neighbour =
        proptest::sample::select(vec!["function:a", "category:x", "!function:b", "app:no"]);
    let action = proptest::sample::select(vec![
        "+app",
        "-app",
        "^-app",
        "v+app",
        "-group",
        "+group",
        "^+group",
        "v-group",
        "category=x",
        "category=y",
    ]);
    let fields = proptest::collection::vec(field, 1..3);
    let actions = proptest::collection::vec(action, 1..4);
    (
        proptest::option::of(neighbour.clone()),
        fields,
        proptest::option::of(neighbour),
        actions,
    )
        .prop_map(|(caller, fields, callee, actions)| {
            let caller = caller.map(|it| format!("[ {it} ] | ")).unwrap_or_default();
            let callee = callee.map(|it| format!(" | [ {it} ]")).unwrap_or_default();
            format!("{caller}{}{callee} {}", fields.join(" "), actions.join(" "))
        })
}

/// What rules mean, as simply as it can be said: every rule is tried on every frame.
mod slow {
    use super::super::super::line::{Action, Flag, Line, Place, Range, Test};
    use super::*;

    #[derive(Clone, Debug, Default)]
    pub(super) struct State {
        pub(super) in_app: Option<bool>,
        pub(super) group: Option<bool>,
        category: Option<String>,
    }

    fn holds(line: &Line, frames: &[Subject<'_>], states: &[State], at: usize) -> bool {
        line.matchers.iter().all(|matcher| {
            let place = match matcher.place {
                Place::Caller => at.checked_sub(1),
                Place::Own => Some(at),
                Place::Callee => Some(at + 1),
            };
            let Some((place, frame)) = place.and_then(|it| Some((it, frames.get(it)?))) else {
                return false;
            };
            let is_match = match &matcher.test {
                Test::Family(families) => match frame.family {
                    Family::Native => families.native,
                    Family::JavaScript => families.javascript,
                    Family::Other => families.other,
                },
                Test::InApp(expected) => states[place].in_app.unwrap_or(false) == *expected,
                Test::Category(glob) => states[place]
                    .category
                    .as_ref()
                    .is_some_and(|name| glob.matches(name)),
                Test::Text(_, glob) => glob.matches(frame.function),
                Test::Error(..) => unreachable!(),
            };
            is_match != matcher.is_negated
        })
    }

    fn act(line: &Line, states: &mut [State], at: usize, is_classifying: bool) {
        for action in &line.actions {
            match action {
                Action::Category(name) if is_classifying => {
                    states[at].category = Some(name.clone());
                }
                Action::Flag(action) if is_classifying == (action.flag == Flag::InApp) => {
                    let reached = match action.range {
                        Range::This => &mut states[at..=at],
                        Range::Up => &mut states[at + 1..],
                        Range::Down => &mut states[..at],
                    };
                    for state in reached {
                        match action.flag {
                            Flag::InApp => state.in_app = Some(action.value),
                            Flag::Group => state.group = Some(action.value),
                        }
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn judge(lines: &[Line], frames: &[Subject<'_>]) -> Vec<State> {
        let state = |frame: &Subject<'_>| State {
            in_app: frame.in_app,
            ..State::default()
        };
        let mut states: Vec<State> = frames.iter().map(state).collect();
        for is_classifying in [true, false] {
            for line in lines {
                let matching: Vec<_> = (0..frames.len())
                    .filter(|at| holds(line, frames, &states, *at))
                    .collect();
                for at in matching {
                    act(line, &mut states, at, is_classifying);
                }
            }
        }
        states
    }
}

proptest! {
    // Each case compiles all default rules.
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Looking only at rules that can hold finds what trying all of them finds.
    #[test]
    fn rules_mean_what_trying_each_of_them_means(
        own in proptest::collection::vec(any_rule(), 0..8),
        names in proptest::collection::vec(
            proptest::sample::select(vec!["a", "b", "bb", "c", "abort", "std::x", "free"]),
            0..6,
        ),
    ) {
        let mut lines: Vec<_> = base::lines(Version::LATEST);
        lines.extend(own.iter().cloned());
        let lines: Vec<_> = lines.iter().map(|line| grammar::read(line).unwrap()).collect();
        let lines: Vec<_> = lines
            .into_iter()
            .filter(|line| line.matchers.iter().all(|it| !matches!(
                it.test,
                line::Test::Text(line::Field::Module | line::Field::Package | line::Field::Path, _)
            )))
            .collect();
        let frames = functions(&names);
        let subjects: Vec<_> = frames.iter().map(Given::subject).collect();
        let rules = rules(&own.join("\n"));
        let judged = rules.judge(&subjects, &ErrorSubject::default());
        let found: Vec<_> = judged.frames.iter().map(|it| (it.in_app, it.group)).collect();
        let expected: Vec<_> = slow::judge(&lines, &subjects)
            .into_iter()
            .map(|it| (it.in_app, it.group))
            .collect();
        prop_assert_eq!(found, expected);
    }
}
