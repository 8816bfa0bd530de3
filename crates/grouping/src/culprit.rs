//! Where an event happened (reference/GROUPING.md section 10).

use crate::context::Context;
use crate::frame::Frame;
use crate::stack::Stack;
use crate::title::shortened;

const CHARACTERS_MAX: usize = 200;

/// The transaction, else the violated directive, else the function of the crash, else the address;
/// empty if nothing is known.
pub(crate) fn culprit(context: &Context<'_>) -> String {
    let found = match context.text("transaction") {
        Some(transaction) => transaction.to_owned(),
        None => violated(context).unwrap_or_else(|| computed(context)),
    };
    shortened(&found, CHARACTERS_MAX).into_owned()
}

/// What a browser reported as violated; normalisation wrote it down.
fn violated(context: &Context<'_>) -> Option<String> {
    context.body.get_object("csp")?;
    context.text("culprit").map(ToOwned::to_owned)
}

fn computed(context: &Context<'_>) -> String {
    let exceptions = &context.exceptions;
    let stack = match exceptions.last() {
        Some(last) if last.is_synthetic() => return String::new(),
        Some(_) => exceptions
            .iter()
            .rev()
            .find_map(|found| found.stack.as_ref()),
        None => context.stack(),
    };
    let url = || {
        let url = context
            .body
            .get("request")
            .and_then(|request| request.get("url")?.as_str());
        url.map(ToOwned::to_owned)
    };
    stack.and_then(of_stack).or_else(url).unwrap_or_default()
}

fn of_stack(stack: &Stack<'_>) -> Option<String> {
    let nearest_first = || stack.frames.iter().rev();
    let in_app = nearest_first()
        .filter(|frame| frame.in_app)
        .find_map(of_frame);
    in_app.or_else(|| {
        nearest_first()
            .find(|frame| !frame.in_app)
            .and_then(of_frame)
    })
}

fn of_frame(frame: &Frame<'_>) -> Option<String> {
    let is_set = |text: &&str| !text.is_empty();
    let function = frame.function.as_deref().filter(is_set).unwrap_or("?");
    if matches!(frame.platform.name, "objc" | "cocoa" | "native") {
        return Some(function.to_owned());
    }
    let place = frame
        .module
        .filter(is_set)
        .or(frame.filename.filter(is_set))?;
    Some(match frame.platform.name {
        "javascript" | "node" => format!("{function}({place})"),
        _ => format!("{place} in {function}"),
    })
}
