//! From HTTP to a handler and back: through the door, the handler on a blocking thread, its reply as
//! an answer. What is asked at the door, and in which order, is in `door`.

use super::bound::bind;
use super::door::{
    FORM_BYTES_MAX, admit, ask_again, blank_visit, form_bytes_max, in_rate, note_session, place_for,
    refuse_nul, take_body, who,
};
use super::error::{PageError, render};
use super::reply::Reply;
use super::{Handler, ROUTES, Route, denials, sign_in};
use crate::domain::ids::{OrganisationId, PersonId};
use crate::flows::FlowError;
use crate::flows::sign_in::Arrival;
use crate::http::portal::Shared;
use crate::http::session_store::{ADDRESS, BROWSER, HALF, ORGANISATION, PERSON};
use crate::http::stream;
use crate::http::visit::Visit;
use crate::store::StoreError;
use actix_session::{Session, SessionExt};
use actix_web::cookie::{Cookie, SameSite, time::Duration as CookieDuration};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, LOCATION, RETRY_AFTER};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use std::time::Duration;

/// Puts every route of the table into the service, and the page for everything else.
pub fn configure(config: &mut web::ServiceConfig) {
    let mut done: Vec<&str> = Vec::new();
    for path in ROUTES.iter().map(|route| route.path) {
        if done.contains(&path) {
            continue;
        }
        done.push(path);
        let mut resource = web::resource(path).app_data(web::PayloadConfig::new(form_bytes_max(path)));
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
    config.app_data(web::PayloadConfig::new(FORM_BYTES_MAX));
    config.default_service(web::to(nowhere));
}

/// The page for an address, or a method of one, that nobody serves.
async fn nowhere(request: HttpRequest) -> HttpResponse {
    let portal = portal_of(&request);
    let acting = who(&request.get_session()).ok().flatten();
    let visit = portal.map(|portal| blank_visit(portal, &request, acting));
    match visit.as_ref().map_or(Ok(()), in_rate) {
        Ok(()) => refused(&PageError::NoSuchPage, visit.as_ref()),
        Err(error) => refused(&error, visit.as_ref()),
    }
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
    let acting = match who(&session) {
        Ok(acting) => acting,
        Err(error) => return refused(&error, None),
    };
    let mut visit = blank_visit(portal, &request, acting);
    note_session(&session, &mut visit);
    if let Err(error) = admit(route, &request, &visit) {
        return turned_away(error, route, visit).await;
    }
    // Held until the answer: what is being received, and what is made of it.
    let _place = match place_for(route, &visit) {
        Ok(place) => place,
        Err(error) => return refused(&error, Some(&visit)),
    };
    let taken = take_body(route, &request, body, &mut visit).await;
    if let Err(error) = taken.and_then(|()| refuse_nul(&visit)) {
        return refused(&error, Some(&visit));
    }
    if let Err(error) = ask_again(route, &session, &mut visit).await {
        return turned_away(error, route, visit).await;
    }
    let (Handler::Show(handle) | Handler::Act(handle) | Handler::Receive(handle)) = route.handler;
    let patience = visit.portal.patience.progress;
    let done = web::block(move || {
        let reply = handle(&visit);
        denials::note_reply(&visit, route, &reply);
        match reply {
            Ok(Reply::Page(html)) => Ok(Reply::Page(bind(html, &visit))),
            Ok(Reply::Refusal { error, html }) => Ok(Reply::Refusal {
                error,
                html: bind(html, &visit),
            }),
            Ok(other) => Ok(other),
            Err(error) => Err((error.status(), retry_after(&error), render(&error, Some(&visit)))),
        }
    })
    .await;
    match done {
        Ok(Ok(reply)) => answer(reply, &request, &session, patience),
        Ok(Err((status, wait, page))) => error_page(status, wait, page),
        Err(_) => refused(&PageError::Lost, None),
    }
}

/// Who is not signed in is sent to do so; who may not is told.
async fn turned_away(error: PageError, route: &'static Route, visit: Visit) -> HttpResponse {
    match (&error, route.handler) {
        (PageError::Flow(FlowError::Store(StoreError::NotFound("session"))), Handler::Show(_)) => {
            see_other(&sign_in::address(&visit))
        }
        (PageError::Flow(FlowError::Store(StoreError::NotFound("session"))), _) => see_other("/sign-in"),
        _ => {
            let noted = web::block(move || {
                denials::note(&visit, route, &error);
                (error, visit)
            });
            match noted.await {
                Ok((error, visit)) => refused(&error, Some(&visit)),
                Err(_) => refused(&PageError::Lost, None),
            }
        }
    }
}

fn answer(reply: Reply, request: &HttpRequest, session: &Session, patience: Duration) -> HttpResponse {
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
                .streaming(stream::body(patience, write))
        }
        Reply::CodeNeeded { person, until } => {
            session.renew();
            session.remove(PERSON);
            match session.insert(HALF, (person.0, until.timestamp())) {
                Ok(()) => see_other("/sign-in/code"),
                Err(_) => refused(&PageError::Lost, None),
            }
        }
        Reply::Turned { organisation, to } => match session.insert(ORGANISATION, organisation.0) {
            Ok(()) => see_other(&to),
            Err(_) => refused(&PageError::Lost, None),
        },
        Reply::SignedIn {
            person,
            organisation,
            device,
            arrival,
        } => signed_in(request, session, (person, organisation), (device, &arrival)),
        Reply::SignedOut => {
            session.purge();
            see_other("/sign-in")
        }
    }
}

/// A new session with who it is, and the device's cookie.
fn signed_in(
    request: &HttpRequest,
    session: &Session,
    (person, organisation): (PersonId, OrganisationId),
    (device, arrival): (String, &Arrival),
) -> HttpResponse {
    session.renew();
    session.remove(HALF);
    let kept = session
        .insert(PERSON, person.0)
        .and_then(|()| session.insert(ORGANISATION, organisation.0))
        .and_then(|()| session.insert(ADDRESS, &arrival.address))
        .and_then(|()| session.insert(BROWSER, &arrival.browser));
    if kept.is_err() {
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
