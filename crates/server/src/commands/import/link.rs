//! The header `Link` that leads from one page of a list to the next.

/// The cursor of the next page; nothing on the last page.
///
/// Sentry names the next page on the last one as well, with `results="false"`. Only the cursor is
/// taken: the address beside it is what the server believes its own name to be, which behind a
/// proxy may be another one.
pub(super) fn next_cursor(header: &str) -> Option<String> {
    header.split(',').find_map(|link| {
        let parameter = |name: &str| {
            link.split(';').skip(1).find_map(|parameter| {
                let (key, value) = parameter.trim().split_once('=')?;
                (key == name).then(|| value.trim_matches('"'))
            })
        };
        let is_next = parameter("rel") == Some("next") && parameter("results") == Some("true");
        let cursor = parameter("cursor").filter(|cursor| is_next && !cursor.is_empty());
        cursor.map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::next_cursor;

    fn header(results: &str) -> String {
        format!(
            "<https://sentry.io/api/0/x/?query=&cursor=0:0:1>; rel=\"previous\"; results=\"false\"; \
             cursor=\"0:0:1\", <https://sentry.io/api/0/x/?query=&cursor=1635:100:0>; rel=\"next\"; \
             results=\"{results}\"; cursor=\"1635:100:0\""
        )
    }

    #[test]
    fn the_next_page_is_followed_while_it_has_results() {
        assert_eq!(next_cursor(&header("true")).as_deref(), Some("1635:100:0"));
        assert_eq!(next_cursor(&header("false")), None);
    }

    #[test]
    fn a_header_that_says_nothing_ends_the_list() {
        for text in [
            "",
            ",",
            "<x>",
            "<x>; rel=\"next\"; results=\"true\"",
            "<x>; rel=\"next\"; results=\"true\"; cursor=\"\"",
        ] {
            assert_eq!(next_cursor(text), None, "{text}");
        }
    }
}
