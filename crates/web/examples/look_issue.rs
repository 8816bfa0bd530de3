//! Scratch.
use actix_web::{App, HttpServer, web};
use watchfire_event::{NormalizeContext, Timestamp};
use watchfire_store::{Database, NewEvent, Options, Writer, WriterOptions, set_up, session};
use watchfire_web::{Web, WebConfig, configure};
use std::io::BufRead;

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let database = Database::connect(&format!("sqlite://{}", args[1]), &Options::default()).unwrap();
    let (pid, kid) = database.write(|conn| {
        let now = Timestamp::now();
        set_up::first_start(conn, now)?;
        let o = watchfire_store::organization::list(conn)?.remove(0);
        if let Some(p) = watchfire_store::project::by_slug(conn, o.id, "shop")? { return Ok((p.id, 0)); }
        let u = watchfire_store::user::create(conn, &watchfire_store::user::NewUser { email: "ana@shop.example".into(), name: "Ana Sousa".into(), password_hash: "x".into(), is_superuser: true }, now)?;
        session::create(conn, &session::NewSession { token: "looktoken", user_id: u.id, csrf_token: "lookcsrf", expires_at: now.plus_micros(86_400_000_000*10) }, now)?;
        let (p, k) = set_up::make_project(conn, o.id, "Shop", Some("python-django"), now)?;
        Ok((p.id, k.id))
    }).await.unwrap();
    if kid != 0 {
        let writer = Writer::start(&database, &WriterOptions::default())?;
        let scrubber = watchfire_scrub::Scrubber::new(&watchfire_scrub::Settings::default());
        let file = std::io::BufReader::new(std::fs::File::open(&args[2])?);
        for line in file.lines() {
            let line = line?;
            let t = std::time::Instant::now();
            let draft = watchfire_event::decode(line.as_bytes()).unwrap();
            let at = draft.body.get("timestamp").and_then(|v| v.as_f64()).and_then(Timestamp::from_seconds).unwrap_or(Timestamp::now());
            let context = NormalizeContext { received_at: at.plus_micros(300_000), sent_at: None, event_id: None, client_ip: Some("127.0.0.1"), user_agent: None, sdk_client: None, retention_days: 90 };
            let event = watchfire_event::normalize(draft, &context).unwrap();
            let kept = watchfire_filter::keep(event, &watchfire_filter::Settings::none()).unwrap();
            let grouped = watchfire_grouping::group(scrubber.scrub(kept));
            let new = NewEvent::new(pid, kid, "error", &grouped, database.dictionaries());
            let s = writer.store(new).await.unwrap();
            eprintln!("{} bytes -> issue {} {:?} in {:?}", line.len(), s.issue_id, grouped.grouping().title.chars().take(60).collect::<String>(), t.elapsed());
        }
    }
    let state = web::Data::new(Web::new(database, WebConfig::new("http://127.0.0.1:9320")).unwrap());
    eprintln!("serving");
    HttpServer::new(move || { let state = state.clone(); App::new().wrap(actix_web::middleware::from_fn(timed)).configure(|c| configure(c, state.clone())) })
        .workers(1).bind(("127.0.0.1", 9320))?.run().await
}
async fn timed(r: actix_web::dev::ServiceRequest, next: actix_web::middleware::Next<impl actix_web::body::MessageBody>) -> Result<actix_web::dev::ServiceResponse<impl actix_web::body::MessageBody>, actix_web::Error> {
    let t = std::time::Instant::now();
    let p = r.path().to_owned();
    let a = next.call(r).await;
    eprintln!("{p} {:?}", t.elapsed());
    a
}
