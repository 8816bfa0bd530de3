//! Pages of lists: the `cursor` parameter and the `Link` header (reference/PRODUCT.md section 2.6).

use actix_web::HttpRequest;
use watchfire_store::Cursor;

use crate::error::ApiError;

/// Rows on a page when the client does not say.
const ROWS_DEFAULT: usize = 25;
/// The most rows on a page (reference/PRODUCT.md section 2.1).
const ROWS_MAX: usize = 100;

/// The header that leads to the pages before and after this one. Cursors are opaque to clients;
/// they test `results="true"` and send the cursor back unchanged.
pub(crate) fn link_header(
    request: &HttpRequest,
    public_url: &str,
    previous: Option<&str>,
    next: Option<&str>,
) -> String {
    let others: Vec<&str> = request
        .query_string()
        .split('&')
        .filter(|pair| is_kept(pair))
        .collect();
    let base = format!("{public_url}{}", request.path());
    let part = |relation: &str, cursor: Option<&str>| {
        let shown = cursor.unwrap_or("0:0:1");
        let pair = format!("cursor={shown}");
        let query = others
            .iter()
            .copied()
            .chain([pair.as_str()])
            .collect::<Vec<_>>()
            .join("&");
        let has_results = cursor.is_some();
        format!(
            "<{base}?{query}>; rel=\"{relation}\"; results=\"{has_results}\"; cursor=\"{shown}\""
        )
    };
    format!("{}, {}", part("previous", previous), part("next", next))
}

fn is_kept(pair: &str) -> bool {
    !pair.is_empty() && !pair.starts_with("cursor=")
}

/// The parameters of a list.
#[derive(serde::Deserialize)]
pub(crate) struct PageQuery {
    cursor: Option<String>,
    limit: Option<usize>,
    per_page: Option<usize>,
}

impl PageQuery {
    /// How many rows the client asks for; 25 where it does not say, at most 100.
    pub(crate) fn limit(&self) -> usize {
        self.limit
            .or(self.per_page)
            .unwrap_or(ROWS_DEFAULT)
            .clamp(1, ROWS_MAX)
    }

    /// Where the page begins. `0:0:0` and `0:0:1` are what a client may send for the first page.
    pub(crate) fn cursor(&self) -> Result<Option<Cursor>, ApiError> {
        match self.cursor.as_deref() {
            None | Some("" | "0:0:0" | "0:0:1") => Ok(None),
            Some(text) => text
                .parse()
                .map(Some)
                .map_err(|error| ApiError::BadRequest(format!("cursor {text:?}: {error}"))),
        }
    }
}
