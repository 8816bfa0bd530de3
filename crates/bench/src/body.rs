//! Request bodies, made before the clock starts so that the generator costs little while it runs.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::fill::Fill;
use crate::template::Template;

/// One request to be sent.
pub(crate) struct Body {
    /// The event's id, which the answer has to name.
    pub(crate) event_id: String,
    /// The envelope as it goes over the wire.
    pub(crate) bytes: Bytes,
    /// Its size before compression.
    pub(crate) plain_bytes: usize,
}

/// How bodies are made.
pub(crate) struct BodyMaker<'a> {
    /// Templates; an issue keeps to one of them.
    pub(crate) templates: &'a [Template],
    /// Number of distinct issues, at least one.
    pub(crate) issues: usize,
    /// Whether bodies are compressed, at the level Python's SDK uses by default.
    pub(crate) gzip: bool,
    /// Whether every event has a release and a tag value of its own.
    pub(crate) distinct: bool,
}

impl BodyMaker<'_> {
    /// Bodies for the events with these numbers, made by as many threads as the machine has.
    pub(crate) fn bodies(&self, numbers: std::ops::Range<usize>) -> anyhow::Result<Vec<Body>> {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let numbers: Vec<usize> = numbers.collect();
        let share = numbers.len().div_ceil(threads).max(1);
        let parts: Vec<anyhow::Result<Vec<Body>>> = std::thread::scope(|scope| {
            let threads: Vec<_> = numbers
                .chunks(share)
                .map(|part| {
                    scope.spawn(move || part.iter().map(|number| self.body(*number)).collect())
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| {
                    thread.join().unwrap_or_else(|_| {
                        Err(anyhow::anyhow!("a thread that makes bodies panicked"))
                    })
                })
                .collect()
        });
        let mut bodies = Vec::with_capacity(numbers.len());
        for part in parts {
            bodies.extend(part?);
        }
        Ok(bodies)
    }

    fn body(&self, number: usize) -> anyhow::Result<Body> {
        let (event_id, event) = self.event(number);
        let sent_at = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let envelope = format!(
            "{{\"event_id\":\"{event_id}\",\"sent_at\":\"{sent_at}\"}}\n{{\"type\":\"event\",\"content_type\":\"application/json\",\"length\":{}}}\n{event}\n",
            event.len(),
        );
        let plain_bytes = envelope.len();
        let bytes = if self.gzip {
            compressed(envelope.as_bytes())?
        } else {
            envelope.into()
        };
        Ok(Body {
            event_id,
            bytes,
            plain_bytes,
        })
    }

    /// The id and JSON of the event with this number.
    pub(crate) fn event(&self, number: usize) -> (String, String) {
        let issue = number % self.issues.max(1);
        let template = self.templates.get(issue % self.templates.len().max(1));
        let fill = Fill::new(number, issue);
        let event = template
            .map(|template| fill.event(template))
            .unwrap_or_default();
        let event = if self.distinct {
            distinct(&event, &fill.event_id)
        } else {
            event
        };
        (fill.event_id, event)
    }
}

/// The event with a release and a tag value that no other event has.
fn distinct(event: &str, id: &str) -> String {
    let own = format!(r#"{{"release":"shop@{id}","tags":{{"build":"{id}"}},"#);
    event
        .replacen("\"release\":", "\"other_release\":", 1)
        .replacen("\"tags\":", "\"other_tags\":", 1)
        .replacen('{', &own, 1)
}

fn compressed(bytes: &[u8]) -> std::io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::new(9));
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.into())
}
