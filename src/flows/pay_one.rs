//! Paying one person: what was typed is judged whole first, so that every fault is told at its field;
//! then it becomes a batch of one that is signed like any other, with why and the evidence beside it.
//!
//! The invariant: nothing is written unless everything that was typed is sound, and a form that is
//! sent twice opens one batch.

use crate::domain::account::Account;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, reference_in_use};
use crate::domain::field::Field;
use crate::domain::ids::{AccountNumber, BatchId, BatchNumber, FileId};
use crate::domain::money::NumberStyle;
use crate::domain::occasion::{CategoryReason, EvidenceKind, Occasion};
use crate::domain::permission::{Actor, Permission};
use crate::domain::row::{Entered, Payable, RowRules, judge};
use crate::domain::source::Source;
use crate::flows::FlowError;
use crate::flows::typed::{self, NAME_CHARS_MAX, Typed};
use crate::store::single::{self, Single};
use crate::store::{Tx, account, event, file, payout};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::io::Read;
use uuid::Uuid;

/// What somebody typed.
pub struct Asked<'a> {
    /// The payout account's number.
    pub account: &'a str,
    /// The category's code.
    pub category: &'a str,
    /// The reason's.
    pub category_reason: &'a str,
    /// The payout's fields.
    pub entered: Entered,
    /// Names the form that was shown, where it says so.
    pub form_key: Option<Uuid>,
}

/// A file of evidence as received: what it is has been looked at already.
pub struct Evidence<'a> {
    /// As it was called.
    pub name: &'a str,
    /// What it is.
    pub kind: EvidenceKind,
    /// Its size.
    pub size_bytes: u64,
    /// SHA-256 of its content.
    pub digest: [u8; 32],
    /// The content, from its beginning.
    pub bytes: &'a mut dyn Read,
}

/// What is wrong at which field of the form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldFault {
    /// The form field.
    pub field: &'static str,
    /// The fault and its remedy.
    pub message: String,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The batch of one, which waits to be sent for signatures.
    Opened(BatchNumber),
    /// Nothing was written: this is wrong.
    Faulty(Vec<FieldFault>),
}

/// Opens the batch of one.
///
/// # Errors
/// `NotPermitted` without batch.capture; `NotFound` where it is not given on the account.
pub fn pay_one(
    tx: &mut Tx<'_>,
    actor: &Actor,
    asked: Asked<'_>,
    evidence: Option<Evidence<'_>>,
    now: DateTime<Utc>,
) -> Result<Outcome, FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    if let Some(key) = asked.form_key
        && let Some(number) = single::find_by_form(tx, actor.organisation(), key)?
    {
        return Ok(Outcome::Opened(number));
    }
    let Some(number) = AccountNumber::parse(asked.account.trim()) else {
        let message = "Choose the payout account that it is paid from.".to_owned();
        return Ok(Outcome::Faulty(vec![FieldFault {
            field: "account",
            message,
        }]));
    };
    let account = account::load_by_number(tx, &scope, number)?;
    let (occasion, payable) = match judge_all(tx, &account, &asked, now)? {
        Ok(sound) => sound,
        Err(faults) => return Ok(Outcome::Faulty(faults)),
    };
    let file = match evidence {
        Some(evidence) => Some(store(tx, actor, evidence)?),
        None => None,
    };
    let mut entered = asked.entered;
    // The date is the batch's, as everywhere else: rescheduling the batch moves it.
    entered.set(Field::PayOn, "");
    let opening = Typed {
        account: number,
        name: &name(occasion, &payable),
        purpose: None,
        pay_on: payable.pay_on,
        source: Source::Portal,
        content_type: "",
        number_style: NumberStyle::Point,
        repeats: None,
        control: (None, None),
    };
    let opened = typed::open(tx, actor, &opening, vec![entered], now)?;
    let kept = Single {
        occasion,
        evidence: file.as_ref().map(|(id, kind, _)| (*id, *kind)),
    };
    single::insert(tx, actor.organisation(), opened.id, &kept, asked.form_key)?;
    say(
        tx,
        actor,
        opened.id,
        occasion,
        file.map(|(_, _, digest)| digest),
        now,
    )?;
    Ok(Outcome::Opened(opened.number))
}

/// Everything that can be wrong, at once.
fn judge_all(
    tx: &mut Tx<'_>,
    account: &Account,
    asked: &Asked<'_>,
    now: DateTime<Utc>,
) -> Result<Result<(Occasion, Payable), Vec<FieldFault>>, FlowError> {
    let mut faults = Vec::new();
    let occasion = Occasion::parse(asked.category, asked.category_reason).map_err(|fault| {
        faults.push(FieldFault {
            field: fault.field(),
            message: fault.to_string(),
        });
    });
    if asked.entered.text(Field::Comment).is_empty() {
        let message = "Say why this is paid. Signers decide by it, and the report shows it.".to_owned();
        faults.push(FieldFault {
            field: Field::Comment.code(),
            message,
        });
    }
    let rules = RowRules {
        currency: account.currency,
        country: account.country.clone(),
        zone: account.zone,
        purpose_default: account.purpose_default,
        number_style: NumberStyle::Point,
        now,
    };
    let judged = judge(&asked.entered, &rules).map_err(|found| faults.extend(found.iter().map(told)));
    if let Some(fault) = in_use(tx, account, &asked.entered)? {
        faults.push(told(&fault));
    }
    Ok(match (occasion, judged) {
        (Ok(occasion), Ok(payable)) if faults.is_empty() => Ok((occasion, payable)),
        (Ok(_) | Err(()), Ok(_) | Err(())) => Err(faults),
    })
}

fn in_use(tx: &mut Tx<'_>, account: &Account, entered: &Entered) -> Result<Option<Fault>, FlowError> {
    let reference = entered.text(Field::Reference);
    if reference.is_empty() {
        return Ok(None);
    }
    // No batch is left out of the comparison: this one is not there yet.
    let used = payout::list_references_in_use(tx, account.id, BatchId(0), &[reference])?;
    Ok(used
        .first()
        .map(|(_, number)| reference_in_use(reference, *number)))
}

fn told(fault: &Fault) -> FieldFault {
    FieldFault {
        field: fault.field.code(),
        message: format!("{}. {}.", fault.message, fault.remedy),
    }
}

/// "Support credit to Alinafe Nyirenda".
fn name(occasion: Occasion, payable: &Payable) -> String {
    let to = payable.beneficiary_name.as_deref().unwrap_or("a wallet");
    let name = format!("{} to {to}", occasion.category().label());
    name.chars().take(NAME_CHARS_MAX).collect()
}

type Stored = (FileId, EvidenceKind, [u8; 32]);

fn store(tx: &mut Tx<'_>, actor: &Actor, evidence: Evidence<'_>) -> Result<Stored, FlowError> {
    let new = file::NewFile {
        name: evidence.name,
        size_bytes: evidence.size_bytes,
        digest: evidence.digest,
    };
    let id = file::store(tx, actor.organisation(), &new, evidence.bytes)?;
    Ok((id, evidence.kind, evidence.digest))
}

fn say(
    tx: &mut Tx<'_>,
    actor: &Actor,
    batch: BatchId,
    occasion: Occasion,
    evidence: Option<[u8; 32]>,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let hex = |digest: [u8; 32]| {
        digest
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let data = json!({ "category": occasion.category().code(),
        "category_reason": occasion.reason().map(CategoryReason::code), "evidence_sha256": evidence.map(hex) });
    let kept = Event::new(actor.organisation(), now, "batch.occasion_given", data);
    Ok(event::append(tx, &kept.by(actor.person()).on_batch(batch))?)
}
