//! Passkeys on the page of the second factor: made by a script of the page, named, removed. Without
//! scripts a browser can't make one, and the page says so.

use super::error::PageError;
use super::reply::Reply;
use super::secrets::hex;
use super::text;
use super::two_factor::{code, recovery_codes, refused, show_codes};
use super::view::field::{Choice, FieldKind, FieldView};
use super::view::form_page::FormCard;
use super::view::link::ButtonTone;
use crate::domain::passkey::{MOST, PasskeyRefusal};
use crate::flows::FlowError;
use crate::flows::second_factor::Attempt;
use crate::flows::second_factor::passkeys::{self, Added, New};
use crate::http::visit::Visit;
use crate::store::passkey::Named;

const ADDRESS: &str = "/profile/two-factor/passkeys";

/// POST `/profile/two-factor/passkeys/question`: what the script asks the browser for.
pub(super) fn ask(visit: &Visit) -> Result<Reply, PageError> {
    let acting = visit.acting()?;
    let site = visit
        .portal
        .passkeys
        .as_ref()
        .ok_or(FlowError::from(PasskeyRefusal::Wrong))?;
    let whom = (acting.actor.person(), acting.email.as_str());
    let options = visit.act(|tx| passkeys::ask_for_new(tx, site, whom))?;
    Ok(Reply::Json(options))
}

/// POST `/profile/two-factor/passkeys`: keeps what the browser made.
pub(super) fn add(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, codes) = (visit.actor()?, recovery_codes()?);
    let new = New {
        name: visit.sent("name").unwrap_or_default(),
        answer: visit.sent("passkey").unwrap_or_default(),
        code: code(visit),
    };
    let sealing = &visit.portal.sealing;
    match visit.act(|tx| passkeys::add(tx, actor, (sealing, new), &codes, visit.now)) {
        Ok(Added::First) => show_codes(visit, codes),
        Ok(Added::Another) => Ok(Reply::SeeOther("/profile/two-factor".to_owned())),
        Ok(Added::Refused(refusal)) => refused(visit, refusal.into()),
        Ok(Added::Unusable(refusal)) => refused(visit, refusal.into()),
        Err(error @ FlowError::Passkey(_)) => refused(visit, error),
        Err(error) => Err(error.into()),
    }
}

/// POST `/profile/two-factor/passkeys/removal`.
pub(super) fn remove(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, chosen) = (visit.actor()?, visit.sent("passkey").unwrap_or_default());
    let known = visit.read(|conn| crate::store::passkey::list(conn, actor.person()))?;
    let found = known.iter().find(|one| hex(&one.passkey.id) == chosen);
    let id = found.map(|one| one.passkey.id.as_slice()).unwrap_or_default();
    let given = (&visit.portal.sealing, code(visit));
    match visit.act(|tx| passkeys::remove(tx, actor, given, id, visit.now))? {
        Attempt::Right => Ok(Reply::SeeOther("/profile/two-factor".to_owned())),
        Attempt::Refused(refusal) => refused(visit, refusal.into()),
    }
}

/// The person's passkeys, how to remove one, and how to add another.
pub(super) fn cards(visit: &Visit, known: &[Named], has_app: bool) -> Vec<FormCard> {
    let mut cards = Vec::new();
    if !known.is_empty() {
        cards.push(own(known));
    }
    match &visit.portal.passkeys {
        Some(site) if known.len() < MOST => {
            cards.push(another(
                &site.origin,
                known.is_empty(),
                has_app || !known.is_empty(),
            ));
        }
        Some(_) => {}
        None => cards.push(FormCard::nothing().titled("Passkeys").saying(
            "Browsers allow passkeys only where the portal has a name and comes by https. Ask who runs it.",
        )),
    }
    cards
}

fn own(known: &[Named]) -> FormCard {
    let choices = known
        .iter()
        .map(|one| Choice::new(hex(&one.passkey.id), &one.name))
        .collect();
    let which = FieldView::new("passkey", "Passkey", FieldKind::Select).choices(choices);
    let fields = vec![which, FieldView::second_factor(true).scoped("passkey-removal")];
    let card = FormCard::new(format!("{ADDRESS}/removal"), fields, "Remove it")
        .toned(ButtonTone::Plain)
        .titled("Your passkeys");
    known.iter().fold(card, |card, one| {
        let day = |at| text::day(at, chrono_tz::UTC);
        let used = one.used_at.map_or_else(
            || "not used yet".to_owned(),
            |at| format!("last used {}", day(at)),
        );
        card.fact(&one.name, format!("added {}, {used}", day(one.made_at)))
    })
}

fn another(origin: &str, is_first: bool, is_on: bool) -> FormCard {
    let name = FieldView::new("name", "Name", FieldKind::Text)
        .hint("So that you know which it is: “Work laptop”, “Blue key”.")
        .required();
    let mut fields = vec![FieldView::hidden("passkey", ""), name];
    if is_on {
        fields.push(FieldView::second_factor(!is_first).scoped("passkey"));
    }
    let text = format!(
        "A fingerprint, your phone or a security key instead of a code. Nobody can ask it out of you: it answers {origin} and no other. Your browser makes it, with scripts on."
    );
    FormCard {
        makes_passkey: true,
        ..FormCard::new(ADDRESS, fields, "Add a passkey")
            .toned(ButtonTone::Plain)
            .titled(if is_first { "A passkey" } else { "Another passkey" })
            .saying(text)
    }
}
