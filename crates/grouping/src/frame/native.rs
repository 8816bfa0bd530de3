//! Names of functions in machine code, as demanglers write them.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::platform::Platform;

/// Brackets that do not pair up and blanks that do not separate are hidden behind characters that
/// no name holds, so that the rest can be read by counting brackets.
const HIDDEN: [(&str, &str); 6] = [
    ("operator<<", "operator\u{e000}\u{e000}"),
    ("operator<", "operator\u{e000}"),
    ("operator()", "operator\u{e001}"),
    ("operator->", "operator\u{e002}"),
    (" -> ", " \u{e002} "),
    ("`anonymous namespace'", "\u{e003}"),
];
const SHOWN: [(&str, &str); 4] = [
    ("\u{e000}", "<"),
    ("\u{e001}", "()"),
    ("\u{e002}", "->"),
    ("\u{e003}", "`anonymous namespace'"),
];
const ARROW: &str = "\u{e002}";

/// Compiler-made names with a number in them, and what stays of them.
static NUMBERED: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    compile([
        (
            r"\{lambda\(.*?\)#\d+\}|\blambda_[a-f0-9]{32}\b|\$_\d+\b",
            "lambda",
        ),
        (r"\?A0x[a-f0-9]{8}::", "\u{e003}::"),
    ])
});

/// What compilers and linkers add to the end of a name, and what stays of it.
static DECORATION: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    compile([
        (r"::h[a-z0-9]{16}$", ""),
        (r"@@?GLIBC_[0-9.]+$", ""),
        (r"^@?(.*?)@[0-9]+$", "${1}"),
    ])
});

fn compile<const N: usize>(patterns: [(&str, &'static str); N]) -> Vec<(Regex, &'static str)> {
    let patterns = patterns.into_iter();
    patterns
        .filter_map(|(pattern, kept)| Some((Regex::new(pattern).ok()?, kept)))
        .collect()
}

/// The function without arguments, type parameters, return type and what the linker added
/// (reference/GROUPING.md section 3 "Trimming").
pub(super) fn trim<'e>(function: &'e str, platform: Platform<'_>) -> Cow<'e, str> {
    if matches!(function, "<redacted>" | "<unknown>") {
        return Cow::Borrowed(function);
    }
    let name = function.trim();
    let is_objective_c = ["[", "+[", "-["]
        .iter()
        .any(|start| name.starts_with(start));
    if is_objective_c || is_plain(name) {
        return Cow::Borrowed(name);
    }
    let name = replace_enclosed(name, '[', ']', &|inner, _| match inner {
        clone if clone.starts_with("clone .") => String::new(),
        inner => format!("[{inner}]"),
    });
    let name = replace_texts(without_qualifiers(name.trim_end()), &HIDDEN);
    let name = replace_patterns(name, &NUMBERED);
    let name = replace_enclosed(&name, '(', ')', &|inner, _| match inner.trim() {
        inner @ ("anonymous namespace" | "operator") => format!("({inner})"),
        _ => String::new(),
    });
    let name = replace_enclosed(&name, '<', '>', &type_parameters);
    let name = match name_token(&name, platform) {
        Some(token) => replace_texts(&token, &SHOWN),
        None => function.to_owned(),
    };
    Cow::Owned(replace_patterns(name, &DECORATION))
}

/// Whether a name has nothing that could be trimmed, as most have.
fn is_plain(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':');
    name.bytes().all(is_plain)
        && !name.contains("::h")
        && !name.contains("lambda_")
        && !name.ends_with("const")
}

/// Drops `const` and `&` from the end of a C++ method.
fn without_qualifiers(mut name: &str) -> &str {
    loop {
        let shorter = name.strip_suffix('&').or_else(|| {
            let rest = name.strip_suffix("const")?;
            let is_word = rest.ends_with(|last: char| last.is_alphanumeric() || last == '_');
            (!is_word).then_some(rest)
        });
        match shorter {
            Some(shorter) => name = shorter.trim_end(),
            None => return name,
        }
    }
}

/// What stands for type parameters: `<T>`, or at the start of a Rust name the type whose trait is
/// meant.
fn type_parameters(inner: &str, start: usize) -> String {
    if inner == "lambda" {
        return format!("<{inner}>");
    }
    if start > 0 {
        return "<T>".to_owned();
    }
    let is_blanket = inner.len() > 5
        && inner.starts_with(|first: char| first.is_ascii_uppercase())
        && inner.get(1..5) == Some(" as ");
    let inner = if is_blanket { inner.get(5..) } else { None }.unwrap_or(inner);
    let inner = replace_enclosed(inner, '<', '>', &type_parameters);
    match inner.split_once(" as ") {
        Some((kind, _)) => kind.to_owned(),
        None => inner,
    }
}

/// Replaces each outermost pair of brackets by what `replace` makes of its inside and the number
/// of characters before it.
fn replace_enclosed(
    text: &str,
    open: char,
    close: char,
    replace: &dyn Fn(&str, usize) -> String,
) -> String {
    if !text.contains(open) {
        return text.to_owned();
    }
    let mut replaced = String::with_capacity(text.len());
    let (mut depth, mut inside_from) = (0_i32, 0);
    for (at, character) in text.char_indices() {
        if character == open {
            if depth == 0 {
                inside_from = at + open.len_utf8();
            }
            depth += 1;
        } else if character == close {
            depth -= 1;
            if depth == 0 {
                let inside = text.get(inside_from..at).unwrap_or_default();
                replaced.push_str(&replace(inside, inside_from - open.len_utf8()));
            }
        } else if depth == 0 {
            replaced.push(character);
        }
    }
    replaced
}

/// The words that name the function; `None` if there are none.
fn name_token(text: &str, platform: Platform<'_>) -> Option<String> {
    let mut tokens: Vec<Cow<'_, str>> = tokens(text).into_iter().map(Cow::Borrowed).collect();
    // Microsoft's compiler puts a blank between an operator and its type parameters.
    if tokens.len() > 1 && tokens.last().is_some_and(|last| last == "<T>") {
        tokens.pop();
        if let Some(operator) = tokens.last_mut() {
            operator.to_mut().push_str(" <T>");
        }
    }
    if text.contains("initialization expression of")
        && let Some(value) = initialized(&tokens)
    {
        return Some(format!("initializer expression of {value}"));
    }
    let token = before_arrow(&tokens).or_else(|| tokens.last())?;
    let is_swift = platform.is("cocoa") || platform.is("swift");
    Some(if is_swift && token.starts_with('@') {
        // An attribute stands where closures have no name.
        closure(text).to_owned()
    } else if token != "closure" && tokens.iter().any(|token| token == "closure") {
        format!("closure in {token}")
    } else {
        token.clone().into_owned()
    })
}

/// The word before the return type, which Swift writes behind an arrow.
fn before_arrow<'t, 's>(tokens: &'t [Cow<'s, str>]) -> Option<&'t Cow<'s, str>> {
    let arrow = tokens.iter().rposition(|token| token == ARROW)?;
    // What would stand before the first word is the last one.
    let back = |count: usize| match arrow.checked_sub(count) {
        Some(place) => tokens.get(place),
        None => tokens.get((tokens.len() + arrow).checked_sub(count)?),
    };
    let token = back(1)?;
    if token == "throws" {
        back(2)
    } else {
        Some(token)
    }
}

/// What a Swift expression initialises.
fn initialized<'t>(tokens: &'t [Cow<'_, str>]) -> Option<&'t str> {
    let of = tokens.iter().rposition(|token| token == "of")?;
    let mut rest = tokens.iter().skip(of + 1);
    let mut value = rest.next()?;
    if value == "static" {
        value = rest.next()?;
    }
    Some(value.strip_prefix(':').unwrap_or(value))
}

fn closure(text: &str) -> &'static str {
    if text.contains("thunk for ") {
        "thunk for closure"
    } else {
        "closure"
    }
}

/// Words between blanks that no bracket encloses; what stands in a bracket that is not closed is
/// left out.
fn tokens(text: &str) -> Vec<&str> {
    let mut closers = Vec::new();
    let mut words = Vec::new();
    // The word being read: where it starts, and up to where it is complete.
    let (mut start, mut end) = (0, 0);
    let mut finish = |start: usize, end: usize| {
        if let Some(word) = text.get(start..end).filter(|word| !word.is_empty()) {
            words.push(word);
        }
    };
    for (at, character) in text.char_indices() {
        let after = at + character.len_utf8();
        match character {
            '(' => closers.push(')'),
            '{' => closers.push('}'),
            '[' => closers.push(']'),
            '<' => closers.push('>'),
            _ if closers.last() == Some(&character) => {
                closers.pop();
                if closers.is_empty() {
                    end = after;
                }
            }
            _ if !closers.is_empty() => {}
            blank if blank.is_whitespace() => {
                finish(start, end);
                (start, end) = (after, after);
            }
            _ => end = after,
        }
    }
    finish(start, end);
    words
}

fn replace_texts(text: &str, pairs: &[(&str, &str)]) -> String {
    pairs.iter().fold(text.to_owned(), |text, (from, to)| {
        if text.contains(from) {
            text.replace(from, to)
        } else {
            text
        }
    })
}

fn replace_patterns(text: String, patterns: &[(Regex, &str)]) -> String {
    patterns.iter().fold(text, |text, (pattern, kept)| {
        match pattern.replace_all(&text, *kept) {
            Cow::Borrowed(_) => text,
            Cow::Owned(replaced) => replaced,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &str) {
        assert_eq!(trim(name, Platform::new("native")), expected, "of {name}");
    }

    #[test]
    fn all_patterns_compile() {
        assert_eq!((NUMBERED.len(), DECORATION.len()), (2, 3));
    }

    #[test]
    fn cpp_names_lose_arguments_types_and_qualifiers() {
        check("Foo::bar(int, char const *) const &", "Foo::bar");
        check(
            "std::vector<int, std::allocator<int> >::push_back(int)",
            "std::vector<T>::push_back",
        );
        check(
            "unsigned int (anonymous namespace)::run(int)",
            "(anonymous namespace)::run",
        );
        check(
            "`anonymous namespace'::start(int)",
            "`anonymous namespace'::start",
        );
        check("?A0xc3a0617d::crash", "`anonymous namespace'::crash");
        check("Foo::operator()(int)", "Foo::operator()");
        check("std::ostream& operator<<(std::ostream&, int)", "operator<<");
        check(
            "<lambda_5db80dab47756d3e72c2dcd38b80b1dd>::operator()",
            "<lambda>::operator()",
        );
    }

    #[test]
    fn rust_names_lose_hashes_and_traits() {
        check(
            "<F as alloc::boxed::FnBox<A>>::call_box",
            "alloc::boxed::FnBox<T>::call_box",
        );
        check("<a::Foo as b::Bar>::baz", "a::Foo::baz");
        check("a::b::h0123456789abcdef", "a::b");
    }

    #[test]
    fn objective_c_and_decorated_names_are_read() {
        check("-[Foo bar:baz:]", "-[Foo bar:baz:]");
        check("memcpy@@GLIBC_2.14", "memcpy");
        check("_Start@8", "_Start");
        check("@Foo@12", "Foo");
        check("stub InvokeDartCode", "InvokeDartCode");
        check("a::b() [clone .cold]", "a::b");
        check("a::b() const [clone .isra.3]", "a::b");
    }

    #[test]
    fn operators_keep_their_brackets() {
        check("int Foo::operator->(int)", "Foo::operator->");
        check("operator<<<int> <T>", "operator<<<T> <T>");
        check("bool Foo::operator< <int>(int)", "Foo::operator< <T>");
    }

    #[test]
    fn swift_names_are_found_in_sentences() {
        let swift = |name: &str| trim(name, Platform::new("cocoa")).into_owned();
        assert_eq!(swift("Foo.bar(a: Int) -> Swift.Int"), "Foo.bar");
        assert_eq!(swift("static Foo.bar() throws -> Foo?"), "Foo.bar");
        assert_eq!(swift("closure #1 (T) in foo(bar: T)"), "closure in foo");
        assert_eq!(
            swift("thunk for @escaping @callee_guaranteed () -> ()"),
            "thunk for closure"
        );
        assert_eq!(
            swift("variable initialization expression of static Foo.bar"),
            "initializer expression of Foo.bar"
        );
        assert_eq!(
            swift("variable initialization expression of :Foo.bar"),
            "initializer expression of Foo.bar"
        );
    }

    #[test]
    fn brackets_that_do_not_close_end_the_name() {
        check("foo(bar", "foo");
        check("a b{c d", "b");
        check("(", "(");
    }

    proptest::proptest! {
        #[test]
        fn no_name_panics(name in "[a-c<>(){}\\[\\]: @$&\\-é`'{2}const]{0,40}") {
            trim(&name, Platform::new("cocoa"));
            trim(&name, Platform::new("native"));
        }
    }
}
