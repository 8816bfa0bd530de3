//! `watchfire serve`: everything on one port.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{App, HttpServer, web};
use anyhow::{Context, Result};
use rand::RngCore;
use serde_json::json;
use watchfire_api::Api;
use watchfire_event::Timestamp;
use watchfire_ingest::Ingest;
use watchfire_store::{Blobs, Database, Writer, WriterOptions, attachment, job, setup_link, user};
use watchfire_web::{Web, WebConfig};

use crate::commands::{default_dsn, open_database};
use crate::config::Config;
use crate::{health, logging, output};

/// Running requests have this long to finish after SIGTERM.
const SHUTDOWN_SECONDS: u64 = 8;
/// A request's head has to be complete after this time, so that slow clients hold no worker.
const REQUEST_HEAD_WAIT_MAX: Duration = Duration::from_secs(10);
/// SDKs keep their connection between events.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// Where attachments are kept, in the data folder.
const BLOBS_FOLDER: &str = "blobs";
const SETUP_TOKEN_BYTES: usize = 24;
/// How often the bytes of deleted attachments are removed.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// Serves until SIGTERM or SIGINT, then finishes what runs and stores what waits.
pub(crate) fn run(config: &Config, as_json: bool) -> Result<()> {
    logging::start(config)?;
    let database = open_database(config)?;
    let listener = TcpListener::bind(&config.listen).with_context(|| {
        format!(
            "cannot listen on {}; choose another address with --listen",
            config.listen
        )
    })?;
    let writer = Writer::start(&database, &WriterOptions::default())?;
    announce(config, &database, as_json)?;
    // Jobs stop after the step in hand once nothing is served any more; another process, or the
    // next start, goes on with them.
    let blobs = Blobs::open(&config.data_dir.join(BLOBS_FOLDER))?;
    let jobs = job::start(&database, &blobs)?;
    let stores = (database, writer, blobs);
    let served = actix_web::rt::System::new().block_on(serve(config, listener, stores));
    drop(jobs);
    served
}

async fn serve(
    config: &Config,
    listener: TcpListener,
    (database, writer, blobs): (Database, Writer, Blobs),
) -> Result<()> {
    let ingest = web::Data::new(Ingest::new(
        database.clone(),
        writer.clone(),
        blobs.clone(),
        config.limits,
        config.quotas,
        config.trusted_proxies.clone(),
    ));
    let proxies = config.trusted_proxies.clone();
    let pages = WebConfig::new(&config.url)
        .with_client_address(Arc::new(move |request| {
            proxies.nearest_ip(request.headers(), request.peer_addr().map(|peer| peer.ip()))
        }))
        .with_limits(config.limit_rows.clone());
    let pages = web::Data::new(Web::new(database.clone(), blobs.clone(), pages)?);
    let api = Api {
        database: database.clone(),
        writer: writer.clone(),
        blobs: blobs.clone(),
        public_url: config.url.clone(),
    };
    actix_web::rt::spawn(sweep(database.clone(), blobs.clone()));
    let database = web::Data::new(database);
    let mut server = HttpServer::new(move || {
        App::new()
            .app_data(database.clone())
            // Paths are tried in this order; events are by far the most frequent.
            .configure(|app| watchfire_ingest::configure(app, ingest.clone()))
            .configure(health::configure)
            .configure(|app| watchfire_api::configure(app, api.clone()))
            .configure(|app| watchfire_web::configure(app, pages.clone()))
    })
    .client_request_timeout(REQUEST_HEAD_WAIT_MAX)
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(SHUTDOWN_SECONDS);
    if let Some(workers) = config.workers {
        server = server.workers(workers);
    }
    tracing::info!(address = %config.listen, "serving");
    server.listen(listener)?.run().await?;
    writer.shutdown().await;
    tracing::info!("stopped");
    Ok(())
}

/// Removes the bytes of deleted attachments now and then, as long as anything is served.
async fn sweep(database: Database, blobs: Blobs) {
    loop {
        actix_web::rt::time::sleep(SWEEP_EVERY).await;
        if let Err(error) = attachment::sweep(&database, &blobs).await {
            tracing::warn!("the bytes of deleted attachments are still there: {error}");
        }
    }
}

/// Prints where events go and, as long as nobody has an account, where the first one is made.
fn announce(config: &Config, database: &Database, as_json: bool) -> Result<()> {
    let dsn = default_dsn(database, config)?;
    let setup_url = match database.read_blocking(user::count)? {
        0 => Some(format!(
            "{}/setup/{}",
            config.url,
            new_setup_token(database)?
        )),
        _ => None,
    };
    let value = json!({"url": config.url, "dsn": dsn, "setup_url": setup_url});
    let mut text = format!("Pages    {}\nDSN      {dsn}", config.url);
    if let Some(link) = &setup_url {
        text = format!("{text}\nSet up   {link}");
    }
    output::print(as_json, &value, &text)
}

fn new_setup_token(database: &Database) -> Result<String> {
    let mut bytes = [0; SETUP_TOKEN_BYTES];
    rand::rng().fill_bytes(&mut bytes);
    let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    database.write_blocking(|conn| setup_link::create(conn, &token, Timestamp::now()))?;
    Ok(token)
}
