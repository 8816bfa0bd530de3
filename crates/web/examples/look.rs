//! Scratch.
use actix_web::{App, HttpServer, web};
use watchfire_event::{NormalizeContext, ProjectId, Timestamp};
use watchfire_store::{Database, NewEvent, Options, Writer, WriterOptions, set_up, setup_link};
use watchfire_web::{Web, WebConfig, configure};

async fn send(database: &Database, writer: &Writer, project: i64, json: &str, back_minutes: i64) {
    let now = Timestamp::now().plus_micros(-back_minutes * 60_000_000);
    let draft = watchfire_event::decode(json.as_bytes()).unwrap();
    let context = NormalizeContext {
        received_at: now, sent_at: None, event_id: None, client_ip: Some("127.0.0.1"),
        user_agent: None, sdk_client: None, retention_days: 90,
    };
    let event = watchfire_event::normalize(draft, &context).unwrap();
    let kept = watchfire_filter::keep(event, &watchfire_filter::Settings::none()).unwrap();
    let scrubbed = watchfire_scrub::Scrubber::new(&watchfire_scrub::Settings::default()).scrub(kept);
    let grouped = watchfire_grouping::group(scrubbed);
    let new = NewEvent::new(ProjectId(project), 1, "error", &grouped, database.dictionaries());
    writer.store(new).await.unwrap();
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let database = Database::connect(&format!("sqlite://{}", args[1]), &Options::default()).unwrap();
    let is_new = database.write(|conn| {
            set_up::first_start(conn, Timestamp::now())?;
            let o = watchfire_store::organization::list(conn)?.remove(0);
            let is_new = watchfire_store::project::list(conn, o.id)?.len() == 1;
            if is_new {
                setup_link::create(conn, "look", Timestamp::now())?;
                set_up::make_project(conn, o.id, "Shop", Some("python-django"), Timestamp::now())?;
            }
            Ok(is_new)
        }).await.unwrap();
    if is_new {
        let writer = Writer::start(&database, &WriterOptions::default())?;
        let mut files: Vec<_> = std::fs::read_dir("fixtures/demo").unwrap().map(|f| f.unwrap().path()).collect();
        files.sort();
        for (i, file) in files.iter().enumerate() {
            let Ok(text) = std::fs::read_to_string(file) else { continue };
            let Ok(value) = serde_json::from_str::<serde_json::Value>(&text) else { continue };
            let events = vec![value["event"].clone()];
            for mut value in events {
                let count = [3, 40, 1, 120, 8, 17, 260, 2][i % 8];
                for n in 0..count {
                    let o = value.as_object_mut().unwrap();
                    o.remove("timestamp"); o.remove("event_id");
                    if n % 3 > 0 { o.insert("user".into(), serde_json::json!({"id": format!("{}", n % 37)})); }
                    let back = (n * n * (i as i64 + 3) * 17 + i as i64 * 13) % (60 * 24 * 14);
                    send(&database, &writer, 2, &value.to_string(), back).await;
                }
            }
        }
        for n in 0..12 {
            for lv in ["fatal", "error", "warning", "info", "debug"] {
                let json = serde_json::json!({"level": lv, "message": format!("Nightly job number {} finished with <b>{lv}</b> and a rather long explanation that goes on and on until nobody reads it any more because it does not fit", ["one","two","three","four","five","six","seven","eight","nine","ten","eleven","twelve"][n]),
                  "transaction": "jobs.nightly.run", "environment": if n % 2 == 0 {"production"} else {"staging"}, "release": "shop@1.4.2"});
                send(&database, &writer, 2, &json.to_string(), (n as i64) * 60 * 7 + 5).await;
            }
        }
    }
    let state = web::Data::new(Web::new(database, WebConfig::new("http://127.0.0.1:9310")).unwrap());
    HttpServer::new(move || { let state = state.clone(); App::new().configure(|c| configure(c, state.clone())) })
        .workers(1).bind(("127.0.0.1", 9310))?.run().await
}
