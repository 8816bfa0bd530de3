//! The ways of making components of an event, one file each.

use crate::Component;
use crate::context::Context;
use crate::stack::View;

mod exception;
mod message;
mod security;
mod stacktrace;
mod template;
mod threads;

/// What a strategy makes of an event: a component for each variant's name.
pub(crate) type Components<'e> = Vec<(&'static str, Component<'e>)>;

/// One way of making components of an event.
pub(crate) struct Strategy {
    /// Its name in hints.
    pub(crate) name: &'static str,
    /// The verb that goes with the name.
    pub(crate) takes: &'static str,
    /// Reads the event; empty when there is nothing to read.
    pub(crate) run: for<'e> fn(&Context<'e>) -> Components<'e>,
}

/// All strategies by falling score; the first one that contributes decides
/// (reference/GROUPING.md section 1).
pub(crate) const STRATEGIES: [Strategy; 9] = [
    Strategy {
        name: "exception",
        takes: "takes",
        run: exception::run,
    },
    Strategy {
        name: "threads",
        takes: "take",
        run: threads::run,
    },
    Strategy {
        name: "stacktrace",
        takes: "takes",
        run: stacktrace::run,
    },
    Strategy {
        name: "template",
        takes: "takes",
        run: template::run,
    },
    Strategy {
        name: "csp",
        takes: "takes",
        run: security::csp,
    },
    Strategy {
        name: "hpkp",
        takes: "takes",
        run: security::hpkp,
    },
    Strategy {
        name: "expect-staple",
        takes: "takes",
        run: security::expect_staple,
    },
    Strategy {
        name: "expect-ct",
        takes: "takes",
        run: security::expect_ct,
    },
    Strategy {
        name: "message",
        takes: "takes",
        run: message::run,
    },
];

/// The name of the only variant of what has no frames.
const DEFAULT: &str = "default";

/// Both views of something with a stack trace, without those that say nothing new
/// (reference/GROUPING.md section 1, "Deduplication" and "Second rule").
fn views<'e>(component: impl Fn(View) -> Component<'e>) -> Components<'e> {
    let [mut app, mut system] = View::ALL.map(component);
    let has_stack = |component: &Component<'_>| component.has_contributing("stacktrace");
    match (has_stack(&app), has_stack(&system)) {
        (true, false) => system.switch_off("ignored because it has no stack trace"),
        (false, true) => app.switch_off("ignored because it has no stack trace"),
        _ => {}
    }
    if app.contributes && system.contributes && app.values() == system.values() {
        system.switch_off("ignored because its hash matches that of the app variant");
    }
    vec![(View::App.name(), app), (View::System.name(), system)]
}
