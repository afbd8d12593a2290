//! From HTTP to a handler and back. The body is read first, because it is small; one that is large is
//! written to a file, and only for somebody who is known and has requests left. Then, on a blocking
//! thread and in this order: who calls, how often, whether they may, the merchant's headers, the idempotency key, the handler.

use super::again::{self, Looked};
use super::door::{authenticate, permit};
use super::error::ApiError;
use super::{Access, BASE, Body, ROUTES, Route, Verb, manners, merchant};
use crate::domain::ids::BatchNumber;
use crate::flows::denial::{self, Denied};
use crate::flows::idempotency::Key;
use crate::http::answer::{Answer, Content};
use crate::http::call::{Call, RequestKey, Sent, Spooled};
use crate::http::language::Language;
use crate::http::limit::Allowance;
use crate::http::portal::Shared;
use crate::http::{client, stream};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, VARY};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt as _;
use sha2::{Digest, Sha256};
use std::io::{Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};
use tokio::time::timeout;

/// Beside the file itself, in base64: names and the like, in bytes.
const ENVELOPE_BYTES: u64 = 64 << 10;
/// What integrators call the header of their idempotency key.
const KEY_HEADERS: [&str; 2] = ["idempotency-key", "x-idempotency-key"];
/// The characters that a key may have.
const KEY_CHARS: std::ops::RangeInclusive<usize> = 15..=80;

/// Puts every route of the table into the service, and an answer in JSON for everything else.
pub fn configure(config: &mut web::ServiceConfig) {
    let mut done: Vec<&str> = Vec::new();
    for path in ROUTES.iter().map(|route| route.path) {
        if done.contains(&path) {
            continue;
        }
        done.push(path);
        let below = BASE.trim_start_matches("/api");
        let mut resource = web::resource(format!("{below}{path}"));
        let routes = || ROUTES.iter().filter(move |route| route.path == path);
        for route in routes() {
            let serve = move |request: HttpRequest, body: web::Payload| serve(route, request, body);
            resource = resource.route(web::method(method(route.verb)).to(serve));
        }
        let allowed: Vec<&str> = routes().map(|route| route.verb.as_str()).collect();
        let allowed = allowed.join(", ");
        config.service(resource.default_service(web::to(move |request: HttpRequest| {
            let error = ApiError::WrongMethod(allowed.clone());
            async move { respond(error.answer(language(&request)), language(&request), None) }
        })));
    }
    config.default_service(web::to(|request: HttpRequest| async move {
        respond(
            ApiError::NoSuchCall.answer(language(&request)),
            language(&request),
            None,
        )
    }));
}

const fn method(verb: Verb) -> Method {
    match verb {
        Verb::Get => Method::GET,
        Verb::Post => Method::POST,
        Verb::Put => Method::PUT,
        Verb::Patch => Method::PATCH,
    }
}

fn text<'r>(request: &'r HttpRequest, name: &str) -> Option<&'r str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

fn language(request: &HttpRequest) -> Language {
    Language::negotiate(text(request, "accept-language").unwrap_or_default())
}

async fn serve(route: &'static Route, request: HttpRequest, mut body: web::Payload) -> HttpResponse {
    let Some(portal) = request
        .app_data::<web::Data<Shared>>()
        .map(|data| data.get_ref().clone())
    else {
        return HttpResponse::InternalServerError().finish();
    };
    let language = language(&request);
    let mut call = blank_call(portal, &request, language);
    let patience = call.portal.patience;
    let mut digest = Sha256::new();
    digest.update(format!("{} {}\n", request.method(), request.uri()));
    let mut allowance = None;
    let taken = match route.body {
        Body::None => Ok(call),
        Body::Held(max) => match timeout(patience.form, hold(&mut body, max, &mut digest)).await {
            Ok(Ok(bytes)) => {
                call.sent = Sent::Bytes(bytes);
                Ok(call)
            }
            Ok(Err(error)) => Err(error),
            Err(_) => Err(ApiError::Unread),
        },
        Body::Spooled => spool_for(route, call, (&mut body, &mut digest), &mut allowance).await,
    };
    let call = match taken {
        Ok(call) => call,
        Err(error) => return respond(error.answer(language), language, allowance),
    };
    let done = web::block(move || {
        let mut call = call;
        let outcome = carry_out(route, &mut call, digest, &mut allowance);
        if let Err(error) = &outcome {
            note_refusal(route, &call, error);
        }
        let answer = outcome.unwrap_or_else(|error| error.answer(language));
        (answer, allowance)
    })
    .await;
    match done {
        Ok((answer, allowance)) => match answer.content {
            Content::Whole(_) => respond(answer, language, allowance),
            Content::Streamed(write) => {
                let mut response = begin(answer.status, &answer.headers, language, allowance);
                response.streaming(stream::body(patience.progress, write))
            }
        },
        Err(_) => respond(
            ApiError::Ours("a thread was lost".to_owned()).answer(language),
            language,
            None,
        ),
    }
}

/// A refusal for duty or permission becomes a line of the log, whatever was rolled back with it.
fn note_refusal(route: &Route, call: &Call, error: &ApiError) {
    let Some(calling) = call.calling.as_ref().filter(|_| error.status() == 403) else {
        return;
    };
    let reason = if let ApiError::NotAuthorized(why) = error {
        why.clone()
    } else {
        error.to_string()
    };
    let of_batch = route.path.starts_with("/merchant") || route.path.contains("batch");
    let number = BatchNumber::parse(call.param("number")).or_else(|| BatchNumber::parse(call.param("batch")));
    let denied = Denied {
        tried: format!("{} {}", route.verb.as_str(), call.path),
        reason,
        batch: number.filter(|_| of_batch),
        account: None,
    };
    call.note(None, |tx| denial::of_act(tx, &calling.actor, &denied, call.now));
}

/// Everything behind the body, on a blocking thread.
fn carry_out(
    route: &Route,
    call: &mut Call,
    digest: Sha256,
    allowance: &mut Option<Allowance>,
) -> Result<Answer, ApiError> {
    manners::check(route, call)?;
    let Some(question) = again::question(route, call, &digest)? else {
        return carry_out_anew(route, call, digest, allowance);
    };
    match again::look(route, call, question, allowance)? {
        Looked::Again(answer) => Ok(answer),
        Looked::New(moment) => {
            let answer = carry_out_anew(route, call, digest, allowance)?;
            again::keep(call, (question, moment), &answer);
            Ok(answer)
        }
    }
}

/// Everything, whatever was answered before.
fn carry_out_anew(
    route: &Route,
    call: &mut Call,
    digest: Sha256,
    allowance: &mut Option<Allowance>,
) -> Result<Answer, ApiError> {
    admit(route, call, allowance)?;
    if route.is_merchant {
        merchant::check(call)?;
    }
    let texts = call.params.iter().chain(&call.query);
    if let Some((name, _)) = texts
        .into_iter()
        .find(|(name, value)| name.contains('\0') || value.contains('\0'))
    {
        let mut faults = call.faults();
        faults.add(name, "fault-nul", &[]);
        return Err(ApiError::Faults(faults));
    }
    *call
        .key
        .get_mut()
        .unwrap_or_else(std::sync::PoisonError::into_inner) = find_key(route, call, digest)?;
    if let Some(answer) = call.answered::<ApiError>()? {
        return Ok(answer);
    }
    let answer = (route.handle)(call)?;
    // A call that changed nothing did not take its key; its answer is kept all the same.
    if call.has_key() {
        return call.act(|_| Ok(answer));
    }
    Ok(answer)
}

/// Who calls, how often, and whether they may. Who was counted before their body was taken is not
/// counted again, but asked for again: what was taken away meanwhile is gone.
fn admit(route: &Route, call: &mut Call, allowance: &mut Option<Allowance>) -> Result<(), ApiError> {
    let calling = match route.access {
        Access::Public => None,
        Access::Client | Access::Needs(_) => match authenticate(call) {
            Ok(calling) => Some(calling),
            Err(error) => {
                if allowance.is_none() {
                    in_rate(call, &address_key(call), allowance)?;
                }
                return Err(error);
            }
        },
    };
    let key = calling
        .as_ref()
        .map_or_else(|| address_key(call), |calling| calling.rate_key());
    call.calling = calling.map(Arc::new);
    if allowance.is_none() {
        in_rate(call, &key, allowance)?;
    }
    permit(route, call)
}

fn address_key(call: &Call) -> String {
    format!(
        "caller {}",
        call.address
            .map(|address| address.to_string())
            .unwrap_or_default()
    )
}

pub(super) fn in_rate(call: &Call, key: &str, allowance: &mut Option<Allowance>) -> Result<(), ApiError> {
    let limiter = &call.portal.limiter;
    match limiter.check(key) {
        Ok(left) => {
            *allowance = Some(left);
            Ok(())
        }
        Err(wait) => {
            *allowance = Some(limiter.allowance(0));
            Err(ApiError::TooOften(wait.as_secs() + 1))
        }
    }
}

/// The idempotency key, where one was sent or must be.
fn find_key(route: &Route, call: &Call, mut digest: Sha256) -> Result<Option<RequestKey>, ApiError> {
    let Some(calling) = call.calling.as_ref().filter(|_| route.verb != Verb::Get) else {
        return Ok(None);
    };
    let Some(key) = sent_key(call)? else {
        return if route.needs_key {
            Err(ApiError::KeyMissing)
        } else {
            Ok(None)
        };
    };
    let is_key =
        KEY_CHARS.contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !is_key {
        return Err(ApiError::KeyMalformed);
    }
    digest.update(b"\nend");
    Ok(Some(RequestKey {
        of: Key {
            organisation: calling.client.organisation,
            client: calling.client.id,
            key: key.to_owned(),
        },
        digest: digest.finalize().to_vec(),
    }))
}

/// The key under either of its names. Two that differ are refused: whichever won, a repeated request
/// might pay twice.
pub(super) fn sent_key(call: &Call) -> Result<Option<&str>, ApiError> {
    let named = |name: &str| KEY_HEADERS.iter().any(|known| name.eq_ignore_ascii_case(known));
    let headers = call.headers.iter().filter(|(name, _)| named(name));
    // The draft standard writes keys as quoted strings; clients of these vendors write them bare.
    let mut keys = headers.map(|(_, value)| {
        let bare = value.strip_prefix('"').and_then(|key| key.strip_suffix('"'));
        bare.unwrap_or(value)
    });
    let first = keys.next();
    if keys.any(|key| Some(key) != first) {
        return Err(ApiError::KeysDiffer);
    }
    Ok(first)
}

fn blank_call(portal: Shared, request: &HttpRequest, language: Language) -> Call {
    let query = form_urlencoded::parse(request.query_string().as_bytes()).into_owned();
    let headers = request.headers().iter();
    Call {
        calling: None,
        path: request.path().to_owned(),
        params: request
            .match_info()
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        query: query.collect(),
        headers: headers
            // What is not ASCII is kept too: a key that was dropped would not be a key.
            .map(|(name, value)| {
                let text = String::from_utf8_lossy(value.as_bytes());
                (name.as_str().to_owned(), text.into_owned())
            })
            .collect(),
        sent: Sent::Bytes(Vec::new()),
        key: Mutex::default(),
        language,
        address: client::address(
            request.peer_addr().map(|peer| peer.ip()),
            request.headers(),
            &portal.trusted_proxies,
        ),
        now: (portal.now)(),
        portal,
    }
}

async fn hold(body: &mut web::Payload, max: usize, digest: &mut Sha256) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|_| ApiError::Unread)?;
        if bytes.len() + piece.len() > max {
            return Err(ApiError::TooLarge(max as u64));
        }
        digest.update(&piece);
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// Writes the body to a file, for somebody who may call this now: neither strangers nor who calls too
/// often fill a disk.
async fn spool_for(
    route: &'static Route,
    call: Call,
    (body, digest): (&mut web::Payload, &mut Sha256),
    allowance: &mut Option<Allowance>,
) -> Result<Call, ApiError> {
    let admitted = web::block(move || {
        let (mut call, mut allowance) = (call, None);
        let place = admit(route, &mut call, &mut allowance).and_then(|()| {
            let person = call.actor()?.person().0;
            Ok(call.portal.uploads.take(person)?)
        });
        (call, allowance, place)
    });
    let (mut call, counted, place) = admitted
        .await
        .map_err(|_| ApiError::Ours("a thread was lost".to_owned()))?;
    *allowance = counted;
    let _place = place?;
    let max = call.portal.upload_bytes_max / 3 * 4 + ENVELOPE_BYTES;
    let ours = |error: std::io::Error| ApiError::Ours(error.to_string());
    let mut file = tempfile::tempfile_in(&call.portal.scratch).map_err(ours)?;
    let (mut size_bytes, patience) = (0_u64, call.portal.patience.progress);
    loop {
        let next = timeout(patience, body.next())
            .await
            .map_err(|_| ApiError::Unread)?;
        let Some(piece) = next else { break };
        let piece = piece.map_err(|_| ApiError::Unread)?;
        size_bytes += piece.len() as u64;
        if size_bytes > max {
            return Err(ApiError::TooLarge(max));
        }
        digest.update(&piece);
        // Goes to the page cache: as fast as a copy, so no hop to another thread.
        file.write_all(&piece).map_err(ours)?;
    }
    file.seek(SeekFrom::Start(0)).map_err(ours)?;
    call.sent = Sent::Spooled(Mutex::new(Some(Spooled { file, size_bytes })));
    call.now = (call.portal.now)();
    Ok(call)
}

fn begin(
    status: u16,
    headers: &[(String, String)],
    language: Language,
    allowance: Option<Allowance>,
) -> actix_web::HttpResponseBuilder {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CONTENT_LANGUAGE, language.tag()))
        .insert_header((VARY, "accept-language"));
    if let Some(left) = allowance {
        response
            .insert_header(("ratelimit-limit", left.limit.to_string()))
            .insert_header(("ratelimit-remaining", left.remaining.to_string()))
            .insert_header(("ratelimit-reset", left.reset_seconds.to_string()));
    }
    for (name, value) in headers {
        response.insert_header((name.as_str(), value.as_str()));
    }
    response
}

fn respond(answer: Answer, language: Language, allowance: Option<Allowance>) -> HttpResponse {
    let mut response = begin(answer.status, &answer.headers, language, allowance);
    match answer.content {
        Content::Whole(body) => response.body(body),
        Content::Streamed(_) => response.finish(),
    }
}
