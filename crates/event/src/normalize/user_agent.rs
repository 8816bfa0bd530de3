//! The contexts `browser`, `device` and `os` or `client_os` from what the browser said in the
//! headers of the event's request: reference/PROTOCOL.md section 8.6.

use crate::json::{Object, Value};
use crate::user_agent::{self, Device, Product, UserAgent};

/// Parts of the names of engines and made-up brands, which no browser goes by.
const NO_BROWSERS: [&str; 4] = ["Brand", "Chromium", "Gecko", "WebKit"];
/// Client hints longer than this are not looked at; real ones have up to 100 bytes.
const HINT_BYTES_MAX: usize = 512;
/// What the rules say when they know nothing.
const UNKNOWN: &str = "Other";

/// Adds the contexts that the SDK did not send. Client hints count before the user agent.
pub(super) fn normalize(body: &mut Object<'_>) {
    let found = find(body);
    if found.is_empty() {
        return;
    }
    if body.get_object("contexts").is_none() {
        body.insert("contexts", Object::new());
    }
    if let Some(Value::Object(contexts)) = body.get_mut("contexts") {
        for (key, context) in found {
            contexts.insert(key, context);
        }
    }
}

fn find(body: &Object<'_>) -> Vec<(&'static str, Object<'static>)> {
    let said = Said::of(body);
    if said == Said::default() {
        return Vec::new();
    }
    let os_key = match body.get_str("platform") {
        Some("javascript") => "os",
        _ => "client_os",
    };
    let contexts = body.get_object("contexts");
    let lacks = |key: &str| {
        let context = contexts.and_then(|contexts| contexts.get(key));
        context.is_none_or(Value::is_null)
    };
    if !["browser", "device", os_key].into_iter().any(lacks) {
        return Vec::new();
    }
    let agent = said.agent.map(user_agent::read);
    let agent = agent.as_deref();
    let makers: [(&str, &dyn Fn() -> Option<Object<'static>>); 3] = [
        ("browser", &|| browser(&said, agent)),
        ("device", &|| device(&said, agent)),
        (os_key, &|| os(&said, agent)),
    ];
    let missing = makers.into_iter().filter(|(key, _)| lacks(key));
    missing
        .filter_map(|(key, make)| Some((key, make()?)))
        .collect()
}

/// What the headers say.
#[derive(Default, PartialEq)]
struct Said<'v> {
    brands: Option<&'v str>,
    platform: Option<&'v str>,
    platform_version: Option<&'v str>,
    model: Option<&'v str>,
    agent: Option<&'v str>,
}

impl<'v> Said<'v> {
    fn of(body: &'v Object<'_>) -> Self {
        let mut said = Self::default();
        let headers = body
            .get("request")
            .and_then(|request| request.get("headers")?.as_array());
        for header in headers.unwrap_or_default() {
            let Some([Value::String(name), Value::String(value)]) = header.as_array() else {
                continue;
            };
            let place = match name {
                name if name.eq_ignore_ascii_case("user-agent") => &mut said.agent,
                name if !starts_hint(name) => continue,
                name if name.eq_ignore_ascii_case("sec-ch-ua") => &mut said.brands,
                name if name.eq_ignore_ascii_case("sec-ch-ua-platform") => &mut said.platform,
                name if name.eq_ignore_ascii_case("sec-ch-ua-platform-version") => {
                    &mut said.platform_version
                }
                name if name.eq_ignore_ascii_case("sec-ch-ua-model") => &mut said.model,
                _ => continue,
            };
            *place = place.or(Some(value));
        }
        said
    }
}

fn starts_hint(name: &str) -> bool {
    let start = name.as_bytes().first_chunk::<6>();
    start.is_some_and(|start| start.eq_ignore_ascii_case(b"sec-ch"))
}

/// The text of a hint without the quotes around it.
fn unquoted(hint: Option<&str>) -> Option<String> {
    let hint = hint.filter(|hint| hint.len() <= HINT_BYTES_MAX)?;
    let text = hint.trim().replace('"', "");
    (!text.is_empty()).then_some(text)
}

fn browser(said: &Said<'_>, agent: Option<&UserAgent>) -> Option<Object<'static>> {
    let hinted = said.brands.and_then(browser_of_brands);
    let found = hinted.or_else(|| agent?.browser.clone());
    let mut found = found.filter(|found| found.name != UNKNOWN)?;
    if found.name == "Google Chrome" {
        found.name = "Chrome".to_owned();
    }
    Some(product("browser", found))
}

fn os(said: &Said<'_>, agent: Option<&UserAgent>) -> Option<Object<'static>> {
    let hinted = unquoted(said.platform).map(|name| Product {
        name,
        version: unquoted(said.platform_version),
    });
    let found = hinted.or_else(|| agent?.os.clone());
    let found = found.filter(|found| found.name != UNKNOWN)?;
    Some(product("os", found))
}

fn device(said: &Said<'_>, agent: Option<&UserAgent>) -> Option<Object<'static>> {
    let hinted = unquoted(said.model).map(|model| (None, Some(model), None));
    let found = hinted.or_else(|| {
        let Device {
            family,
            model,
            brand,
        } = agent?.device.clone()?;
        (family != UNKNOWN).then_some((Some(family), model, brand))
    });
    let (family, model, brand) = found?;
    Some(context(
        "device",
        [("family", family), ("model", model), ("brand", brand)],
    ))
}

fn product(kind: &'static str, found: Product) -> Object<'static> {
    let fields = [("name", Some(found.name)), ("version", found.version)];
    context(kind, fields)
}

fn context<const N: usize>(
    kind: &'static str,
    fields: [(&'static str, Option<String>); N],
) -> Object<'static> {
    let mut context = Object::new();
    for (key, value) in fields {
        if let Some(value) = value {
            context.insert(key, value);
        }
    }
    context.insert("type", kind);
    context
}

/// The browser in `"Not A;Brand";v="99", "Chromium";v="131", "Google Chrome";v="131"`, whose order
/// browsers shuffle.
fn browser_of_brands(hint: &str) -> Option<Product> {
    let brands = hint.get(..HINT_BYTES_MAX).unwrap_or(hint).split(',');
    let mut real = brands.filter(|brand| !NO_BROWSERS.iter().any(|part| brand.contains(part)));
    let (name, version) = real.next()?.trim().strip_prefix('"')?.split_once('"')?;
    let version = version.strip_prefix(";v=\"")?.split_once('"')?.0;
    let is_said = !name.trim().is_empty() && !version.trim().is_empty();
    is_said.then(|| Product {
        name: name.to_owned(),
        version: Some(version.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;

    const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
    const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";

    #[track_caller]
    fn check(platform: &str, headers: &str, contexts: &str, expected: &str) {
        let input = format!(
            r#"{{"platform":"{platform}","request":{{"headers":{headers}}},"contexts":{contexts}}}"#
        );
        let mut draft = decode(input.as_bytes()).expect("decodes");
        normalize(&mut draft.body);
        let found = draft.body.get("contexts").map(Value::to_json);
        assert_eq!(found.unwrap_or_default(), expected);
    }

    #[test]
    fn a_user_agent_becomes_contexts() {
        check(
            "javascript",
            &format!(r#"{{"user-agent":"{CHROME}"}}"#),
            "null",
            r#"{"browser":{"name":"Chrome","version":"131.0.0","type":"browser"},"os":{"name":"Windows","version":"10","type":"os"}}"#,
        );
        check(
            "python",
            &format!(r#"{{"User-Agent":"{PHONE}"}}"#),
            "{}",
            r#"{"browser":{"name":"Mobile Safari","version":"17.5","type":"browser"},"device":{"family":"iPhone","model":"iPhone","brand":"Apple","type":"device"},"client_os":{"name":"iOS","version":"17.5","type":"os"}}"#,
        );
    }

    #[test]
    fn what_the_sdk_said_is_not_overwritten() {
        check(
            "javascript",
            &format!(r#"{{"User-Agent":"{CHROME}"}}"#),
            r#"{"os":{"name":"Mine"},"browser":null}"#,
            r#"{"os":{"name":"Mine","type":"os"},"browser":{"name":"Chrome","version":"131.0.0","type":"browser"}}"#,
        );
    }

    #[test]
    fn client_hints_count_before_the_user_agent() {
        check(
            "javascript",
            &format!(
                r#"{{"User-Agent":"{PHONE}","Sec-CH-UA":"\"Not_A Brand\";v=\"99\", \"Google Chrome\";v=\"131\", \"Chromium\";v=\"131\"","Sec-CH-UA-Platform":"\"macOS\"","Sec-CH-UA-Platform-Version":"\"14.5.0\"","Sec-CH-UA-Model":"\"Pixel 9\""}}"#
            ),
            "{}",
            r#"{"browser":{"name":"Chrome","version":"131","type":"browser"},"device":{"model":"Pixel 9","type":"device"},"os":{"name":"macOS","version":"14.5.0","type":"os"}}"#,
        );
    }

    #[test]
    fn empty_hints_and_unknown_agents_say_nothing() {
        check(
            "node",
            r#"{"User-Agent":"sentry.python/2","Sec-CH-UA":"\"Chromium\";v=\"1\"","Sec-CH-UA-Platform":"\"\"","Sec-CH-UA-Model":"\"\""}"#,
            "{}",
            "{}",
        );
        check("node", "[[null,\"x\"]]", "null", "");
    }
}
