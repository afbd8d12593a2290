//! The demonstration organisation: its people, accounts, policies and money, as product.md lists
//! them.

use crate::domain::authorisation::{Band, Level, Policy};
use crate::domain::event::Event;
use crate::domain::ids::{AccountNumber, OrganisationId, PersonId};
use crate::domain::ledger::Movement;
use crate::domain::money::Currency;
use crate::domain::permission::BUILT_IN_ROLES;
use crate::flows::FlowError;
use crate::store::account::NewAccount;
use crate::store::api_client::NewApiClient;
use crate::store::ledger::Entry;
use crate::store::{StoreError, Tx, account, api_client, event, ledger, organisation, person, role};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::json;

/// Everybody's password.
pub const PASSWORD: &str = "countersign-demo";
/// Who can sign in: e-mail, name, role.
pub const PEOPLE: &[(&str, &str, &str)] = &[
    ("thoko@kachere.example", "Thoko Banda", "Initiator"),
    ("chikondi@kachere.example", "Chikondi Mwale", "Reviewer"),
    ("james@kachere.example", "James Gondwe", "Approver"),
    ("grace@kachere.example", "Grace Phiri", "Reviewer"),
    ("ruth@kachere.example", "Ruth Kalua", "Auditor"),
    ("amina@kachere.example", "Amina Chirwa", "Administrator"),
    ("peter@kachere.example", "Peter Tembo", "Administrator"),
    ("dalitso@kachere.example", "Dalitso Zulu", "Developer"),
];
/// API clients: id, and whose. Their secret is everybody's password.
pub const CLIENTS: &[(&str, &str)] = &[
    ("kachere-thoko", "thoko@kachere.example"),
    ("kachere-chikondi", "chikondi@kachere.example"),
    ("kachere-james", "james@kachere.example"),
];
const CODE: &str = "FYH0NTVW0DXK";
const NAME: &str = "Kachere Traders";
/// Number, name, currency, country, zone, funding in minor units.
const ACCOUNTS: &[(i32, &str, &str, &str, Tz, i64)] = &[
    (
        35_253_486,
        "Main payouts",
        "MWK",
        "MW",
        Tz::Africa__Blantyre,
        1_248_020_000,
    ),
    (
        35_253_502,
        "Gulf refunds",
        "SAR",
        "SA",
        Tz::Asia__Riyadh,
        8_411_250,
    ),
];
/// Up to this total 4 eyes, above it 6: 250,000.00.
const FOUR_EYES_UP_TO: i64 = 25_000_000;

/// Makes the demonstration where the database has no organisation yet; says whether it did.
/// `hash` turns the password into a hash.
///
/// # Errors
/// What the store says.
pub fn demonstrate(tx: &mut Tx<'_>, password_hash: &str, now: DateTime<Utc>) -> Result<bool, FlowError> {
    if !organisation::list(tx)?.is_empty() {
        return Ok(false);
    }
    let id = organisation::insert(tx, CODE, NAME)?;
    role::insert_built_in(tx, id)?;
    event::append(
        tx,
        &Event::new(
            id,
            now,
            "organisation.founded",
            json!({ "code": CODE, "name": NAME }),
        ),
    )?;
    for (email, name, role) in PEOPLE {
        let person = person::insert(tx, email, name, password_hash)?;
        person::join(tx, id, person)?;
        role::give(tx, id, person, role, None)?;
        let joined = Event::new(id, now, "person.joined", json!({ "email": email, "role": role }));
        event::append(tx, &joined.by(person))?;
        for (client_id, _) in CLIENTS.iter().filter(|(_, of)| of == email) {
            open_client(tx, id, (person, role), (client_id, password_hash), now)?;
        }
    }
    for account in ACCOUNTS {
        open_account(tx, id, account, now)?;
    }
    Ok(true)
}

/// A client that may do all that its person may, confirmed already.
fn open_client(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    (person, role): (PersonId, &str),
    (client_id, hash): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let scopes = BUILT_IN_ROLES.iter().find(|(name, _)| *name == role);
    let scopes = scopes.map_or(&[][..], |(_, permissions)| *permissions);
    let new = NewApiClient {
        organisation,
        person,
        client_id,
        name: "Demonstration",
        scopes,
        ranges: &[],
        expires_at: None,
        by: person,
    };
    let id = api_client::insert(tx, &new, now)?;
    api_client::confirm(tx, id, (hash, None), now)?;
    let scopes: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    let data = json!({ "client_id": client_id, "scopes": scopes });
    event::append(
        tx,
        &Event::new(organisation, now, "api_client.confirmed", data).by(person),
    )?;
    Ok(())
}

fn open_account(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    (number, name, currency, country, zone, funding): &(i32, &str, &str, &str, Tz, i64),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let corrupt = || StoreError::Corrupt("demonstration".to_owned());
    let bands = vec![
        Band {
            up_to: Some(FOUR_EYES_UP_TO),
            level: Level::Four,
        },
        Band {
            up_to: None,
            level: Level::Six,
        },
    ];
    let policy = Policy::try_new(bands, None).map_err(|_| corrupt())?;
    let new = NewAccount {
        organisation,
        number: AccountNumber::try_new(*number).ok_or_else(corrupt)?,
        name,
        currency: Currency::parse(currency).ok_or_else(corrupt)?,
        country,
        zone: *zone,
        rail: "sandbox",
    };
    let id = account::insert(tx, &new, &policy, None)?;
    let entry = Entry {
        movement: Movement::Fund,
        amount: *funding,
        batch: None,
        slice: None,
        payout: None,
    };
    ledger::post(tx, organisation, id, &[entry], now)?;
    let data = json!({ "account": number, "amount_minor": funding });
    event::append(tx, &Event::new(organisation, now, "account.funded", data))?;
    Ok(())
}
