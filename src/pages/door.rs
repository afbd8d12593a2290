//! What is asked of every request before a handler sees it, in one order: origin, rate, permission;
//! then the body is read, and because a body may take its time, who acts and whether they may is
//! asked again behind it.
//!
//! The invariant: no handler runs for somebody who could not have sent the request at that moment.

use super::error::PageError;
use super::{Access, Handler, Route, batch_typed, bound, sign_in};
use crate::domain::ids::{OrganisationId, PersonId};
use crate::flows::FlowError;
use crate::flows::acting::{self, Acting, Where};
use crate::http::client;
use crate::http::origin::is_same_origin;
use crate::http::places::Taken;
use crate::http::portal::Shared;
use crate::http::receive::{Form, receive};
use crate::http::session_store::{self, HALF, ORGANISATION, PERSON, find_session, take_found};
use crate::http::visit::Visit;
use crate::store::StoreError;
use actix_multipart::Multipart;
use actix_session::Session;
use actix_web::HttpMessage as _;
use actix_web::http::header::{ACCEPT, USER_AGENT};
use actix_web::http::{Method, StatusCode};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use std::sync::Mutex;
use tokio::time::timeout;

/// A form without a file, at most: 256 KiB.
pub(super) const FORM_BYTES_MAX: usize = 256 * 1024;

/// The longest form of an address.
pub(super) fn form_bytes_max(path: &str) -> usize {
    if path == batch_typed::PATH {
        batch_typed::FORM_BYTES_MAX
    } else {
        FORM_BYTES_MAX
    }
}
/// The longest name of a browser that is kept.
const BROWSER_CHARS_MAX: usize = 200;

/// Who is signed in, with what they may do now: as it was found with the session.
pub(super) fn who(session: &Session) -> Result<Option<Acting>, PageError> {
    take_found().map_or(Ok(None), |found| signed_in(session, found))
}

/// Asks anew who is signed in, where the session is still there; `is_personal` says that what is done
/// concerns the person themselves.
async fn find_who(
    portal: &Shared,
    session: &Session,
    is_personal: bool,
) -> Result<Option<Acting>, PageError> {
    let Ok(Some(person)) = session.get::<i64>(PERSON) else {
        return Ok(None);
    };
    let at = match session.get::<i64>(ORGANISATION) {
        Ok(Some(chosen)) if is_personal => Where::AtHome(OrganisationId(chosen)),
        Ok(Some(chosen)) => Where::Chosen(OrganisationId(chosen)),
        Ok(None) | Err(_) => Where::Last,
    };
    let row = session.get::<Vec<u8>>(session_store::ROW).ok().flatten();
    let portal = portal.clone();
    let found = web::block(move || {
        portal.db.read(|conn| {
            if let Some(row) = row {
                find_session(conn, &row, portal.sessions, (portal.now)())?;
            }
            acting::load_at(conn, PersonId(person), at)
        })
    })
    .await;
    signed_in(session, found.map_err(|_| PageError::Lost)?)
}

fn signed_in(session: &Session, found: Result<Acting, FlowError>) -> Result<Option<Acting>, PageError> {
    match found {
        Ok(acting) => Ok(Some(acting)),
        // Suspended, removed or signed out meanwhile: the session is worth nothing any more.
        Err(FlowError::Store(StoreError::NotFound(_))) => {
            session.purge();
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Who acts is asked again once a body is here: it may have taken its time, and what held when it
/// began need not hold any more.
pub(super) async fn ask_again(route: &Route, session: &Session, visit: &mut Visit) -> Result<(), PageError> {
    if matches!(route.handler, Handler::Show(_)) {
        return Ok(());
    }
    let is_personal = bound::is_personal(&visit.path);
    visit.acting = find_who(&visit.portal, session, is_personal).await?;
    visit.now = (visit.portal.now)();
    bound::refuse_foreign(visit)?;
    permit(route, visit)
}

pub(super) fn blank_visit(portal: Shared, request: &HttpRequest, acting: Option<Acting>) -> Visit {
    let query = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
    Visit {
        acting,
        path: request.path().to_owned(),
        params: request
            .match_info()
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        query: query.map(web::Query::into_inner).unwrap_or_default(),
        form: Vec::new(),
        file: Mutex::new(None),
        accept: request
            .headers()
            .get(ACCEPT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned(),
        address: client::key(
            request.peer_addr().map(|peer| peer.ip()),
            request.headers(),
            &portal.trusted_proxies,
        ),
        device: request
            .cookie(sign_in::device_cookie(&portal))
            .map(|cookie| cookie.value().to_owned()),
        browser: request
            .headers()
            .get(USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .chars()
            .take(BROWSER_CHARS_MAX)
            .collect(),
        session: None,
        half_signed_in: None,
        now: (portal.now)(),
        portal,
    }
}

/// What the visit's session says beside who acts.
pub(super) fn note_session(session: &Session, visit: &mut Visit) {
    visit.session = session.get::<Vec<u8>>(session_store::ROW).ok().flatten();
    let half = session.get::<(i64, i64)>(HALF).ok().flatten();
    visit.half_signed_in = half
        .filter(|(_, until)| *until > visit.now.timestamp())
        .map(|(person, _)| PersonId(person));
}

/// The checks before anything is read of the body.
pub(super) fn admit(route: &Route, request: &HttpRequest, visit: &Visit) -> Result<(), PageError> {
    if request.method() != Method::GET && !is_same_origin(request.headers(), &visit.portal.origin) {
        return Err(PageError::ForeignOrigin);
    }
    in_rate(visit)?;
    permit(route, visit)
}

/// Counts the request for its person, or for its address where nobody is signed in.
pub(super) fn in_rate(visit: &Visit) -> Result<(), PageError> {
    let key = visit.acting.as_ref().map_or_else(
        || format!("address {}", visit.address),
        |acting| format!("person {}", acting.actor.person().0),
    );
    visit
        .portal
        .limiter
        .check(&key)
        .map(|_| ())
        .map_err(|wait| PageError::TooOften(wait.as_secs().max(1)))
}

fn permit(route: &Route, visit: &Visit) -> Result<(), PageError> {
    match route.access {
        Access::Public => Ok(()),
        Access::SignedIn => visit.actor().map(|_| ()).map_err(PageError::from),
        Access::Needs(permission) => {
            visit.actor()?.require(permission).map_err(FlowError::from)?;
            Ok(())
        }
        Access::NeedsOne(permissions) => {
            let actor = visit.actor()?;
            let mut refusal = None;
            for permission in permissions {
                match actor.require(*permission) {
                    Ok(_) => return Ok(()),
                    Err(error) => refusal.get_or_insert(error),
                };
            }
            refusal.map_or(Ok(()), |error| Err(FlowError::from(error).into()))
        }
    }
}

/// A place among the person's uploads, where this is one, or as long as one.
pub(super) fn place_for(route: &Route, visit: &Visit) -> Result<Option<Taken>, PageError> {
    let is_long = match route.handler {
        Handler::Show(_) => false,
        Handler::Act(_) => form_bytes_max(route.path) > FORM_BYTES_MAX,
        Handler::Receive(_) => true,
    };
    if is_long {
        let person = visit.actor()?.person().0;
        return Ok(Some(visit.portal.uploads.take(person)?));
    }
    Ok(None)
}

/// Postgres keeps no NUL in a text, so nobody is asked to.
pub(super) fn refuse_nul(visit: &Visit) -> Result<(), PageError> {
    let mut texts = visit.params.iter().chain(&visit.query).chain(&visit.form);
    match texts.find(|(_, value)| value.contains('\0')) {
        Some((name, _)) => Err(PageError::Malformed(format!("{name} has a NUL character in it"))),
        None => Ok(()),
    }
}

/// Reads the body into the visit.
pub(super) async fn take_body(
    route: &Route,
    request: &HttpRequest,
    body: web::Payload,
    visit: &mut Visit,
) -> Result<(), PageError> {
    let mut payload: Payload = body.into_inner();
    match route.handler {
        Handler::Show(_) => Ok(()),
        Handler::Act(_) => {
            visit.form = form_in_time(route, request, visit, &mut payload).await?;
            Ok(())
        }
        // A form without a file may come as any other form does.
        Handler::Receive(_) if is_urlencoded(request) => {
            visit.form = form_in_time(route, request, visit, &mut payload).await?;
            Ok(())
        }
        Handler::Receive(_) => {
            let form = Multipart::from_request(request, &mut payload)
                .await
                .map_err(|error| PageError::Malformed(format!("the form could not be read: {error}")))?;
            let Form { fields, file } =
                receive(form, &visit.portal.scratch, visit.portal.upload_bytes_max).await?;
            visit.form = fields;
            visit.file = Mutex::new(file);
            Ok(())
        }
    }
}

fn is_urlencoded(request: &HttpRequest) -> bool {
    request
        .content_type()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

async fn form_in_time(
    route: &Route,
    request: &HttpRequest,
    visit: &Visit,
    payload: &mut Payload,
) -> Result<Vec<(String, String)>, PageError> {
    let patience = visit.portal.patience.form;
    timeout(patience, take_form(route, request, payload))
        .await
        .map_err(|_| PageError::Malformed(format!("the form did not come within {} s", patience.as_secs())))?
}

async fn take_form(
    route: &Route,
    request: &HttpRequest,
    payload: &mut Payload,
) -> Result<Vec<(String, String)>, PageError> {
    let bytes = web::Bytes::from_request(request, payload)
        .await
        .map_err(|error| {
            if error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE {
                PageError::FormTooLarge(form_bytes_max(route.path))
            } else {
                PageError::Malformed(format!("the form could not be read: {error}"))
            }
        })?;
    let text = String::from_utf8(bytes.to_vec())
        .map_err(|_| PageError::Malformed("the form is not UTF-8".to_owned()))?;
    web::Query::<Vec<(String, String)>>::from_query(&text)
        .map(web::Query::into_inner)
        .map_err(|_| PageError::Malformed("the form could not be read".to_owned()))
}
