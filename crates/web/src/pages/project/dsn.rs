use watchfire_event::ProjectId;

/// The address that SDKs are configured with: `https://KEY@host/1` (reference/PROTOCOL.md
/// section 1).
pub(super) fn dsn(public_url: &str, public_key: &str, project: ProjectId) -> String {
    match public_url.split_once("://") {
        Some((scheme, host)) => format!("{scheme}://{public_key}@{host}/{project}"),
        None => format!("http://{public_key}@{public_url}/{project}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_stands_before_the_host_and_the_project_last() {
        assert_eq!(
            dsn("https://errors.example.com:8443/sub", "abc", ProjectId(7)),
            "https://abc@errors.example.com:8443/sub/7"
        );
    }
}
