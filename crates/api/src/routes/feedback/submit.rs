//! Feedback that a script hands in. It walks the way of every event up to the scrubber, because
//! nothing is stored that was not scrubbed.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use watchfire_event::{
    EventId, EventKind, NormalizeContext, ProjectId, Timestamp, decode, normalize,
};
use watchfire_scrub::Scrubber;
use watchfire_store::feedback::{self as stored, NewFeedback, Source};
use watchfire_store::project::Project;
use watchfire_store::{
    Conn, Dictionaries, Error, NewRecord, Result as StoreResult, WriteError, event, key, scrubbing,
};

use super::find;
use crate::Api;
use crate::auth::{Reach, Sender};
use crate::body::{self, Fields};
use crate::error::ApiError;
use crate::shape;

/// The longest name and address of a reporter.
const NAME_CHARS_MAX: usize = 128;
const EMAIL_CHARS_MAX: usize = 254;
/// A report says nothing of when it was written, so that nothing is too old.
const RETENTION_DAYS: u32 = 90;
/// The key that a script's feedback is counted for: none.
const NO_KEY: i64 = 0;

/// A report as it was sent.
struct Report {
    event_id: EventId,
    name: Option<String>,
    email: Option<String>,
    comments: String,
}

/// `POST …/user-feedback/` with `event_id`, `name`, `email` and `comments`: the report as stored. A
/// second one about the same event takes the place of the first. Taken are tokens, and
/// `Authorization: DSN …` for events that are there: DSNs are public, so that there must be an end
/// to what they can store here.
pub(crate) async fn submit(
    api: web::Data<Api>,
    sender: Sender,
    request: HttpRequest,
    body: web::Json<Fields>,
) -> Result<HttpResponse, ApiError> {
    let report = Report::read(&body)?;
    let (project, key_id) = match &sender {
        Sender::Token(caller) => {
            caller.require("event:write")?;
            let place = find::ProjectName::of(&request, caller);
            let found = api
                .database
                .read(move |conn| find::named_project(conn, &place));
            (found.await?.0, NO_KEY)
        }
        Sender::Key(public_key) => {
            let place = find::ProjectName::within(&request, Reach::Everything);
            let (public_key, event_id) = (public_key.clone(), report.event_id);
            let found = api
                .database
                .read(move |conn| admitted(conn, &place, &public_key, event_id));
            found.await?.ok_or(ApiError::Unauthorized(
                "the DSN is not one of this project, or its key is switched off",
            ))?
        }
    };
    let of = project.clone();
    let policy = api.database.read(move |conn| scrubbing::policy(conn, &of));
    let scrubber = Scrubber::of_policy(&policy.await?.0);
    let place = (project.id, key_id);
    let new = prepare(&report, place, &scrubber, api.database.dictionaries())?;
    let feedback_id = new.feedback_id();
    api.writer.save(NewRecord::Feedback(Box::new(new))).await?;
    let event_id = report.event_id;
    let kept = api.database.read(move |conn| {
        let about_event = stored::of_event(conn, project.id, event_id)?;
        let own = |one: &watchfire_store::feedback::Feedback| one.feedback_id == feedback_id;
        let kept = about_event.iter().position(own).unwrap_or(0);
        about_event.into_iter().nth(kept).ok_or(Error::NotFound)
    });
    Ok(HttpResponse::Ok().json(shape::feedback(&kept.await?, None)))
}

/// The project that a DSN's key admits to and the key's number; nothing when it is not the project
/// of the address. The event has to be there.
fn admitted(
    conn: &mut Conn<'_>,
    place: &find::ProjectName,
    public_key: &str,
    event_id: EventId,
) -> StoreResult<Option<(Project, i64)>> {
    let Some((key, project)) = key::find(conn, public_key)? else {
        return Ok(None);
    };
    let (named, _) = find::named_project(conn, place)?;
    if named.id != project.id || !key.is_active {
        return Ok(None);
    }
    event::get(conn, project.id, event_id)?.ok_or(Error::NotFound)?;
    Ok(Some((project, key.id)))
}

impl Report {
    fn read(body: &Fields) -> Result<Self, ApiError> {
        let event_id = body::text(body, "event_id", 36)?
            .ok_or_else(|| ApiError::field("event_id", "This field is required."))?;
        let event_id = event_id.parse().or(Err(ApiError::field(
            "event_id",
            "Must be the 32 hexadecimal digits of an event's id.",
        )))?;
        let email = body::text(body, "email", EMAIL_CHARS_MAX)?;
        if email.as_ref().is_some_and(|email| !email.contains('@')) {
            return Err(ApiError::field("email", "Enter a valid email address."));
        }
        let comments = body.get("comments").and_then(Value::as_str);
        let comments = comments.map(str::trim).filter(|text| !text.is_empty());
        Ok(Self {
            event_id,
            name: body::text(body, "name", NAME_CHARS_MAX)?,
            email,
            comments: comments
                .ok_or_else(|| ApiError::field("comments", "This field is required."))?
                .to_owned(),
        })
    }

    /// The report as an event, the form in which all feedback is scrubbed.
    fn to_event(&self, feedback_id: EventId) -> String {
        let event = json!({
            "event_id": feedback_id,
            "level": "info",
            "contexts": {"feedback": {
                "name": self.name,
                "contact_email": self.email,
                "message": self.comments,
                "associated_event_id": self.event_id,
            }},
        });
        event.to_string()
    }
}

fn prepare(
    report: &Report,
    (project, key_id): (ProjectId, i64),
    scrubber: &Scrubber,
    dictionaries: &Dictionaries,
) -> Result<NewFeedback, ApiError> {
    let unusable = || ApiError::field("comments", "This text cannot be stored.");
    let text = report.to_event(EventId::random());
    let now = Timestamp::now();
    let context = NormalizeContext {
        received_at: now,
        sent_at: None,
        event_id: None,
        client_ip: None,
        user_agent: None,
        sdk_client: None,
        retention_days: RETENTION_DAYS,
        dsc: None,
        kind: EventKind::Feedback,
        sensitive: Some(scrubber),
    };
    let draft = decode(text.as_bytes()).or(Err(unusable()))?;
    let event = normalize(draft, &context).or(Err(unusable()))?;
    // Filters are for what programs report; what a person wrote is always kept.
    let kept = watchfire_filter::KeptEvent::unfiltered(event);
    let scrubbed = scrubber.scrub(kept);
    NewFeedback::new(project, key_id, Source::Report, &scrubbed, dictionaries).ok_or_else(unusable)
}

impl From<WriteError> for ApiError {
    fn from(error: WriteError) -> Self {
        Self::Store(Error::Away(error.to_string()))
    }
}
