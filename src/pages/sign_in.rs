//! Signing in and out. The same words and the same time for a wrong password and an unknown e-mail.

use super::error::PageError;
use super::reply::Reply;
use super::view::field::{FieldKind, FieldView};
use super::view::layout::Layout;
use super::view::notice::Notice;
use super::view::sign_in::{DemonstrationView, SignInPage};
use super::view::tone::Tone;
use crate::domain::sign_in::is_right;
use crate::flows::demonstrate;
use crate::flows::sign_in::{Attempt, Conclusion, conclude, prepare, withdraw};
use crate::http::portal::Portal;
use crate::http::visit::Visit;
use crate::store::StoreError;
use sha2::{Digest, Sha256};

/// Longer passwords are not hashed: nobody types them.
const PASSWORD_BYTES_MAX: usize = 1024;

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
    page(visit, None)
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
    // A password may begin or end with a space: it is taken as typed.
    let password = visit
        .form
        .iter()
        .find(|(name, _)| name == "password")
        .map_or("", |(_, value)| value.as_str());
    let prepared = visit.act(|tx| prepare(tx, &attempt, visit.now))?;
    if let Some(until) = prepared.blocked_until {
        return Err(PageError::TooOften(
            (until - visit.now).num_seconds().unsigned_abs().max(1),
        ));
    }
    let right = {
        let Ok(_place) = visit.portal.password_gate.enter() else {
            visit.act(|tx| withdraw(tx, &prepared))?;
            return Err(StoreError::Unavailable.into());
        };
        let hash = prepared
            .password_hash
            .as_deref()
            .unwrap_or(&visit.portal.nobody_hash);
        password.len() <= PASSWORD_BYTES_MAX && is_right(password, hash) && prepared.person.is_some()
    };
    let device = match &visit.device {
        Some(device) if right && prepared.is_known_device => device.clone(),
        // One that we did not make for this person is not taken from the browser.
        Some(_) | None => new_token()?,
    };
    match visit.act(|tx| conclude(tx, &prepared, right, &hashed(&device), visit.now))? {
        Conclusion::In(person) => Ok(Reply::SignedIn { person, device }),
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

/// POST `/sign-out`.
pub(super) fn sign_out(_visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::SignedOut)
}

fn hashed(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// 32 random bytes in hex: nobody guesses it.
pub(super) fn new_token() -> Result<String, PageError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| PageError::Lost)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
