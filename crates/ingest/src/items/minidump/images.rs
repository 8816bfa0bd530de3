use minidump::format::{MINIDUMP_MODULE, MINIDUMP_THREAD_NAME};
use minidump::system_info::Os;
use minidump::{
    Endian, Minidump, MinidumpModule, MinidumpModuleList, MinidumpStream, MinidumpSystemInfo,
    MinidumpThreadNames, Module,
};
use scroll::Pread;
use scroll::ctx::{SizeWith, TryFromCtx};
use serde_json::{Value, json};

/// How many modules are read; a browser loads some hundreds.
const MODULES_MAX: usize = 2_000;
/// How many modules are told of.
const IMAGES_MAX: usize = 1_000;
/// How many names of threads are read.
const NAMES_MAX: usize = 1_000;
/// Bytes of a name or of a debug record. Many entries may point to the same bytes, so that this
/// bounds what a small dump grows to.
const NAME_BYTES_MAX: usize = 1_024;

/// The modules of a dump, as far as they can be read: at most [`MODULES_MAX`], none with a name
/// over [`NAME_BYTES_MAX`].
///
/// The crate's own reader would fail on one bad module and copy any name as often as it is
/// pointed to.
pub(super) fn modules(
    dump: &Minidump<'_, &[u8]>,
    bytes: &[u8],
    system: &MinidumpSystemInfo,
) -> MinidumpModuleList {
    let raw = entries::<MINIDUMP_MODULE>(dump, MinidumpModuleList::STREAM_TYPE, MODULES_MAX);
    let modules = raw.filter_map(|raw| {
        let name_at = usize::try_from(raw.module_name_rva).ok()?;
        let record_bytes = usize::try_from(raw.cv_record.data_size).ok()?;
        if name_bytes(bytes, name_at, dump.endian)? > NAME_BYTES_MAX
            || record_bytes > NAME_BYTES_MAX
            || raw.size_of_image == 0
            || raw
                .base_of_image
                .checked_add(raw.size_of_image.into())
                .is_none()
        {
            return None;
        }
        MinidumpModule::read(raw, bytes, dump.endian, Some(system)).ok()
    });
    MinidumpModuleList::from_modules(modules.collect())
}

/// The names of the threads, with the threads' ids.
pub(super) fn thread_names(dump: &Minidump<'_, &[u8]>, bytes: &[u8]) -> Vec<(u32, String)> {
    let raw = entries::<MINIDUMP_THREAD_NAME>(dump, MinidumpThreadNames::STREAM_TYPE, NAMES_MAX);
    let names = raw.filter_map(|raw| {
        let at = usize::try_from(raw.thread_name_rva).ok()?;
        let length = name_bytes(bytes, at, dump.endian).filter(|it| *it <= NAME_BYTES_MAX)?;
        let text = bytes.get(at.checked_add(4)?..)?.get(..length)?;
        let units = text.chunks_exact(2).map(|unit| match (dump.endian, unit) {
            (Endian::Little, [low, high]) => u16::from_le_bytes([*low, *high]),
            (Endian::Big, [high, low]) => u16::from_be_bytes([*high, *low]),
            _ => 0,
        });
        let name: String = char::decode_utf16(units)
            .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        Some((raw.thread_id, name))
    });
    names.collect()
}

/// The modules as `debug_meta.images`, for those who have their symbols.
pub(super) fn images(modules: &MinidumpModuleList, os: Os, arch: &str) -> Vec<Value> {
    let kind = match os {
        Os::Windows => "pe",
        Os::MacOs | Os::Ios => "macho",
        _ => "elf",
    };
    let image = |module: &MinidumpModule| {
        let mut image = json!({
            "type": kind,
            "code_file": module.code_file(),
            "image_addr": format!("{:#x}", module.base_address()),
            "image_size": module.size(),
            "arch": arch,
        });
        if let Some(id) = module.debug_identifier() {
            put(&mut image, "debug_id", id.to_string());
        }
        if let Some(id) = module.code_identifier() {
            put(&mut image, "code_id", id.to_string());
        }
        if let Some(file) = module.debug_file() {
            put(&mut image, "debug_file", file.into_owned());
        }
        image
    };
    modules.iter().take(IMAGES_MAX).map(image).collect()
}

fn put(image: &mut Value, name: &str, text: String) {
    if let Some(fields) = image.as_object_mut() {
        fields.insert(name.to_owned(), Value::String(text));
    }
}

/// The entries of a list, which begins with their number; in some dumps four bytes of padding
/// follow it.
fn entries<'a, T>(
    dump: &'a Minidump<'_, &[u8]>,
    stream: u32,
    entries_max: usize,
) -> impl Iterator<Item = T> + use<'a, T>
where
    T: TryFromCtx<'a, Endian, [u8], Error = scroll::Error> + SizeWith<Endian>,
{
    let endian = dump.endian;
    let list = dump.get_raw_stream(stream).unwrap_or_default();
    let count: u32 = list.pread_with(0, endian).unwrap_or_default();
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let size = T::size_with(&endian);
    let start = match count.saturating_mul(size).saturating_add(8) {
        padded if padded == list.len() => 8,
        _ => 4,
    };
    (0..count.min(entries_max))
        .map_while(move |index| list.pread_with(start + index * size, endian).ok())
}

/// How long the text at this place says it is.
fn name_bytes(bytes: &[u8], at: usize, endian: Endian) -> Option<usize> {
    let length: u32 = bytes.pread_with(at, endian).ok()?;
    usize::try_from(length).ok()
}
