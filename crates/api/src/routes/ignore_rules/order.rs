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
/// once: `{"order": […]}` as it is then.
pub(crate) async fn reorder(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Fields>,
) -> Result<HttpResponse, ApiError> {
    let place = Place::to_write(&request, &caller)?;
    let order = order_of(&body)?;
    let user = caller.user();
    let saved = api.database.write(move |conn| {
        let scope = place.find(conn)?.scope;
        ignore_rule::reorder(conn, scope, &order, user, Timestamp::now())?;
        let rules = ignore_rule::rules(conn, scope)?;
        let ids: Vec<String> = rules.iter().map(|rule| rule.id.to_string()).collect();
        Ok(json!({ "order": ids }))
    });
    Ok(HttpResponse::Ok().json(saved.await?))
}

/// The numbers, which may be written as text.
fn order_of(body: &Fields) -> Result<Vec<i64>, ApiError> {
    let wrong = || ApiError::field("order", "Send the numbers of all rules in their new order.");
    let list = body.get("order").and_then(Value::as_array);
    let number = |value: &Value| match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    };
    let numbers = list.ok_or_else(wrong)?.iter().map(number);
    numbers.collect::<Option<Vec<i64>>>().ok_or_else(wrong)
}
