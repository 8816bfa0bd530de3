//! The ways of making components of an event, one file each.

use std::borrow::Cow;

use crate::context::Context;
use crate::stack::View;
use crate::{Component, Version};

mod exception;
mod message;
pub(crate) mod security;
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

const fn strategy(
    name: &'static str,
    takes: &'static str,
    run: for<'e> fn(&Context<'e>) -> Components<'e>,
) -> Strategy {
    Strategy { name, takes, run }
}

/// All strategies by falling score; the first one that contributes decides
/// (reference/GROUPING.md section 1).
pub(crate) const STRATEGIES: [Strategy; 9] = [
    strategy("exception", "takes", exception::run),
    strategy("threads", "take", threads::run),
    strategy("stacktrace", "takes", stacktrace::run),
    strategy("template", "takes", template::run),
    strategy("csp", "takes", security::csp),
    strategy("hpkp", "takes", security::hpkp),
    strategy("expectstaple", "takes", security::expect_staple),
    strategy("expectct", "takes", security::expect_ct),
    strategy("message", "takes", message::run),
];

/// The name of the only variant of what has no frames.
pub(crate) const DEFAULT: &str = "default";

/// Both views of something with a stack trace, without those that say nothing new
/// (reference/GROUPING.md section 1, "Deduplication" and "Second rule"). What has no stack trace
/// at all has no system view.
fn views<'e>(
    version: Version,
    component: impl Fn(View) -> Option<Component<'e>>,
) -> Components<'e> {
    let [app, system] = View::ALL.map(component);
    let (mut app, mut system) = match (app, system) {
        (Some(app), Some(system)) => (app, system),
        (Some(app), None) => return vec![(View::App.name(), app)],
        (None, Some(system)) => return vec![(View::System.name(), system)],
        (None, None) => return Vec::new(),
    };
    drop_equal(version, &mut app, &mut system);
    let has_stack = |component: &Component<'_>| component.has_contributing("stacktrace");
    match (has_stack(&app), has_stack(&system)) {
        (true, false) => system.switch_off(without_stack(View::App)),
        (false, true) => app.switch_off(without_stack(View::System)),
        _ => {}
    }
    vec![(View::App.name(), app), (View::System.name(), system)]
}

/// Switches off the view that says the same as the one with priority.
fn drop_equal(version: Version, app: &mut Component<'_>, system: &mut Component<'_>) {
    match version {
        Version::Newstyle2023 if !system.contributes => {
            if app.contributes {
                app.switch_off("ignored because other mandatory variant is not used");
            }
        }
        _ if !app.contributes || !system.contributes || !app.says_the_same(system) => {}
        Version::Newstyle2023 => app.switch_off("ignored because hash matches system variant"),
        Version::Newstyle2026 => system.switch_off("ignored because hash matches app variant"),
    }
}

fn without_stack(other: View) -> Cow<'static, str> {
    Cow::Owned(format!(
        "ignored because this variant does not have a contributing stacktrace, but the {} variant \
         does",
        other.name()
    ))
}
