//! Templates of payouts to one person: kept under a name, taken away again. What is in one is checked
//! when it is used, not when it is kept.

use crate::domain::event::Event;
use crate::domain::field::Field;
use crate::domain::ids::AccountNumber;
use crate::domain::permission::{Actor, Permission};
use crate::domain::row::Entered;
use crate::flows::FlowError;
use crate::store::payout_template::{self, Template};
use crate::store::{Tx, account, event};
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

/// The longest name of a template, in characters.
pub const NAME_CHARS_MAX: usize = 60;
/// Templates that an organisation can have.
pub const TEMPLATES_MAX: i64 = 200;
/// The longest text kept of a field, in characters: no field may be longer.
const TEXT_CHARS_MAX: usize = 500;

/// What to keep.
pub struct Keeping<'a> {
    /// Under which name.
    pub name: &'a str,
    /// The account as typed.
    pub account: &'a str,
    /// The category as chosen.
    pub category: &'a str,
    /// The reason as chosen.
    pub category_reason: &'a str,
    /// The payout's fields.
    pub entered: Entered,
}

/// Keeps what was typed; reference and date are one payment's own and are left out. Answers the
/// template's id.
///
/// # Errors
/// `Invalid` where the name or a text is empty or too long, the name is taken by a template that the
/// actor may not see, or there are too many templates; `NotFound` for an account out of reach.
pub fn keep(
    tx: &mut Tx<'_>,
    actor: &Actor,
    asked: Keeping<'_>,
    now: DateTime<Utc>,
) -> Result<Uuid, FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let name: String = asked.name.trim().chars().filter(|c| !c.is_control()).collect();
    let count = name.chars().count();
    if count == 0 || count > NAME_CHARS_MAX {
        let message = format!("Give the template a name of 1 to {NAME_CHARS_MAX} characters.");
        return Err(FlowError::invalid("template_name", message));
    }
    let too_long = |text: &&String| text.chars().count() > TEXT_CHARS_MAX;
    if asked.entered.texts().values().any(|text| too_long(&text)) {
        let message = format!("A field has more than {TEXT_CHARS_MAX} characters. Shorten it.");
        return Err(FlowError::invalid("template_name", message));
    }
    let number = AccountNumber::parse(asked.account.trim());
    if let Some(number) = number {
        account::load_by_number(tx, &scope, number)?;
    }
    if payout_template::is_taken_elsewhere(tx, &scope, &name)? {
        let message = "This name is taken by a template of another account. Choose another name.";
        return Err(FlowError::invalid("template_name", message));
    }
    let known = payout_template::list(tx, &scope)?;
    let is_new = known.iter().all(|(_, other)| *other != name);
    if is_new && payout_template::count(tx, &scope)? >= TEMPLATES_MAX {
        let message =
            format!("There are {TEMPLATES_MAX} templates, which is the limit. Take one away first.");
        return Err(FlowError::invalid("template_name", message));
    }
    let mut entered = asked.entered;
    entered.set(Field::Reference, "");
    entered.set(Field::PayOn, "");
    let template = Template {
        id: Uuid::now_v7(),
        name,
        account: number.map(AccountNumber::get),
        category: asked.category.chars().take(NAME_CHARS_MAX).collect(),
        category_reason: asked.category_reason.chars().take(NAME_CHARS_MAX).collect(),
        entered,
    };
    let id = payout_template::upsert(tx, &scope, &template, actor.person(), now)?;
    say(tx, actor, "template.saved", &template.name, now)?;
    Ok(id)
}

/// Takes one away.
///
/// # Errors
/// `NotFound` where the organisation has none with this id.
pub fn drop_one(tx: &mut Tx<'_>, actor: &Actor, id: Uuid, now: DateTime<Utc>) -> Result<(), FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let name = payout_template::delete(tx, &scope, id)?;
    say(tx, actor, "template.deleted", &name, now)
}

fn say(
    tx: &mut Tx<'_>,
    actor: &Actor,
    kind: &'static str,
    name: &str,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let event = Event::new(actor.organisation(), now, kind, json!({ "template": name }));
    Ok(event::append(tx, &event.by(actor.person()))?)
}
