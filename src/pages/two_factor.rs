//! Two-factor sign-in on the profile: set up with an app, recovery codes shown once, turned off with a
//! code.

use super::error::PageError;
use super::reply::Reply;
use super::view::field::{FieldKind, FieldView};
use super::view::form_page::{FormCard, FormPage, QrView};
use super::view::link::{ButtonTone, LinkView};
use super::view::notice::Notice;
use super::view::tone::Tone;
use super::{frame, secrets};
use crate::domain::second_factor::{RECOVERY_CODES, address, recovery_code, typed_key};
use crate::flows::FlowError;
use crate::flows::second_factor::{self, Attempt};
use crate::http::visit::Visit;
use crate::store::second_factor as stored;
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
    visit.act(|tx| second_factor::begin(tx, actor, &visit.portal.sealing, secret, nonce))?;
    Ok(Reply::SeeOther(ADDRESS.to_owned()))
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

fn code(visit: &Visit) -> &str {
    visit.sent("code").unwrap_or_default()
}

fn recovery_codes() -> Result<Vec<String>, PageError> {
    (0..RECOVERY_CODES)
        .map(|_| Ok(recovery_code(secrets::random()?)))
        .collect()
}

/// The codes, this once; or why not.
fn keep(visit: &Visit, attempt: Attempt, codes: Vec<String>) -> Result<Reply, PageError> {
    if let Attempt::Refused(refusal) = attempt {
        return refused(visit, refusal.into());
    }
    let card = FormCard {
        codes,
        ..FormCard::nothing()
            .titled("Recovery codes")
            .saying("Each works once, in place of a code, when your app is lost. Keep them where your phone is not. They are shown only now.")
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

fn refused(visit: &Visit, error: FlowError) -> Result<Reply, PageError> {
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
    let cards = match found {
        Some(found) if found.is_on => on(visit)?,
        Some(_) => {
            let secret =
                visit.read(|conn| second_factor::find_pending(conn, &acting.actor, &visit.portal.sealing))?;
            vec![pending(&secret.unwrap_or_default(), &acting.email)]
        }
        None => vec![
            FormCard::new(ADDRESS, Vec::new(), "Set it up")
                .saying("You need an app that makes codes on your phone: most password managers do, and so do the authenticator apps of Google and Microsoft."),
        ],
    };
    let refusal = refusal.map(|text| {
        let mut letters = text.chars();
        let first: String = letters
            .next()
            .map(|c| c.to_uppercase().collect())
            .unwrap_or_default();
        Notice::new(Tone::Bad, format!("{first}{}.", letters.as_str()), "")
    });
    Ok(FormPage {
        layout: frame::layout(visit, "Two-factor sign-in"),
        trail: trail(),
        heading: "Two-factor sign-in".to_owned(),
        text: "With it, a stolen password is not enough: signing in, approving and releasing take a code from your phone too.".to_owned(),
        notices: refusal.into_iter().collect(),
        cards,
    })
}

fn code_field(scope: &str, hint: &str) -> FieldView {
    FieldView::new("code", "Code", FieldKind::Code)
        .hint(hint)
        .required()
        .autocomplete("one-time-code")
        .scoped(scope)
}

fn pending(secret: &[u8], email: &str) -> FormCard {
    let field = code_field("confirmation", "The 6 digits that the app shows now.");
    FormCard {
        picture: address(secret, email).and_then(|text| qr(&text)),
        ..FormCard::new(format!("{ADDRESS}/confirmation"), vec![field], "Turn it on")
            .titled("Scan this with your app")
            .saying("Or type the key into the app. It stays off until you give the first code.")
            .fact("Key", typed_key(secret))
    }
}

fn on(visit: &Visit) -> Result<Vec<FormCard>, PageError> {
    let person = visit.actor()?.person();
    let left = visit.read(|conn| stored::count_recovery_codes(conn, person))?;
    let hint = "From your app, or a recovery code.";
    Ok(vec![
        FormCard::new(
            format!("{ADDRESS}/recovery-codes"),
            vec![code_field("recovery", hint)],
            "Make new recovery codes",
        )
        .toned(ButtonTone::Plain)
        .titled("It is on")
        .fact("Recovery codes left", format!("{left} of {RECOVERY_CODES}"))
        .saying("New recovery codes take the place of the old ones."),
        FormCard::new(
            format!("{ADDRESS}/removal"),
            vec![code_field("removal", hint)],
            "Turn it off",
        )
        .toned(ButtonTone::Danger)
        .titled("Turn it off")
        .saying(
            "Then your password alone lets you in, and has to be 15 characters long when you next change it.",
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
