use std::sync::LazyLock;

use crate::Pattern;

/// The names of transactions that are health checks, as of Sentry
/// (reference/PROTOCOL.md section 10).
const NAMES: [&str; 14] = [
    "*healthcheck*",
    "*heartbeat*",
    "*/health{/,}",
    "*/healthy{/,}",
    "*/healthz{/,}",
    "*/health_check{/,}",
    "*/_health{/,}",
    r"*/\[_health\]{/,}",
    "*/live{/,}",
    "*/livez{/,}",
    "*/ready{/,}",
    "*/readyz{/,}",
    "*/ping{/,}",
    "*/up{/,}",
];

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let names = NAMES.iter();
    names
        .filter_map(|name| Pattern::case_insensitive(name).ok())
        .collect()
});

/// The names of transactions that are health checks.
pub(crate) fn patterns() -> &'static [Pattern] {
    &PATTERNS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PatternSet;

    #[test]
    fn health_checks_are_known_by_name() {
        let set = PatternSet::new(patterns());
        assert_eq!(patterns().len(), NAMES.len());
        for name in [
            "GET /healthz",
            "/a/ready/",
            "/b/[_health]",
            "shop.HealthCheckView",
            "/up",
        ] {
            assert!(set.matches(name), "{name}");
        }
        for name in ["/health/report", "/pinguin", "/cart", "up"] {
            assert!(!set.matches(name), "{name}");
        }
    }
}
