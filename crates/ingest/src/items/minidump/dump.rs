use minidump::system_info::{Cpu, Os};
use minidump::{
    Minidump, MinidumpException, MinidumpLinuxLsbRelease, MinidumpMemory64List, MinidumpMemoryList,
    MinidumpMiscInfo, MinidumpModuleList, MinidumpStream, MinidumpSystemInfo, MinidumpThread,
    MinidumpThreadList, UnifiedMemoryList,
};
use minidump_unwind::SystemInfo;
use serde_json::{Map, Value, json};

use super::images::{images, modules, thread_names};
use super::stack::{Stack, walk};

/// The exception codes of dumps that a program asked for without crashing: Breakpad's on Linux, and
/// Crashpad's on Windows and on macOS.
const REQUESTED_CODES: [u32; 3] = [0xffff_ffff, 0x0517_a7ed, 0x4350_7378];
/// How many threads are told of; the crashed one is among them.
const THREADS_MAX: usize = 100;
/// Bytes of a list of threads or of memory regions; longer ones are not read.
const LIST_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of the crashed thread's stack that are walked.
const CRASHED_STACK_BYTES_MAX: usize = 256 * 1024;
/// Bytes of every other thread's stack that are walked.
const OTHER_STACK_BYTES_MAX: usize = 16 * 1024;
/// Characters of a name of a thread, a version, or the like; longer ones are none, and a part of
/// one could be a part of a secret.
const TEXT_CHARS_MAX: usize = 256;

/// What a dump tells, in the shapes of an event.
pub(super) struct Facts {
    /// Whether an exception ended the program; a dump can also be asked for.
    pub(super) is_crash: bool,
    /// When the dump was written, in seconds since 1970 by the clock of the machine.
    pub(super) written_at: Option<u32>,
    /// The one exception, with its stack trace and without a mechanism.
    pub(super) exception: Map<String, Value>,
    /// Which place of the program is to blame, if that is known.
    pub(super) place: Option<String>,
    /// What the mechanism says of a signal.
    pub(super) signal: Option<Value>,
    /// All threads; that which crashed has its stack trace at the exception.
    pub(super) threads: Vec<Value>,
    /// The modules, as `debug_meta.images`.
    pub(super) images: Vec<Value>,
    /// `os`, `device` and `app`.
    pub(super) contexts: Map<String, Value>,
}

/// A dump whose system is known, which everything else is read by.
struct Dump<'a> {
    minidump: &'a Minidump<'a, &'a [u8]>,
    system: MinidumpSystemInfo,
    misc: Option<MinidumpMiscInfo>,
    modules: MinidumpModuleList,
    memory: UnifiedMemoryList<'a>,
    names: Vec<(u32, String)>,
}

/// Reads a dump. What cannot be read of it is left out.
///
/// # Errors
/// [`minidump::Error`] when there is no dump, or not even the system is told.
pub(super) fn read(bytes: &[u8]) -> Result<Facts, minidump::Error> {
    let minidump = Minidump::read(bytes)?;
    let system: MinidumpSystemInfo = minidump.get_stream()?;
    let dump = Dump {
        misc: minidump.get_stream().ok(),
        modules: modules(&minidump, bytes, &system),
        memory: memory(&minidump),
        names: thread_names(&minidump, bytes),
        minidump: &minidump,
        system,
    };
    let exception: Option<MinidumpException<'_>> = minidump.get_stream().ok();
    let (crashed, threads) = dump.threads(exception.as_ref());
    let mut facts = Facts {
        is_crash: exception.as_ref().is_some_and(is_crash),
        written_at: Some(minidump.header.time_date_stamp).filter(|seconds| *seconds > 0),
        exception: dump.exception(exception.as_ref()),
        place: None,
        signal: exception
            .as_ref()
            .filter(|it| is_crash(it))
            .and_then(|it| dump.signal(it)),
        threads,
        images: images(&dump.modules, dump.system.os, arch(dump.system.cpu)),
        contexts: dump.contexts(),
    };
    if let Some((id, stack)) = crashed {
        facts.exception.insert("thread_id".to_owned(), id.into());
        if let Some(Stack { stacktrace, place }) = stack {
            facts.exception.insert("stacktrace".to_owned(), stacktrace);
            facts.place = place;
        }
    }
    Ok(facts)
}

impl Dump<'_> {
    fn exception(&self, exception: Option<&MinidumpException<'_>>) -> Map<String, Value> {
        let (kind, value) = match exception.filter(|it| is_crash(it)) {
            None => (
                "Minidump".to_owned(),
                "The dump was written without a crash".to_owned(),
            ),
            Some(exception) => {
                let (os, cpu) = (self.system.os, self.system.cpu);
                let reason = exception.get_crash_reason(os, cpu).to_string();
                let address = exception.get_crash_address(os, cpu);
                let value = format!("Fatal Error: {reason} at {address:#x}");
                (reason, value)
            }
        };
        let fields = [("type", kind), ("value", value)];
        fields
            .map(|(name, text)| (name.to_owned(), text.into()))
            .into_iter()
            .collect()
    }

    /// On systems with signals, the exception is one.
    fn signal(&self, exception: &MinidumpException<'_>) -> Option<Value> {
        let record = &exception.raw.exception_record;
        match self.system.os {
            // The kernel's number and code; the codes of signals may be negative.
            Os::Linux | Os::Android => Some(json!({
                "number": record.exception_code,
                "code": record.exception_flags.cast_signed(),
            })),
            _ => None,
        }
    }

    /// The threads, and of the crashed one, if it is there, its id and its stack.
    fn threads(
        &self,
        exception: Option<&MinidumpException<'_>>,
    ) -> (Option<(u32, Option<Stack>)>, Vec<Value>) {
        let Some(list) = list::<MinidumpThreadList<'_>>(self.minidump) else {
            return (None, Vec::new());
        };
        let crashed_id = exception.map(MinidumpException::get_crashing_thread_id);
        let is_crashed = |thread: &MinidumpThread<'_>| Some(thread.raw.thread_id) == crashed_id;
        let crashed = list.threads.iter().find(|it| is_crashed(it));
        let others = list.threads.iter().filter(|it| !is_crashed(it));
        let mut threads = Vec::new();
        for thread in crashed.into_iter().chain(others).take(THREADS_MAX) {
            let mut value = self.thread(thread, is_crashed(thread));
            let stack = (!is_crashed(thread))
                .then(|| self.stack(thread, None, OTHER_STACK_BYTES_MAX))
                .flatten();
            if let Some(stack) = stack {
                value.insert("stacktrace".to_owned(), stack.stacktrace);
            }
            threads.push(Value::Object(value));
        }
        let crashed = crashed.map(|thread| {
            let stack = self.stack(thread, exception, CRASHED_STACK_BYTES_MAX);
            (thread.raw.thread_id, stack)
        });
        (crashed, threads)
    }

    fn thread(&self, thread: &MinidumpThread<'_>, is_crashed: bool) -> Map<String, Value> {
        let id = thread.raw.thread_id;
        let mut value = Map::new();
        value.insert("id".to_owned(), id.into());
        value.insert("crashed".to_owned(), is_crashed.into());
        value.insert("current".to_owned(), is_crashed.into());
        let name = self.names.iter().find(|(it, _)| *it == id);
        if let Some(name) = name.and_then(|(_, name)| short(name)) {
            value.insert("name".to_owned(), name.into());
        }
        value
    }

    /// The context of the exception counts more than that of its thread, which already handles
    /// the crash.
    fn stack(
        &self,
        thread: &MinidumpThread<'_>,
        exception: Option<&MinidumpException<'_>>,
        bytes_max: usize,
    ) -> Option<Stack> {
        let misc = self.misc.as_ref();
        let of_exception = exception.and_then(|it| it.context(&self.system, misc));
        let context = of_exception.or_else(|| thread.context(&self.system, misc))?;
        let memory = thread.stack_memory(&self.memory);
        let system = SystemInfo {
            os: self.system.os,
            os_version: None,
            os_build: None,
            cpu: self.system.cpu,
            cpu_info: None,
            cpu_microcode_version: None,
            cpu_count: 1,
        };
        walk(
            context.into_owned(),
            memory,
            &self.modules,
            &system,
            bytes_max,
        )
    }

    fn contexts(&self) -> Map<String, Value> {
        let (version, build) = self.system.os_parts();
        let mut os = json!({"name": os_name(self.system.os)});
        set(&mut os, "version", short(&version));
        set(&mut os, "build", build.and_then(|build| short(&build)));
        if let Ok(release) = self.minidump.get_stream::<MinidumpLinuxLsbRelease<'_>>() {
            for (name, value) in release.iter().take(20) {
                let field = match name.as_bytes() {
                    b"ID" | b"DISTRIB_ID" => "distribution_name",
                    b"VERSION_ID" | b"DISTRIB_RELEASE" => "distribution_version",
                    _ => continue,
                };
                set(&mut os, field, short(&value.to_string_lossy()));
            }
        }
        let mut device = json!({
            "arch": arch(self.system.cpu),
            "processor_count": self.system.raw.number_of_processors,
        });
        let cpu = self.system.cpu_info().and_then(|info| short(&info));
        set(&mut device, "cpu_description", cpu);
        let mut contexts = Map::new();
        contexts.insert("os".to_owned(), os);
        contexts.insert("device".to_owned(), device);
        let started = self
            .misc
            .as_ref()
            .and_then(|it| it.raw.process_create_time().copied());
        if let Some(seconds) = started.filter(|seconds| *seconds > 0) {
            contexts.insert("app".to_owned(), json!({"app_start_time": seconds}));
        }
        contexts
    }
}

fn is_crash(exception: &MinidumpException<'_>) -> bool {
    !REQUESTED_CODES.contains(&exception.raw.exception_record.exception_code)
}

/// The memory that the dump holds; the lists of large dumps are of either form.
fn memory<'a>(minidump: &'a Minidump<'a, &'a [u8]>) -> UnifiedMemoryList<'a> {
    if let Some(regions) = list::<MinidumpMemory64List<'_>>(minidump) {
        return UnifiedMemoryList::Memory64(regions);
    }
    let regions = list::<MinidumpMemoryList<'_>>(minidump);
    regions.map_or_else(UnifiedMemoryList::default, UnifiedMemoryList::Memory)
}

/// Reads a list unless it is over [`LIST_BYTES_MAX`].
fn list<'a, T: MinidumpStream<'a>>(minidump: &'a Minidump<'a, &'a [u8]>) -> Option<T> {
    let bytes = minidump.get_raw_stream(T::STREAM_TYPE).ok()?;
    if bytes.len() > LIST_BYTES_MAX {
        return None;
    }
    minidump.get_stream().ok()
}

fn set(value: &mut Value, name: &str, text: Option<String>) {
    if let (Some(text), Some(fields)) = (text, value.as_object_mut()) {
        fields.insert(name.to_owned(), text.into());
    }
}

fn short(text: &str) -> Option<String> {
    let is_short = text.chars().nth(TEXT_CHARS_MAX).is_none();
    is_short.then(|| text.to_owned())
}

/// The system's name as the other SDKs write it.
fn os_name(os: Os) -> String {
    match os {
        Os::Windows => "Windows".to_owned(),
        Os::MacOs => "macOS".to_owned(),
        Os::NaCl => "Native Client".to_owned(),
        other => other.long_name().into_owned(),
    }
}

fn arch(cpu: Cpu) -> &'static str {
    match cpu {
        Cpu::X86 => "x86",
        Cpu::X86_64 => "x86_64",
        Cpu::Ppc => "ppc",
        Cpu::Ppc64 => "ppc64",
        Cpu::Sparc => "sparc",
        Cpu::Arm => "arm",
        Cpu::Arm64 => "arm64",
        Cpu::Mips => "mips",
        Cpu::Mips64 => "mips64",
        _ => "unknown",
    }
}
