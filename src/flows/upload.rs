//! Upload: the file is stored in chunks with its digest, a batch is opened, validation is queued.
//! All in one transaction: either the batch is there and will be read, or nothing is.

use crate::domain::event::Event;
use crate::domain::ids::{AccountNumber, ApiClientId, BatchNumber};
use crate::domain::money::{Amount, NumberStyle};
use crate::domain::pay_on;
use crate::domain::permission::{Actor, Permission};
use crate::domain::purpose::Purpose;
use crate::domain::source::Source;
use crate::domain::task::Task;
use crate::flows::FlowError;
use crate::flows::typed::NAME_CHARS_MAX;
use crate::store::batch::{NewBatch, Sent};
use crate::store::file::NewFile;
use crate::store::signature::Making;
use crate::store::{Tx, account, batch, columns, event, file, organisation, queue, signature};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::io::Read;

/// What somebody wants to upload: fields as typed, the file as received.
pub struct Upload<'a> {
    /// The payout account's number.
    pub account: &'a str,
    /// The batch's name; the file's where empty.
    pub name: &'a str,
    /// When to pay; empty is when approved.
    pub pay_on: &'a str,
    /// For rows without one.
    pub purpose: &'a str,
    /// How many rows there should be.
    pub control_count: &'a str,
    /// What they should add up to.
    pub control_total: &'a str,
    /// `ask` to be asked what each column means, whatever is certain or remembered.
    pub columns: &'a str,
    /// The file's own name.
    pub file_name: &'a str,
    /// Its size.
    pub size_bytes: u64,
    /// SHA-256 of its content.
    pub digest: [u8; 32],
}

/// Takes the file in and opens the batch.
///
/// # Errors
/// `Invalid` with the field that is malformed; `NotPermitted` without batch.capture on the account.
pub fn upload(
    tx: &mut Tx<'_>,
    actor: &Actor,
    upload: &Upload<'_>,
    bytes: &mut dyn Read,
    now: DateTime<Utc>,
) -> Result<BatchNumber, FlowError> {
    take_in(tx, actor, (upload, Source::File, None), bytes, now)
}

/// The same for what an API client sent: a file, or JSON that is kept as one. It is submitted as soon
/// as it is validated.
///
/// # Errors
/// As `upload`.
pub fn upload_sent(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (upload, source, client): (&Upload<'_>, Source, ApiClientId),
    bytes: &mut dyn Read,
    now: DateTime<Utc>,
) -> Result<BatchNumber, FlowError> {
    let sent = Sent {
        client,
        webhook_url: None,
    };
    take_in(tx, actor, (upload, source, Some(sent)), bytes, now)
}

fn take_in(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (upload, source, sent): (&Upload<'_>, Source, Option<Sent<'_>>),
    bytes: &mut dyn Read,
    now: DateTime<Utc>,
) -> Result<BatchNumber, FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let number = AccountNumber::parse(upload.account.trim()).ok_or_else(|| {
        FlowError::invalid(
            "account",
            "Choose the payout account that the batch is paid from.",
        )
    })?;
    let account = account::load_by_number(tx, &scope, number)?;
    let pay_on = match upload.pay_on.trim() {
        "" => None,
        text => Some(
            pay_on::parse(text, account.zone, now)
                .map_err(|fault| FlowError::invalid("pay_on", format!("{fault}. {}", fault.remedy())))?,
        ),
    };
    let control = control_figures(upload, account.currency)?;
    let name = name_of(upload)?;
    let new = NewFile {
        name: upload.file_name,
        size_bytes: upload.size_bytes,
        digest: upload.digest,
    };
    let file = file::store(tx, actor.organisation(), &new, bytes)?;
    let number = organisation::take_batch_number(tx, actor.organisation())?;
    let new = NewBatch {
        organisation: actor.organisation(),
        account: account.id,
        number,
        name: &name,
        source,
        repeats: None,
        sent,
        content_type: announced(upload, source, sent),
        file: Some(file),
        purpose: purpose_of(upload)?,
        pay_on,
        control,
        captured_by: actor.person(),
        captured_at: now,
        judged_approvals: account.approvals,
    };
    let id = batch::insert(tx, &new)?;
    if upload.columns.trim() == "ask" {
        columns::set_to_be_asked(tx, id)?;
    }
    signature::add_maker(tx, id, actor.person(), Making::Captured, now)?;
    queue::enqueue(tx, &Task::ValidateBatch { batch: id }, now)?;
    let data = json!({ "batch": number.get(), "account": account.number.get(), "file": upload.file_name,
        "bytes": upload.size_bytes, "sha256": hex(&upload.digest) });
    event::append(
        tx,
        &Event::new(actor.organisation(), now, "batch.captured", data)
            .by(actor.person())
            .on_batch(id),
    )?;
    Ok(number)
}

/// What is told of the format until the file is read, to programs that ask.
fn announced(upload: &Upload<'_>, source: Source, sent: Option<Sent<'_>>) -> &'static str {
    let ends_with = |end: &str| upload.file_name.to_lowercase().ends_with(end);
    match source {
        _ if sent.is_none() => "",
        Source::Json => "JSON",
        Source::File | Source::Portal if ends_with(".xlsx") => "XLSX",
        Source::File | Source::Portal => "CSV",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn name_of(upload: &Upload<'_>) -> Result<String, FlowError> {
    let given = upload.name.trim();
    // Some browsers send the path too, and attackers one of their own.
    let file_name = upload.file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let name: String = if given.is_empty() { stem } else { given }
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    let count = name.chars().count();
    if count > NAME_CHARS_MAX && !given.is_empty() {
        let message = format!("The name has {count} characters; the limit is {NAME_CHARS_MAX}. Shorten it.");
        return Err(FlowError::invalid("name", message));
    }
    let name: String = name.chars().take(NAME_CHARS_MAX).collect();
    Ok(if name.trim().is_empty() {
        "Batch".to_owned()
    } else {
        name.trim().to_owned()
    })
}

fn purpose_of(upload: &Upload<'_>) -> Result<Option<Purpose>, FlowError> {
    match upload.purpose.trim() {
        "" => Ok(None),
        text => Purpose::parse(text).map(Some).ok_or_else(|| {
            FlowError::invalid("purpose", "Choose one of the 20 purposes, or leave it empty.")
        }),
    }
}

fn control_figures(
    upload: &Upload<'_>,
    currency: crate::domain::money::Currency,
) -> Result<(Option<i64>, Option<i64>), FlowError> {
    let count = match upload.control_count.trim() {
        "" => None,
        text => Some(
            text.replace([',', ' '], "")
                .parse::<i64>()
                .ok()
                .filter(|count| *count > 0)
                .ok_or_else(|| {
                    FlowError::invalid(
                        "control_count",
                        "Write the number of rows in digits, such as 100, or leave it empty.",
                    )
                })?,
        ),
    };
    let total = match upload.control_total.trim() {
        "" => None,
        text => Some(
            Amount::parse(text, currency, NumberStyle::Point).map_err(|fault| {
                FlowError::invalid("control_total", format!("{fault}. {}", fault.remedy()))
            })?,
        ),
    };
    Ok((count, total))
}
