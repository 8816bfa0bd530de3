use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::json;

use super::encoding::Encoding;
use super::ways::Planter;
use super::wire;

#[path = "../../crates/ingest/src/items/minidump/synth.rs"]
#[expect(dead_code, reason = "other tests take other dumps")]
mod synth;

/// SIGSEGV.
const CODE: u32 = 11;

impl Planter<'_> {
    /// Crashes with fields and files, one with a dump that is none; returns the events' ids.
    pub(super) fn crashes(&self, base: &str, encoding: Encoding) -> anyhow::Result<Vec<String>> {
        let broken = self.crash(base, encoding, b"MDMP no dump".to_vec())?;
        let dump = self.crash(base, encoding, self.dump(encoding))?;
        let game = self.game(base, encoding)?;
        Ok(vec![broken, dump, game])
    }

    fn crash(&self, base: &str, encoding: Encoding, dump: Vec<u8>) -> anyhow::Result<String> {
        let text = |place: &str| self.text(encoding, place);
        let event = json!({"tags": {"k": text("crash tag")}, "release": text("crash release"),
            "extra": {"k": text("crash extra")}});
        let key = self.ledger.token("key of a crash field");
        let fields = [
            ("sentry", event.to_string()),
            ("sentry[user][id]", text("crash user")),
            ("note", text("crash field")),
            (&*key, text("crash field")),
        ];
        let log = text("log of a crash").into_bytes();
        let files = [
            ("upload_file_minidump", text("name of a dump"), dump),
            ("log", text("name of a log"), log),
        ];
        let (kind, body) = wire::multipart(&fields, &files);
        let url = format!("{base}minidump/?sentry_key={}", self.client.key());
        let answer = self.client.post(&url, &[("Content-Type", &kind)], &body)?;
        assert_eq!(answer.status, 200, "{answer:?}");
        Ok(answer.body.replace('-', ""))
    }

    /// A dump with a secret in each of its texts.
    fn dump(&self, encoding: Encoding) -> Vec<u8> {
        let text = |place: &str| self.text(encoding, place);
        let environment = format!("HOME=/root\0NOTE={}\0", text("environment of a dump"));
        synth::dump_of(
            &synth::Texts {
                program: &format!("/opt/{}", text("module of a dump")),
                thread: &text("thread of a dump"),
                release: &text("system of a dump"),
                environment: &environment,
                memory: &text("memory of a dump"),
                annotation: &text("annotation of a dump"),
            },
            CODE,
        )
    }

    /// The report of a game, with all that one may hold.
    fn game(&self, base: &str, encoding: Encoding) -> anyhow::Result<String> {
        let text = |place: &str| self.text(encoding, place);
        let escaped = |place: &str| text(place).replace('&', "&amp;").replace('<', "&lt;");
        let context = format!(
            "<?xml version=\"1.0\"?><FGenericCrashContext><RuntimeProperties><CrashType>Crash</CrashType>\
            <ErrorMessage>{}</ErrorMessage><GameName>{}</GameName><UserName>{}</UserName>\
            <CommandLine>{}</CommandLine><UserDescription>{}</UserDescription></RuntimeProperties>\
            <GameData><level>{}</level></GameData></FGenericCrashContext>",
            escaped("game error"),
            escaped("game name"),
            escaped("game user"),
            escaped("game command"),
            escaped("game comment"),
            escaped("game data"),
        );
        let log = format!(
            "Log file open, 12/13/18 15:54:53\nLogInit: {}\nLogDoor: closed\n",
            text("game log")
        );
        let files = [
            ("CrashContext.runtime-xml", context.into_bytes()),
            ("Shop.log", log.into_bytes()),
            ("UE4Minidump.dmp", self.dump(encoding)),
            ("report.crash", text("apple crash report").into_bytes()),
        ];
        let user = wire::percent_encoded(&text("game login"));
        let url = format!("{base}unreal/{}/?UserID={user}", self.client.key());
        let answer = self.client.post(&url, &[], &archive(&files)?)?;
        assert_eq!(answer.status, 200, "{answer:?}");
        Ok(answer.body.replace('-', ""))
    }
}

/// An archive as the engine writes it.
fn archive(files: &[(&str, Vec<u8>)]) -> anyhow::Result<Vec<u8>> {
    let mut bytes = b"CR1".to_vec();
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let text = |bytes: &mut Vec<u8>, text: &str| -> anyhow::Result<()> {
        bytes.extend(u32::try_from(text.len())?.to_le_bytes());
        bytes.extend(text.as_bytes());
        Ok(())
    };
    text(&mut bytes, "UE4CC-Windows-1")?;
    text(&mut bytes, "UE4CC-Windows-1.ue4crash")?;
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(u32::try_from(files.len())?.to_le_bytes());
    for (index, (name, data)) in files.iter().enumerate() {
        bytes.extend(u32::try_from(index)?.to_le_bytes());
        text(&mut bytes, name)?;
        bytes.extend(u32::try_from(data.len())?.to_le_bytes());
        bytes.extend(data);
    }
    encoder.write_all(&bytes)?;
    Ok(encoder.finish()?)
}
