//! Upload: the file is stored in chunks with its digest, a batch is opened, validation is queued.
//! All in one transaction: either the batch is there and will be read, or nothing is.

use crate::domain::event::Event;
use crate::domain::headings::with_headings;
use crate::domain::ids::{ApiClientId, BatchNumber};
use crate::domain::permission::{Actor, Permission};
use crate::domain::source::Source;
use crate::domain::task::Task;
use crate::flows::FlowError;
use crate::flows::heading::{self, form_digest};
use crate::flows::typed::NAME_CHARS_MAX;
use crate::store::batch::{NewBatch, Sent};
use crate::store::file::NewFile;
use crate::store::signature::Making;
use crate::store::{Tx, account, batch, batch_form, columns, event, file, organisation, queue, signature};
use chrono::{DateTime, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::io::Read;
use uuid::Uuid;

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
    /// Names the form that was shown, where it says so: with the same file it opens one batch.
    pub form_key: Option<Uuid>,
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

/// Rows pasted from a spreadsheet, with what is asked beside them: fields as typed.
pub struct Pasted<'a> {
    /// The payout account's number.
    pub account: &'a str,
    /// The batch's name; "Pasted payouts" where empty.
    pub name: &'a str,
    /// When to pay; empty is when approved.
    pub pay_on: &'a str,
    /// For rows without one.
    pub purpose: &'a str,
    /// How many rows there should be, and what they should add up to.
    pub control: (&'a str, &'a str),
    /// The rows, as the clipboard has them.
    pub text: &'a str,
    /// Names the form that was shown.
    pub form_key: Option<Uuid>,
}

/// How much is pasted at most; more is better uploaded.
pub const PASTED_BYTES_MAX: usize = 1 << 20;

/// The same for rows that were pasted: they are kept as a file and read like one.
///
/// # Errors
/// As `upload`; `Invalid` where there is more than [`PASTED_BYTES_MAX`].
pub fn paste(
    tx: &mut Tx<'_>,
    actor: &Actor,
    pasted: &Pasted<'_>,
    now: DateTime<Utc>,
) -> Result<BatchNumber, FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let account = account::load_by_number(tx, &scope, heading::account_number(pasted.account)?)?;
    if pasted.text.len() > PASTED_BYTES_MAX {
        let message = format!(
            "These rows are {} KiB of text; the limit is {} KiB at a time. Save them as a file and upload that.",
            pasted.text.len().div_ceil(1024),
            PASTED_BYTES_MAX / 1024
        );
        return Err(FlowError::invalid("rows", message));
    }
    let text = with_headings(pasted.text, account.currency);
    // Headings that we gave say nothing: what was answered for other rows is no answer for these.
    let columns = match text {
        Cow::Borrowed(_) => "",
        Cow::Owned(_) => "ask",
    };
    let mut bytes = text.as_bytes();
    let name = pasted.name.trim();
    let upload = Upload {
        account: pasted.account,
        name: if name.is_empty() { "Pasted payouts" } else { name },
        pay_on: pasted.pay_on,
        purpose: pasted.purpose,
        control_count: pasted.control.0,
        control_total: pasted.control.1,
        columns,
        file_name: "pasted-rows.tsv",
        size_bytes: bytes.len() as u64,
        digest: Sha256::digest(bytes).into(),
        form_key: pasted.form_key,
    };
    take_in(tx, actor, (&upload, Source::Portal, None), &mut bytes, now)
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
    let account = account::load_by_number(tx, &scope, heading::account_number(upload.account)?)?;
    let pay_on = heading::date(upload.pay_on, account.zone, now)?;
    let figures = (upload.control_count, upload.control_total);
    let control = heading::control_figures(figures, account.currency)?;
    let purpose = heading::purpose(upload.purpose)?;
    let name = name_of(upload)?;
    let form = upload.form_key.map(|key| digest(key, upload));
    if let Some(form) = &form
        && let Some(opened) = batch_form::lock(tx, actor.organisation(), form)?
    {
        return Ok(opened);
    }
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
        purpose,
        pay_on,
        control,
        captured_by: actor.person(),
        captured_at: now,
        judged_approvals: account.approvals,
    };
    let id = batch::insert(tx, &new)?;
    if let Some(form) = &form {
        batch_form::update(tx, actor.organisation(), form, id)?;
    }
    if upload.columns.trim() == "ask" {
        columns::set_to_be_asked(tx, id)?;
    }
    signature::add_maker(tx, id, actor.person(), Making::Captured, now)?;
    queue::enqueue(tx, &Task::ValidateBatch { batch: id }, now)?;
    let data = json!({ "batch": number.get(), "account": account.number.get(), "file": file::base_name(upload.file_name),
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

fn digest(key: Uuid, upload: &Upload<'_>) -> [u8; 32] {
    let typed = [
        upload.account,
        upload.name,
        upload.pay_on,
        upload.purpose,
        upload.columns,
    ];
    form_digest(key, &upload.digest, &typed)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn name_of(upload: &Upload<'_>) -> Result<String, FlowError> {
    let given = upload.name.trim();
    let file_name = file::base_name(upload.file_name);
    let stem = file_name
        .rsplit_once('.')
        .map_or(file_name.as_str(), |(stem, _)| stem);
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
