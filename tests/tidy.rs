//! Rules of the house that a reviewer would otherwise have to watch.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// Crates in the order in which an event meets them: each may use those before it.
const LINE: [&str; 9] = [
    "event", "filter", "scrub", "grouping", "store", "ingest", "api", "web", "server",
];
/// Crates that serve requests and never see each other.
const SIDES: [&str; 3] = ["ingest", "api", "web"];
/// Crates that compute and nothing else.
const PURE: [&str; 4] = ["event", "filter", "scrub", "grouping"];
/// Libraries that read or write something outside the process.
const OUTSIDE: [&str; 8] = [
    "actix-web",
    "diesel",
    "diesel-async",
    "handlebars",
    "hyper",
    "tokio",
    "tokio-postgres",
    "ureq",
];
/// Libraries that only one crate may use.
const OWNED: [(&str, &str); 5] = [
    ("diesel", "store"),
    ("diesel-async", "store"),
    ("diesel_migrations", "store"),
    ("tokio-postgres", "store"),
    ("handlebars", "web"),
];

/// What may stand at the top beside dot-files.
const TOP: [&str; 15] = [
    "ARCHITECTURE.md",
    "BENCHMARKS.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "crates",
    "docker",
    "docs",
    "fixtures",
    "migrations",
    "tests",
    "web",
];

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;
/// Files that may be longer, each with its reason.
const LONG_FILES: [(&str, &str); 1] = [(
    "crates/store/src/schema.rs",
    "every table once, in the form that diesel prints",
)];

fn root() -> PathBuf {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    tests
        .parent()
        .expect("tests/ stands in the repository")
        .to_owned()
}

/// The repository's files as git knows them: tracked, and new ones that are not ignored.
fn files() -> Vec<String> {
    let arguments = ["ls-files", "--cached", "--others", "--exclude-standard"];
    let listed = git(&arguments);
    let present = listed.lines().filter(|file| root().join(file).is_file());
    present.map(str::to_owned).collect()
}

fn git(arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("git runs");
    String::from_utf8(output.stdout).expect("names in UTF-8")
}

fn read(file: &str) -> String {
    let bytes = std::fs::read(root().join(file)).expect("the file is there");
    String::from_utf8_lossy(&bytes).into_owned()
}

fn is_source(file: &str) -> bool {
    let source = [
        ".rs",
        ".js",
        ".css",
        ".hbs",
        ".py",
        ".sh",
        ".sql",
        "tests/run",
    ];
    source.iter().any(|end| file.ends_with(end))
}

/// What cargo knows of the workspace.
fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

/// Each crate of the workspace with what it needs to be built: (library, kind).
fn dependencies() -> BTreeMap<String, Vec<(String, String)>> {
    let metadata = metadata();
    let text = |value: &Value| value.as_str().unwrap_or("normal").to_owned();
    let packages = metadata["packages"].as_array().expect("packages").iter();
    packages
        .map(|package| {
            let list = package["dependencies"]
                .as_array()
                .expect("dependencies")
                .iter();
            let list = list
                .map(|needed| (text(&needed["name"]), text(&needed["kind"])))
                .collect();
            (text(&package["name"]).replace("watchfire-", ""), list)
        })
        .collect()
}

/// `cargo run` refuses to choose among binaries, and takes them from the default members.
#[test]
fn cargo_run_serves_without_being_told_which_binary() {
    let metadata = metadata();
    let defaults = metadata["workspace_default_members"]
        .as_array()
        .expect("default members");
    let packages = metadata["packages"].as_array().expect("packages").iter();
    let targets = packages
        .filter(|package| defaults.contains(&package["id"]))
        .flat_map(|package| package["targets"].as_array().expect("targets"));
    let binaries: Vec<&str> = targets
        .filter(|target| target["kind"][0] == "bin")
        .filter_map(|target| target["name"].as_str())
        .collect();
    assert_eq!(binaries, ["watchfire"]);
}

#[test]
fn dependencies_point_one_way() {
    let dependencies = dependencies();
    let place = |name: &str| LINE.iter().position(|one| *one == name);
    for (name, needed) in &dependencies {
        for (other, kind) in needed {
            let Some(own) = other.strip_prefix("watchfire-") else {
                continue;
            };
            if own == "testkit" {
                assert!(kind == "dev" || name == "tests", "{name} ships {own}");
                continue;
            }
            assert_ne!(
                name, "bench",
                "bench knows {own}, but works against any server"
            );
            if let (Some(from), Some(to)) = (place(name), place(own)) {
                assert!(to < from || kind == "dev", "{name} must not know {own}");
            }
            let both_sides = SIDES.contains(&name.as_str()) && SIDES.contains(&own);
            assert!(!both_sides, "{name} and {own} must not see each other");
        }
    }
}

#[test]
fn pure_crates_do_nothing_but_compute_and_each_outside_library_has_one_owner() {
    let shipped = dependencies()
        .into_iter()
        .filter(|(name, _)| LINE.contains(&name.as_str()));
    for (name, needed) in shipped {
        for (other, kind) in needed.iter().filter(|(_, kind)| kind == "normal") {
            let pure = PURE.contains(&name.as_str());
            assert!(
                !pure || !OUTSIDE.contains(&other.as_str()),
                "{name} uses {other} ({kind})"
            );
            let owner = OWNED
                .iter()
                .find(|(library, _)| library == other)
                .map(|(_, owner)| *owner);
            assert!(
                owner.is_none_or(|owner| owner == name),
                "{other} belongs to {owner:?}, not {name}"
            );
        }
    }
}

#[test]
fn files_stay_below_400_lines() {
    let mut long = Vec::new();
    for file in files().iter().filter(|file| is_source(file)) {
        let lines = read(file).lines().count();
        if lines > FILE_LINES_MAX && !LONG_FILES.iter().any(|(name, _)| name == file) {
            long.push(format!("{file}: {lines} lines"));
        }
    }
    assert!(
        long.is_empty(),
        "split these, or name a reason in LONG_FILES: {long:#?}"
    );
}

/// Lengths of the functions of a formatted file: from the line with `fn` to the brace below it.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let head = code.split("fn ").next().unwrap_or("");
        let is_head = code.contains("fn ")
            && head.split_whitespace().all(|word| {
                [
                    "pub",
                    "pub(crate)",
                    "pub(super)",
                    "async",
                    "const",
                    "unsafe",
                ]
                .contains(&word)
            });
        if !is_head {
            continue;
        }
        let end = format!("{}}}", line.strip_suffix(code).unwrap_or_default());
        let length = lines[number..]
            .iter()
            .position(|line| *line == end)
            .unwrap_or(0)
            + 1;
        found.push((code.to_owned(), length));
    }
    found
}

#[test]
fn functions_stay_below_70_lines() {
    let mut long = Vec::new();
    for file in files().iter().filter(|file| file.ends_with(".rs")) {
        for (name, lines) in functions(&read(file)) {
            if lines > FUNCTION_LINES_MAX {
                long.push(format!("{file}: {lines} lines: {name}"));
            }
        }
    }
    assert!(long.is_empty(), "split these: {long:#?}");
}

#[test]
fn the_length_of_a_function_is_counted_to_its_own_brace() {
    let text = "impl A {\n    pub fn one() {\n        if x {\n        }\n    }\n}\nfn two() {}\n";
    let lengths: Vec<usize> = functions(text)
        .into_iter()
        .map(|(_, lines)| lines)
        .collect();
    assert_eq!(lengths, [4, 1]);
}

#[test]
fn every_migration_exists_for_both_databases() {
    let names = |database: &str| {
        let folder = format!("migrations/{database}/");
        let files = files();
        let found = files.iter().filter_map(|file| file.strip_prefix(&folder));
        found.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let sqlite = names("sqlite");
    assert_eq!(sqlite, names("postgres"));
    assert!(!sqlite.is_empty(), "there are migrations");
    for file in &sqlite {
        let (folder, name) = file.split_once('/').expect("a folder per migration");
        assert!(name == "up.sql" || name == "down.sql", "{file}");
        assert!(
            sqlite.contains(&format!("{folder}/down.sql")),
            "{folder} has no way back"
        );
    }
}

#[test]
fn the_top_level_holds_what_the_design_names() {
    let files = files();
    let tops: BTreeSet<&str> = files
        .iter()
        .filter_map(|file| file.split('/').next())
        .collect();
    for top in tops {
        assert!(
            top.starts_with('.') || TOP.contains(&top),
            "{top} does not belong at the top"
        );
    }
}

#[test]
fn nothing_is_tracked_that_is_no_source() {
    let ignored = git(&["ls-files", "--cached", "--ignored", "--exclude-standard"]);
    assert_eq!(ignored, "", "tracked although ignored");
    let junk = [
        ".orig",
        ".rej",
        ".log",
        ".db",
        ".pyc",
        ".swp",
        ".DS_Store",
        ".tmp",
        "SUMMARY.md",
    ];
    for file in files() {
        assert!(
            !junk.iter().any(|end| file.ends_with(end)),
            "{file} is no source"
        );
        let empty = read(&file).is_empty() && !file.ends_with("__init__.py");
        assert!(!empty, "{file} is empty");
    }
}

#[test]
fn the_project_speaks_only_of_itself() {
    // Written in halves, so that this file does not hold what it forbids.
    let forbidden = [
        ["/wor", "k/"],
        ["/roo", "t/"],
        ["/far", "m/"],
        [".libr", "ary/"],
        ["/tmp/", "wf"],
        ["FIX", "ME"],
        ["XX", "X"],
        ["todo", "!("],
        ["unimple", "mented!("],
        ["#[ig", "nore"],
    ];
    let mut found = Vec::new();
    let unread = ["Cargo.lock", "package-lock.json", ".png"];
    for file in files()
        .iter()
        .filter(|file| !unread.iter().any(|end| file.ends_with(end)))
    {
        for (number, line) in read(file).lines().enumerate() {
            for halves in forbidden {
                if line.contains(&halves.concat()) {
                    found.push(format!("{file}:{}: {}", number + 1, halves.concat()));
                }
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_fixture_folder_is_described() {
    let described = read("fixtures/README.md");
    let files = files();
    let envelopes = files
        .iter()
        .filter_map(|file| file.strip_prefix("fixtures/envelopes/"));
    for folder in envelopes
        .filter_map(|file| file.split('/').next())
        .collect::<BTreeSet<_>>()
    {
        assert!(
            described.contains(&format!("`{folder}`")),
            "fixtures/README.md lacks {folder}"
        );
    }
}
