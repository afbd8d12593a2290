//! From HTTP to a handler and back: the checks every route has, in one place and one order: origin,
//! session, rate, permission; then the handler on a blocking thread.

use super::error::{PageError, render};
use super::reply::Reply;
use super::{Access, Handler, ROUTES, Route, sign_in};
use crate::domain::ids::PersonId;
use crate::flows::FlowError;
use crate::flows::acting::{self, Acting};
use crate::http::origin::is_same_origin;
use crate::http::portal::Shared;
use crate::http::receive::{Form, receive};
use crate::http::stream;
use crate::http::visit::Visit;
use crate::store::StoreError;
use actix_multipart::Multipart;
use actix_session::{Session, SessionExt};
use actix_web::cookie::{Cookie, SameSite, time::Duration as CookieDuration};
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, LOCATION, RETRY_AFTER};
use actix_web::http::{Method, StatusCode};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload, web};
use std::sync::Mutex;

/// A form without a file, at most: 256 KiB.
const FORM_BYTES_MAX: usize = 256 * 1024;
/// The session's key for the person.
const PERSON: &str = "person";

/// Puts every route of the table into the service, and the page for everything else.
pub fn configure(config: &mut web::ServiceConfig) {
    let mut done: Vec<&str> = Vec::new();
    for path in ROUTES.iter().map(|route| route.path) {
        if done.contains(&path) {
            continue;
        }
        done.push(path);
        let mut resource = web::resource(path);
        for route in ROUTES.iter().filter(|route| route.path == path) {
            let method = match route.handler {
                Handler::Show(_) => Method::GET,
                Handler::Act(_) | Handler::Receive(_) => Method::POST,
            };
            resource = resource.route(
                web::method(method)
                    .to(move |request: HttpRequest, body: web::Payload| serve(route, request, body)),
            );
        }
        config.service(resource.default_service(web::to(nowhere)));
    }
    config.default_service(web::to(nowhere));
}

/// The page for an address, or a method of one, that nobody serves.
async fn nowhere(request: HttpRequest) -> HttpResponse {
    let portal = portal_of(&request);
    let acting = match portal {
        Some(ref portal) => who(portal, &request.get_session()).await.ok().flatten(),
        None => None,
    };
    let visit = portal.map(|portal| blank_visit(portal, &request, acting));
    refused(&PageError::NoSuchPage, visit.as_ref())
}

fn portal_of(request: &HttpRequest) -> Option<Shared> {
    request
        .app_data::<web::Data<Shared>>()
        .map(|data| data.get_ref().clone())
}

async fn serve(route: &'static Route, request: HttpRequest, body: web::Payload) -> HttpResponse {
    let Some(portal) = portal_of(&request) else {
        return HttpResponse::InternalServerError().finish();
    };
    let session = request.get_session();
    let acting = match who(&portal, &session).await {
        Ok(acting) => acting,
        Err(error) => return refused(&error, None),
    };
    let mut visit = blank_visit(portal, &request, acting);
    if let Err(error) = admit(route, &request, &visit) {
        return match (&error, route.handler) {
            (PageError::Flow(FlowError::Store(StoreError::NotFound("session"))), Handler::Show(_)) => {
                see_other(&sign_in::address(&visit))
            }
            (PageError::Flow(FlowError::Store(StoreError::NotFound("session"))), _) => see_other("/sign-in"),
            _ => refused(&error, Some(&visit)),
        };
    }
    let taken = take_body(route, &request, body, &mut visit).await;
    if let Err(error) = taken.and_then(|()| refuse_nul(&visit)) {
        return refused(&error, Some(&visit));
    }
    let (Handler::Show(handle) | Handler::Act(handle) | Handler::Receive(handle)) = route.handler;
    let done = web::block(move || {
        let reply = handle(&visit);
        reply.map_err(|error| (error.status(), retry_after(&error), render(&error, Some(&visit))))
    })
    .await;
    match done {
        Ok(Ok(reply)) => answer(reply, &request, &session),
        Ok(Err((status, wait, page))) => error_page(status, wait, page),
        Err(_) => refused(&PageError::Lost, None),
    }
}

/// Who is signed in, with what they may do now.
async fn who(portal: &Shared, session: &Session) -> Result<Option<Acting>, PageError> {
    let Ok(Some(person)) = session.get::<i64>(PERSON) else {
        return Ok(None);
    };
    let portal = portal.clone();
    let found = web::block(move || portal.db.read(|conn| acting::load(conn, PersonId(person)))).await;
    match found {
        Ok(Ok(acting)) => Ok(Some(acting)),
        // Suspended or removed meanwhile: the session is worth nothing any more.
        Ok(Err(FlowError::Store(StoreError::NotFound(_)))) => {
            session.purge();
            Ok(None)
        }
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(PageError::Lost),
    }
}

fn blank_visit(portal: Shared, request: &HttpRequest, acting: Option<Acting>) -> Visit {
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
        address: request
            .peer_addr()
            .map(|peer| peer.ip().to_string())
            .unwrap_or_default(),
        device: request
            .cookie(sign_in::device_cookie(&portal))
            .map(|cookie| cookie.value().to_owned()),
        now: (portal.now)(),
        portal,
    }
}

/// The checks before anything is read of the body.
fn admit(route: &Route, request: &HttpRequest, visit: &Visit) -> Result<(), PageError> {
    if request.method() != Method::GET && !is_same_origin(request.headers(), &visit.portal.origin) {
        return Err(PageError::ForeignOrigin);
    }
    let key = visit.acting.as_ref().map_or_else(
        || format!("address {}", visit.address),
        |acting| format!("person {}", acting.actor.person().0),
    );
    visit
        .portal
        .limiter
        .check(&key)
        .map_err(|wait| PageError::TooOften(wait.as_secs().max(1)))?;
    match route.access {
        Access::Public => Ok(()),
        Access::SignedIn => visit.actor().map(|_| ()).map_err(PageError::from),
        Access::Needs(permission) => {
            visit.actor()?.require(permission).map_err(FlowError::from)?;
            Ok(())
        }
    }
}

/// Postgres keeps no NUL in a text, so nobody is asked to.
fn refuse_nul(visit: &Visit) -> Result<(), PageError> {
    let mut texts = visit.params.iter().chain(&visit.query).chain(&visit.form);
    match texts.find(|(_, value)| value.contains('\0')) {
        Some((name, _)) => Err(PageError::Malformed(format!("{name} has a NUL character in it"))),
        None => Ok(()),
    }
}

async fn take_body(
    route: &Route,
    request: &HttpRequest,
    body: web::Payload,
    visit: &mut Visit,
) -> Result<(), PageError> {
    let mut payload: Payload = body.into_inner();
    match route.handler {
        Handler::Show(_) => Ok(()),
        Handler::Act(_) => {
            let bytes = web::Bytes::from_request(request, &mut payload)
                .await
                .map_err(|error| PageError::Malformed(format!("the form could not be read: {error}")))?;
            if bytes.len() > FORM_BYTES_MAX {
                return Err(PageError::Malformed(format!(
                    "the form is longer than {FORM_BYTES_MAX} bytes"
                )));
            }
            let text = String::from_utf8(bytes.to_vec())
                .map_err(|_| PageError::Malformed("the form is not UTF-8".to_owned()))?;
            visit.form = web::Query::<Vec<(String, String)>>::from_query(&text)
                .map(web::Query::into_inner)
                .map_err(|_| PageError::Malformed("the form could not be read".to_owned()))?;
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

fn answer(reply: Reply, request: &HttpRequest, session: &Session) -> HttpResponse {
    match reply {
        Reply::Page(html) => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-store"))
            .content_type("text/html; charset=utf-8")
            .body(html),
        Reply::Refusal { error, html } => error_page(error.status(), retry_after(&error), html),
        Reply::SeeOther(to) => see_other(&to),
        Reply::Json(value) => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-store"))
            .json(value),
        Reply::Events(next) => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-store"))
            .content_type("text/event-stream")
            .streaming(stream::events(next)),
        Reply::Download {
            name,
            media_type,
            write,
        } => {
            let safe: String = name
                .chars()
                .map(|c| {
                    if c.is_ascii_graphic() && c != '"' && c != '\\' {
                        c
                    } else {
                        '_'
                    }
                })
                .collect();
            HttpResponse::Ok()
                .insert_header((CACHE_CONTROL, "no-store"))
                .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{safe}\"")))
                .content_type(media_type)
                .streaming(stream::body(write))
        }
        Reply::SignedIn { person, device } => {
            session.renew();
            if session.insert(PERSON, person.0).is_err() {
                return refused(&PageError::Lost, None);
            }
            let mut response = see_other("/");
            if let Some(portal) = portal_of(request) {
                let cookie = Cookie::build(sign_in::device_cookie(&portal), device)
                    .path("/")
                    .http_only(true)
                    .secure(portal.is_https)
                    .same_site(SameSite::Lax)
                    .max_age(CookieDuration::days(365))
                    .finish();
                let _header = response.add_cookie(&cookie);
            }
            response
        }
        Reply::SignedOut => {
            session.purge();
            see_other("/sign-in")
        }
    }
}

fn see_other(to: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, to))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}

fn retry_after(error: &PageError) -> Option<u64> {
    if let PageError::TooOften(seconds) = error {
        return Some(*seconds);
    }
    (error.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(5)
}

fn refused(error: &PageError, visit: Option<&Visit>) -> HttpResponse {
    error_page(error.status(), retry_after(error), render(error, visit))
}

fn error_page(status: StatusCode, wait: Option<u64>, page: String) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((CACHE_CONTROL, "no-store"))
        .content_type("text/html; charset=utf-8");
    if let Some(seconds) = wait {
        response.insert_header((RETRY_AFTER, seconds.to_string()));
    }
    response.body(page)
}
