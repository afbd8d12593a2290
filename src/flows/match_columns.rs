//! Matching: a person says what the columns of a batch's file mean, and validation goes on.
//!
//! What they say is remembered for the organisation by the set of headings, as a version of its own
//! where it is not what the last one says, and the batch keeps the version that it is read by.
//! Whoever matches is a maker: the amounts come from the column that they chose.

use crate::domain::batch::{Status, Step};
use crate::domain::columns::{Choice, Decided, choose, key};
use crate::domain::event::Event;
use crate::domain::ids::BatchNumber;
use crate::domain::permission::{Actor, Permission};
use crate::domain::task::Task;
use crate::flows::FlowError;
use crate::store::signature::Making;
use crate::store::{StoreError, Tx, account, batch, columns, event, queue, signature};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Takes the choices, one for each column of the file, and queues validation.
///
/// # Errors
/// `Invalid` with everything that is missing, doubled or undecided; `Stale` where the batch no
/// longer waits for its columns.
pub fn match_columns(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    choices: &[Choice],
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let mut found = batch::lock(tx, &scope, number)?;
    if found.status != Status::Matching {
        return Err(StoreError::Stale("batch").into());
    }
    let asked = columns::load_asked(tx, &found)?;
    let meanings = choose(&asked, choices).map_err(|troubles| {
        let told: Vec<String> = troubles.into_iter().map(|trouble| trouble.message).collect();
        FlowError::invalid("columns", told.join(" "))
    })?;
    let headings = asked.headings();
    let currency = account::load(tx, found.account)?.currency;
    let decided = Decided {
        columns: headings.iter().cloned().zip(meanings).collect(),
    };
    let key = key(&headings, currency);
    let latest = columns::find_latest(tx, found.organisation, &key)?;
    let (id, version) = match &latest {
        Some(known) if known.decided == decided => (known.id, known.version),
        _ => {
            let version = latest.map_or(1, |known| known.version + 1);
            let by = (actor.person(), now);
            let id = columns::insert(tx, found.organisation, &key, (version, &decided), by)?;
            (id, version)
        }
    };
    columns::note(tx, found.id, id)?;
    batch::advance(tx, &mut found, Step::Validate)?;
    signature::add_maker(tx, found.id, actor.person(), Making::Matched, now)?;
    queue::enqueue(tx, &Task::ValidateBatch { batch: found.id }, now)?;
    let data = json!({ "version": version, "columns": decided.columns });
    let matched = Event::new(found.organisation, now, "batch.columns_matched", data);
    event::append(tx, &matched.by(actor.person()).on_batch(found.id))?;
    let begun = Event::new(found.organisation, now, Step::Validate.as_str(), json!({}));
    Ok(event::append(tx, &begun.on_batch(found.id)).map(|_| ())?)
}
