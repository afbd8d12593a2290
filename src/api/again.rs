//! The same question again: answered from `http::kept` while the database stands where it stood. What
//! does not stand in the database is judged here with every call: the token's end, the client's expiry,
//! its rate and its networks. The token itself is a part of the question, so it was found right before.

use super::Route;
use super::dispatch::{in_rate, sent_key};
use super::door::{bearer, permit};
use super::error::ApiError;
use super::merchant::{ACCOUNT, ORGANISATION};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::kept::{Given, Question};
use crate::http::limit::Allowance;
use crate::store::Moment;
use sha2::{Digest, Sha256};

/// What came of looking.
pub(super) enum Looked {
    /// The answer of before.
    Again(Answer),
    /// It has to be answered anew; where it may be asked again, what is answered holds from this moment.
    New(Option<(Question, Moment)>),
}

/// What is asked, if it was asked before and may be answered as then: method, address and body are in
/// `digest` already.
fn question(route: &Route, call: &Call, digest: &Sha256) -> Result<Option<Question>, ApiError> {
    if !route.only_reads || !call.portal.kept.is_quiet() || sent_key(call)?.is_some() {
        return Ok(None);
    }
    let Some(header) = call.header("authorization") else {
        return Ok(None);
    };
    if bearer(header).is_none() {
        return Ok(None);
    }
    let mut digest = digest.clone();
    let texts = [Some(header), call.header(ORGANISATION), call.header(ACCOUNT)];
    for text in texts.into_iter().chain([Some(call.language.tag())]) {
        // A header that is missing is another one than an empty one.
        let size = text.map_or(u64::MAX, |text| text.len() as u64);
        digest.update(size.to_be_bytes());
        digest.update(text.unwrap_or_default());
    }
    let question = digest.finalize().into();
    Ok(call.portal.kept.was_asked(question).then_some(question))
}

/// Looks for the answer as the database stands now. Nothing here takes long: no thread is needed for it.
pub(super) async fn look(
    route: &Route,
    call: &mut Call,
    digest: &Sha256,
    allowance: &mut Option<Allowance>,
) -> Result<Looked, ApiError> {
    let Some(question) = question(route, call, digest)? else {
        return Ok(Looked::New(None));
    };
    let portal = call.portal.clone();
    let moment = portal.moments.now().await?;
    let given = portal.kept.find(&question, &moment);
    let Some(given) = given else {
        return Ok(Looked::New(Some((question, moment))));
    };
    if !is_still_theirs(call, &given) {
        return Ok(Looked::New(Some((question, moment))));
    }
    call.calling = Some(given.calling.clone());
    in_rate(call, &given.calling.rate_key(), allowance)?;
    permit(route, call)?;
    Ok(Looked::Again(given.answer()))
}

/// Whether neither the token, which is the same to the letter, nor the client has ended since, and
/// nothing is due that only a full look-up does.
fn is_still_theirs(call: &Call, given: &Given) -> bool {
    let (client, now) = (&given.calling.client, call.now);
    let token_holds = given.calling.token_until.is_some_and(|end| end > now);
    let has_ended = client.expires_at.is_some_and(|end| end <= now);
    token_holds && !has_ended && !client.is_use_due(now)
}

/// Keeps what was answered.
pub(super) fn keep(call: &Call, (question, moment): (Question, Moment), answer: &Answer) {
    if let Some(calling) = &call.calling {
        call.portal.kept.keep(question, moment, calling.clone(), answer);
    }
}
