use std::ops::Range;

use super::alphabet::Alphabet;
use super::catalogue::number;
use super::finder::Found;
use super::placeholder::is_placeholder;
use super::stops::Stops;

/// What no URL in a text goes beyond.
const STOPS: Stops = Stops::new(b" \n\r\t\"'`<>");
/// What ends the host, and what ends the secret in the path of a webhook.
const HOST_STOPS: Stops = Stops::new(b"/?#");
const PATH_STOPS: Stops = Stops::new(b"?#&,;()[]{}\\");
/// Schemes of pages: `@` is common in their paths.
const PAGE_SCHEMES: [&[u8]; 4] = [b"http", b"https", b"ws", b"wss"];
const SCHEME_BYTES_MAX: usize = 24;

/// Addresses whose path is a secret: the host, or the end of it, what the path begins with, and
/// the kind.
const WEBHOOKS: [(&str, &str, &str); 14] = [
    ("hooks.slack.com", "/services/", "slack-webhook"),
    ("hooks.slack.com", "/workflows/", "slack-webhook"),
    ("hooks.slack.com", "/triggers/", "slack-webhook"),
    ("discord.com", "/api/webhooks/", "discord-webhook"),
    ("discordapp.com", "/api/webhooks/", "discord-webhook"),
    (".webhook.office.com", "/webhookb2/", "teams-webhook"),
    ("outlook.office.com", "/webhook/", "teams-webhook"),
    ("hooks.zapier.com", "/hooks/catch/", "zapier-webhook"),
    ("hook.eu1.make.com", "/", "make-webhook"),
    ("hook.eu2.make.com", "/", "make-webhook"),
    ("hook.us1.make.com", "/", "make-webhook"),
    ("hook.us2.make.com", "/", "make-webhook"),
    (
        "open.feishu.cn",
        "/open-apis/bot/v2/hook/",
        "feishu-webhook",
    ),
    (
        "qyapi.weixin.qq.com",
        "/cgi-bin/webhook/send?key=",
        "wecom-webhook",
    ),
];
/// A shorter path is that of a page.
const WEBHOOK_BYTES_MIN: usize = 12;

/// The secret of the URL whose `://` stands at `colon`: its password, or the path of a webhook.
pub(super) fn find_at(bytes: &[u8], colon: usize) -> Option<Found> {
    const SCHEME: Alphabet = Alphabet::NAME.and(Alphabet::PLUS);
    let before = bytes.get(..colon)?;
    let scheme = before.get(before.len() - SCHEME.count_back(before, SCHEME_BYTES_MAX)..)?;
    if scheme.is_empty() {
        return None;
    }
    let start = colon + "://".len();
    let url = url(bytes.get(start..)?);
    let authority = url.get(..HOST_STOPS.length(url))?;
    let found = password(scheme, url, authority).or_else(|| webhook(url, authority));
    let (range, id) = found?;
    Some(Found {
        start: start + range.start,
        end: start + range.end,
        kind: number(id),
    })
}

/// Where the password lies. Passwords that nobody encoded are found as a whole: with `@` in them,
/// and with `/`, `?` or `#` where no port stands.
fn password(scheme: &[u8], url: &[u8], authority: &[u8]) -> Option<(Range<usize>, &'static str)> {
    let user = memchr::memchr(b':', authority)?;
    if authority.starts_with(b"[") {
        return None;
    }
    let rest = url.get(user + 1..)?;
    let port = authority.get(user + 1..)?;
    let is_page = PAGE_SCHEMES
        .iter()
        .any(|page| scheme.eq_ignore_ascii_case(page));
    let length = match memchr::memrchr(b'@', port) {
        Some(at) if is_page => at,
        Some(at) => last_at(rest).unwrap_or(at),
        None if port.iter().all(u8::is_ascii_digit) => return None,
        None => last_at(rest)?,
    };
    let password = rest.get(..length)?;
    let start = user + 1;
    (!is_placeholder(password)).then_some((start..start + length, "connection-password"))
}

fn webhook(url: &[u8], authority: &[u8]) -> Option<(Range<usize>, &'static str)> {
    let path = url.get(authority.len()..)?;
    let mut known = WEBHOOKS.iter().filter(|(host, beginning, _)| {
        let is_host = if host.starts_with('.') {
            authority.ends_with(host.as_bytes())
        } else {
            authority == host.as_bytes()
        };
        is_host && path.starts_with(beginning.as_bytes())
    });
    let (_, beginning, id) = known.next()?;
    let start = authority.len() + beginning.len();
    let secret = url.get(start..)?;
    let length = PATH_STOPS.length(secret);
    let is_secret = length >= WEBHOOK_BYTES_MIN && !is_placeholder(secret.get(..length)?);
    is_secret.then_some((start..start + length, *id))
}

/// The part of a text that belongs to the URL: up to a blank, a quote or the next URL.
fn url(rest: &[u8]) -> &[u8] {
    let mut place = 0;
    while let Some(byte) = rest.get(place) {
        if STOPS.has(*byte) {
            break;
        }
        if rest
            .get(place..)
            .is_some_and(|rest| rest.starts_with(b"://"))
        {
            let before = rest.get(..place).unwrap_or_default();
            place -= Alphabet::LETTERS.count_back(before, SCHEME_BYTES_MAX);
            break;
        }
        place += 1;
    }
    rest.get(..place).unwrap_or_default()
}

/// The last `@` that stands in front of a host: not one in the parameters of a query.
fn last_at(rest: &[u8]) -> Option<usize> {
    let last = memchr::memrchr(b'@', rest)?;
    let query = memchr::memchr(b'?', rest).filter(|query| *query < last);
    let is_in_query = query.is_some_and(|query| {
        let parameters = rest.get(query..last);
        parameters.is_some_and(|parameters| parameters.contains(&b'='))
    });
    if is_in_query {
        let path = rest.get(..query?)?;
        return memchr::memrchr(b'@', path);
    }
    Some(last)
}
