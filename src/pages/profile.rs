//! What people see and change about themselves: name, letters, and the ways to password, second factor
//! and sessions.

use super::error::PageError;
use super::frame;
use super::reply::Reply;
use super::view::field::{Choice, FieldKind, FieldView};
use super::view::form_page::{FormCard, FormPage};
use super::view::notice::Notice;
use super::view::tone::Tone;
use crate::domain::letter::{Cadence, Wishes};
use crate::flows::{FlowError, profile};
use crate::http::visit::Visit;
use crate::store::{letter, second_factor};

/// GET `/profile`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::page(&page(visit, None)?)?)
}

/// POST `/profile`.
pub(super) fn change(visit: &Visit) -> Result<Reply, PageError> {
    let actor = visit.actor()?;
    let waiting = visit.sent("waiting").and_then(Cadence::parse);
    let wishes = Wishes {
        waiting: waiting
            .ok_or_else(|| FlowError::invalid("waiting", "waiting accepts at_once, daily or never"))?,
        outcomes: match visit.sent("outcomes") {
            Some("at_once") => true,
            Some("never") => false,
            Some(_) | None => {
                return Err(FlowError::invalid("outcomes", "outcomes accepts at_once or never").into());
            }
        },
    };
    let name = visit.sent("name").unwrap_or_default();
    match visit.act(|tx| profile::change(tx, actor, name, wishes, visit.now)) {
        Ok(()) => Ok(Reply::SeeOther("/profile?done=profile".to_owned())),
        Err(error @ FlowError::Invalid { field: "name", .. }) => {
            let page = page(visit, Some(error.to_string()))?;
            Reply::refusal(error.into(), &page)
        }
        Err(error) => Err(error.into()),
    }
}

fn page(visit: &Visit, wrong_name: Option<String>) -> Result<FormPage, PageError> {
    let acting = visit.acting()?;
    let person = acting.actor.person();
    let wishes = visit.read(|conn| letter::load_wishes(conn, person))?;
    let is_on = visit.read(|conn| second_factor::is_on(conn, person))?;
    let typed_name = visit.sent("name").unwrap_or(&acting.name);
    let about = FormCard::new("/profile", fields(typed_name, wishes, wrong_name), "Save")
        .titled("You")
        .fact("E-mail", &acting.email)
        .fact("Organisation", &acting.organisation)
        .fact("Roles", acting.actor.roles().join(", "));
    let two_factor = if is_on {
        "On: signing in and approving take a code from your app."
    } else {
        "Off: your password alone lets anybody in. An app on your phone makes it two things."
    };
    Ok(FormPage {
        layout: frame::layout(visit, "Profile"),
        trail: Vec::new(),
        heading: acting.name.clone(),
        text: String::new(),
        notices: done(visit),
        cards: vec![
            about,
            FormCard::nothing()
                .titled("Password")
                .saying("Changing it ends your sessions on other devices.")
                .link("Change the password", "/profile/password"),
            FormCard::nothing()
                .titled("Two-factor sign-in")
                .saying(two_factor)
                .link(
                    if is_on { "Manage it" } else { "Set it up" },
                    "/profile/two-factor",
                ),
            FormCard::nothing()
                .titled("Sessions")
                .saying("Where you are signed in, and how to end what you do not know.")
                .link("See your sessions", "/profile/sessions"),
        ],
    })
}

fn fields(name: &str, wishes: Wishes, wrong_name: Option<String>) -> Vec<FieldView> {
    let choice = |cadence: Cadence, label: &str| Choice::new(cadence.as_str(), label);
    vec![
        FieldView::new("name", "Name", FieldKind::Text)
            .value(name)
            .required()
            .autocomplete("name")
            .error(wrong_name),
        FieldView::new(
            "waiting",
            "Letters about batches that wait for you",
            FieldKind::Select,
        )
        .choices(vec![
            choice(Cadence::AtOnce, "One for each, at once"),
            choice(Cadence::Daily, "One each morning at 08:00"),
            choice(Cadence::Never, "None"),
        ])
        .value(wishes.waiting.as_str()),
        FieldView::new("outcomes", "Letters about batches you sent", FieldKind::Select)
            .choices(vec![
                Choice::new(
                    "at_once",
                    "When they are approved, sent back, rejected or not paid",
                ),
                Choice::new("never", "None"),
            ])
            .value(if wishes.outcomes { "at_once" } else { "never" })
            .hint("Letters about your sign-in are always sent."),
    ]
}

fn done(visit: &Visit) -> Vec<Notice> {
    let said = match visit.asked("done") {
        Some("profile") => "Your profile is saved.",
        Some("password") => "Your password is changed. Other sessions have ended.",
        Some(_) | None => return Vec::new(),
    };
    vec![Notice::new(Tone::Ok, said, "")]
}
