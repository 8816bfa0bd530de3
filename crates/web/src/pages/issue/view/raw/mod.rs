//! The exception chain as the text that the language itself prints, to read and to copy. Every
//! frame is in it, whatever the page leaves out elsewhere.

mod jvm;
mod plain;
mod python;
mod script;

use super::node::Node;

/// What a raw text is made of: one exception or thread.
#[derive(Clone, Copy)]
pub(super) struct Trace<'e> {
    /// The exception; empty for a thread.
    pub(super) exception: Node<'e>,
    /// Its stack trace.
    pub(super) stack: Node<'e>,
}

impl<'e> Trace<'e> {
    /// The exception's type as the language prints it, `Error` where there is none.
    fn kind(self) -> &'e str {
        self.exception.key("type").text().unwrap_or("Error")
    }

    /// The type with its module in front, `psycopg2.OperationalError`.
    fn qualified_kind(self) -> String {
        match self.exception.key("module").text() {
            Some(module) if !matches!(module, "builtins" | "__builtin__") => {
                format!("{module}.{}", self.kind())
            }
            _ => self.kind().to_owned(),
        }
    }

    /// The exception's value; empty where there is none.
    fn value(self) -> String {
        self.exception.key("value").scalar().unwrap_or_default()
    }

    /// The frames, oldest first.
    fn frames(self) -> impl DoubleEndedIterator<Item = Node<'e>> {
        self.stack
            .key("frames")
            .items()
            .filter(|frame| frame.value().is_some())
    }
}

/// The raw text of a chain, given oldest first as SDKs send it.
pub(super) fn text(platform: &str, chain: &[Trace<'_>]) -> String {
    match platform {
        "python" => python::text(chain),
        "javascript" | "node" => script::text(chain),
        "java" => jvm::text(chain),
        _ => plain::text(chain),
    }
}

/// The name of a function for people, `<unknown>` where there is none.
fn function<'e>(frame: Node<'e>) -> &'e str {
    frame.key("function").text().unwrap_or("<unknown>")
}

/// The full path or, where it is missing, the name of a frame's file.
fn file<'e>(frame: Node<'e>) -> &'e str {
    let path = frame.key("abs_path").text();
    path.or(frame.key("filename").text())
        .or(frame.key("module").text())
        .unwrap_or("<unknown>")
}

/// `:12:7`, `:12`, or nothing.
fn position(frame: Node<'_>) -> String {
    match (frame.key("lineno").number(), frame.key("colno").number()) {
        (Some(line), Some(column)) => format!(":{line}:{column}"),
        (Some(line), None) => format!(":{line}"),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    #[track_caller]
    fn check(platform: &str, exceptions: &str, expected: &str) {
        let sample = Sample::new(&format!("[{exceptions}]"));
        let chain: Vec<Trace<'_>> = sample
            .root()
            .items()
            .map(|exception| Trace {
                exception,
                stack: exception.key("stacktrace"),
            })
            .collect();
        assert_eq!(text(platform, &chain), expected);
    }

    #[test]
    fn python_reads_as_its_own_traceback() {
        check(
            "python",
            r#"{"type":"KeyError","value":"'id'","mechanism":{"source":"__cause__"},"stacktrace":{"frames":[
                  {"abs_path":"/srv/a.py","lineno":3,"function":"f","context_line":"    return d['id']"}]}},
               {"type":"LoadError","module":"shop.errors","value":"no order","stacktrace":{"frames":[
                  {"filename":"b.py","lineno":9,"function":"<module>"},
                  {"filename":"b.py","lineno":7}]}}"#,
            "Traceback (most recent call last):\n  File \"/srv/a.py\", line 3, in f\n    return d['id']\nKeyError: 'id'\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"b.py\", line 9, in <module>\n  File \"b.py\", line 7, in <unknown>\nshop.errors.LoadError: no order\n",
        );
    }

    #[test]
    fn python_says_when_an_exception_came_during_another() {
        check(
            "python",
            r#"{"type":"A"},{"type":"B","value":""}"#,
            "A\n\nDuring handling of the above exception, another exception occurred:\n\nB\n",
        );
    }

    #[test]
    fn scripts_print_the_newest_call_first_and_nest_the_cause() {
        check(
            "node",
            r#"{"type":"Error","value":"inner","stacktrace":{"frames":[{"abs_path":"/app/c.js","lineno":1}]}},
               {"type":"TypeError","value":"outer","stacktrace":{"frames":[
                  {"abs_path":"/app/a.js","lineno":1,"colno":2,"function":"main"},
                  {"abs_path":"/app/b.js","lineno":3,"colno":4,"function":"load"}]}}"#,
            "TypeError: outer\n    at load (/app/b.js:3:4)\n    at main (/app/a.js:1:2) {\n  [cause]: Error: inner\n      at /app/c.js:1\n}\n",
        );
    }

    #[test]
    fn java_prints_causes_below() {
        check(
            "java",
            r#"{"type":"IOException","module":"java.io","value":"gone"},
               {"type":"ShopException","module":"com.shop","value":"x","stacktrace":{"frames":[
                  {"module":"com.shop.Main","function":"main","filename":"Main.java","lineno":5}]}}"#,
            "com.shop.ShopException: x\n\tat com.shop.Main.main(Main.java:5)\nCaused by: java.io.IOException: gone\n",
        );
    }

    #[test]
    fn other_platforms_get_a_plain_text() {
        check(
            "ruby",
            r#"{"type":"NoMethodError","value":"x","stacktrace":{"frames":[
                {"filename":"a.rb","lineno":1,"function":"go"},
                {"module":"m","function":"stop"},
                {"package":"libc","instruction_addr":"0x1f"}]}}"#,
            "NoMethodError: x\n  at <unknown> (libc 0x1f)\n  at stop (m)\n  at go (a.rb:1)\n",
        );
    }

    #[test]
    fn no_frame_is_dropped() {
        let frames = vec![r#"{"filename":"a.py","lineno":1,"function":"f"}"#; 2_000].join(",");
        let sample = Sample::new(&format!(
            r#"{{"type":"E","stacktrace":{{"frames":[{frames}]}}}}"#
        ));
        let trace = Trace {
            exception: sample.root(),
            stack: sample.root().key("stacktrace"),
        };
        let text = text("python", &[trace]);
        assert_eq!(text.matches("File \"a.py\"").count(), 2_000);
    }
}
