//! One call of a stack trace: read, normalised, and as a component.

use std::borrow::Cow;

use watchfire_event::json::{Object, Value};

use crate::platform::{Family, Platform};
use crate::stack_rules::{Judgement, Subject};
use crate::{Component, Version};

mod context_line;
mod filename;
mod function;
mod java;
mod module;
mod native;
pub(crate) use function::trim as trim_function;

/// A frame after the normalisation of stack traces (reference/GROUPING.md section 0 step 4).
#[derive(Clone, Debug)]
pub(crate) struct Frame<'e> {
    pub(crate) platform: Platform<'e>,
    pub(crate) module: Option<&'e str>,
    pub(crate) filename: Option<&'e str>,
    pub(crate) abs_path: Option<&'e str>,
    pub(crate) package: Option<&'e str>,
    /// The function without arguments and decoration.
    pub(crate) function: Option<Cow<'e, str>>,
    /// The function as the compiler or runtime wrote it, where that differs.
    pub(crate) raw_function: Option<&'e str>,
    /// Whether it is the application's; what the client said until [`Frame::take`].
    pub(crate) in_app: bool,
    /// What the stack-trace rules said.
    pub(crate) judgement: Judgement<'e>,
    context_line: Option<&'e str>,
    line: Option<&'e Value<'e>>,
    column: Option<&'e Value<'e>>,
    has_source_map: bool,
    /// What the client said of `in_app`.
    said_in_app: Option<bool>,
    /// What the frame was sorted into before it was sent.
    category: Option<&'e str>,
}

impl<'e> Frame<'e> {
    /// Reads a frame of an event of `platform`.
    pub(crate) fn read(fields: &'e Object<'e>, platform: Platform<'e>) -> Self {
        let mut frame = Self::empty(platform);
        let mut function = None;
        let mut original = None;
        for (key, value) in fields.iter() {
            match key {
                "platform" => {
                    frame.platform = value.as_str().map_or(frame.platform, Platform::new);
                }
                "module" => frame.module = value.as_str(),
                "filename" => frame.filename = value.as_str(),
                "abs_path" => frame.abs_path = value.as_str(),
                "package" => frame.package = value.as_str(),
                "function" => function = value.as_str(),
                "raw_function" => frame.raw_function = value.as_str(),
                "context_line" => frame.context_line = value.as_str(),
                "lineno" => frame.line = Some(value),
                "colno" => frame.column = Some(value),
                "in_app" => frame.said_in_app = value.as_bool(),
                "data" => {
                    frame.has_source_map = value.get("sourcemap").is_some_and(|map| !map.is_null());
                    frame.category = value.get("category").and_then(Value::as_str);
                    let number = value.get("orig_in_app");
                    let number = number.filter(|number| matches!(number, Value::Number(_)));
                    original = number.map(Value::as_u64);
                }
                _ => {}
            }
        }
        // A frame that Sentry judged before carries what the client had said; -1 for nothing.
        if let Some(original) = original {
            frame.said_in_app = original.map(|number| number != 0);
        }
        if frame.platform.is("javascript") {
            frame.filename = frame.filename.and_then(|name| name.split('?').next());
        }
        function::normalize(&mut frame, function);
        frame
    }

    /// The number of its line, as far as the client said.
    pub(crate) fn line(&self) -> Option<u64> {
        self.line.and_then(Value::as_u64)
    }

    /// What the stack-trace rules see of it.
    pub(crate) fn subject(&self) -> Subject<'_> {
        let is_set = |text: &&str| !text.is_empty();
        Subject {
            family: self.platform.family,
            function: self
                .function
                .as_deref()
                .filter(is_set)
                .unwrap_or("<unknown>"),
            module: self.module,
            package: self.package,
            path: self.abs_path.filter(is_set).or(self.filename),
            in_app: self.said_in_app,
            category: self.category,
        }
    }

    /// Takes over what the stack-trace rules said.
    pub(crate) fn take(&mut self, judgement: Judgement<'e>) {
        self.in_app = judgement.in_app.unwrap_or(false);
        self.judgement = judgement;
    }

    fn empty(platform: Platform<'e>) -> Self {
        Self {
            platform,
            module: None,
            filename: None,
            abs_path: None,
            package: None,
            function: None,
            raw_function: None,
            in_app: false,
            judgement: Judgement::default(),
            context_line: None,
            line: None,
            column: None,
            has_source_map: false,
            said_in_app: None,
            category: None,
        }
    }

    /// Whether this is the same place as `other`, as in a direct recursion.
    fn is_same_place(&self, other: &Self) -> bool {
        self.function == other.function
            && self.line == other.line
            && self.column == other.column
            && self.module == other.module
            && self.filename == other.filename
            && self.abs_path == other.abs_path
            && self.package == other.package
    }

    /// The component of this frame, whatever stands around it (reference/GROUPING.md section 3).
    ///
    /// `previous` is the frame directly before it in the list.
    pub(crate) fn component(&self, previous: Option<&Self>, version: Version) -> Component<'e> {
        let module = module::component(self);
        let context_line = context_line::component(self, version);
        let has_context = context_line.as_ref().is_some_and(|line| line.contributes);
        let has_module = module.as_ref().is_some_and(|module| module.contributes);
        let parts = [
            module,
            filename::component(self, has_module),
            function::component(self, has_context),
            context_line,
        ];
        let mut component = Component::node("frame", parts.into_iter().flatten().collect());
        if self.platform.family == Family::JavaScript {
            self.judge_javascript(&mut component);
        }
        if previous.is_some_and(|previous| self.is_same_place(previous)) {
            component.switch_off("ignored due to recursion");
        }
        component
    }

    fn judge_javascript(&self, component: &mut Component<'e>) {
        let raw = self.raw_function.filter(|raw| !raw.is_empty());
        let function = raw.or(self.function.as_deref()).map(function::last_part);
        if function == Some("eval") {
            component.switch_off("ignored low quality javascript frame");
        }
        let anonymous = ["[native code]", "native code", "eval code", "<anonymous>"];
        if self.abs_path.is_some_and(|path| anonymous.contains(&path)) {
            component.switch_off("ignored low quality javascript frame");
        }
    }

    /// Whether the frame would make a poor fingerprint if it was the only one: a script's
    /// top level, of which the browser knows nothing but a place. The version of 2023 had the
    /// test for addresses the wrong way round (reference/GROUPING.md section 3).
    pub(crate) fn is_poor_alone(&self, version: Version) -> bool {
        let is_of_browser = filename::has_url_origin(self.abs_path, true);
        self.platform.family == Family::JavaScript
            && self.function.as_deref().is_none_or(str::is_empty)
            && is_of_browser == (version == Version::Newstyle2023)
    }
}
