//! What kind of code a frame is: machine code and Android.
//!
//! The kinds are judged in `neighbours` and take effect in `effects`. A later table wins over an
//! earlier one, so libraries come first and well-known functions in them later.

use super::{NATIVE, Table};

/// The operating system's own.
pub(super) const SYSTEM: &[Table] = &[
    Table::packages(
        &[
            "/System/Library/Frameworks/**",
            "/usr/lib/**",
            "/system/**",
            "/vendor/**",
            "C:/Windows/**",
            "**/libart.so",
            "CFNetwork",
            "CoreFoundation",
            "Foundation",
            "IOKit",
            "IOMobileFramebuffer",
            "QuartzCore",
            "WebKit",
            "libdispatch.dylib",
            "libobjc*",
            "libsystem*",
        ],
        "category=system",
    ),
    Table::functions(
        &["memset", "memcpy", "__memcpy", "memcmp"],
        "category=system",
    ),
    // Modules of Android that are updated apart from the system.
    Table::Lines(&["package:/apex/com.android.*/lib*/** category=system"]),
    Table::modules(
        &[
            "com.android.*",
            "dalvik.system.*",
            // Comes with the telephones of one maker.
            "com.lenovo.lsf.*",
            "com.lenovo.payplus.*",
        ],
        "category=system",
    ),
];

/// All kinds up to functions that raise errors.
pub(super) const KINDS: &[Table] = &[
    // Standard libraries.
    Table::functions(&["boost::*", "std::*"], "category=std"),
    Table::modules(
        &[
            "java.*",
            "javax.crypto.*",
            "com.google.crypto.*",
            "com.google.android.*",
            "android.*",
            "android.database.*",
            "androidx.*",
        ],
        "category=std",
    ),
    Table::modules(&["android.os.*"], "category=system"),
    // User interfaces.
    Table::packages(
        &[
            "AttributeGraph",
            "CoreAutoLayout",
            "GraphicsServices",
            "SwiftUI",
            "UIKit",
            "UIKitCore",
        ],
        "category=ui",
    ),
    Table::functions(&["-\\[NSISEngine*"], "category=ui"),
    Table::modules(
        &[
            "android.app.Dialog",
            "android.text.*",
            "android.view.*",
            "android.widget.*",
            "androidx.*.widget.*",
            "com.google.android.material.*",
        ],
        "category=ui",
    ),
    Table::Names {
        when: "category:ui",
        key: "function",
        names: &["handleMessage", "run"],
        then: "category=indirection",
    },
    Table::functions(&["art::jit::*"], "category=runtime"),
    // Sound and film.
    Table::packages(
        &[
            "/system/lib/libaudioclient.so",
            "/system/lib/libmedia.so",
            "AudioToolbox*",
            "libAudioToolboxUtility.dylib",
        ],
        "category=av",
    ),
    // Names that compilers and standard libraries keep for themselves.
    Table::functions(
        &["std::_*", "__swift_*", "block_destroy_helper*"],
        "category=internals",
    ),
    Table::Lines(&["family:native function:*_block_invoke* app:no category=internals"]),
    // Where threads, queues and event loops begin.
    THREAD_BASES_OF_LIBRARIES,
    THREAD_BASES,
    THREAD_BASES_OF_ANDROID,
    // Memory.
    Table::packages(&["**/libsystem_malloc.dylib"], "category=malloc"),
    Table::functions(
        &[
            "malloc",
            "malloc_base",
            "RtlpAllocateHeapInternal",
            "std::*::allocator_traits*",
        ],
        "category=malloc",
    ),
    // What only passes a call on.
    Table::functions(
        &[
            "*::operator()*",
            "*<lambda>*",
            "destructor'",
            "__dynamic_cast",
            "boost::function*",
            "boost::_bi::*",
            "boost::detail::function::functor_manager*",
            "Array.subscript.*",
        ],
        "category=indirection",
    ),
    Table::modules(
        &[
            "androidx.work.impl.utils.ForceStopRunnable",
            "java.lang.reflect.*",
        ],
        "category=indirection",
    ),
    Table::Lines(&["module:java.lang.Class function:getMethod category=indirection"]),
    Table::functions(&["*::\\{dtor\\}", "destructor'"], "category=dtor"),
    Table::functions(
        &[
            "exit",
            "ExitProcessImplementation",
            "RtlExitUserProcess",
            "RtlExitUserThread",
        ],
        "category=shutdown",
    ),
    // What runs after a crash.
    Table::functions(
        &[
            "_sigtramp",
            "DispatchHookW",
            "execute_onexit_table",
            "RtlpExecuteHandlerForException",
        ],
        "category=handler",
    ),
    Table::functions(
        &[
            "abort",
            "raise",
            "std::terminate",
            "_CFThrowFormattedException",
            "_CxxThrowException",
            "AG::precondition_failure*",
            "objc_exception_throw",
            "RaiseComPlusException",
            "RaiseException",
            "RtlExitUserThread",
            "TppRaiseInvalidParameter",
        ],
        "category=throw",
    ),
];

const THREAD_BASES_OF_LIBRARIES: Table = Table::Lines(&[
    "family:native package:/usr/lib/system/** function:start category=threadbase",
    "family:native package:libdyld.dylib function:start category=threadbase",
    "family:native package:UIKit function:UIApplicationMain category=threadbase",
    "family:native package:UIKitCore function:UIApplicationMain category=threadbase",
    "family:native package:/usr/lib/system/libsystem_pthread.dylib function:<unknown> \
     category=threadbase",
]);

const THREAD_BASES: Table = Table::functions(
    &[
        // Windows
        "BaseThreadInitThunk",
        "invoke_main",
        "RtlUserThreadStart",
        "RtlpTpWorkCallback",
        "TppWorkpExecuteCallback",
        "TppWorkerThread",
        "wWinMain",
        // Others
        "__pthread_start",
        "_dispatch_worker_thread2",
        "_pthread_body",
        "_pthread_start",
        "_pthread_wqthread",
        "boost::*::thread_proxy",
        "start_wqthread",
        "thread_start",
    ],
    "category=threadbase",
);

const THREAD_BASES_OF_ANDROID: Table = Table::Lines(&[
    "module:android.app.ActivityThread function:main category=threadbase",
    "module:android.app.ActivityThread* function:handleMessage category=threadbase",
    "module:android.os.* function:call category=threadbase",
    "module:android.os.AsyncTask* function:call category=threadbase",
    "module:android.os.Handler function:dispatchMessage category=threadbase",
    "module:android.os.Handler function:handleCallback category=threadbase",
    "module:android.os.Looper function:loop category=threadbase",
    "module:android.view.View function:layout category=threadbase",
    "module:java.util.concurrent.ThreadPoolExecutor* function:runWorker category=threadbase",
]);

/// What gives memory back.
pub(super) const FREE: &[Table] = &[Table::functions(
    &[
        "free",
        "_CFRelease",
        "_swift_release_dealloc",
        "objc_release",
        "RtlFreeHeap",
        "RtlFreeUnicodeString",
        "std::_Deallocate",
    ],
    "category=free",
)];

/// Kinds that win over all others: crash reporters, loaders, locks.
pub(super) const LATE_KINDS: &[Table] = &[
    Table::Lines(&[
        "family:native package:/System/Library/PrivateFrameworks/GPUSupport.framework/** \
         function:gpusGenerateCrashLog* category=telemetry",
        "package:**/libBugly.so category=telemetry",
    ]),
    Table::functions(&["crashpad::*", "gpusKillClientExt"], "category=telemetry"),
    Table::modules(
        &["cn.gundam.sdk.*", "com.lenovo.payplus.analytics.*"],
        "category=telemetry",
    ),
    Table::functions(
        &["dladdr", "dlopen", "ImageLoaderMachO::findClosestSymbol"],
        "category=load",
    ),
    Table::Names {
        when: NATIVE,
        key: "package",
        names: &["/system/lib/libnativeloader.so"],
        then: "function:android::OpenNativeLibrary category=load",
    },
    Table::Lines(&[
        "module:java.lang.System function:loadLibrary category=load",
        "module:java.lang.Runtime function:loadLibrary* category=load",
    ]),
    Table::functions(&["pthread_mutex_lock"], "category=lock"),
];
