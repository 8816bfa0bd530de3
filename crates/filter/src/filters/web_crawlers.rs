use std::sync::LazyLock;

use regex::{RegexSet, RegexSetBuilder};
use watchfire_event::Event;

use crate::fields::header;

const CRAWLERS: &str = r"Mediapartners-Google|AdsBot-Google|Googlebot|FeedFetcher-Google|Storebot-Google|BingBot|BingPreview|Baiduspider|Slurp|Sogou|facebook|meta-|ia_archiver|bots?([/\s\);]|$)|spider([/\s\);]|$)|Slack|Calypso\sAppCrawler|pingdom|lyticsbot|AWS\sSecurity\sScanner|HubSpot\sCrawler|Bytespider|Better\sUptime|Cloudflare-Healthchecks|GTmetrix|BrightEdgeOnCrawl|ELB-HealthChecker|naver.me/spd|ClaudeBot|CCBot|OAI-SearchBot|GPTBot|PerplexityBot|Applebot|DuckDuckBot|Lightpanda";
/// Robots that act for a person, or watch over the site on behalf of its owner.
const WELCOME: &str = r"Slackbot\s1\.\d+|SentryUptimeBot|ChatGPT-User";

/// Both expressions in one set: [`CRAWLERS`] first, [`WELCOME`] second.
static AGENTS: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSetBuilder::new([CRAWLERS, WELCOME])
        .case_insensitive(true)
        .build()
        .unwrap_or_default()
});

/// Whether the request that failed came from a search engine or another robot.
pub(crate) fn matches(event: &Event<'_>) -> bool {
    header(event, "User-Agent").is_some_and(|agent| {
        let found = AGENTS.matches(agent);
        found.iter().next() == Some(0) && found.iter().nth(1).is_none()
    })
}
