//! What each category of the default rules does to a fingerprint.

use super::*;

#[test]
fn what_raises_the_error_does_not_count_nor_what_it_calls() {
    for thrower in [
        "abort",
        "raise",
        "std::terminate",
        "_CxxThrowException",
        "__cxa_throw",
        "__assert_rtn",
        "_NSRaiseError",
        "objc_exception_throw",
        "RaiseException",
        "_CFThrowFormattedException",
        "AG::precondition_failure",
        "std::panicking::begin_panic",
        "core::panicking::begin_panic",
        "failure::backtrace::Backtrace::new",
        "error_chain::make_backtrace",
    ] {
        assert_eq!(
            counting(&["main", "run", thrower, "helper"]),
            ["main", "run"],
            "{thrower}"
        );
        let frames = functions(&["run", thrower, "helper"]);
        let judged = judge("function:* +app", &frames);
        assert_eq!(judged, ["app", "app-", "app-"], "{thrower}");
    }
    let frames = functions(&["run", "abort", "helper"]);
    assert_eq!(judge("", &frames), ["?", "library-", "library-"]);
}

#[test]
fn the_start_of_a_thread_does_not_count_nor_what_is_below() {
    for base in [
        "BaseThreadInitThunk",
        "RtlUserThreadStart",
        "_pthread_start",
        "thread_start",
        "start_wqthread",
        "invoke_main",
        "wWinMain",
        "_dispatch_worker_thread2",
        "boost::detail::thread_proxy",
        "TppWorkerThread",
    ] {
        assert_eq!(
            counting(&["below", base, "main", "run"]),
            ["main", "run"],
            "{base}"
        );
    }
}

#[test]
fn handlers_of_a_crash_hide_what_they_call() {
    for handler in ["_sigtramp", "DispatchHookW", "execute_onexit_table"] {
        assert_eq!(
            counting(&["run", handler, "report", "write"]),
            ["run"],
            "{handler}"
        );
    }
}

#[test]
fn calls_through_function_objects_do_not_count() {
    for indirection in [
        "Foo::operator()",
        "<lambda>::call",
        "boost::function<T>::call",
        "boost::_bi::bind_t",
        "__dynamic_cast",
        "Array.subscript.modify",
        "foo.cold.1",
    ] {
        assert_eq!(
            counting(&["main", indirection, "run"]),
            ["main", "run"],
            "{indirection}"
        );
    }
}

#[test]
fn names_that_compilers_keep_for_themselves_are_noise() {
    for internal in [
        "std::_Invoke",
        "__swift_destroy",
        "block_destroy_helper.3",
        "_INTERNAL_12",
        "closure",
        "Collection.map<T>",
        "Array._getElement",
        "range",
        "@callee_guaranteed",
        "_ArrayBuffer._nativeTypeChecked.getter",
        "Array.subscript.getter",
    ] {
        let judged = judge("", &functions(&["main", internal]));
        assert_eq!(judged, ["?", "library-"], "{internal}");
    }
    let block = |in_app| Given {
        function: "__foo_block_invoke",
        in_app,
        ..FRAME
    };
    assert_eq!(judge("", &[block(Some(true))]), ["app"]);
    assert_eq!(judge("", &[block(Some(false))]), ["library-"]);
}

#[test]
fn crash_reporters_are_noise_wherever_they_stand() {
    for reporter in [
        "crashpad::Handler",
        "gpusKillClientExt",
        "google_breakpad::Minidump::Write",
        "kscm_handle",
        "sentrycrashcm_x",
        "my_sentrycrash_x",
        "-[SentryHub capture:]",
        "+[KSCrash x]",
        "__41-[SentryClient x]",
        "-[RNSentry y]",
        "_mh_execute_header",
    ] {
        let judged = judge("", &functions(&["main", reporter, "run"]));
        assert_eq!(judged, ["?", "library-", "?"], "{reporter}");
    }
    let bugly = Given {
        package: Some("/data/app/x/libBugly.so"),
        ..FRAME
    };
    assert_eq!(judge("", &[bugly]), ["library-"]);
    let handler = "google_breakpad::ExceptionHandler::SignalHandler";
    assert_eq!(counting(&["run", handler, "x"]), ["run"]);
}

#[test]
fn of_the_standard_library_only_the_entrance_counts() {
    let names = [
        "main",
        "std::vector::push_back",
        "std::vector::grow",
        "user",
    ];
    assert_eq!(counting(&names), ["main", "std::vector::push_back", "user"]);
}

fn packages(packages: &[(&'static str, &'static str)]) -> Vec<Given> {
    let frame = |(package, function): &(&'static str, &'static str)| Given {
        package: Some(package),
        function,
        ..FRAME
    };
    packages.iter().map(frame).collect()
}

#[test]
fn the_system_counts_where_it_is_entered_and_is_never_the_application() {
    let system = "/System/Library/Frameworks/AppKit.framework/AppKit";
    let frames = packages(&[("app", "main"), (system, "a"), (system, "b")]);
    assert_eq!(judge("", &frames), ["?", "library", "library-"]);
    // Between two others it only passes a call on.
    let frames = packages(&[("app", "main"), (system, "a"), ("app", "run")]);
    assert_eq!(judge("", &frames), ["?", "?-", "?"]);
    for package in [
        "C:\\Windows\\System32\\ntdll.dll",
        "/usr/lib/libc.so",
        "CoreFoundation",
        "libobjc.A.dylib",
        "libsystem_kernel.dylib",
        "/system/lib64/libc.so",
        "/vendor/lib/x.so",
        "/x/libart.so",
        "linux-gate.so.1",
        "linux-vdso.so.1",
        "/apex/com.android.runtime/lib64/bionic/libc.so",
    ] {
        assert_eq!(
            judge("", &packages(&[(package, "x")])),
            ["library"],
            "{package}"
        );
    }
}

#[test]
fn nameless_and_underscored_functions_of_the_system_are_noise() {
    let system = "C:\\Windows\\System32\\kernel32.dll";
    for function in ["_helper", "<unknown>"] {
        let judged = judge("", &packages(&[(system, "entry"), (system, function)]));
        assert_eq!(judged[1], "library-", "{function}");
    }
    // The only frame of value where a method is missing.
    assert_eq!(judge("", &packages(&[(system, "_purecall")])), ["library"]);
    let frames = functions(&["run", "_purecall", "abort"]);
    assert_eq!(judge("", &frames), ["?", "?", "library-"]);
}

#[test]
fn of_drivers_the_last_and_of_drawing_and_memory_the_first_counts() {
    let driver = "C:\\Program Files\\NVIDIA Corporation\\x.dll";
    let frames = packages(&[("app", "run"), (driver, "a"), (driver, "b")]);
    assert_eq!(judge("", &frames), ["?", "library-", "?"]);
    let gl = "/System/Library/Frameworks/OpenGL.framework/x";
    let frames = packages(&[("app", "run"), (gl, "glFlush"), (gl, "b"), ("app", "x")]);
    assert_eq!(judge("", &frames), ["?", "?", "library-", "?"]);
    assert_eq!(
        counting(&["run", "malloc", "malloc_base", "x"]),
        ["run", "malloc", "x"]
    );
    let media = "/system/lib/libmedia.so";
    assert_eq!(
        judge("", &packages(&[(media, "a"), (media, "b")])),
        ["?", "library-"]
    );
}

#[test]
fn what_the_system_does_for_helpers_of_each_kind_is_noise() {
    let system = Given {
        package: Some("/usr/lib/libc.so"),
        function: "x",
        ..FRAME
    };
    for (caller, package) in [
        ("free", None),
        ("std::swap", None),
        ("dlopen", None),
        ("art::jit::Jit", None),
        ("draw", Some("UIKit")),
    ] {
        let caller = Given {
            function: caller,
            package,
            ..FRAME
        };
        let judged = judge("", &[FRAME, caller, system]);
        assert_eq!(judged[2], "library-", "{}", caller.function);
        assert!(!judged[1].ends_with('-'), "{}", caller.function);
    }
    assert_eq!(counting(&["a", "dlopen", "dladdr"]), ["a", "dlopen"]);
    assert_eq!(
        counting(&["a", "A::{dtor}", "B::{dtor}"]),
        ["a", "A::{dtor}"]
    );
    assert_eq!(
        counting(&["a", "art::jit::A", "art::jit::B"]),
        ["a", "art::jit::A"]
    );
    let ui = |function| Given {
        function,
        package: Some("UIKitCore"),
        ..FRAME
    };
    assert_eq!(
        judge("", &[FRAME, ui("a"), ui("b")]),
        ["?", "?", "library-"]
    );
}

#[test]
fn in_2023_a_function_that_raises_counts_and_helpers_stay_as_they_are() {
    let mut problems = Vec::new();
    let rules = StackRules::new(Version::Newstyle2023, &[], &mut problems);
    let judged = |frames: &[Given]| judge_with(&rules, frames, &ErrorSubject::default());
    assert_eq!(
        judged(&functions(&["run", "abort", "raise"])),
        ["?", "?", "?-"]
    );
    let closure = Given {
        function: "closure",
        in_app: Some(true),
        ..FRAME
    };
    assert_eq!(judged(&[closure]), ["app-"]);
    let python = Given {
        platform: "python",
        path: Some("/usr/local/lib/python3/json.py"),
        ..FRAME
    };
    assert_eq!(judged(&[python]), ["?"]);
    assert_eq!(judge("", &[python]), ["library"]);
}
