//! Pages of lists: the `cursor` parameter and the `Link` header (reference/PRODUCT.md section 2.6).

use actix_web::http::header::LINK;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;
use watchfire_store::Cursor;

use crate::error::ApiError;

/// Rows on a page when the client does not say.
const ROWS_DEFAULT: usize = 25;
/// The most rows on a page (reference/PRODUCT.md section 2.1).
pub(crate) const ROWS_MAX: usize = 100;

/// A page of rows, at last in their JSON form.
pub(crate) struct Page<T = Value> {
    /// What the page shows.
    pub(crate) rows: Vec<T>,
    /// Where the page before this one is; `None` on the first page.
    pub(crate) previous: Option<Cursor>,
    /// Where the next page is; `None` on the last page.
    pub(crate) next: Option<Cursor>,
    /// How many rows all pages have together, where that is known; for the header `X-Hits`.
    pub(crate) total: Option<i64>,
}

impl Page {
    /// The rows as JSON, with the header that leads to the other pages.
    pub(crate) fn answer(&self, request: &HttpRequest, public_url: &str) -> HttpResponse {
        let text = |cursor: Option<Cursor>| cursor.map(|cursor| cursor.to_string());
        let (previous, next) = (text(self.previous), text(self.next));
        let link = link_header(request, public_url, previous.as_deref(), next.as_deref());
        let mut response = HttpResponse::Ok();
        response.insert_header((LINK, link));
        if let Some(total) = self.total {
            response.insert_header(("X-Hits", total.to_string()));
        }
        response.json(&self.rows)
    }
}

impl<T> Page<T> {
    /// The same page with each row turned into something else.
    pub(crate) fn try_map<U, E>(self, turn: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        Ok(Page {
            rows: self.rows.into_iter().map(turn).collect::<Result<_, E>>()?,
            previous: self.previous,
            next: self.next,
            total: self.total,
        })
    }
}

/// Which rows of a short list, all of which are there, make the page that is asked for. Cursors
/// into such a list count rows: `0:100:0` begins with the hundred-and-first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slice {
    begin: usize,
    limit: usize,
}

impl Slice {
    /// The page out of all rows.
    pub(crate) fn cut<T>(self, rows: Vec<T>) -> Page<T> {
        let total = rows.len();
        let at = |row: usize, is_previous| Cursor {
            value: 0,
            id: i64::try_from(row).unwrap_or(i64::MAX),
            is_previous,
        };
        let end = self.begin.saturating_add(self.limit);
        let before = self.begin.saturating_sub(self.limit);
        Page {
            rows: rows.into_iter().skip(self.begin).take(self.limit).collect(),
            previous: (self.begin > 0).then(|| at(before, true)),
            next: (end < total).then(|| at(end, false)),
            total: i64::try_from(total).ok(),
        }
    }
}

/// The header that leads to the pages before and after this one. Cursors are opaque to clients;
/// they test `results="true"` and send the cursor back unchanged.
fn link_header(
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
        self.limit_or(ROWS_DEFAULT)
    }

    /// How many rows the client asks for, at most 100; `default` where it does not say.
    fn limit_or(&self, default: usize) -> usize {
        self.limit
            .or(self.per_page)
            .unwrap_or(default)
            .clamp(1, ROWS_MAX)
    }

    /// The part of a short list that is asked for: as much as fits on a page where the client does
    /// not say.
    pub(crate) fn slice(&self) -> Result<Slice, ApiError> {
        self.slice_or(ROWS_MAX)
    }

    /// As [`PageQuery::slice`], for lists whose rows take some work: 25 rows where the client does
    /// not say.
    pub(crate) fn short_slice(&self) -> Result<Slice, ApiError> {
        self.slice_or(ROWS_DEFAULT)
    }

    fn slice_or(&self, default: usize) -> Result<Slice, ApiError> {
        let begin = self.cursor()?.map_or(0, |cursor| cursor.id.max(0));
        Ok(Slice {
            begin: usize::try_from(begin).unwrap_or(usize::MAX),
            limit: self.limit_or(default),
        })
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
