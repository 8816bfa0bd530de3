//! A small Sentry: an HTTP server that answers what a test says, in the documented shapes.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

/// What was asked for.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// The path without the query.
    pub(super) path: String,
    /// The query as it came.
    pub(super) query: String,
    /// The header `Authorization`.
    pub(super) authorization: String,
    /// The how-manyth request of this path and query it is, from 1.
    pub(super) attempt: usize,
}

impl Request {
    /// The parameter `cursor`.
    pub(super) fn cursor(&self) -> Option<&str> {
        let pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        let mut cursors = pairs.filter(|(key, _)| *key == "cursor");
        cursors.next().map(|(_, value)| value)
    }
}

/// An answer.
pub(super) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Reply {
    /// A page of a list, the only one.
    pub(super) fn list(items: Vec<Value>) -> Self {
        let reply = Self {
            status: 200,
            headers: Vec::new(),
            body: Value::Array(items).to_string(),
        };
        reply.with_link("0:100:0", false)
    }

    /// A status without a list.
    pub(super) fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: "{}".to_owned(),
        }
    }

    /// With another page behind this cursor.
    pub(super) fn with_next(mut self, cursor: &str) -> Self {
        self.headers.retain(|(name, _)| name != "Link");
        self.with_link(cursor, true)
    }

    fn with_link(self, cursor: &str, has_results: bool) -> Self {
        // The address is the one that Sentry believes to have.
        let link = format!(
            "<http://internal:9000/api/0/x/?&cursor=0:0:1>; rel=\"previous\"; results=\"false\"; \
             cursor=\"0:0:1\", <http://internal:9000/api/0/x/?&cursor={cursor}>; rel=\"next\"; \
             results=\"{has_results}\"; cursor=\"{cursor}\""
        );
        self.with_header("Link", &link)
    }

    /// With a header.
    pub(super) fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With another body.
    pub(super) fn with_body(mut self, body: &Value) -> Self {
        self.body = body.to_string();
        self
    }

    fn write(&self, stream: &mut TcpStream) -> std::io::Result<()> {
        let mut text = format!(
            "HTTP/1.1 {} Said\r\nContent-Type: application/json\r\n",
            self.status
        );
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        let length = self.body.len();
        text.push_str(&format!(
            "Content-Length: {length}\r\nConnection: close\r\n\r\n{}",
            self.body
        ));
        stream.write_all(text.as_bytes())
    }
}

/// A Sentry that answers until the test ends.
pub(super) struct FakeSentry {
    address: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl FakeSentry {
    /// Answers on a free port. The thread ends with the process of the tests.
    pub(super) fn start(
        answer: impl Fn(&Request) -> Reply + Send + 'static,
    ) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?.to_string();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            let mut attempts = HashMap::new();
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let Some(request) = read(&stream, &mut attempts) else {
                    continue;
                };
                let reply = answer(&request);
                seen.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(request);
                drop(reply.write(&mut stream));
            }
        });
        Ok(Self { address, requests })
    }

    /// Its address.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked for, in order.
    pub(super) fn requests(&self) -> Vec<Request> {
        let requests = self.requests.lock();
        requests.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn read(stream: &TcpStream, attempts: &mut HashMap<String, usize>) -> Option<Request> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let first = lines.next()?;
    let target = first.split(' ').nth(1)?.to_owned();
    let headers = lines.take_while(|line| !line.is_empty());
    let authorization = headers
        .filter_map(|line| {
            line.split_once(": ")
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        })
        .filter(|(name, _)| name == "authorization")
        .last();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let attempt = attempts.entry(target.clone()).or_default();
    *attempt += 1;
    Some(Request {
        path: path.to_owned(),
        query: query.replace("%3A", ":"),
        authorization: authorization.map(|(_, value)| value).unwrap_or_default(),
        attempt: *attempt,
    })
}
