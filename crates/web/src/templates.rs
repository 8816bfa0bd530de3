//! The compiled templates of `web/templates` and the few helpers they may use.
//!
//! Escaping is always on: there is no triple-stash in any template. What writes markup is one of
//! the helpers here, and each writes only text that it made itself.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason,
};
use rust_embed::RustEmbed;
use serde::Serialize;
use watchfire_event::Timestamp;

use crate::assets;
use crate::{moment, number};

/// The template files: inside the binary in release builds, on disk in debug builds.
#[derive(RustEmbed)]
#[folder = "../../web/templates"]
struct Files;

/// A template that cannot be parsed or rendered: always a mistake in the program, never input.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TemplateError {
    #[error("template {name} is not UTF-8")]
    Encoding { name: String },
    #[error("a template cannot be parsed")]
    Parse(#[from] Box<handlebars::TemplateError>),
    #[error("a template cannot be rendered")]
    Render(#[from] RenderError),
}

/// All templates, compiled. Debug builds compile them again when a file has changed.
pub(crate) struct Templates {
    compiled: RwLock<Compiled>,
}

#[derive(Clone)]
struct Compiled {
    registry: Arc<Handlebars<'static>>,
    /// The hashes of the files that the registry was made of.
    source: Vec<[u8; 32]>,
}

#[derive(Serialize)]
struct Page<'a, F, V> {
    frame: &'a F,
    #[serde(flatten)]
    view: &'a V,
}

#[derive(Serialize)]
struct Layout<'a, F> {
    frame: &'a F,
    content: String,
}

impl Templates {
    /// Compiles all templates. Fails only on a template with a mistake.
    pub(crate) fn new() -> Result<Self, TemplateError> {
        Ok(Self {
            compiled: RwLock::new(compile()?),
        })
    }

    /// Renders template `name` with the fields of `view` and, as `frame`, those of `frame`, then
    /// puts the result into the layout.
    pub(crate) fn page<F: Serialize, V: Serialize>(
        &self,
        name: &str,
        frame: &F,
        view: &V,
    ) -> Result<String, TemplateError> {
        let registry = self.registry()?;
        let content = registry.render(name, &Page { frame, view })?;
        Ok(registry.render("layout", &Layout { frame, content })?)
    }

    /// Renders template `name` alone: a part that script puts into a page that is already open.
    pub(crate) fn part<F: Serialize, V: Serialize>(
        &self,
        name: &str,
        frame: &F,
        view: &V,
    ) -> Result<String, TemplateError> {
        Ok(self.registry()?.render(name, &Page { frame, view })?)
    }

    fn registry(&self) -> Result<Arc<Handlebars<'static>>, TemplateError> {
        let known = self
            .compiled
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if !cfg!(debug_assertions) || known.source == source() {
            return Ok(known.registry);
        }
        let fresh = compile()?;
        *self
            .compiled
            .write()
            .unwrap_or_else(PoisonError::into_inner) = fresh.clone();
        Ok(fresh.registry)
    }
}

fn source() -> Vec<[u8; 32]> {
    Files::iter()
        .filter_map(|name| Files::get(&name))
        .map(|file| file.metadata.sha256_hash())
        .collect()
}

fn compile() -> Result<Compiled, TemplateError> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    let mut icons = BTreeMap::new();
    for name in Files::iter() {
        let Some(file) = Files::get(&name) else {
            continue;
        };
        let text = String::from_utf8(file.data.into_owned()).or(Err(TemplateError::Encoding {
            name: name.to_string(),
        }))?;
        if let Some(template) = name.strip_suffix(".hbs") {
            registry
                .register_template_string(template, text)
                .map_err(Box::new)?;
        } else if let Some(icon) = name
            .strip_prefix("icons/")
            .and_then(|name| name.strip_suffix(".svg"))
        {
            icons.insert(icon.to_owned(), text.trim_end().to_owned());
        }
    }
    registry.register_helper(
        "icon",
        Box::new(
            move |helper: &Helper<'_>,
                  _: &Handlebars<'_>,
                  _: &Context,
                  _: &mut RenderContext<'_, '_>,
                  out: &mut dyn Output| {
                let name = text(helper, "icon")?;
                let icon = icons.get(name).ok_or_else(|| {
                    RenderErrorReason::Other(format!("there is no icon named {name}"))
                })?;
                out.write(icon).map_err(RenderError::from)
            },
        ),
    );
    registry.register_helper("asset", Box::new(asset));
    registry.register_helper("content", Box::new(content));
    registry.register_helper("count", Box::new(count));
    registry.register_helper("time", Box::new(time));
    registry.register_helper("age", Box::new(age));
    registry.register_helper("old", Box::new(old));
    Ok(Compiled {
        registry: Arc::new(registry),
        source: source(),
    })
}

/// `{{asset "base.css"}}`: the address of a static file.
fn asset(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(&assets::address(text(helper, "asset")?))
        .map_err(RenderError::from)
}

/// `{{content}}`: the page inside the layout. It was escaped when it was rendered a moment ago.
fn content(
    _: &Helper<'_>,
    _: &Handlebars<'_>,
    context: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let page = context
        .data()
        .get("content")
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default();
    out.write(page).map_err(RenderError::from)
}

/// `{{count 12403}}`: `12.4k` with the exact number on hover.
fn count(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let number = integer(helper, "count")?;
    let (short, exact) = (number::short(number), number::exact(number));
    if short == exact {
        write!(out, r#"<span class="num">{short}</span>"#)?;
    } else {
        write!(out, r#"<span class="num" title="{exact}">{short}</span>"#)?;
    }
    Ok(())
}

/// `{{time micros}}`: `12m ago` with the exact time on hover.
fn time(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    context: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let then = Timestamp(integer(helper, "time")?);
    write_time(out, then, &moment::relative(now(context), then), "relative")
}

/// `{{age micros}}`: `12m` with the exact time on hover, for columns that say in their head what
/// they count.
fn age(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    context: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let then = Timestamp(integer(helper, "age")?);
    write_time(out, then, &moment::age(now(context), then), "age")
}

/// `{{old micros}}`: `12m old` with the exact time on hover.
fn old(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    context: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let then = Timestamp(integer(helper, "old")?);
    write_time(out, then, &moment::old(now(context), then), "old")
}

fn write_time(out: &mut dyn Output, then: Timestamp, text: &str, form: &str) -> HelperResult {
    let (machine, exact) = (moment::machine(then), moment::exact(then));
    write!(
        out,
        r#"<time datetime="{machine}" title="{exact}" data-form="{form}">{text}</time>"#
    )?;
    Ok(())
}

/// The instant of the request, which every page carries, so that one page never mixes two.
fn now(context: &Context) -> Timestamp {
    context
        .data()
        .pointer("/frame/now")
        .and_then(serde_json::Value::as_i64)
        .map_or_else(Timestamp::now, Timestamp)
}

fn text<'h>(helper: &'h Helper<'_>, name: &'static str) -> Result<&'h str, RenderErrorReason> {
    helper
        .param(0)
        .and_then(|parameter| parameter.value().as_str())
        .ok_or(RenderErrorReason::ParamNotFoundForIndex(name, 0))
}

fn integer(helper: &Helper<'_>, name: &'static str) -> Result<i64, RenderErrorReason> {
    helper
        .param(0)
        .and_then(|parameter| parameter.value().as_i64())
        .ok_or(RenderErrorReason::ParamNotFoundForIndex(name, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_compiles() {
        Templates::new().unwrap();
    }

    #[test]
    fn no_template_switches_escaping_off() {
        for name in Files::iter().filter(|name| name.ends_with(".hbs")) {
            let file = Files::get(&name).unwrap();
            let text = std::str::from_utf8(&file.data).unwrap();
            assert!(!text.contains("{{{") && !text.contains("{{&"), "{name}");
        }
    }
}
