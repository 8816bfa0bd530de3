use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use proptest::prelude::*;

use super::*;
use crate::items::minidump::synth;
use crate::request::MemoryBudget;

const CONTEXT: &str = "<?xml version=\"1.0\"?><FGenericCrashContext><RuntimeProperties>\
    <CrashType>Assert</CrashType><ErrorMessage>Array index out of bounds</ErrorMessage>\
    <GameName>UE4-Shop</GameName><UserName>ada</UserName>\
    <UserDescription>I opened &amp; closed the door</UserDescription>\
    <Misc.PrimaryGPUBrand>GPU 9</Misc.PrimaryGPUBrand>\
    <PCallStack>Shop 0x0000000000400000 + 1234\nEngine 0x00007f0000000000 + ff\n</PCallStack>\
    <Modules>a long list</Modules></RuntimeProperties>\
    <GameData><level>7</level></GameData></FGenericCrashContext>";
const LOG: &str = "Log file open, 12/13/18 15:54:53\nLogInit: started\nLogDoor: closed\n";

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    deflated(&plain(files))
}

/// An archive as the newer versions of the engine write it, before it is compressed.
fn plain(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = b"CR1".to_vec();
    let text = |bytes: &mut Vec<u8>, text: &str| {
        let length = u32::try_from(text.len()).expect("fits");
        bytes.extend(length.to_le_bytes());
        bytes.extend(text.as_bytes());
    };
    text(&mut bytes, "UE4CC-Windows-1");
    text(&mut bytes, "UE4CC-Windows-1.ue4crash");
    bytes.extend(0_i32.to_le_bytes());
    bytes.extend(i32::try_from(files.len()).expect("fits").to_le_bytes());
    for (index, (name, data)) in files.iter().enumerate() {
        bytes.extend(i32::try_from(index).expect("fits").to_le_bytes());
        text(&mut bytes, name);
        bytes.extend(i32::try_from(data.len()).expect("fits").to_le_bytes());
        bytes.extend(*data);
    }
    bytes
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("writes");
    encoder.finish().expect("finishes")
}

fn read_up_to(body: &[u8], user: Option<&str>, bytes_max: usize) -> Result<Report, IngestError> {
    let mut memory = MemoryBudget::new(10_000_000).reservation();
    read(body, user, bytes_max, &mut memory)
}

fn event(report: &Report) -> Value {
    serde_json::from_slice(&report.event).expect("JSON")
}

#[test]
fn the_dump_makes_the_exception_and_the_context_the_rest() {
    let dump = synth::crash();
    let archive = archive(&[
        ("CrashContext.runtime-xml", CONTEXT.as_bytes()),
        ("Shop.log", LOG.as_bytes()),
        ("UE4Minidump.dmp", &dump),
        ("notes.txt", b"x"),
    ]);
    let report = read_up_to(&archive, Some("login1|epic2|machine3"), 1_000_000).expect("a report");
    let event = event(&report);
    assert_eq!(
        event["exception"]["values"][0]["type"],
        "SIGSEGV / SEGV_MAPERR"
    );
    assert_eq!(event["logentry"]["formatted"], "Array index out of bounds");
    assert_eq!(event["user"], json!({"id": "login1", "username": "ada"}));
    let tags = json!({"epic_account_id": "epic2", "machine_id": "machine3"});
    assert_eq!(event["tags"], tags);
    assert_eq!(event["contexts"]["gpu"]["name"], "GPU 9");
    let unreal = &event["contexts"]["unreal"];
    assert_eq!(unreal["crash_type"], "Assert");
    assert_eq!(unreal["game_data"], json!({"level": "7"}));
    assert_eq!(
        (unreal.get("modules"), unreal.get("username")),
        (None, None)
    );
    let crumb = &event["breadcrumbs"]["values"][1];
    assert_eq!(
        (&crumb["category"], &crumb["message"]),
        (&json!("LogDoor"), &json!("closed"))
    );
    let files: Vec<_> = report
        .files
        .iter()
        .map(|it| (it.name.as_str(), it.kind))
        .collect();
    let expected = [
        ("CrashContext.runtime-xml", "unreal.context"),
        ("Shop.log", "unreal.logs"),
        ("UE4Minidump.dmp", "event.minidump"),
        ("notes.txt", "event.attachment"),
    ];
    assert_eq!(files, expected);
    let comment = Comment {
        name: "ada".to_owned(),
        message: "I opened & closed the door".to_owned(),
    };
    assert_eq!(report.comment, Some(comment));
}

#[test]
fn without_a_dump_the_engines_stack_makes_the_exception() {
    let archive = archive(&[("CrashContext.runtime-xml", CONTEXT.as_bytes())]);
    let report = read_up_to(&archive, None, 1_000_000).expect("a report");
    let exception = &event(&report)["exception"]["values"][0];
    assert_eq!(exception["type"], "Assert");
    let frames = &exception["stacktrace"]["frames"];
    assert_eq!(frames[1]["package"], "Shop");
    assert_eq!(frames[1]["instruction_addr"], "0x401234");
    assert_eq!(frames[0]["package"], "Engine");
}

#[test]
fn what_is_no_archive_or_grows_too_large_is_refused() {
    let error = |body: &[u8]| read_up_to(body, None, 1000).expect_err("no report");
    assert_eq!(error(b""), IngestError::InvalidUnreal);
    assert_eq!(error(b"rubbish"), IngestError::InvalidUnreal);
    let large = archive(&[("a.bin", &vec![0; 100_000])]);
    assert_eq!(error(&large), IngestError::ItemTooLarge("unreal_report"));
    assert!(read_up_to(&large, None, 1_000_000).is_ok());
}

#[test]
fn a_broken_context_costs_only_itself() {
    let archive = archive(&[("CrashContext.runtime-xml", b"<RuntimeProperties><a></b>")]);
    let report = read_up_to(&archive, None, 1000).expect("a report");
    assert_eq!(event(&report)["platform"], "native");
    assert_eq!(report.files.len(), 1);
}

proptest! {
    #[test]
    fn a_damaged_archive_is_read_or_refused(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
    ) {
        let mut plain = plain(&[
            ("CrashContext.runtime-xml", CONTEXT.as_bytes()),
            ("Shop.log", LOG.as_bytes()),
            ("UE4Minidump.dmp", &synth::crash()),
        ]);
        for (place, byte) in damage {
            let index = place.index(plain.len());
            plain[index] = byte;
        }
        match read_up_to(&deflated(&plain), Some("a||b"), 1_000_000) {
            Ok(report) => prop_assert!(event(&report).is_object()),
            Err(error) => prop_assert_eq!(error, IngestError::InvalidUnreal),
        }
    }
}
