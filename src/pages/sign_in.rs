//! Signing in and out. The same words and the same time for a wrong password and an unknown e-mail.

use super::error::PageError;
use super::password;
use super::reply::Reply;
use super::secrets::{hex, is_password, random};
use super::sessions::browser_name;
use super::view::field::{FieldKind, FieldView};
use super::view::form_page::{FormCard, FormPage};
use super::view::layout::Layout;
use super::view::notice::Notice;
use super::view::sign_in::{DemonstrationView, SignInPage};
use super::view::tone::Tone;
use crate::domain::ids::{OrganisationId, PersonId};
use crate::domain::passkey::is_answer;
use crate::domain::second_factor::CodeRefusal;
use crate::flows::second_factor::{Attempt as CodeAttempt, passkeys, take_code};
use crate::flows::sign_in::{Arrival, Attempt, Conclusion, conclude, knows, prepare, welcome, withdraw};
use crate::flows::{acting, demonstrate, denial, session};
use crate::http::portal::Portal;
use crate::http::visit::Visit;
use crate::store::passkey;
use chrono::Duration;
use sha2::{Digest, Sha256};

/// How long after the password a code may follow.
const CODE_LASTS: Duration = Duration::minutes(5);

/// The name of the device cookie.
pub(super) fn device_cookie(portal: &Portal) -> &'static str {
    if portal.is_https {
        "__Host-countersign-device"
    } else {
        "countersign-device"
    }
}

/// Where somebody who must sign in first is sent.
pub(super) fn address(_visit: &Visit) -> String {
    "/sign-in".to_owned()
}

/// GET `/sign-in`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    if visit.acting.is_some() {
        return Ok(Reply::SeeOther("/".to_owned()));
    }
    page(visit, password::was_reset(visit))
}

fn page(visit: &Visit, refusal: Option<Notice>) -> Result<Reply, PageError> {
    let email = visit.sent("email").unwrap_or_default().to_owned();
    let demonstration = visit.portal.is_demonstration.then(|| DemonstrationView {
        password: demonstrate::PASSWORD.to_owned(),
        people: demonstrate::PEOPLE
            .iter()
            .map(|(email, _, role)| ((*email).to_owned(), (*role).to_owned()))
            .collect(),
    });
    let page = SignInPage {
        layout: Layout::bare("Sign in"),
        refusal,
        fields: vec![
            FieldView::new("email", "E-mail", FieldKind::Email)
                .value(email)
                .required()
                .autocomplete("username"),
            FieldView::new("password", "Password", FieldKind::Password)
                .required()
                .autocomplete("current-password"),
        ],
        demonstration,
    };
    Ok(Reply::page(&page)?)
}

/// POST `/sign-in`.
pub(super) fn sign_in(visit: &Visit) -> Result<Reply, PageError> {
    let attempt = Attempt {
        email: visit.sent("email").unwrap_or_default().to_owned(),
        address: visit.address.clone(),
        device: visit.device.as_deref().map(hashed),
    };
    let prepared = visit.act(|tx| prepare(tx, &attempt, visit.now))?;
    if let Some(until) = prepared.blocked_until {
        return Err(PageError::TooOften(
            (until - visit.now).num_seconds().unsigned_abs().max(1),
        ));
    }
    let hash = prepared.password_hash.as_deref();
    let hash = hash.unwrap_or(&visit.portal.nobody_hash);
    let right = match is_password(visit, visit.typed("password"), hash) {
        Ok(right) => right && prepared.person.is_some(),
        Err(busy) => {
            visit.act(|tx| withdraw(tx, &prepared))?;
            return Err(busy.into());
        }
    };
    let (device, arrival) = arrive(visit, right && prepared.is_known_device)?;
    match visit.act(|tx| conclude(tx, &prepared, right, &arrival, visit.now))? {
        Conclusion::In(person) => Ok(Reply::SignedIn {
            person,
            organisation: organisation_of(visit, person)?,
            device,
            arrival,
        }),
        Conclusion::CodeNeeded(person) => Ok(Reply::CodeNeeded {
            person,
            until: visit.now + CODE_LASTS,
        }),
        Conclusion::Wrong => {
            let text =
                "Check both and try again. After 5 wrong attempts each further one has to wait longer.";
            page(
                visit,
                Some(Notice::new(Tone::Bad, "E-mail or password is wrong.", text)),
            )
        }
    }
}

/// Where the session of somebody begins who is let in.
fn organisation_of(visit: &Visit, person: PersonId) -> Result<OrganisationId, PageError> {
    Ok(visit
        .read(|conn| acting::load(conn, person))?
        .actor
        .organisation())
}

/// The device that the browser will hold, and where the person comes from.
fn arrive(visit: &Visit, is_known_device: bool) -> Result<(String, Arrival), PageError> {
    let device = match &visit.device {
        Some(device) if is_known_device => device.clone(),
        // One that we did not make for this person is not taken from the browser.
        Some(_) | None => new_token()?,
    };
    let arrival = Arrival {
        address: visit.address.clone(),
        browser: browser_name(&visit.browser),
        device: hashed(&device),
    };
    Ok((device, arrival))
}

/// GET `/sign-in/code`.
pub(super) fn show_code(visit: &Visit) -> Result<Reply, PageError> {
    match visit.half_signed_in {
        Some(person) => Ok(Reply::page(&code_page(visit, person, None)?)?),
        None => Ok(Reply::SeeOther("/sign-in".to_owned())),
    }
}

/// POST `/sign-in/code`.
pub(super) fn give_code(visit: &Visit) -> Result<Reply, PageError> {
    let Some(person) = visit.half_signed_in else {
        return Ok(Reply::SeeOther("/sign-in".to_owned()));
    };
    let is_known = match &visit.device {
        Some(device) => visit.read(|conn| knows(conn, person, &hashed(device)))?,
        None => false,
    };
    let (device, arrival) = arrive(visit, is_known)?;
    let typed = visit.sent("code").unwrap_or_default();
    let attempt = visit.act(|tx| {
        let attempt = take_code(tx, &visit.portal.sealing, person, typed, visit.now)?;
        match attempt {
            CodeAttempt::Right => welcome(tx, person, &arrival, visit.now)?,
            CodeAttempt::Refused(CodeRefusal::Wrong) => denial::of_code(tx, person, visit.now)?,
            CodeAttempt::Refused(
                CodeRefusal::Missing
                | CodeRefusal::TooOften(_)
                | CodeRefusal::NotSetUp
                | CodeRefusal::ClientWithoutCode,
            ) => {}
        }
        Ok(attempt)
    })?;
    match attempt {
        CodeAttempt::Right => Ok(Reply::SignedIn {
            person,
            organisation: organisation_of(visit, person)?,
            device,
            arrival,
        }),
        CodeAttempt::Refused(CodeRefusal::TooOften(seconds)) => {
            Err(PageError::TooOften(seconds.unsigned_abs().max(1)))
        }
        CodeAttempt::Refused(_) => {
            let wrong = "The code is wrong, or was used already. Wait for the next one in your app.";
            let wrong = if is_answer(typed) {
                "The passkey was not accepted. Ask it again, or type a code."
            } else {
                wrong
            };
            Ok(Reply::page(&code_page(visit, person, Some(wrong))?)?)
        }
    }
}

fn code_page(visit: &Visit, person: PersonId, wrong: Option<&str>) -> Result<FormPage, PageError> {
    let has_passkeys = visit.read(|conn| passkey::has_any(conn, person))?;
    let field = FieldView::second_factor(has_passkeys).error(wrong.map(str::to_owned));
    let heading = if has_passkeys {
        "Give your passkey or a code"
    } else {
        "Give the code of your app"
    };
    Ok(FormPage {
        layout: Layout::bare("Code"),
        trail: Vec::new(),
        heading: heading.to_owned(),
        text: "Your password was right. You have 5 minutes for the second step.".to_owned(),
        notices: Vec::new(),
        cards: vec![FormCard::new("/sign-in/code", vec![field], "Sign in").link("Begin again", "/sign-in")],
    })
}

/// POST `/sign-in/passkey`: what a script asks the browser for where a code is wanted, at the second
/// step of signing in and wherever a signature takes one.
pub(super) fn ask_passkey(visit: &Visit) -> Result<Reply, PageError> {
    let signed_in = visit.acting.as_ref().map(|acting| acting.actor.person());
    let (Some(person), Some(site)) = (visit.half_signed_in.or(signed_in), &visit.portal.passkeys) else {
        return Ok(Reply::SeeOther("/sign-in".to_owned()));
    };
    visit
        .act(|tx| passkeys::ask(tx, site, person))
        .map(Reply::Json)
        .map_err(PageError::from)
}

/// POST `/sign-out`.
pub(super) fn sign_out(visit: &Visit) -> Result<Reply, PageError> {
    if let Some(acting) = &visit.acting {
        visit.act(|tx| session::note_sign_out(tx, &acting.actor, visit.now))?;
    }
    Ok(Reply::SignedOut)
}

fn hashed(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// 32 random bytes in hex: nobody guesses it.
pub(super) fn new_token() -> Result<String, PageError> {
    Ok(hex(&random::<32>()?))
}
