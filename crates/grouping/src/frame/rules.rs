//! What the default stack-trace rules say of a frame.
//!
//! These are the rules of reference/GROUPING.md section 9 "Default base 2026" that decide common
//! cases: which frames are libraries, and which are noise of the run time.

use super::Frame;
use crate::platform::Family;

/// The effect of the rules on one frame; `None` leaves what the client said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Effect {
    /// Whether it is the application's code.
    pub(super) in_app: Option<bool>,
    /// Whether it counts for the fingerprint.
    pub(super) group: Option<bool>,
}

impl Effect {
    /// Code of somebody else.
    const LIBRARY: Self = Self {
        in_app: Some(false),
        group: None,
    };
    /// Code of somebody else that says nothing about the error.
    const NOISE: Self = Self {
        in_app: Some(false),
        group: Some(false),
    };
    /// Says nothing about the error.
    const UNGROUPED: Self = Self {
        in_app: None,
        group: Some(false),
    };
}

/// The effect of the default rules, as far as they look at one frame alone.
pub(super) fn default_effect(frame: &Frame<'_>) -> Effect {
    let by_name = match frame.platform.family {
        Family::JavaScript => of_javascript(frame),
        Family::Native => of_native(frame),
        Family::Other => frame.module.map_or(Effect::default(), of_java_module),
    };
    let path = frame.abs_path.or(frame.filename);
    if path.is_some_and(is_library_path) || frame.package.is_some_and(is_library_package) {
        return Effect {
            in_app: Some(false),
            ..by_name
        };
    }
    by_name
}

const JAVASCRIPT_HELPERS: [&str; 4] = ["@babel/", "core-js/", "regenerator-runtime/", "tslib/"];
const JAVASCRIPT_TASKS: [&str; 6] = [
    "runMicrotasks",
    "queueMicrotask",
    "processTicksAndRejections",
    "runNextTicks",
    "nextTick",
    "_callSuper",
];
const CDNS: [&str; 4] = [
    "unpkg.com/",
    "cdnjs.cloudflare.com/",
    "cdn.jsdelivr.net/",
    "esm.run/",
];

fn of_javascript(frame: &Frame<'_>) -> Effect {
    let starts_with_one =
        |text: &str, starts: &[&str]| starts.iter().any(|start| text.starts_with(start));
    let is_task = |name: &str| JAVASCRIPT_TASKS.contains(&name);
    if frame
        .module
        .is_some_and(|module| starts_with_one(module, &JAVASCRIPT_HELPERS))
        || frame.function.as_deref().is_some_and(is_task)
    {
        return Effect::NOISE;
    }
    let path = frame.abs_path.or(frame.filename).unwrap_or_default();
    if path.starts_with("org-dartlang-sdk:///") {
        return Effect::NOISE;
    }
    let host = path.split_once("://").map_or(path, |(_, host)| host);
    if starts_with_one(host, &CDNS) || frame.module.is_some_and(|it| it.starts_with("unpkg/")) {
        return Effect::LIBRARY;
    }
    Effect::default()
}

const RUST_RUNTIME: [&str; 4] = ["std::", "core::", "alloc::", "__rust_"];

fn of_native(frame: &Frame<'_>) -> Effect {
    let function = frame.function.as_deref().unwrap_or_default();
    if RUST_RUNTIME.iter().any(|start| function.starts_with(start)) {
        return Effect::LIBRARY;
    }
    Effect::default()
}

/// First parts of the names of packages that the language or a framework brings along.
const JAVA_FRAMEWORKS: [&str; 12] = [
    "akka.",
    "com.sun.",
    "io.ktor.",
    "io.netty.",
    "jdk.",
    "kotlin.",
    "kotlinx.",
    "org.apache.",
    "org.springframework.",
    "reactor.core.",
    "scala.",
    "sun.",
];

fn of_java_module(module: &str) -> Effect {
    if module.starts_with("io.sentry.") {
        return Effect::UNGROUPED;
    }
    if JAVA_FRAMEWORKS
        .iter()
        .any(|start| module.starts_with(start))
    {
        return Effect::LIBRARY;
    }
    Effect::default()
}

/// Folders whose contents other people wrote, on any platform.
const LIBRARY_FOLDERS: [&str; 4] = ["site-packages", "dist-packages", "node_modules", "vendor"];

fn is_library_path(path: &str) -> bool {
    let (mut before, mut former) = ("", "");
    let mut segments = path.split(['/', '\\']).peekable();
    while let Some(segment) = segments.next() {
        let is = |text: &str, name: &str| text.eq_ignore_ascii_case(name);
        let is_library = LIBRARY_FOLDERS.iter().any(|name| is(segment, name))
            || (is(former, ".local") && is(segment, "share"))
            || (is(before, "go") && is(former, "pkg") && is(segment, "mod"));
        if is_library && segments.peek().is_some() {
            return true;
        }
        (before, former) = (former, segment);
    }
    is_below(path, "/usr/local/lib/") || is_below(path, "/usr/local/Cellar/")
}

fn is_library_package(package: &str) -> bool {
    is_below(package, "/lib/") || is_below(package, "/usr/lib/")
}

/// Whether `path` is in `folder`, with or without the slash at its beginning.
fn is_below(path: &str, folder: &str) -> bool {
    let starts = |folder: &str| {
        path.get(..folder.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(folder))
    };
    starts(folder) || folder.strip_prefix('/').is_some_and(starts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Platform;

    #[test]
    fn installed_packages_are_libraries_on_every_platform() {
        for path in [
            "/srv/venv/lib/python3.12/site-packages/django/core/handlers/base.py",
            "C:\\app\\Lib\\Site-Packages\\x.py",
            "node_modules/express/lib/router.js",
            "/home/u/go/pkg/mod/github.com/a/b@v1/c.go",
            "/usr/local/lib/python3.12/json/decoder.py",
            "/home/u/.local/share/x/y.py",
        ] {
            assert!(is_library_path(path), "{path}");
        }
        for path in [
            "/srv/app/views.py",
            "/srv/vendor.py",
            "pkg/mod/x.go",
            "/srv/vendor",
        ] {
            assert!(!is_library_path(path), "{path}");
        }
    }

    fn effect(platform: &str, change: impl Fn(&mut Frame<'_>)) -> Effect {
        let mut frame = Frame::empty(Platform::new(platform));
        change(&mut frame);
        default_effect(&frame)
    }

    #[test]
    fn the_run_time_of_a_language_is_not_the_application() {
        let of_module =
            |platform, module: &'static str| effect(platform, |frame| frame.module = Some(module));
        let of_function = |platform, function: &'static str| {
            effect(platform, |frame| frame.function = Some(function.into()))
        };
        assert_eq!(
            of_module("java", "org.apache.catalina.Server"),
            Effect::LIBRARY
        );
        assert_eq!(of_module("java", "io.sentry.Hub"), Effect::UNGROUPED);
        assert_eq!(of_module("java", "org.example.Shop"), Effect::default());
        assert_eq!(
            of_module("javascript", "core-js/internals/task"),
            Effect::NOISE
        );
        assert_eq!(
            of_function("node", "processTicksAndRejections"),
            Effect::NOISE
        );
        assert_eq!(
            of_function("native", "std::rt::lang_start"),
            Effect::LIBRARY
        );
        assert_eq!(
            of_function("python", "std::rt::lang_start"),
            Effect::default()
        );
    }

    #[test]
    fn scripts_from_public_networks_are_libraries() {
        let url = Some("https://cdn.jsdelivr.net/npm/vue@3");
        assert_eq!(
            effect("javascript", |frame| frame.abs_path = url),
            Effect::LIBRARY
        );
    }
}
