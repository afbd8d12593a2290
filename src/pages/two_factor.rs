//! Two-factor sign-in on the profile: set up with an app, recovery codes shown once, turned off with a
//! code. Passkeys have a file of their own.

use super::error::PageError;
use super::reply::Reply;
use super::view::field::FieldView;
use super::view::form_page::{FormCard, FormPage, QrView};
use super::view::link::{ButtonTone, LinkView};
use super::view::notice::Notice;
use super::view::tone::Tone;
use super::{frame, passkeys, secrets};
use crate::domain::second_factor::{RECOVERY_CODES, address, recovery_code, typed_key};
use crate::flows::FlowError;
use crate::flows::second_factor::{self, Attempt};
use crate::http::visit::Visit;
use crate::store::{passkey, second_factor as stored};
use qrcode::{Color, QrCode};

const ADDRESS: &str = "/profile/two-factor";
/// Light squares around the code, so that cameras find it.
const QUIET: usize = 4;

/// GET `/profile/two-factor`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::page(&page(visit, None)?)?)
}

/// POST `/profile/two-factor`: begins, with a secret of its own.
pub(super) fn begin(visit: &Visit) -> Result<Reply, PageError> {
    let actor = visit.actor()?;
    let (secret, nonce) = (secrets::random()?, secrets::random()?);
    let given = (&visit.portal.sealing, code(visit));
    match visit.act(|tx| second_factor::begin(tx, actor, given, (secret, nonce), visit.now))? {
        Attempt::Right => Ok(Reply::SeeOther(ADDRESS.to_owned())),
        Attempt::Refused(refusal) => refused(visit, refusal.into()),
    }
}

/// POST `/profile/two-factor/confirmation`: a first code turns it on.
pub(super) fn confirm(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, codes) = (visit.actor()?, recovery_codes()?);
    let given = (&visit.portal.sealing, code(visit));
    let attempt = visit.act(|tx| second_factor::turn_on(tx, actor, given, &codes, visit.now))?;
    keep(visit, attempt, codes)
}

/// POST `/profile/two-factor/recovery-codes`: new ones in place of the old.
pub(super) fn renew(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, codes) = (visit.actor()?, recovery_codes()?);
    let given = (&visit.portal.sealing, code(visit));
    let attempt = visit.act(|tx| second_factor::renew_recovery_codes(tx, actor, given, &codes, visit.now))?;
    keep(visit, attempt, codes)
}

/// POST `/profile/two-factor/removal`: turns it off.
pub(super) fn turn_off(visit: &Visit) -> Result<Reply, PageError> {
    let actor = visit.actor()?;
    let given = (&visit.portal.sealing, code(visit));
    match visit.act(|tx| second_factor::turn_off(tx, actor, given, visit.now))? {
        Attempt::Right => Ok(Reply::SeeOther(ADDRESS.to_owned())),
        Attempt::Refused(refusal) => refused(visit, refusal.into()),
    }
}

pub(super) fn code(visit: &Visit) -> &str {
    visit.sent("code").unwrap_or_default()
}

pub(super) fn recovery_codes() -> Result<Vec<String>, PageError> {
    (0..RECOVERY_CODES)
        .map(|_| Ok(recovery_code(secrets::random()?)))
        .collect()
}

/// The codes, this once; or why not.
fn keep(visit: &Visit, attempt: Attempt, codes: Vec<String>) -> Result<Reply, PageError> {
    match attempt {
        Attempt::Right => show_codes(visit, codes),
        Attempt::Refused(refusal) => refused(visit, refusal.into()),
    }
}

pub(super) fn show_codes(visit: &Visit, codes: Vec<String>) -> Result<Reply, PageError> {
    let card = FormCard {
        codes,
        ..FormCard::nothing()
            .titled("Recovery codes")
            .saying("Each works once, in place of a code, when your phone or key is lost. Keep them where it is not. They are shown only now.")
            .link("I have kept them", "/profile")
    };
    let lead = "Two-factor sign-in is on.";
    Ok(Reply::page(&FormPage {
        layout: frame::layout(visit, "Recovery codes"),
        trail: trail(),
        heading: "Keep these codes".to_owned(),
        text: String::new(),
        notices: vec![Notice::new(Tone::Ok, lead, "")],
        cards: vec![card],
    })?)
}

pub(super) fn refused(visit: &Visit, error: FlowError) -> Result<Reply, PageError> {
    let page = page(visit, Some(&error.to_string()))?;
    Reply::refusal(error.into(), &page)
}

fn trail() -> Vec<LinkView> {
    vec![LinkView::new("Profile", "/profile")]
}

fn page(visit: &Visit, refusal: Option<&str>) -> Result<FormPage, PageError> {
    let acting = visit.acting()?;
    let person = acting.actor.person();
    let found = visit.read(|conn| stored::find(conn, person))?;
    let known = visit.read(|conn| passkey::list(conn, person))?;
    let (has_passkeys, has_app) = (!known.is_empty(), found.as_ref().is_some_and(|found| found.is_on));
    let mut cards = Vec::new();
    match found {
        Some(found) if found.is_on => {}
        Some(_) => {
            let secret =
                visit.read(|conn| second_factor::find_pending(conn, &acting.actor, &visit.portal.sealing))?;
            cards.push(pending(&secret.unwrap_or_default(), &acting.email));
        }
        None => cards.push(app(has_passkeys)),
    }
    cards.extend(passkeys::cards(visit, &known, has_app));
    if has_app || has_passkeys {
        cards.extend(on(visit, has_passkeys)?);
    }
    let refusal = refusal.map(|text| {
        let mut letters = text.chars();
        let first: String = letters
            .next()
            .map(|c| c.to_uppercase().collect())
            .unwrap_or_default();
        Notice::new(Tone::Bad, format!("{first}{}.", letters.as_str()), "")
    });
    let standing = match (has_app, has_passkeys) {
        (true, true) => Some("An app makes your codes, and you have a passkey."),
        (true, false) => Some("An app makes your codes."),
        (false, true) => Some("You have a passkey."),
        (false, false) => None,
    };
    let standing = standing.map(|text| Notice::new(Tone::Ok, "It is on.", text));
    Ok(FormPage {
        layout: frame::layout(visit, "Two-factor sign-in"),
        trail: trail(),
        heading: "Two-factor sign-in".to_owned(),
        text: "With it, a stolen password is not enough: signing in, approving and releasing take a code from your phone, or a passkey, too.".to_owned(),
        notices: refusal.into_iter().chain(standing).collect(),
        cards,
    })
}

/// How to set an app up; who has passkeys gives one first.
fn app(has_passkeys: bool) -> FormCard {
    let fields = has_passkeys.then(|| FieldView::second_factor(true).scoped("app"));
    let tone = if has_passkeys {
        ButtonTone::Plain
    } else {
        ButtonTone::Primary
    };
    FormCard::new(ADDRESS, fields.into_iter().collect(), "Set it up")
        .toned(tone)
        .titled("An app that makes codes")
        .saying(
            "Most password managers make codes, and so do the authenticator apps of Google and Microsoft.",
        )
}

fn pending(secret: &[u8], email: &str) -> FormCard {
    let field = FieldView::second_factor(false)
        .hint("The 6 digits that the app shows now.")
        .scoped("confirmation");
    FormCard {
        picture: address(secret, email).and_then(|text| qr(&text)),
        ..FormCard::new(format!("{ADDRESS}/confirmation"), vec![field], "Turn it on")
            .titled("Scan this with your app")
            .saying("Or type the key into the app. It stays off until you give the first code.")
            .fact("Key", typed_key(secret))
    }
}

fn on(visit: &Visit, has_passkeys: bool) -> Result<Vec<FormCard>, PageError> {
    let person = visit.actor()?.person();
    let left = visit.read(|conn| stored::count_recovery_codes(conn, person))?;
    let code_field = |scope| FieldView::second_factor(has_passkeys).scoped(scope);
    Ok(vec![
        FormCard::new(
            format!("{ADDRESS}/recovery-codes"),
            vec![code_field("recovery")],
            "Make new recovery codes",
        )
        .toned(ButtonTone::Plain)
        .titled("Recovery codes")
        .fact("Left", format!("{left} of {RECOVERY_CODES}"))
        .saying("New recovery codes take the place of the old ones."),
        FormCard::new(
            format!("{ADDRESS}/removal"),
            vec![code_field("removal")],
            "Turn it off",
        )
        .toned(ButtonTone::Danger)
        .titled("Turn it off")
        .saying(
            "App and passkeys are forgotten. Then your password alone lets you in, and has to be 15 characters long when you next change it.",
        ),
    ])
}

/// The text as a QR code: one path of squares.
fn qr(text: &str) -> Option<QrView> {
    let code = QrCode::new(text).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (at % width + QUIET, at / width + QUIET);
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    Some(QrView {
        size: width + 2 * QUIET,
        path,
        label: "QR code with the key for your app".to_owned(),
    })
}
