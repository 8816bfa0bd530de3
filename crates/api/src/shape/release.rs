//! Releases.

use serde_json::{Value, json};
use watchfire_store::project::Project;
use watchfire_store::release::Release;

use super::time;

/// A release as one project knows it.
pub(crate) struct ReleaseOf {
    /// The project.
    pub(crate) project: Project,
    /// What it knows.
    pub(crate) release: Release,
    /// How many issues were first seen in it.
    pub(crate) new_issues: i64,
    /// Whether it has sessions.
    pub(crate) has_sessions: bool,
}

/// A release with the projects that know it; there is at least one.
pub(crate) fn release(version: &str, known: &[ReleaseOf]) -> Value {
    let first = known.iter().map(|one| one.release.first_seen).min();
    let last = known.iter().map(|one| one.release.last_seen).max();
    let projects = known.iter().map(|one| {
        json!({
            "id": one.project.id.0,
            "slug": one.project.slug,
            "name": one.project.name,
            "newGroups": one.new_issues,
            "platform": one.project.platform,
            "platforms": [],
            "hasHealthData": one.has_sessions,
        })
    });
    json!({
        "version": version,
        "shortVersion": short(version),
        "versionInfo": version_info(version),
        "status": "open",
        "ref": null,
        "url": null,
        "dateCreated": first.map(time),
        "dateReleased": null,
        "dateStarted": null,
        "data": {},
        "newGroups": known.iter().map(|one| one.new_issues).sum::<i64>(),
        "owner": null,
        "commitCount": 0,
        "lastCommit": null,
        "deployCount": 0,
        "lastDeploy": null,
        "authors": [],
        "projects": projects.collect::<Vec<Value>>(),
        "firstEvent": first.map(time),
        "lastEvent": last.map(time),
    })
}

/// A release's name without its package, and a hash cut to what people recognise.
fn short(version: &str) -> String {
    let (_, version) = parts(version);
    let is_hash = version.len() == 40 && version.bytes().all(|byte| byte.is_ascii_hexdigit());
    let length = if is_hash { 12 } else { usize::MAX };
    version.chars().take(length).collect()
}

fn version_info(version: &str) -> Value {
    let (package, rest) = parts(version);
    let build = rest.split_once('+').map(|(_, build)| build);
    json!({
        "package": package,
        "version": {"raw": rest, "buildCode": build},
        "description": short(version),
        "buildHash": null,
    })
}

/// `package@version` taken apart.
fn parts(version: &str) -> (Option<&str>, &str) {
    match version.split_once('@') {
        Some((package, rest)) if !package.is_empty() && !rest.is_empty() => (Some(package), rest),
        _ => (None, version),
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn a_short_version_has_no_package_and_no_whole_hash() {
        assert_eq!(short("shop@1.2.3+4"), "1.2.3+4");
        assert_eq!(short(&"a1".repeat(20)), "a1a1a1a1a1a1");
        for whole in ["1.0", "@1.0", "shop@"] {
            assert_eq!(short(whole), whole);
        }
    }
}
