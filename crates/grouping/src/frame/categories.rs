//! What the default stack-trace rules say of native frames among their neighbours.
//!
//! Machine code has no modules, so the rules first sort functions into categories and then judge
//! each frame by its category and its caller's (reference/GROUPING.md section 9 "Default base
//! 2026", categories). Covered are those that decide which end of a trace is noise.

use super::Frame;
use crate::platform::Family;

/// What kind of code a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Category {
    /// The operating system's.
    System,
    /// The standard library's of C++ or Rust.
    Standard,
    /// Where a thread begins; nothing further out counts.
    ThreadBase,
    /// Where an error is raised; nothing nearer to the crash counts.
    Throw,
    /// Passes a call on.
    Indirection,
}

/// Takes out of the fingerprint the frames that say nothing about the error.
pub(crate) fn judge_native(frames: &mut [Frame<'_>]) {
    if !frames
        .iter()
        .any(|frame| frame.platform.family == Family::Native)
    {
        return;
    }
    let categories: Vec<_> = frames.iter().map(category).collect();
    let mut caller = None;
    for (frame, category) in frames.iter_mut().zip(&categories) {
        if is_noise(caller, *category) {
            frame.group = Some(false);
        }
        caller = *category;
    }
    let last_base = categories
        .iter()
        .rposition(|found| *found == Some(Category::ThreadBase));
    if let Some(place) = last_base {
        frames
            .iter_mut()
            .take(place + 1)
            .for_each(|frame| frame.group = Some(false));
    }
    let first_throw = categories
        .iter()
        .position(|found| *found == Some(Category::Throw));
    if let Some(place) = first_throw {
        for frame in frames.iter_mut().skip(place) {
            frame.group = Some(false);
            frame.in_app = false;
        }
    }
}

/// Whether a frame is a detail of its caller.
fn is_noise(caller: Option<Category>, category: Option<Category>) -> bool {
    use Category::{Indirection, Standard, System};
    matches!(
        (caller, category),
        (_, Some(Indirection))
            | (Some(Standard), Some(Standard))
            | (Some(System | Standard), Some(System))
    )
}

const THREAD_BASES: [&str; 19] = [
    "BaseThreadInitThunk",
    "RtlUserThreadStart",
    "RtlpTpWorkCallback",
    "TppWorkerThread",
    "TppWorkpExecuteCallback",
    "WinMain",
    "UIApplicationMain",
    "__pthread_start",
    "__scrt_common_main_seh",
    "_pthread_body",
    "_pthread_start",
    "_pthread_wqthread",
    "_start",
    "clone",
    "invoke_main",
    "start",
    "start_wqthread",
    "thread_start",
    "wWinMain",
];
const THROWS: [&str; 13] = [
    "_CxxThrowException",
    "_NSRaiseError",
    "__abort",
    "__assert_rtn",
    "__cxa_throw",
    "__pthread_kill",
    "_purecall",
    "abort",
    "begin_panic",
    "objc_exception_throw",
    "pthread_kill",
    "raise",
    "std::terminate",
];

fn category(frame: &Frame<'_>) -> Option<Category> {
    if frame.platform.family != Family::Native {
        return None;
    }
    let function = frame.function.as_deref().unwrap_or_default();
    if THREAD_BASES.contains(&function) {
        return Some(Category::ThreadBase);
    }
    if THROWS.contains(&function) {
        return Some(Category::Throw);
    }
    let is_standard = function.starts_with("std::");
    if function.ends_with("::operator()") || (is_standard && function.contains("::~")) {
        return Some(Category::Indirection);
    }
    if is_standard {
        return Some(Category::Standard);
    }
    let is_system = frame.package.is_some_and(is_system_package);
    is_system.then_some(Category::System)
}

fn is_system_package(package: &str) -> bool {
    let starts = ["/usr/lib/", "/lib/", "/System/Library/", "C:\\Windows\\"];
    starts.iter().any(|folder| {
        package
            .get(..folder.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(folder))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Platform;

    /// Which of these functions, outermost first, still count.
    fn counting<'f>(functions: &[&'f str]) -> Vec<&'f str> {
        let mut frames: Vec<_> = functions
            .iter()
            .map(|function| {
                let mut frame = Frame::empty(Platform::new("native"));
                frame.function = Some((*function).into());
                frame
            })
            .collect();
        judge_native(&mut frames);
        let counts = |frame: &Frame<'_>| frame.group != Some(false);
        let pairs = functions.iter().zip(&frames);
        pairs
            .filter(|pair| counts(pair.1))
            .map(|pair| *pair.0)
            .collect()
    }

    #[test]
    fn the_start_of_the_thread_and_the_raising_of_the_error_do_not_count() {
        let functions = ["_start", "main", "run", "abort", "raise"];
        assert_eq!(counting(&functions), ["main", "run"]);
    }

    #[test]
    fn the_standard_library_counts_where_it_is_entered() {
        let functions = [
            "main",
            "std::panic::catch_unwind",
            "std::panicking::try",
            "run",
        ];
        assert_eq!(
            counting(&functions),
            ["main", "std::panic::catch_unwind", "run"]
        );
    }

    #[test]
    fn calls_through_function_objects_do_not_count() {
        assert_eq!(
            counting(&["main", "<lambda>::operator()", "run"]),
            ["main", "run"]
        );
    }
}
