use serde_json::{Value, json};
use watchfire_testkit::client::{Client, event_id};

use super::encoding::{Encoding, with_unicode_escapes};
use super::event::{fill, templates};
use super::secret::Ledger;
use super::wire;

/// Everything that a test plants, and the ids of what it makes.
pub(super) struct Planter<'a> {
    pub(super) client: &'a Client,
    pub(super) ledger: &'a Ledger,
    pub(super) ids: Vec<String>,
}

impl Planter<'_> {
    /// A text with a new secret.
    pub(super) fn text(&self, encoding: Encoding, place: &str) -> String {
        encoding.text(self.ledger, place)
    }

    /// The event of a template, with a secret in each of its places.
    fn event(&self, name: &str, template: &Value, encoding: Encoding) -> Value {
        let mut event = fill(template, &mut |path, is_key| match is_key {
            true => self.ledger.token(&format!("key in {name}{path}")),
            false => self.text(encoding, &format!("{name}{path}")),
        });
        if let Some(event) = event.as_object_mut() {
            event.insert("event_id".to_owned(), event_id().into());
        }
        event
    }

    pub(super) fn note(&mut self, event: &Value) {
        self.ids
            .extend(event["event_id"].as_str().map(str::to_owned));
    }

    /// An event with a text that nothing hides.
    pub(super) fn control(&mut self, text: &str) -> anyhow::Result<()> {
        let event = json!({"event_id": event_id(), "message": text, "tags": {"control": text}});
        let answer = self.client.event(&event)?;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.note(&event);
        Ok(())
    }

    /// Every field of an event in every encoding.
    pub(super) fn events(&mut self) -> anyhow::Result<()> {
        for (name, template) in templates() {
            for encoding in Encoding::ALL {
                let event = self.event(name, &template, encoding);
                let answer = self.client.event(&event)?;
                assert_eq!(answer.status, 200, "{name} {encoding:?}: {answer:?}");
                self.note(&event);
            }
        }
        Ok(())
    }

    /// Bodies that are compressed, escaped, or sent another way.
    pub(super) fn transports(&mut self) -> anyhow::Result<()> {
        let (name, template) = templates().swap_remove(0);
        let client = self.client;
        let store = client.endpoint().replace("/envelope/", "/store/");
        let store = format!("{store}?sentry_key={}", client.key());
        let envelope = format!("{}?sentry_key={}", client.endpoint(), client.key());
        for (way, encoding) in [
            ("unicode escapes", Encoding::Sentence),
            ("gzip", Encoding::Form),
            ("deflate", Encoding::Connection),
            ("br", Encoding::JsonPassword),
            ("zstd", Encoding::Cookie),
            ("store", Encoding::Sentence),
            ("store in base64", Encoding::Sentence),
            ("store by GET", Encoding::Bare),
        ] {
            let event = match way {
                "store by GET" => {
                    json!({"event_id": event_id(), "message": self.text(encoding, way),
                    "extra": {"k": self.text(encoding, way)}})
                }
                _ => self.event(&format!("{way} of {name}"), &template, encoding),
            };
            self.note(&event);
            let json = event.to_string();
            let item = format!("{{}}\n{{\"type\":\"event\"}}\n{json}\n");
            let answer = match way {
                "unicode escapes" => {
                    let json = with_unicode_escapes(&json);
                    let item = format!("{{}}\n{{\"type\":\"event\"}}\n{json}\n");
                    client.envelope(item.as_bytes())?
                }
                "gzip" | "deflate" | "br" | "zstd" => {
                    let body = wire::compressed(way, item.as_bytes())?;
                    client.post(&envelope, &[("Content-Encoding", way)], &body)?
                }
                "store" => client.post(&store, &[], json.as_bytes())?,
                "store in base64" => {
                    let body = wire::base64(&wire::compressed("deflate", json.as_bytes())?);
                    client.post(&store, &[], body.as_bytes())?
                }
                _ => {
                    let data = wire::percent_encoded(&json);
                    wire::get(&format!("{store}&sentry_data={data}"))?
                }
            };
            assert_eq!(answer.status, 200, "{way}: {answer:?}");
        }
        Ok(())
    }

    /// Everything else that an envelope may hold, and its headers.
    pub(super) fn items(&mut self) -> anyhow::Result<()> {
        let ledger = self.ledger;
        for encoding in Encoding::ALL {
            let id = event_id();
            let text = |place: &str| encoding.text(ledger, place);
            let header = json!({"event_id": id, "sent_at": text("header.sent_at"), "sdk": {"name": text("header.sdk"), "version": text("header.sdk")},
                "x": text("header.x"), "trace": {"trace_id": event_id(), "public_key": self.client.key(),
                "release": text("trace.release"), "environment": text("trace.environment"), "sample_rate": "0.5",
                "transaction": text("trace.transaction"), "user_id": text("trace.user"), "x": text("trace.x")}});
            let now = "2026-11-21T10:00:00Z";
            let file = |name: &str| {
                (
                    json!({"type": "attachment", "filename": text(&format!("filename of {name}")),
                "content_type": "text/plain", "x": text("item header")}),
                    text(&format!("attachment {name}")),
                )
            };
            let items: Vec<(Value, String)> = vec![
                (json!({"type": "event"}), json!({"message": text("event with items")}).to_string()),
                file("one"),
                (json!({"type": "attachment", "filename": "log.json", "content_type": text("content type")}),
                    json!({"k": text("attachment json")}).to_string()),
                (json!({"type": "attachment", "filename": "view-hierarchy.json", "attachment_type":
                    "event.view_hierarchy", "content_type": "application/json"}),
                    json!({"windows": [{"type": text("view"), "children": [{"identifier": text("view")}]}]}).to_string()),
                (json!({"type": "user_report"}), json!({"event_id": id, "name": text("user_report.name"),
                    "email": text("user_report.email"), "comments": text("user_report.comments")}).to_string()),
                (json!({"type": "session"}), json!({"sid": event_id(), "did": text("session.did"), "init": true,
                    "started": now, "status": "ok", "errors": 0, "attrs": {"release": text("session.release"),
                    "environment": text("session.environment"), "user_agent": text("session.user_agent")}}).to_string()),
                (json!({"type": "sessions"}), json!({"attrs": {"release": text("sessions.release"),
                    "environment": text("sessions.environment")}, "aggregates": [{"started": now, "exited": 1,
                    "did": text("sessions.did")}]}).to_string()),
                (json!({"type": "client_report"}), json!({"discarded_events": [{"reason": text("client_report.reason"),
                    "category": "error", "quantity": 1}, {"reason": "sample_rate", "category":
                    text("client_report.category"), "quantity": 1}]}).to_string()),
                (json!({"type": "check_in"}), json!({"check_in_id": event_id(), "monitor_slug": text("check_in.slug"),
                    "status": text("check_in.status"), "environment": text("check_in.environment")}).to_string()),
                (json!({"type": "transaction"}), json!({"type": "transaction", "transaction": text("transaction"),
                    "contexts": {"trace": {"op": text("transaction.op")}}, "start_timestamp": text("transaction.start")}).to_string()),
                (json!({"type": "log", "item_count": 1, "content_type": "application/vnd.sentry.items.log+json"}),
                    json!({"items": [{"body": text("log.body"), "level": text("log.level")}]}).to_string()),
                (json!({"type": "span"}), json!({"op": text("span.op"), "span_id": text("span.span_id")}).to_string()),
                (json!({"type": "replay_event"}), json!({"urls": [text("replay.url")], "replay_id": text("replay.id")}).to_string()),
                (json!({"type": "profile"}), json!({"platform": text("profile.platform")}).to_string()),
                (json!({"type": text("item type")}), text("unknown item")),
                (json!({"type": "statsd"}), text("statsd")),
                (json!({"type": "trace_metric", "item_count": 1, "content_type":
                    "application/vnd.sentry.items.trace-metric+json"}), json!({"items": [{"name": text("metric.name"),
                    "value": 1, "type": "counter", "attributes": {"k": {"value": text("metric.k"), "type": "string"}}}]}).to_string()),
                (json!({"type": "profile_chunk"}), json!({"platform": "python", "release": text("chunk.release")}).to_string()),
                (json!({"type": "replay_recording"}), format!("{{\"segment_id\":0}}\n[{{\"k\":{}}}]", json!(text("recording")))),
                (json!({"type": "security"}), json!({"csp-report": {"document-uri": text("item csp")}}).to_string()),
                (json!({"type": "form_data"}), json!([["k", text("form data")]]).to_string()),
            ];
            let answer = self.client.envelope(&wire::envelope(&header, &items))?;
            assert_eq!(answer.status, 200, "{encoding:?}: {answer:?}");
            self.ids.push(id);
            self.feedback(encoding)?;
        }
        Ok(())
    }

    fn feedback(&mut self, encoding: Encoding) -> anyhow::Result<()> {
        let id = event_id();
        let template = json!({"contexts": {"feedback": {"message": "*", "contact_email": "*", "name": "*", "url": "*",
            "associated_event_id": "*", "replay_id": "*", "x": "*"}, "os": {"name": "*"}}, "tags": {"k": "*", "*": "v"},
            "release": "*", "environment": "*", "user": {"email": "*"}, "request": {"url": "*", "headers": {"X": "*"}},
            "breadcrumbs": [{"message": "*"}], "extra": {"k": "*"}});
        let mut event = self.event("feedback", &template, encoding);
        event["event_id"] = id.clone().into();
        let items = [(json!({"type": "feedback"}), event.to_string())];
        let answer = self
            .client
            .envelope(&wire::envelope(&json!({"event_id": id}), &items))?;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.ids.push(id);
        Ok(())
    }

    /// The other addresses: reports of browsers, crashes, monitors, dialogs.
    pub(super) fn addresses(&mut self) -> anyhow::Result<()> {
        let base = self.client.endpoint().trim_end_matches("envelope/");
        for encoding in Encoding::ALL {
            self.reports(base, encoding)?;
            let crashes = self.crashes(base, encoding)?;
            self.ids.extend(crashes);
            self.dialog(base, encoding)?;
        }
        Ok(())
    }

    /// Reports of browsers and of monitors.
    fn reports(&self, base: &str, encoding: Encoding) -> anyhow::Result<()> {
        let key = self.client.key();
        let text = |place: &str| self.text(encoding, place);
        let query = |place: &str| wire::percent_encoded(&text(place));
        let (release, environment) = (query("security release"), query("security environment"));
        let url = format!(
            "{base}security/?sentry_key={key}&sentry_release={release}&sentry_environment={environment}"
        );
        let report = json!({"csp-report": {"document-uri": text("csp.document"), "referrer": text("csp.referrer"),
            "violated-directive": "script-src 'self'", "effective-directive": text("csp.directive"),
            "original-policy": text("csp.policy"), "blocked-uri": text("csp.blocked"),
            "source-file": text("csp.source"), "script-sample": text("csp.sample"), "x": text("csp.x")}});
        let old = [("Content-Type", "application/csp-report")];
        self.client
            .post(&url, &old, report.to_string().as_bytes())?;
        let reports = json!([{"type": "csp-violation", "url": text("report.url"), "user_agent": text("report.agent"),
            "body": {"documentURL": text("report.document"), "blockedURL": text("report.blocked"),
            "effectiveDirective": "img-src", "sample": text("report.sample"), "originalPolicy": text("report.policy")}}]);
        let new = [("Content-Type", "application/reports+json")];
        self.client
            .post(&url, &new, reports.to_string().as_bytes())?;
        let nel = json!([{"type": "network-error", "url": text("nel.url"), "body": {"phase": text("nel.phase")}}]);
        let url = format!("{base}nel/?sentry_key={key}");
        self.client.post(&url, &new, nel.to_string().as_bytes())?;
        let json = [("Content-Type", "application/json")];
        let record = json!({"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": text("otlp")}}]}]}]});
        for (path, body) in [
            ("integration/otlp/v1/logs/", record),
            (
                "integration/vercel/logs/",
                json!([{"id": "1", "message": text("vercel")}]),
            ),
        ] {
            let url = format!("{base}{path}?sentry_key={key}");
            self.client.post(&url, &json, body.to_string().as_bytes())?;
        }
        let (slug, status) = (query("cron slug"), query("cron status"));
        let environment = query("cron environment");
        wire::get(&format!(
            "{base}cron/{slug}/{key}?status={status}&environment={environment}"
        ))?;
        Ok(())
    }

    /// What somebody writes into the dialog for crashes.
    fn dialog(&self, base: &str, encoding: Encoding) -> anyhow::Result<()> {
        let text = |place: &str| self.text(encoding, place);
        let query = |place: &str| wire::percent_encoded(&text(place));
        let (name, comments) = (query("dialog name"), query("dialog comments"));
        let form = format!("name={name}&email=a%40b.example&comments={comments}");
        let id = self.ids.first().cloned().unwrap_or_default();
        let origin = base.split("/api/").next().unwrap_or_default();
        let dsn = origin.replace("://", &format!("://{}@", self.client.key())) + "/1";
        let dsn = wire::percent_encoded(&dsn);
        let url = format!("{origin}/api/embed/error-page/?eventId={id}&dsn={dsn}");
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Referer", &*text("dialog referer")),
        ];
        self.client.post(&url, &headers, form.as_bytes())?;
        Ok(())
    }

    /// Requests that are refused, and parts that no event has.
    pub(super) fn refusals(&self) -> anyhow::Result<()> {
        let client = self.client;
        for encoding in Encoding::ALL {
            let text = |place: &str| self.text(encoding, place);
            let (key, sender, agent) = (client.key(), text("sentry_client"), text("User-Agent"));
            let auth = format!("Sentry sentry_key={key}, sentry_version=7, sentry_client={sender}");
            let headers = [("X-Sentry-Auth", &*auth), ("User-Agent", &*agent)];
            for body in self.bad_bodies(encoding) {
                client.post(client.endpoint(), &headers, body.as_bytes())?;
            }
            let item = format!(
                "{{}}\n{{\"type\":\"event\"}}\n{}\n",
                json!({"message": text("twice")})
            );
            let twice = wire::compressed("gzip", &wire::compressed("gzip", item.as_bytes())?)?;
            let packed = [("X-Sentry-Auth", &*auth), ("Content-Encoding", "gzip")];
            client.post(client.endpoint(), &packed, &twice)?;
            let query = wire::percent_encoded(&text("address"));
            let base = client.endpoint().trim_end_matches("envelope/");
            for address in ["nothing/", "envelope/", "store/", "security/"] {
                let url = format!("{base}{address}?sentry_key={query}&x={query}");
                client.post(&url, &[("Content-Encoding", "gzip")], b"x")?;
                let url = format!("{base}{query}/{address}?sentry_key={key}");
                client.post(&url, &[], query.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Envelopes that are none, and with items that cannot be read or have no event.
    fn bad_bodies(&self, encoding: Encoding) -> Vec<String> {
        let text = |place: &str| self.text(encoding, place);
        let item =
            |kind: &str, payload: Value| format!("{{}}\n{{\"type\":\"{kind}\"}}\n{payload}\n");
        let trace = json!({"trace": {"trace_id": event_id(), "public_key": self.client.key(),
            "release": text("lone trace.release"), "environment": text("lone trace.environment"),
            "sample_rate": "0.5"}});
        vec![
            text("body that is no envelope"),
            format!(
                "{}\n{{\"type\":\"event\"}}\n",
                json!({"event_id": text("bad id")})
            ),
            format!(
                "{{}}\n{{\"type\":\"event\"}}\n{}\n",
                text("payload that is no event")
            ),
            format!(
                "{}\n{{\"type\":\"event\"}}\n{{}}\n",
                json!({"dsn": text("dsn")})
            ),
            format!(
                "{{}}\n{{\"type\":\"event\"}}\n{{\"message\": {}\n",
                text("broken payload")
            ),
            format!(
                "{{}}\n{{\"type\":\"event\",\"length\":{}}}\n",
                json!(text("length"))
            ),
            format!("{trace}\n{{\"type\":\"client_report\"}}\n{{\"discarded_events\":[]}}\n"),
            item(
                "session",
                json!({"sid": text("sid"), "started": text("started"), "status": text("status")}),
            ),
            item(
                "client_report",
                json!({"discarded_events": text("reports")}),
            ),
            item(
                "user_report",
                json!({"event_id": text("report of"), "name": {"k": text("name")}}),
            ),
            item(
                "feedback",
                json!({"contexts": {"feedback": text("no feedback")}}),
            ),
        ]
    }
}
