//! What the default rules say of each language's libraries.

use super::*;

fn of_path(platform: &'static str, path: &'static str) -> String {
    let frame = Given {
        platform,
        path: Some(path),
        ..FRAME
    };
    judge("", &[frame]).remove(0)
}

fn of_module(platform: &'static str, module: &'static str, function: &'static str) -> String {
    let frame = Given {
        platform,
        module: Some(module),
        function,
        ..FRAME
    };
    judge("", &[frame]).remove(0)
}

fn of_function(platform: &'static str, function: &'static str) -> String {
    judge(
        "",
        &[Given {
            platform,
            function,
            ..FRAME
        }],
    )
    .remove(0)
}

fn of_package(package: &'static str) -> String {
    judge(
        "",
        &[Given {
            package: Some(package),
            ..FRAME
        }],
    )
    .remove(0)
}

#[test]
fn installed_packages_are_libraries_on_every_platform() {
    for path in [
        "/srv/venv/lib/python3.12/site-packages/django/core/handlers/base.py",
        "/usr/lib/python3/dist-packages/x.py",
        "C:\\app\\Lib\\Site-Packages\\x.py",
        "node_modules/express/lib/router.js",
        "/srv/vendor/acme/x.php",
        "/home/u/go/pkg/mod/github.com/a/b@v1/c.go",
        "/usr/local/lib/python3.12/json/decoder.py",
        "/usr/local/Cellar/x",
        "/home/u/.local/share/x/y.py",
    ] {
        for platform in ["python", "node", "go", "native", "other"] {
            assert_eq!(of_path(platform, path), "library", "{path}");
        }
    }
    for path in [
        "/srv/app/views.py",
        "/srv/vendor.py",
        "pkg/mod/x.go",
        "/srv/vendor",
    ] {
        assert_eq!(of_path("python", path), "?", "{path}");
    }
}

#[test]
fn python_starts_processes_with_a_fake_module() {
    let frames = ["<module>", "spawn_main", "run"].map(|function| Given {
        platform: "python",
        function,
        ..FRAME
    });
    assert_eq!(judge("", &frames), ["library-", "?", "?"]);
}

#[test]
fn scripts_of_others_and_helpers_are_told_apart() {
    for path in [
        "https://unpkg.com/vue@3/dist/vue.js",
        "https://cdnjs.cloudflare.com/x.js",
        "https://cdn.jsdelivr.net/npm/vue@3",
        "https://esm.run/x",
    ] {
        assert_eq!(of_path("javascript", path), "library", "{path}");
    }
    assert_eq!(of_module("javascript", "unpkg/vue", "f"), "library");
    for module in [
        "@babel/runtime/x",
        "core-js/internals/task",
        "regenerator-runtime/runtime",
        "tslib/tslib",
    ] {
        assert_eq!(of_module("javascript", module, "f"), "library-", "{module}");
    }
    for function in [
        "processTicksAndRejections",
        "nextTick",
        "queueMicrotask",
        "runNextTicks",
        "runMicrotasks",
    ] {
        assert_eq!(of_function("node", function), "library-", "{function}");
    }
    assert_eq!(of_function("javascript", "_callSuper"), "library-");
    assert_eq!(of_function("python", "_callSuper"), "?");
    let frames = ["main", "reportError", "x"].map(|function| Given {
        platform: "javascript",
        function,
        ..FRAME
    });
    assert_eq!(judge("", &frames), ["?", "library", "library"]);
    assert_eq!(of_path("javascript", "/a/newrelic.js/x"), "library-");
    assert_eq!(
        of_path("javascript", "https://x.y/LogRocket.min/a.js"),
        "library-"
    );
    assert_eq!(of_module("python", "newrelic", "f"), "library-");
}

#[test]
fn frameworks_of_java_and_kotlin_are_libraries() {
    for module in [
        "org.apache.catalina.Server",
        "org.springframework.web.X",
        "sun.reflect.X",
        "com.sun.proxy.X",
        "jdk.internal.X",
        "com.fasterxml.jackson.X",
        "scala.X",
        "akka.actor.X",
        "reactor.core.X",
        "io.opentelemetry.X",
        "feign.X",
        "kotlin.coroutines.X",
        "kotlinx.X",
        "io.ktor.X",
        "io.netty.X",
        "org.jboss.X",
        "org.postgresql.X",
    ] {
        assert_eq!(of_module("java", module, "f"), "library", "{module}");
    }
    assert_eq!(of_module("java", "io.sentry.Hub", "f"), "library-");
    assert_eq!(of_module("java", "org.example.Shop", "f"), "?");
    // The standard library of Java is sorted, but what the client said of it holds.
    assert_eq!(of_module("java", "java.util.List", "f"), "?");
}

#[test]
fn android_begins_where_its_loops_do() {
    let frame = |(module, function): &(&'static str, &'static str)| Given {
        platform: "java",
        module: Some(module),
        function,
        ..FRAME
    };
    let stack = [
        ("com.android.internal.os.ZygoteInit", "main"),
        ("java.lang.reflect.Method", "invoke"),
        ("android.app.ActivityThread", "main"),
        ("android.os.Looper", "loop"),
        ("android.os.Handler", "dispatchMessage"),
        ("android.view.View", "performClick"),
        ("com.shop.Checkout", "onClick"),
    ];
    let judged = judge("", &stack.iter().map(frame).collect::<Vec<_>>());
    let counts: Vec<_> = judged.iter().map(|judged| !judged.ends_with('-')).collect();
    assert_eq!(counts, [false, false, false, false, false, true, true]);
    for (module, function) in [
        (
            "java.util.concurrent.ThreadPoolExecutor$Worker",
            "runWorker",
        ),
        ("android.os.AsyncTask$2", "call"),
        ("android.app.ActivityThread$H", "handleMessage"),
    ] {
        assert!(
            of_module("java", module, function).ends_with('-'),
            "{module}"
        );
    }
    assert!(of_module("java", "android.widget.Button", "run").ends_with('-'));
    assert_eq!(of_module("java", "cn.gundam.sdk.x.A", "f"), "library-");
    assert_eq!(of_module("java", "com.lenovo.lsf.A", "f"), "library");
}

#[test]
fn the_run_time_of_rust_is_a_library() {
    for function in [
        "std::rt::lang_start",
        "core::ops::f",
        "alloc::vec::f",
        "__rust_begin",
        "rust_begin_unwind",
    ] {
        assert_eq!(of_function("native", function), "library", "{function}");
    }
    assert_eq!(of_function("rust", "std::rt::lang_start"), "?");
    let frames = functions(&["run", "core::panicking::panic_fmt", "x"]);
    assert_eq!(judge("", &frames), ["?", "library", "library"]);
}

#[test]
fn applications_of_apple_are_found_by_their_folders() {
    for package in [
        "/private/var/containers/Bundle/Application/1/Shop.app/Shop",
        "/var/containers/Bundle/Application/1/Shop.app/Shop",
        "/Users/u/Library/Developer/CoreSimulator/Devices/1/x",
        "/Users/u/Shop",
    ] {
        assert_eq!(of_package(package), "app", "{package}");
    }
    for package in [
        "/var/containers/Bundle/Application/1/Shop.app/Frameworks/libswiftCore.dylib",
        "/var/containers/Bundle/Application/1/Shop.app/Frameworks/Sentry.framework/Sentry",
        "/var/containers/Bundle/Application/1/Shop.app/Frameworks/Flutter.framework/Flutter",
        "/lib/x86_64-linux-gnu/libc.so.6",
    ] {
        assert_eq!(of_package(package), "library", "{package}");
    }
}

#[test]
fn reports_of_the_unreal_engine_belong_to_the_game_below() {
    for report in [
        "UE::Logging::Private::BasicFatalLog",
        "FDebug::CheckVerifyFailedImpl2",
        "FDebug::OptionallyLogFormattedEnsureMessageReturningFalse",
        "DispatchCheckVerify<T>",
        "UE::Assert::Private::ExecCheckImplInternal",
        "USentrySubsystem::CaptureMessageWithScope",
        "USentrySubsystem::CaptureEvent",
        "USentrySubsystem::execCaptureMessage",
    ] {
        let judged = judge("", &functions(&["game", report, "engine"]));
        assert_eq!(judged, ["app", "library", "library"], "{report}");
    }
    let frames = functions(&[
        "game",
        "X::Impl::ExecCheckImplInternal",
        "FDebug::CheckVerifyFailedImpl",
    ]);
    assert_eq!(judge("", &frames), ["app", "library", "library"]);
}

#[test]
fn dart_is_told_apart_on_devices_and_in_browsers() {
    assert_eq!(
        of_path("javascript", "org-dartlang-sdk:///lib/core.dart"),
        "library-"
    );
    assert_eq!(
        of_module("javascript", "x/packages/flutter/src", "f"),
        "library"
    );
    for path in [
        "package:sentry/src/hub.dart",
        "package:sentry_flutter/x.dart",
        "package:sentry_dio/x.dart",
        "package:sentry_isar/x.dart",
        "package:sentry_drift/x.dart",
    ] {
        assert_eq!(of_path("other", path), "library-", "{path}");
    }
    assert_eq!(of_path("other", "package:sentry_link/x.dart"), "library");
    for path in [
        "/x/packages/flutter/lib/x.dart",
        "lib/ui/hooks.dart",
        "third_party/dart/sdk/x.dart",
        "/u/.pub-cache/x.dart",
    ] {
        assert_eq!(of_path("native", path), "library", "{path}");
    }
    assert_eq!(
        of_path("javascript", "https://a.b/.pub-cache/x.dart"),
        "library"
    );
    for function in ["InvokeDartCode", "CallBootstrapNative"] {
        assert_eq!(of_function("native", function), "library");
    }
    let android = Given {
        package: Some("/data/app/com.shop/lib/libapp.so"),
        path: Some("lib/main.dart"),
        ..FRAME
    };
    assert_eq!(judge("", &[android]), ["app"]);
}
