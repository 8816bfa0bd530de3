use std::collections::{BTreeSet, VecDeque};

use anyhow::Context;
use serde_json::Value;
use watchfire_testkit::server::Server;

/// More pages than there are, so that a crawl ends.
const PAGES_MAX: usize = 3_000;

/// Somebody who is logged in and may see everything.
pub(super) struct Reader {
    agent: ureq::Agent,
    origin: String,
    cookie: String,
}

/// What an address answered.
pub(super) struct Found {
    pub(super) path: String,
    pub(super) body: Vec<u8>,
    /// Where it leads instead.
    leads_to: Option<String>,
}

impl Reader {
    pub(super) fn log_in(server: &Server) -> anyhow::Result<Self> {
        let output = server.run(&["user", "create", "ana@example.com", "--superuser", "--json"])?;
        let user: Value = serde_json::from_slice(&output.stdout)?;
        let password = user["password"].as_str().context("no password")?;
        // A redirect would be followed without the cookie.
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false);
        let (agent, origin) = (ureq::Agent::from(config.build()), server.url());
        let mut page = agent.get(format!("{origin}/login")).call()?;
        let visit = cookies(page.headers());
        let body = page.body_mut().read_to_string()?;
        let csrf = between(&body, "name=\"csrf\" value=\"", "\"").context("no form")?;
        let answer = agent
            .post(format!("{origin}/login"))
            .header("Cookie", &visit)
            .header("Origin", &origin)
            .send_form([
                ("csrf", csrf),
                ("email", "ana@example.com"),
                ("password", password),
                ("next", "/"),
            ])?;
        let cookie = cookies(answer.headers());
        Ok(Self {
            agent,
            origin,
            cookie,
        })
    }

    /// Every page that a link leads to, and every file.
    pub(super) fn pages(&self) -> anyhow::Result<Vec<Found>> {
        let mut waiting =
            VecDeque::from(["/".to_owned(), "/stats".to_owned(), "/feedback".to_owned()]);
        let mut known: BTreeSet<String> = waiting.iter().cloned().collect();
        let mut found = Vec::new();
        while let Some(path) = waiting.pop_front() {
            let page = self.get(&path)?;
            let text = String::from_utf8_lossy(&page.body);
            for link in links(&text).into_iter().chain(page.leads_to.clone()) {
                if known.len() < PAGES_MAX && known.insert(link.clone()) {
                    waiting.push_back(link);
                }
            }
            found.push(page);
        }
        Ok(found)
    }

    pub(super) fn get(&self, path: &str) -> anyhow::Result<Found> {
        let request = self.agent.get(format!("{}{path}", self.origin));
        let mut answer = request.header("Cookie", &self.cookie).call()?;
        let leads_to = answer.headers().get("location");
        let leads_to = leads_to.and_then(|link| link.to_str().ok());
        let leads_to = leads_to.map(|link| link.replace(&self.origin, ""));
        let body = answer.body_mut().with_config().limit(1 << 28);
        Ok(Found {
            path: path.to_owned(),
            body: body.read_to_vec()?,
            leads_to,
        })
    }
}

/// The addresses of this server that a page links to, without the parts that only choose a view
/// of the same again.
fn links(page: &str) -> Vec<String> {
    let mut links = Vec::new();
    for part in page
        .split("href=\"")
        .skip(1)
        .chain(page.split("src=\"").skip(1))
    {
        let link = part.split('"').next().unwrap_or_default();
        let link = link
            .split('#')
            .next()
            .unwrap_or_default()
            .replace("&amp;", "&");
        let is_own =
            link.starts_with('/') && !link.starts_with("//") && !link.starts_with("/assets/");
        let is_choice = ["sort=", "theme", "cursor=", "period="]
            .iter()
            .any(|part| link.contains(part));
        if is_own && !is_choice {
            links.push(link);
        }
    }
    links
}

fn cookies(headers: &ureq::http::HeaderMap) -> String {
    let set = headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok());
    let pairs: Vec<&str> = set.filter_map(|cookie| cookie.split(';').next()).collect();
    pairs.join("; ")
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    text.split_once(before)?
        .1
        .split_once(after)
        .map(|(found, _)| found)
}
