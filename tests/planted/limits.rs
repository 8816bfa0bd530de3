use serde_json::{Value, json};
use watchfire_testkit::client::event_id;

use super::encoding::Encoding;
use super::secret::Ledger;
use super::ways::Planter;

/// So many characters of a secret stand in front of a cut.
const CUTS: [usize; 2] = [9, 14];
/// More than any limit leaves behind a cut.
const REST_CHARS: usize = 400;

/// The texts of one event, each of which its limit cuts within a secret.
struct Long<'p> {
    ledger: &'p Ledger,
    encoding: Encoding,
    cut: usize,
}

impl Long<'_> {
    /// A text of which `kept` characters are kept, the last of them the first of a secret.
    fn text(&self, place: &str, kept: usize) -> String {
        let hidden = self.encoding.text(self.ledger, &format!("cut {place}"));
        let start = Ledger::start(&hidden);
        let filled = kept.saturating_sub(start + self.cut);
        let filler = "lorem ipsum ".repeat(filled / 12 + 1);
        let filler = filler.get(filler.len() - filled..).unwrap_or_default();
        format!("{filler}{hidden} {}", "dolor sit ".repeat(REST_CHARS / 10))
    }

    /// An event with such a text in every field that has a limit (reference/PROTOCOL.md sections
    /// 8.1 to 8.3).
    fn event(&self) -> Value {
        let text = |place: &str, kept: usize| self.text(place, kept);
        let frame = json!({"function": text("function", 509), "raw_function": text("raw function", 509),
            "module": text("module", 253), "filename": text("filename", 253), "abs_path": text("abs_path", 253),
            "package": text("package", 253), "symbol": text("symbol", 253), "vars": {"v": text("vars", 2_045)}});
        json!({"event_id": event_id(), "fingerprint": ["limits"], "logger": text("logger", 61),
            "transaction": text("transaction", 197), "culprit": text("culprit", 197),
            "server_name": text("server_name", 197), "tags": {"t": text("tag", 197)}, "checksum": text("checksum", 125),
            "extra": {"k": text("extra", 16_381), "deep": deep(&text("deep", 16_300))},
            "modules": {"m": text("modules", 8_189)}, "logentry": {"formatted": text("message", 8_189),
            "message": text("template", 8_189), "params": [text("params", 2_045)]},
            "exception": {"values": [{"type": text("type", 253), "value": text("value", 8_189),
                "module": text("exception module", 253), "stacktrace": {"frames": [frame]},
                "mechanism": {"type": text("mechanism", 125), "data": {"k": text("mechanism data", 2_045)}}}]},
            "breadcrumbs": {"values": [{"type": text("crumb type", 125), "category": text("category", 125),
                "message": text("crumb", 8_189), "data": {"k": text("crumb data", 2_045)}}]},
            "request": {"url": text("url", 253), "fragment": text("fragment", 1_021), "data": text("data", 8_189),
                "env": {"K": text("env", 8_189)}, "headers": [["X", text("header", 8_188)]],
                "cookies": [["c", text("cookie", 2_044)]], "query_string": [["q", text("query", 1_020)]]},
            "user": {"id": text("id", 125), "username": text("username", 125), "email": text("email", 72),
                "name": text("name", 125), "data": {"k": text("user data", 2_045)}},
            "sdk": {"name": text("sdk", 253), "version": text("sdk version", 253)}})
    }

    /// What a person wrote, too long.
    fn feedback(&self) -> Value {
        let text = |place: &str, kept: usize| self.text(place, kept);
        json!({"event_id": event_id(), "contexts": {"feedback": {"message": text("feedback", 4_093),
            "contact_email": text("feedback email", 251), "name": text("feedback name", 251),
            "url": text("feedback url", 2_045)}}})
    }
}

/// A text deeper than bags go: what lies too deep becomes text itself.
fn deep(text: &str) -> Value {
    (0..9).fold(
        json!({"password": text, "k": text}),
        |inner, _| json!({"k": inner}),
    )
}

impl Planter<'_> {
    /// Texts over their limits, cut within what they hide.
    pub(super) fn limits(&mut self) -> anyhow::Result<()> {
        for encoding in Encoding::ALL {
            for cut in CUTS {
                let ledger = self.ledger;
                let long = Long {
                    ledger,
                    encoding,
                    cut,
                };
                let event = long.event();
                let answer = self.client.event(&event)?;
                assert_eq!(answer.status, 200, "{encoding:?}: {answer:?}");
                self.note(&event);
                let java = json!({"event_id": event_id(), "platform": "java", "fingerprint": ["limits"],
                    "message": "from the left", "logger": format!("com.example.{}", long.text("java logger", 40))});
                self.client.event(&java)?;
                self.note(&java);
                let feedback = long.feedback();
                let report = json!({"event_id": event["event_id"], "comments": long.text("comments", 4_096),
                    "name": long.text("reporter", 128), "email": long.text("reporter's email", 75)});
                for (kind, payload) in [("feedback", &feedback), ("user_report", &report)] {
                    let id = &payload["event_id"];
                    let envelope =
                        format!("{{\"event_id\":{id}}}\n{{\"type\":\"{kind}\"}}\n{payload}\n");
                    let answer = self.client.envelope(envelope.as_bytes())?;
                    assert_eq!(answer.status, 200, "{encoding:?}: {answer:?}");
                }
                self.note(&feedback);
            }
        }
        Ok(())
    }
}
