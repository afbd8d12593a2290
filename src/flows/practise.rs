//! Practising: a member begins to walk through a role's part in an organisation of its own, where
//! colleagues who are nobody play the others. Beginning again ends the practice before it.
//!
//! What the colleagues do is `jobs::practice`, by the same flows as everybody. The invariant: nothing
//! here writes to the organisation in earnest.

use crate::domain::authorisation::{Band, Level, Policy};
use crate::domain::event::Event;
use crate::domain::ids::{AccountNumber, OrganisationId, PersonId};
use crate::domain::ledger::Movement;
use crate::domain::money::Currency;
use crate::domain::permission::Actor;
use crate::domain::practice::{COLLEAGUES, FUNDS, Part};
use crate::flows::FlowError;
use crate::store::account::NewAccount;
use crate::store::ledger::Entry;
use crate::store::{StoreError, Tx, account, event, ledger, member, organisation, person, practice, role};
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use serde_json::json;

/// Practices that a person begins in a day, at most.
pub const A_DAY_MAX: i64 = 30;
/// What the practice account is.
const CURRENCY: &str = "MWK";
const COUNTRY: &str = "MW";
const ZONE: Tz = Tz::Africa__Blantyre;

/// Begins a practice of a part, in place of the one before; answers where it happens.
///
/// # Errors
/// `Invalid` where too many were begun in a day.
pub fn begin(
    tx: &mut Tx<'_>,
    actor: &Actor,
    part: Part,
    now: DateTime<Utc>,
) -> Result<OrganisationId, FlowError> {
    let home = practice::find(tx, actor.organisation())?.map_or(actor.organisation(), |found| found.of);
    let begun = practice::count_since(tx, home, actor.person(), now - Duration::days(1))?;
    if begun >= A_DAY_MAX {
        let message =
            format!("You have begun {begun} practices since yesterday; the limit is {A_DAY_MAX} a day.");
        return Err(FlowError::invalid("part", message));
    }
    if let Some(before) = practice::find_open(tx, home, actor.person(), part)? {
        practice::end(tx, before.organisation, now)?;
    }
    let (code, number) = practice::find_free(tx)?;
    let name = format!("Practice as {}", part.role());
    let id = organisation::insert(tx, &code, &name)?;
    practice::insert(tx, (id, home), actor.person(), part, now)?;
    role::insert_built_in(tx, id)?;
    let data = json!({ "code": code, "name": name });
    event::append(tx, &Event::new(id, now, "organisation.founded", data))?;
    for colleague in COLLEAGUES {
        let colleague_id = practice::load_colleague(tx, colleague)?;
        join(tx, id, (colleague_id, colleague), now)?;
    }
    join(tx, id, (actor.person(), part), now)?;
    open_account(tx, id, number, now)?;
    Ok(id)
}

fn join(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    (id, part): (PersonId, Part),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    person::join(tx, organisation, id)?;
    role::give(tx, organisation, id, part.role(), None)?;
    let who = member::load(tx, organisation, id)?;
    let data = json!({ "email": who.email, "role": part.role() });
    Ok(event::append(
        tx,
        &Event::new(organisation, now, "person.joined", data).by(id),
    )?)
}

/// Six eyes for everything, so that each part is there to be played.
fn open_account(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    number: AccountNumber,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let corrupt = || StoreError::Corrupt("practice".to_owned());
    let bands = vec![Band {
        up_to: None,
        level: Level::Six,
    }];
    let policy = Policy::try_new(bands, None).map_err(|_| corrupt())?;
    let new = NewAccount {
        organisation,
        number,
        name: "Practice payouts",
        currency: Currency::parse(CURRENCY).ok_or_else(corrupt)?,
        country: COUNTRY,
        zone: ZONE,
        rail: "sandbox",
    };
    let id = account::insert(tx, &new, &policy, None)?;
    let entry = Entry {
        movement: Movement::Fund,
        amount: FUNDS,
        batch: None,
        slice: None,
        payout: None,
    };
    ledger::post(tx, organisation, id, &[entry], now)?;
    let data = json!({ "account": number.get(), "amount_minor": FUNDS });
    Ok(event::append(
        tx,
        &Event::new(organisation, now, "account.funded", data),
    )?)
}
