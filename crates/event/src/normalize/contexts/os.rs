//! Name and version of an operating system out of its `raw_description`.

use super::{lacks, version};
use crate::json::Object;

/// Descriptions longer than this are not looked at.
const DESCRIPTION_BYTES_MAX: usize = 1_024;

/// What a description says.
#[derive(Debug, Default, PartialEq)]
struct Os<'t> {
    name: &'t str,
    version: Option<&'t str>,
    build: Option<&'t str>,
    kernel_version: Option<&'t str>,
}

/// Fills in what the description says, unless name or version is there.
pub(super) fn describe(context: &mut Object<'_>) {
    let Some(text) = context.get_str("raw_description") else {
        return;
    };
    let is_wanted = lacks(context, "name") && lacks(context, "version");
    if !is_wanted || text.len() > DESCRIPTION_BYTES_MAX {
        return;
    }
    let text = text.to_owned();
    let Some(os) = read(&text) else {
        return;
    };
    let fields = [
        ("name", Some(os.name)),
        ("version", os.version),
        ("build", os.build),
        ("kernel_version", os.kernel_version),
    ];
    for (key, value) in fields {
        if let Some(value) = value
            && lacks(context, key)
        {
            context.insert(key, value.to_owned());
        }
    }
}

fn read(text: &str) -> Option<Os<'_>> {
    windows(text)
        .or_else(|| mac(text))
        .or_else(|| mobile(text))
        .or_else(|| android(text))
        .or_else(|| (text == "Nintendo Switch").then(|| named("Nintendo OS")))
        .or_else(|| uname(text))
}

fn named(name: &str) -> Os<'_> {
    Os {
        name,
        ..Os::default()
    }
}

/// `Microsoft Windows NT 10.0.19041.0`, or `Windows 10 (10.0.19041)`.
fn windows(text: &str) -> Option<Os<'_>> {
    let text = text.strip_prefix("Microsoft").map_or(text, str::trim_start);
    let rest = text.strip_prefix("Windows")?;
    let plain = rest.trim_start();
    let plain = plain.strip_prefix("NT").map_or(plain, str::trim_start);
    let inner = || {
        let (_, after) = version(rest.trim_start(), 1, 1)?;
        version(after.trim_start().strip_prefix('(')?, 3, 3)
    };
    let (full, _) = version(plain, 3, 3).or_else(inner)?;
    let build = full.rsplit('.').next()?;
    Some(Os {
        name: "Windows",
        version: Some(windows_name(build).unwrap_or(full)),
        build: Some(build),
        kernel_version: None,
    })
}

/// What the builds from Windows XP on are sold as.
fn windows_name(build: &str) -> Option<&'static str> {
    Some(match build.parse::<u32>().ok()? {
        2_600..=3_790 => "XP",
        6_002 => "Vista",
        7_601 => "7",
        9_200 => "8",
        9_600 => "8.1",
        10_240..=19_045 => "10",
        22_000..=26_999 => "11",
        _ => return None,
    })
}

/// `Mac OS X 10.14.2 (18C54)`; the build only where it is hexadecimal.
fn mac(text: &str) -> Option<Os<'_>> {
    let (version, rest) = version(text.strip_prefix("Mac OS X ")?, 3, 3)?;
    let build = match rest {
        "" => None,
        _ => Some(rest.strip_prefix(" (")?.strip_suffix(')')?),
    };
    let is_hex =
        |build: &str| !build.is_empty() && build.bytes().all(|byte| byte.is_ascii_hexdigit());
    build.is_none_or(is_hex).then_some(Os {
        name: "macOS",
        version: Some(version),
        build,
        kernel_version: None,
    })
}

/// `iOS 17.5.1`, `iPadOS 17.5.1`.
fn mobile(text: &str) -> Option<Os<'_>> {
    let (name, rest) = text.split_once(' ')?;
    let (version, _) = version(rest, 3, 3)?;
    matches!(name, "iOS" | "iPadOS").then_some(Os {
        version: Some(version),
        ..named(name)
    })
}

/// `Android OS 11 / API-30 (…)`.
fn android(text: &str) -> Option<Os<'_>> {
    let rest = text.strip_prefix("Android ")?;
    let rest = rest.strip_prefix("OS ").unwrap_or(rest);
    let (found, rest) = version(rest, 1, 3)?;
    version(rest.strip_prefix(" / API-")?, 1, 1)?;
    Some(Os {
        version: Some(found),
        ..named("Android")
    })
}

/// `Linux 4.11.0 …`, as `uname` prints it.
fn uname(text: &str) -> Option<Os<'_>> {
    let (name, rest) = text.split_once(' ')?;
    let is_word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
    let (three, after) = version(rest, 3, 3)?;
    // A fourth number counts, but not a zero.
    let fourth = after.strip_prefix('.').unwrap_or_default();
    let digits = fourth
        .bytes()
        .take_while(|byte| matches!(byte, b'1'..=b'9'))
        .count();
    let length = match digits {
        0 => three.len(),
        _ => three.len() + 1 + digits,
    };
    is_word.then_some(Os {
        kernel_version: rest.get(..length),
        ..named(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Value, parse};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let input = format!(r#"{{"raw_description":"{text}"}}"#);
        let mut context = parse(input.as_bytes()).expect("reads");
        describe(context.as_object_mut().expect("is one"));
        context
            .as_object_mut()
            .expect("is one")
            .remove("raw_description");
        assert_eq!(context.to_json(), expected, "{text}");
    }

    #[test]
    fn windows_is_named_by_its_build() {
        let ten = r#"{"name":"Windows","version":"10","build":"19041"}"#;
        check("Microsoft Windows NT 10.0.19041.0", ten);
        check("Windows 10.0.19041", ten);
        check("Windows 10  (10.0.19041) 64bit", ten);
        check(
            "Microsoft Windows 10.0.22000",
            r#"{"name":"Windows","version":"11","build":"22000"}"#,
        );
        check(
            "Microsoft Windows NT 5.1.2600",
            r#"{"name":"Windows","version":"XP","build":"2600"}"#,
        );
        check(
            "Windows 9.9.99999",
            r#"{"name":"Windows","version":"9.9.99999","build":"99999"}"#,
        );
    }

    #[test]
    fn other_systems_are_told_by_their_form() {
        check(
            "Mac OS X 10.14.2 (19A1)",
            r#"{"name":"macOS","version":"10.14.2","build":"19A1"}"#,
        );
        check("Mac OS X 10.15.7 (19H2)", "{}");
        check("iOS 17.5.1", r#"{"name":"iOS","version":"17.5.1"}"#);
        check(
            "Android OS 11 / API-30 (RP1A.2/2)",
            r#"{"name":"Android","version":"11"}"#,
        );
        check(
            "Linux 4.11.0 x86_64",
            r#"{"name":"Linux","kernel_version":"4.11.0"}"#,
        );
        check(
            "Darwin 19.6.0.2 x",
            r#"{"name":"Darwin","kernel_version":"19.6.0.2"}"#,
        );
        check("Nintendo Switch", r#"{"name":"Nintendo OS"}"#);
        check("whatever", "{}");
    }

    #[test]
    fn what_the_sdk_says_counts_more() {
        let mut context =
            parse(br#"{"name":"Mine","raw_description":"iOS 1.2.3"}"#).expect("reads");
        describe(context.as_object_mut().expect("is one"));
        assert_eq!(context.get("version"), None::<&Value<'_>>);
    }
}
