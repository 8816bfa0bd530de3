use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use watchfire_event::Timestamp;
use watchfire_store::ignore_rule;

use super::place::Place;
use crate::Api;
use crate::auth::Caller;
use crate::body::Fields;
use crate::error::ApiError;

/// `PUT …/ignore-rules/order/` with `{"order": [number, …]}`, which names each rule of the place
/// once, and perhaps `base`, the order that it was made from: `{"order": […]}` as it is then, or 409
/// when `base` is the order no more.
pub(crate) async fn reorder(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Fields>,
) -> Result<HttpResponse, ApiError> {
    let place = Place::to_write(&request, &caller)?;
    let order = order_of(&body, "order")?;
    let base = match body.contains_key("base") {
        true => Some(order_of(&body, "base")?),
        false => None,
    };
    let user = caller.user();
    let saved = api.database.write(move |conn| {
        let scope = place.find(conn)?.scope;
        ignore_rule::reorder(conn, scope, &order, base.as_deref(), user, Timestamp::now())?;
        let rules = ignore_rule::rules(conn, scope)?;
        let ids: Vec<String> = rules.iter().map(|rule| rule.id.to_string()).collect();
        Ok(json!({ "order": ids }))
    });
    Ok(HttpResponse::Ok().json(saved.await?))
}

/// The numbers, which may be written as text.
fn order_of(body: &Fields, field: &'static str) -> Result<Vec<i64>, ApiError> {
    let wrong = || ApiError::field(field, "Send the numbers of all rules in their order.");
    let list = body.get(field).and_then(Value::as_array);
    let number = |value: &Value| match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    };
    let numbers = list.ok_or_else(wrong)?.iter().map(number);
    numbers.collect::<Option<Vec<i64>>>().ok_or_else(wrong)
}
