//! A forgotten password, and the change of one. What is said to somebody who forgot is the same
//! whether there is such an e-mail or not.

use super::error::PageError;
use super::reply::Reply;
use super::view::field::{FieldKind, FieldView};
use super::view::form_page::{FormCard, FormPage};
use super::view::layout::Layout;
use super::view::link::LinkView;
use super::view::notice::Notice;
use super::view::tone::Tone;
use super::{frame, secrets};
use crate::domain::password::{CHARS_MAX, CHARS_MIN_ALONE, CHARS_MIN_BESIDE, Known};
use crate::flows::FlowError;
use crate::flows::password::{self, Holder};
use crate::http::visit::Visit;
use crate::store::{StoreError, second_factor};

/// GET `/password/forgot`.
pub(super) fn show_forgot(visit: &Visit) -> Result<Reply, PageError> {
    let told = visit.asked("sent").is_some();
    let text = if told {
        "If somebody has that e-mail here, a letter with a link is on its way. The link works once, for 30 minutes. Nothing came? Look among the unwanted letters, then ask again."
    } else {
        "Give the e-mail you sign in with. A letter with a link to choose a new password is sent there."
    };
    let fields = vec![
        FieldView::new("email", "E-mail", FieldKind::Email)
            .required()
            .autocomplete("username"),
    ];
    let card = FormCard::new("/password/forgot", fields, "Send the letter").link("Sign in", "/sign-in");
    Ok(Reply::page(&FormPage::bare("Forgotten password", text, card))?)
}

/// POST `/password/forgot`.
pub(super) fn forgot(visit: &Visit) -> Result<Reply, PageError> {
    let email = visit
        .sent("email")
        .ok_or_else(|| FlowError::invalid("email", "Say which e-mail you sign in with."))?;
    match visit.act(|tx| password::ask(tx, email, &visit.address, visit.now))? {
        None => Ok(Reply::SeeOther("/password/forgot?sent=1".to_owned())),
        Some(until) => Err(PageError::TooOften(
            (until - visit.now).num_seconds().unsigned_abs().max(1),
        )),
    }
}

/// GET `/password/reset/{token}`.
pub(super) fn show_reset(visit: &Visit) -> Result<Reply, PageError> {
    match holder(visit)? {
        Some(holder) => Ok(Reply::page(&reset_page(visit, &holder, None))?),
        None => used_up(),
    }
}

/// POST `/password/reset/{token}`.
pub(super) fn reset(visit: &Visit) -> Result<Reply, PageError> {
    let Some(holder) = holder(visit)? else {
        return used_up();
    };
    let known = Known {
        name: &holder.name,
        email: &holder.email,
        has_second_factor: holder.has_second_factor,
    };
    let hash = match secrets::new_hash(visit, visit.typed("password"), &known) {
        Err(PageError::Flow(error @ FlowError::Invalid { .. })) => {
            let page = reset_page(visit, &holder, Some(error.to_string()));
            return Reply::refusal(error.into(), &page);
        }
        made => made?,
    };
    let token = visit.param("token");
    if visit.act(|tx| password::reset(tx, &holder, (token, &hash), visit.now))? {
        Ok(Reply::SeeOther("/sign-in?reset=1".to_owned()))
    } else {
        used_up()
    }
}

fn holder(visit: &Visit) -> Result<Option<Holder>, PageError> {
    Ok(visit.read(|conn| password::find_holder(conn, visit.param("token"), visit.now))?)
}

fn reset_page(visit: &Visit, holder: &Holder, error: Option<String>) -> FormPage {
    let fields = vec![new_password("New password", holder.has_second_factor).error(error)];
    let card = FormCard::new(visit.path.clone(), fields, "Set the password");
    let text = format!(
        "For {}. Every session that is open anywhere ends, and you sign in with the new password.",
        holder.email
    );
    FormPage::bare("A new password", text, card)
}

fn used_up() -> Result<Reply, PageError> {
    let text = "A link to a new password works once, for 30 minutes, and a newer one takes its place. Ask for another.";
    let card = FormCard::nothing().link("Ask for another", "/password/forgot");
    let page = FormPage::bare("This link does not work any more", text, card);
    Reply::refusal(StoreError::NotFound("link").into(), &page)
}

/// A field for a new password, with what it must be.
pub(super) fn new_password(label: &str, has_second_factor: bool) -> FieldView {
    let least = if has_second_factor {
        CHARS_MIN_BESIDE
    } else {
        CHARS_MIN_ALONE
    };
    FieldView::new("password", label, FieldKind::Password)
        .hint(format!(
            "{least} to {CHARS_MAX} characters, any you like; a few words in a row are easy to keep."
        ))
        .required()
        .autocomplete("new-password")
}

/// GET `/profile/password`.
pub(super) fn show_change(visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::page(&change_page(visit, (None, None))?)?)
}

/// POST `/profile/password`.
pub(super) fn change(visit: &Visit) -> Result<Reply, PageError> {
    let acting = visit.acting()?;
    let person = acting.actor.person();
    let current = visit.read(|conn| crate::store::password::load_hash(conn, person))?;
    if !secrets::is_password(visit, visit.typed("current_password"), &current)? {
        let error = FlowError::invalid("current_password", "This is not your current password.");
        let page = change_page(visit, (Some(error.to_string()), None))?;
        return Reply::refusal(error.into(), &page);
    }
    let known = Known {
        name: &acting.name,
        email: &acting.email,
        has_second_factor: visit.read(|conn| second_factor::is_on(conn, person))?,
    };
    let hash = match secrets::new_hash(visit, visit.typed("password"), &known) {
        Err(PageError::Flow(error @ FlowError::Invalid { .. })) => {
            let page = change_page(visit, (None, Some(error.to_string())))?;
            return Reply::refusal(error.into(), &page);
        }
        made => made?,
    };
    visit.act(|tx| password::change(tx, &acting.actor, &hash, visit.session.as_deref(), visit.now))?;
    Ok(Reply::SeeOther("/profile?done=password".to_owned()))
}

fn change_page(
    visit: &Visit,
    (wrong_current, wrong_new): (Option<String>, Option<String>),
) -> Result<FormPage, PageError> {
    let person = visit.actor()?.person();
    let has_second_factor = visit.read(|conn| second_factor::is_on(conn, person))?;
    let fields = vec![
        FieldView::new("current_password", "Current password", FieldKind::Password)
            .required()
            .autocomplete("current-password")
            .error(wrong_current),
        new_password("New password", has_second_factor).error(wrong_new),
    ];
    let card = FormCard::new("/profile/password", fields, "Change the password").link("Back", "/profile");
    let page = FormPage {
        layout: frame::layout(visit, "Password"),
        trail: vec![LinkView::new("Profile", "/profile")],
        heading: "Password".to_owned(),
        text: "Your sessions on other devices end, and a letter tells you that it was changed.".to_owned(),
        notices: Vec::new(),
        cards: vec![card],
    };
    Ok(page)
}

/// What the sign-in page says to somebody who has just set a new one.
pub(super) fn was_reset(visit: &Visit) -> Option<Notice> {
    visit
        .asked("reset")
        .map(|_| Notice::new(Tone::Ok, "Your password is set.", "Sign in with it."))
}

/// The bare frame's title is the heading.
impl FormPage {
    fn bare(heading: &str, text: impl Into<String>, card: FormCard) -> Self {
        Self {
            layout: Layout::bare(heading),
            trail: Vec::new(),
            heading: heading.to_owned(),
            text: text.into(),
            notices: Vec::new(),
            cards: vec![card],
        }
    }
}
