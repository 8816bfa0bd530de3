//! Drivers of graphics cards and the libraries that draw with them. Which of their functions a
//! stack shows differs from driver to driver.

use super::Table;

/// Drivers.
pub(super) const DRIVERS: &[Table] = &[
    Table::packages(
        &[
            "**/nvcuda.dll",
            "/System/Library/Extensions/AMDRadeon*/**",
            "/System/Library/Extensions/AppleIntel*GraphicsGLDriver.bundle/**",
            "/System/Library/Extensions/GeForceGLDriver.bundle/**",
            "/System/Library/PrivateFrameworks/GPUSupport.framework/**",
            "AGXGLDriver",
            "C:/Program Files/NVIDIA Corporation/**",
            "C:/WINDOWS/system32/DriverStore/**",
            "libGPUSupportMercury.dylib",
        ],
        "category=driver",
    ),
    Table::functions(&["*CUDA*"], "category=driver"),
];

/// OpenGL, and what a stack shows in its place.
pub(super) const DRAWING: &[Table] = &[Table::packages(
    &[
        "**/libESXGLES*.so",
        "**/libGLES*.so",
        "/System/Library/Frameworks/OpenCL.framework/**",
        "/System/Library/Frameworks/OpenGL.framework/**",
        "/system/lib/libEGL.so",
        "/system/lib/libskia.so",
        "C:/Windows/SYSTEM32/OPENGL32.dll",
        "GLEngine",
        "OpenGLES",
    ],
    "category=gl",
)];
