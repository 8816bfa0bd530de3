use std::collections::HashSet;
use std::path::PathBuf;

use async_trait::async_trait;
use futures_util::FutureExt;
use minidump::format::MINIDUMP_MEMORY_DESCRIPTOR;
use minidump::{
    MinidumpContext, MinidumpMemory, MinidumpModule, MinidumpModuleList, Module, UnifiedMemory,
};
use minidump_unwind::{
    CallStack, FileError, FileKind, FillSymbolError, FrameSymbolizer, FrameWalker, StackFrame,
    SymbolProvider, SystemInfo, walk_stack,
};
use serde_json::{Map, Value, json};

/// How many of the innermost frames are kept, and how many of the outermost: what is kept of any
/// stack trace (reference/PROTOCOL.md section 8.2).
const INNER_FRAMES_MAX: usize = 200;
const OUTER_FRAMES_MAX: usize = 50;

/// Where the libraries of systems lie, in lower case. What fails there was mostly called wrongly.
const SYSTEM_FOLDERS: [&str; 7] = [
    "/lib/",
    "/lib64/",
    "/usr/lib",
    "/system/",
    "/apex/",
    "c:\\windows\\",
    "[vdso]",
];

/// A stack that was walked.
pub(super) struct Stack {
    /// The `stacktrace` of an event, outermost frame first.
    pub(super) stacktrace: Value,
    /// Which place of the program is to blame: the file and the offset of the innermost frame
    /// outside of the system, `shop.exe+0x12f4`. It is the same in every process.
    pub(super) place: Option<String>,
}

/// Walks the stack that begins with this context, without symbols: by frame pointers, and where
/// there are none by looking for return addresses. At most `bytes_max` bytes of the stack are
/// looked at, which bounds time and memory.
///
/// `None` when there is no frame.
pub(super) fn walk(
    context: MinidumpContext,
    memory: Option<UnifiedMemory<'_, '_>>,
    modules: &MinidumpModuleList,
    system: &SystemInfo,
    bytes_max: usize,
) -> Option<Stack> {
    let registers = registers(&context);
    let near = memory.map(|memory| near_top(memory, context.get_stack_pointer(), bytes_max));
    let mut stack = CallStack::with_context(context);
    let memory = near.as_ref().map(UnifiedMemory::Memory);
    let walk = walk_stack(0, (), &mut stack, memory, modules, system, &NoSymbols);
    // Nothing in it waits: there is no symbol to fetch.
    walk.now_or_never()?;
    let count = stack.frames.len();
    let is_kept = |index: usize| index < INNER_FRAMES_MAX || index + OUTER_FRAMES_MAX >= count;
    let inward = stack.frames.iter().enumerate().rev();
    let frames: Vec<Value> = inward
        .filter(|(index, _)| is_kept(*index))
        .map(|(_, it)| frame(it))
        .collect();
    // The addresses are those of the calls already, not of what follows them.
    let adjustment = "none";
    (!frames.is_empty()).then(|| Stack {
        stacktrace: json!({
            "frames": frames, "registers": registers, "instruction_addr_adjustment": adjustment,
        }),
        place: place(&stack.frames),
    })
}

fn place(frames: &[StackFrame]) -> Option<String> {
    let is_own = |module: &MinidumpModule| {
        let file = module.code_file().to_lowercase();
        !SYSTEM_FOLDERS.iter().any(|folder| file.starts_with(folder))
    };
    let mut known = frames
        .iter()
        .filter_map(|frame| Some((frame, frame.module.as_ref()?)));
    let mut own = known.clone().filter(|(_, module)| is_own(module));
    let (frame, module) = own.next().or_else(|| known.next())?;
    let file = module.code_file();
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let offset = frame.instruction.saturating_sub(module.base_address());
    Some(format!("{name}+{offset:#x}"))
}

/// The part of a stack that begins at its top and has at most `bytes_max` bytes.
fn near_top<'a>(memory: UnifiedMemory<'_, 'a>, top: u64, bytes_max: usize) -> MinidumpMemory<'a> {
    let (bytes, base, endian) = match memory {
        UnifiedMemory::Memory(memory) => (memory.bytes, memory.base_address, memory.endian),
        UnifiedMemory::Memory64(memory) => (memory.bytes, memory.base_address, memory.endian),
    };
    let skipped = usize::try_from(top.saturating_sub(base)).unwrap_or(usize::MAX);
    let skipped = if skipped < bytes.len() { skipped } else { 0 };
    let bytes = bytes.get(skipped..).unwrap_or_default();
    let bytes = bytes.get(..bytes_max).unwrap_or(bytes);
    MinidumpMemory {
        desc: MINIDUMP_MEMORY_DESCRIPTOR::default(),
        base_address: base.saturating_add(u64::try_from(skipped).unwrap_or_default()),
        size: u64::try_from(bytes.len()).unwrap_or_default(),
        bytes,
        endian,
    }
}

fn frame(frame: &StackFrame) -> Value {
    let mut value = json!({
        "instruction_addr": format!("{:#x}", frame.instruction),
        "trust": frame.trust.as_str(),
    });
    let module = frame.module.as_ref();
    if let (Some(module), Some(fields)) = (module, value.as_object_mut()) {
        fields.insert("package".to_owned(), module.code_file().into());
        let base = format!("{:#x}", module.base_address());
        fields.insert("image_addr".to_owned(), base.into());
    }
    value
}

fn registers(context: &MinidumpContext) -> Map<String, Value> {
    let known: HashSet<&str> = context
        .general_purpose_registers()
        .iter()
        .copied()
        .collect();
    let registers = context.valid_registers();
    registers
        .filter(|(name, _)| known.contains(name))
        .map(|(name, value)| (name.to_owned(), format!("{value:#x}").into()))
        .collect()
}

/// Knows no symbol of any module.
struct NoSymbols;

#[async_trait]
impl SymbolProvider for NoSymbols {
    async fn fill_symbol(
        &self,
        _module: &(dyn Module + Sync),
        _frame: &mut (dyn FrameSymbolizer + Send),
    ) -> Result<(), FillSymbolError> {
        Err(FillSymbolError {})
    }

    async fn walk_frame(
        &self,
        _module: &(dyn Module + Sync),
        _walker: &mut (dyn FrameWalker + Send),
    ) -> Option<()> {
        None
    }

    async fn get_file_path(
        &self,
        _module: &(dyn Module + Sync),
        _kind: FileKind,
    ) -> Result<PathBuf, FileError> {
        Err(FileError::NotFound)
    }
}
