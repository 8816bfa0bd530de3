use serde::Serialize;

/// A platform that the first steps know, with what to paste where.
pub(super) struct Platform {
    /// Its word in addresses and in the project, which is Sentry's.
    pub(super) word: &'static str,
    /// Its name.
    pub(super) label: &'static str,
    /// Heading, and text with `{dsn}`, `{key}`,
    /// `{origin}` and `{project}` to be filled in.
    steps: &'static [(&'static str, &'static str)],
}

/// Something to paste.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Step {
    heading: &'static str,
    code: String,
}

/// The platforms in the order of the page; the last one is for all others.
pub(super) const PLATFORMS: &[Platform] = &[
    DJANGO,
    Platform {
        word: "python-flask",
        label: "Flask",
        steps: &[
            (
                "Install the SDK",
                "pip install --upgrade \"sentry-sdk[flask]\"",
            ),
            (
                "Before the app is made",
                "import sentry_sdk\nfrom flask import Flask\n\nsentry_sdk.init(\n    \
                 dsn=\"{dsn}\",\n    send_default_pii=True,\n)\n\napp = Flask(__name__)",
            ),
            (
                "Break something: open /watchfire-test",
                "@app.route(\"/watchfire-test\")\ndef watchfire_test():\n    1 / 0",
            ),
        ],
    },
    Platform {
        word: "python-fastapi",
        label: "FastAPI",
        steps: &[
            (
                "Install the SDK",
                "pip install --upgrade \"sentry-sdk[fastapi]\"",
            ),
            (
                "Before the app is made",
                "import sentry_sdk\nfrom fastapi import FastAPI\n\nsentry_sdk.init(\n    \
                 dsn=\"{dsn}\",\n    send_default_pii=True,\n)\n\napp = FastAPI()",
            ),
            (
                "Break something: open /watchfire-test",
                "@app.get(\"/watchfire-test\")\nasync def watchfire_test():\n    1 / 0",
            ),
        ],
    },
    Platform {
        word: "python",
        label: "Python",
        steps: &[
            ("Install the SDK", "pip install --upgrade sentry-sdk"),
            (
                "Where the program starts",
                "import sentry_sdk\n\nsentry_sdk.init(dsn=\"{dsn}\")",
            ),
            ("Break something", "1 / 0"),
        ],
    },
    Platform {
        word: "node",
        label: "Node.js",
        steps: &[
            ("Install the SDK", "npm install @sentry/node"),
            (
                "instrument.js, loaded before everything else",
                "const Sentry = require(\"@sentry/node\");\n\nSentry.init({\n  dsn: \"{dsn}\",\n  \
                 sendDefaultPii: true,\n});",
            ),
            (
                "Start with it, and break something",
                "node --require ./instrument.js app.js\n\n// in app.js\nsetTimeout(() => \
                 { throw new Error(\"Hello, Watchfire\"); }, 100);",
            ),
        ],
    },
    Platform {
        word: "javascript",
        label: "Browser",
        steps: &[
            ("Install the SDK", "npm install @sentry/browser"),
            (
                "Where the page's script starts",
                "import * as Sentry from \"@sentry/browser\";\n\nSentry.init({\n  \
                 dsn: \"{dsn}\",\n});",
            ),
            (
                "Break something, in the console",
                "setTimeout(() => { throw new Error(\"Hello, Watchfire\"); });",
            ),
        ],
    },
    Platform {
        word: "other",
        label: "Other",
        steps: &[
            (
                "Any Sentry SDK works: give it this DSN, most read it from the environment",
                "export SENTRY_DSN=\"{dsn}\"",
            ),
            (
                "Or send an event by hand",
                "curl '{origin}/api/{project}/store/' \\\n  -H 'X-Sentry-Auth: Sentry \
                 sentry_version=7, sentry_key={key}' \\\n  -H 'Content-Type: application/json' \
                 \\\n  -d '{\"message\": \"Hello, Watchfire\", \"level\": \"error\"}'",
            ),
        ],
    },
];

const DJANGO: Platform = Platform {
    word: "python-django",
    label: "Django",
    steps: &[
        (
            "Install the SDK",
            "pip install --upgrade \"sentry-sdk[django]\"",
        ),
        (
            "At the top of settings.py",
            "import sentry_sdk\n\nsentry_sdk.init(\n    dsn=\"{dsn}\",\n    \
             send_default_pii=True,  # user and request data, scrubbed on arrival\n)",
        ),
        (
            "Break something: in urls.py, then open /watchfire-test/",
            "urlpatterns += [\n    path(\"watchfire-test/\", lambda request: 1 / 0),\n]",
        ),
    ],
};

impl Platform {
    /// The platform that was asked for, else that of the project, else Django.
    pub(super) fn choose(wanted: &str, of_project: Option<&str>) -> &'static Self {
        let by_word = |word: &str| PLATFORMS.iter().find(|platform| platform.word == word);
        by_word(wanted)
            .or_else(|| by_word(of_project?))
            .unwrap_or(&DJANGO)
    }

    /// What to paste, with the DSN in it.
    pub(super) fn steps(&self, dsn: &str) -> Vec<Step> {
        let (scheme, rest) = dsn.split_once("://").unwrap_or(("http", dsn));
        let (key, rest) = rest.split_once('@').unwrap_or(("", rest));
        let (host, project) = rest.rsplit_once('/').unwrap_or((rest, ""));
        self.steps
            .iter()
            .map(|(heading, code)| Step {
                heading,
                code: code
                    .replace("{dsn}", dsn)
                    .replace("{key}", key)
                    .replace("{origin}", &format!("{scheme}://{host}"))
                    .replace("{project}", project),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_mentions_the_dsn_or_its_parts() {
        for platform in PLATFORMS {
            let steps = platform.steps("http://abc@localhost:9000/7");
            let code: String = steps.iter().map(|step| step.code.as_str()).collect();
            assert!(
                code.contains("http://abc@localhost:9000/7"),
                "{}",
                platform.word
            );
            for mark in ["{dsn}", "{key}", "{origin}", "{project}"] {
                assert!(!code.contains(mark), "{}", platform.word);
            }
        }
    }

    #[test]
    fn the_platform_asked_for_wins_over_the_project_s() {
        assert_eq!(Platform::choose("node", Some("python-flask")).word, "node");
        assert_eq!(
            Platform::choose("", Some("python-flask")).word,
            "python-flask"
        );
        assert_eq!(Platform::choose("cobol", None).word, "python-django");
    }
}
