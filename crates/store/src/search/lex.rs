use super::SearchError;

/// Cuts a search into its words: at blanks, except inside quotes and brackets.
///
/// # Errors
/// [`SearchError::Unclosed`] for a quote or bracket without an end.
pub fn split(text: &str) -> Result<Vec<&str>, SearchError> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let length = word_length(rest)?;
        let (word, after) = rest.split_at(length);
        words.push(word);
        rest = after.trim_start();
    }
    Ok(words)
}

/// How many bytes the first word of the text has.
fn word_length(text: &str) -> Result<usize, SearchError> {
    let mut opened: Option<(char, usize)> = None;
    let mut in_list = None;
    let mut before = None;
    let mut is_escaped = false;
    for (place, character) in text.char_indices() {
        match (character, opened) {
            ('"', Some(_)) if !is_escaped => opened = None,
            (_, Some(_)) => {}
            // Quotes and brackets open only where a value may begin, so that the apostrophes and
            // brackets inside of messages stay what they are.
            ('"', None) if may_open(before) || in_list.is_some() => opened = Some(('"', place)),
            ('[', None) if before == Some(':') => in_list = Some(place),
            (']', None) if in_list.is_some() => in_list = None,
            (blank, None) if blank.is_whitespace() && in_list.is_none() => return Ok(place),
            _ => {}
        }
        is_escaped = character == '\\' && !is_escaped;
        before = Some(character);
    }
    if opened.is_some() {
        return Err(unclosed(text, "quote", '"'));
    }
    if in_list.is_some() {
        return Err(unclosed(text, "list", ']'));
    }
    Ok(text.len())
}

fn may_open(before: Option<char>) -> bool {
    matches!(before, None | Some('!' | ':'))
}

fn unclosed(text: &str, opened: &'static str, missing: char) -> SearchError {
    SearchError::Unclosed {
        word: text.trim_end().to_owned(),
        opened,
        missing,
    }
}

/// The text between quotes, with `\"` read as `"`; `None` when there are no quotes around it.
pub(super) fn unquote(text: &str) -> Option<String> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    Some(inner.replace("\\\"", "\""))
}

/// The elements of a list without its brackets: at commas outside of quotes, blanks cut off,
/// quotes removed, empty ones left out.
pub(super) fn elements(inner: &str) -> Vec<String> {
    let mut elements = Vec::new();
    let mut current = String::new();
    let mut is_quoted = false;
    let mut is_escaped = false;
    for character in inner.chars() {
        if character == '"' && !is_escaped {
            is_quoted = !is_quoted;
        }
        if character == ',' && !is_quoted {
            elements.push(std::mem::take(&mut current));
        } else {
            current.push(character);
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    elements.push(current);
    elements
        .iter()
        .map(|element| element.trim())
        .map(|element| unquote(element).unwrap_or_else(|| element.to_owned()))
        .filter(|element| !element.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_at_blanks_outside_of_quotes_and_lists() {
        assert_eq!(
            split("  is:new  \"a b\" user:\"Ana B\" level:[error, \"fatal ]\"] x ").unwrap(),
            [
                "is:new",
                "\"a b\"",
                "user:\"Ana B\"",
                "level:[error, \"fatal ]\"]",
                "x"
            ]
        );
        assert_eq!(split(" \t ").unwrap(), Vec::<&str>::new());
        assert_eq!(split(r#"a:"b \" c" d"#).unwrap(), [r#"a:"b \" c""#, "d"]);
    }

    #[test]
    fn quotes_and_brackets_inside_of_words_are_text() {
        assert_eq!(
            split("x[0] say\"so y'all").unwrap(),
            ["x[0]", "say\"so", "y'all"]
        );
    }

    #[test]
    fn what_is_opened_must_be_closed() {
        for (text, missing) in [("a \"b c", '"'), ("level:[error", ']'), ("k:\"", '"')] {
            let SearchError::Unclosed { missing: found, .. } = split(text).unwrap_err() else {
                panic!("{text}");
            };
            assert_eq!(found, missing, "{text}");
        }
    }

    #[test]
    fn lists_are_cut_at_commas_outside_of_quotes() {
        assert_eq!(elements(r#"a, "b, c" ,, "d""#), ["a", "b, c", "d"]);
    }
}
