//! Texts and the secrets in them. Tokens are made at run time from what they consist of, so that
//! none stands in the repository.

mod named;
mod ordinary;
mod properties;
mod tokens;

use super::{Finder, Found, kinds};

fn scrubbed(text: &str) -> String {
    Finder::shared().hidden(text).into_owned()
}

fn found(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    Finder::shared().find(text, &mut found);
    found
}

fn id(found: Found) -> &'static str {
    kinds()[usize::from(found.kind)].id
}

/// Replaces each `{w20}` of a template by 20 characters of a class: `a` letters and digits, `l`
/// small ones, `u` capital ones, `d` digits, `h` and `H` hexadecimal digits, `w` letters, digits,
/// `_` and `-`, `i` without `-`, `n` with a dot, `b` Base64, `t` those, `-` and `.`.
fn filled(template: &str) -> String {
    let mut parts = template.split('{');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (class, rest) = part.split_once('}').unwrap();
        let (class, count) = class.split_at(1);
        out.extend(characters(class).take(count.parse().unwrap()));
        out.push_str(rest);
    }
    out
}

/// Characters of a class without end, the same every time and each unlike its neighbours. The
/// first is a digit, the second a letter where there are both.
fn characters(class: &str) -> impl Iterator<Item = char> {
    const ALL: &str = "0Z7aB4cD9eF1fA6b8C2dE5xK3yLgMqGrHsJtNuPvQwRhSiTjUkVlWmXnYozp_-.";
    let is = |char: &char| match class {
        "a" => char.is_ascii_alphanumeric(),
        "l" => char.is_ascii_digit() || char.is_ascii_lowercase(),
        "u" => char.is_ascii_digit() || char.is_ascii_uppercase(),
        "d" => char.is_ascii_digit(),
        "h" => matches!(char, '0'..='9' | 'a'..='f'),
        "H" => char.is_ascii_hexdigit(),
        "w" => *char != '.',
        "i" => !matches!(char, '-' | '.'),
        "n" => true,
        "b" | "t" => char.is_ascii_alphanumeric(),
        _ => unreachable!("no class {class}"),
    };
    let chars: Vec<char> = ALL.chars().filter(is).collect();
    (0..).map(move |place| chars[place % chars.len()])
}
