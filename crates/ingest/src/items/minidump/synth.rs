//! A small dump, written as Breakpad writes one on Linux.

use minidump_synth::{
    CrashpadInfo, DumpString, Exception, Memory, Module, SynthMinidump, SystemInfo, Thread,
    ThreadName,
};
use test_assembler::{Endian, Section};

const LITTLE: Endian = Endian::Little;
const LINUX: u32 = 0x8201;
const AMD64: u16 = 9;
const SIGSEGV: u32 = 11;
const SEGV_MAPERR: u32 = 1;
/// What Breakpad puts before the build id of a module.
const ELF_RECORD: u32 = 0x4270_454c;
const STACK: u64 = 0x7ffe_0000_1000;
/// The one function that crashes, and the two that called it.
const CODE: [u64; 3] = [0x40_1234, 0x40_2345, 0x40_3456];

/// A program of two modules and two threads, of which the first reads from address 0x10. Its
/// stack holds two callers, found by their frame pointers.
pub(crate) fn crash() -> Vec<u8> {
    crash_of("/opt/shop/bin/shop")
}

/// The same with another name of the program.
pub(crate) fn crash_of(program: &str) -> Vec<u8> {
    dump(program, SIGSEGV)
}

/// The same program as [`crash`], with another code of the exception.
pub(crate) fn dump(program: &str, code: u32) -> Vec<u8> {
    let texts = Texts {
        program,
        thread: "checkout",
        release: "12",
        environment: "HOME=/root\0",
        memory: "",
        annotation: "",
    };
    dump_of(&texts, code)
}

/// What a dump says in words.
pub(crate) struct Texts<'t> {
    pub(crate) program: &'t str,
    pub(crate) thread: &'t str,
    /// Of the system.
    pub(crate) release: &'t str,
    /// Variables, each with a NUL behind it.
    pub(crate) environment: &'t str,
    /// What stands in the memory of the idle thread.
    pub(crate) memory: &'t str,
    /// What the program noted for its crash report.
    pub(crate) annotation: &'t str,
}

/// The same program with other texts.
pub(crate) fn dump_of(texts: &Texts<'_>, code: u32) -> Vec<u8> {
    let record = Section::with_endian(LITTLE)
        .D32(ELF_RECORD)
        .append_bytes(&[0xab; 20]);
    let names = [texts.program, "/usr/lib/libc.so.6"].map(|name| DumpString::new(name, LITTLE));
    let modules = [(0x40_0000, &names[0]), (0x7f00_0000_0000, &names[1])].map(|(base, name)| {
        Module::new(LITTLE, base, 0x10_0000, name, 0, 0, None).cv_record(&record)
    });
    let stack = Memory::with_section(stack(), STACK);
    let idle = Memory::with_section(
        Section::with_endian(LITTLE)
            .append_repeated(0, 64)
            .append_bytes(texts.memory.as_bytes())
            .append_bytes(&wide(texts.memory)),
        STACK * 2,
    );
    let contexts = [
        context(CODE[0], STACK, STACK + 0x20),
        context(0x7f00_0000_1000, STACK * 2, 0),
    ];
    let thread_name = DumpString::new(texts.thread, LITTLE);
    let release = format!("DISTRIB_ID=Debian\nDISTRIB_RELEASE={}\n", texts.release);
    let mut dump = SynthMinidump::with_endian(LITTLE)
        .add_system_info(system())
        .add_exception(exception(code))
        .add_thread(Thread::new(LITTLE, 1, &stack, &contexts[0]))
        .add_thread(Thread::new(LITTLE, 2, &idle, &contexts[1]))
        .add_thread_name(ThreadName::new(LITTLE, 1, Some(&thread_name)))
        .set_linux_lsb_release(release.as_bytes())
        .set_linux_environ(texts.environment.as_bytes())
        .add_crashpad_info(
            CrashpadInfo::new(LITTLE).add_simple_annotation("note", texts.annotation),
        )
        .add(record)
        .add(thread_name)
        .add_memory(stack)
        .add_memory(idle);
    for module in modules {
        dump = dump.add_module(module);
    }
    for name in names {
        dump = dump.add(name);
    }
    for context in contexts {
        dump = dump.add(context);
    }
    dump.finish().expect("every label is placed")
}

/// Text of two bytes a character.
fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn system() -> SystemInfo {
    let mut system = SystemInfo::new(LITTLE)
        .set_processor_architecture(AMD64)
        .set_platform_id(LINUX);
    system.major_version = 6;
    system.minor_version = 8;
    system.number_of_processors = 4;
    system
}

fn exception(code: u32) -> Exception {
    let mut exception = Exception::new(LITTLE);
    exception.thread_id = 1;
    exception.exception_record.exception_code = code;
    exception.exception_record.exception_flags = SEGV_MAPERR;
    exception.exception_record.exception_address = 0x10;
    exception
}

/// Each frame holds the frame pointer of its caller and the address to return to.
fn stack() -> Section {
    Section::with_endian(LITTLE)
        .append_repeated(0, 0x20)
        .D64(STACK + 0x40)
        .D64(CODE[1] + 1)
        .append_repeated(0, 0x10)
        .D64(STACK + 0x60)
        .D64(CODE[2] + 1)
        .append_repeated(0, 0x40)
}

/// The registers of an AMD64 machine, in the order of the format.
fn context(instruction: u64, stack: u64, frame: u64) -> Section {
    Section::with_endian(LITTLE)
        .append_repeated(0, 48)
        .D32(0x10_001f) // all registers are there
        .append_repeated(0, 4 + 12 + 4 + 48)
        .append_repeated(0, 32) // rax to rbx
        .D64(stack)
        .D64(frame)
        .append_repeated(0, 80) // rsi to r15
        .D64(instruction)
        .append_repeated(0, 512 + 416 + 48)
}
