//! `addFile` and `addJson`: a batch from a file in base64, or from a list of transactions. Both bodies
//! are streamed; the list is kept as the batch's file, so that the job that validates files reads it
//! and goes on where it was stopped.

use crate::api::error::ApiError;
use crate::api::faults::Faults;
use crate::api::json::{Node, element, member};
use crate::api::strict;
use crate::api::told;
use crate::api::words::Arg;
use crate::domain::account::Account;
use crate::domain::fault::FileFault;
use crate::domain::ids::AccountNumber;
use crate::domain::pay_on;
use crate::domain::permission::Permission;
use crate::domain::source::Source;
use crate::flows::FlowError;
use crate::flows::sent::{self, Beside, Digesting, EnvelopeFault, Held, Member, TRANSACTIONS_MAX};
use crate::flows::upload::{Upload, upload_sent};
use crate::http::answer::Answer;
use crate::http::call::{Call, Spooled};
use crate::store::account;
use serde::Serialize;
use serde_json::{Map, Value};
use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use utoipa::ToSchema;

/// What `addFile` may say that a file is. What it is, is decided by its content.
const CONTENT_TYPES: [&str; 2] = ["XLSX", "CSV"];
/// Texts of a transaction are looked at up to here; what a field may hold is judged row by row.
const NAMES: [(&str, bool); 6] = [
    ("beneficiaryName", false),
    ("connectorId", true),
    ("beneficiaryAccountNumber", true),
    ("transactionDescription", false),
    ("transactionAmount", true),
    ("sourceReferenceNumber", false),
];

/// A batch that was taken in.
#[derive(Serialize, ToSchema, Debug)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct BatchTaken {
    /// The payout account's number.
    merchant_account_number: i32,
    /// The batch's number.
    batch_number: i32,
    /// `Q`: queued.
    batch_status_code: &'static str,
}

/// What both calls say beside the payouts.
struct Heading {
    account: AccountNumber,
    pay_on: String,
}

/// Reads what both calls say beside the payouts.
fn heading(call: &Call, body: &Node<'_>, faults: &mut Faults) -> Result<Option<Heading>, ApiError> {
    let account = call.read_merchant_account(&body.field("merchantAccountNumber"), faults);
    call.check_named(&body.field("capturedBy"), faults)?;
    let is_scheduled = body.field("isBatchScheduled").required(faults).boolean(faults);
    let date = body.field("scheduledDate");
    let text = date
        .text(faults, 0..=32)
        .map(str::trim)
        .filter(|text| !text.is_empty());
    match (is_scheduled, text) {
        (Some(true), None) if date.value().is_none_or(Value::is_string) => {
            faults.add(&date.path, "fault-missing", &[]);
        }
        (Some(false), Some(_)) => faults.add(&date.path, "fault-not-scheduled", &[]),
        _ => {}
    }
    let Some(account) = account else { return Ok(None) };
    if let (Some(true), Some(text)) = (is_scheduled, text) {
        let account = find_account(call, account)?;
        if let Err(fault) = pay_on::parse(text, account.zone, call.now) {
            faults.add_date(&date.path, fault);
        }
    }
    Ok(Some(Heading {
        account,
        pay_on: text.unwrap_or_default().to_owned(),
    }))
}

fn find_account(call: &Call, number: AccountNumber) -> Result<Account, ApiError> {
    let scope = call
        .actor()?
        .require(Permission::BatchCapture)
        .map_err(FlowError::from)?;
    Ok(call.read(|conn| account::load_by_number(conn, &scope, number))?)
}

fn spooled(call: &Call) -> Result<Spooled, ApiError> {
    call.take_spooled().ok_or(ApiError::Unread)
}

fn ours(error: &std::io::Error) -> ApiError {
    ApiError::Ours(error.to_string())
}

/// Raw members as one object; one that can't be read is noted and counts as absent.
fn object(beside: Beside, faults: &mut Faults) -> Value {
    let mut read = |(name, raw): (String, String)| {
        let value = strict::parse(raw.as_bytes()).unwrap_or_else(|_| {
            faults.add(&name, "fault-name-twice", &[]);
            Value::Null
        });
        (name, value)
    };
    let members: Map<_, _> = beside.into_iter().map(&mut read).collect();
    Value::Object(members)
}

/// `addFile`.
pub(in crate::api) fn add_file(call: &Call) -> Result<Answer, ApiError> {
    let body = spooled(call)?;
    let mut file = tempfile::tempfile_in(&call.portal.scratch).map_err(|error| ours(&error))?;
    let mut digesting = Digesting::new(&mut file);
    let unpacked = sent::unpack(
        body.file,
        "fileContent",
        &mut digesting,
        call.portal.upload_bytes_max,
    );
    let (digest, size_bytes) = digesting.finish();
    let mut faults = call.faults();
    let (beside, is_there) = match unpacked {
        Ok(unpacked) => unpacked,
        Err(EnvelopeFault::TooLarge(max)) => return Err(ApiError::TooLarge(max)),
        Err(EnvelopeFault::Io(error)) => return Err(ours(&error)),
        Err(EnvelopeFault::NotBase64) => {
            faults.add("fileContent", "fault-base64", &[]);
            return Err(ApiError::Faults(faults));
        }
        Err(EnvelopeFault::Broken(what)) => {
            let what = told::message(call.language, &what);
            faults.add("", "fault-not-json", &[("what", Arg::from(what))]);
            return Err(ApiError::Faults(faults));
        }
    };
    let body = object(beside, &mut faults);
    let body = Node::root(&body);
    let content = body.field("fileContent");
    if !is_there && content.is_present() {
        faults.add("fileContent", "fault-not-text", &[]);
    } else if size_bytes == 0 {
        faults.add("fileContent", "fault-missing", &[]);
    }
    let heading = heading(call, &body, &mut faults)?;
    let kind = body.field("contentType").required(&mut faults);
    let kind_text = kind.text(&mut faults, 1..=16);
    if kind_text.is_some_and(|text| !CONTENT_TYPES.contains(&text)) {
        faults.add(
            &kind.path,
            "fault-one-of",
            &[("list", Arg::from(CONTENT_TYPES.join(", ")))],
        );
    }
    let name = body
        .field("fileName")
        .text(&mut faults, 1..=200)
        .map(str::to_owned);
    let heading = faults
        .unless_any(heading)?
        .ok_or(ApiError::NotFound("payout account"))?;
    let extension = kind_text.unwrap_or_default();
    let name = name.unwrap_or_else(|| format!("batch.{}", extension.to_lowercase()));
    file.seek(SeekFrom::Start(0)).map_err(|error| ours(&error))?;
    take(call, &heading, (Source::File, &name), (file, size_bytes, digest))
}

/// `addJson`.
pub(in crate::api) fn add_json(call: &Call) -> Result<Answer, ApiError> {
    let Spooled { mut file, size_bytes } = spooled(call)?;
    let mut faults = call.faults();
    let mut count = 0_u32;
    let walked = sent::walk(&file, &mut |place, entry| {
        count += 1;
        check_transaction(place, entry, &mut faults);
    });
    let beside = match walked {
        Ok(beside) => beside,
        Err(FileFault::TooManyRows { limit }) => {
            let args = [
                ("count", Arg::from(format!("> {limit}"))),
                ("min", Arg::from(1)),
                ("max", Arg::from(TRANSACTIONS_MAX as usize)),
            ];
            faults.add("transactions", "fault-count", &args);
            return Err(ApiError::Faults(faults));
        }
        Err(fault) => {
            let what = told::message(call.language, &fault.to_string());
            faults.add("", "fault-not-json", &[("what", Arg::from(what))]);
            return Err(ApiError::Faults(faults));
        }
    };
    if count == 0 {
        faults.add("transactions", "fault-missing", &[]);
    }
    let body = object(beside, &mut faults);
    // The vendor sends these in `header`; beside the list they are as good.
    let is_flat = body.get("header").is_none() && body.get("merchantAccountNumber").is_some();
    let header = Node::root(&body).field("header");
    let node = if is_flat {
        Node::root(&body)
    } else {
        let _noted = header.clone().object(&mut faults);
        header
    };
    let heading = heading(call, &node, &mut faults)?;
    let heading = faults
        .unless_any(heading)?
        .ok_or(ApiError::NotFound("payout account"))?;
    let digest = sent::digest(&mut file).map_err(|error| ours(&error))?;
    take(
        call,
        &heading,
        (Source::Json, "transactions.json"),
        (file, size_bytes, digest),
    )
}

/// The shape of one transaction: what must be there, and that it is a text or a number. What a field
/// holds is judged like a row's, and makes a faulty entry.
fn check_transaction(place: u32, entry: Result<&[Member], &str>, faults: &mut Faults) {
    let path = element("transactions", place as usize);
    let members = match entry {
        Ok(members) => members,
        Err(what) => {
            let what = told::message(faults.language(), what);
            faults.add(&path, "fault-not-json", &[("what", Arg::from(what))]);
            return;
        }
    };
    for (name, is_required) in NAMES {
        let found = members.iter().find(|(other, _)| other == name);
        let path = member(&path, name);
        match found.map(|(_, held)| held) {
            None | Some(Held::Null) if is_required => faults.add(&path, "fault-missing", &[]),
            None | Some(Held::Null | Held::Text(_) | Held::Number(_)) => {}
            Some(Held::Flag(_) | Held::Texts(_) | Held::Nested) => {
                faults.add(&path, "fault-not-text", &[]);
            }
        }
    }
}

fn take(
    call: &Call,
    heading: &Heading,
    (source, file_name): (Source, &str),
    (mut file, size_bytes, digest): (File, u64, [u8; 32]),
) -> Result<Answer, ApiError> {
    let calling = call.calling()?;
    let name = format!("Sent by {}", calling.client.client_id);
    let account = heading.account.to_string();
    let upload = Upload {
        columns: "",
        account: &account,
        name: if source == Source::Json { &name } else { "" },
        pay_on: &heading.pay_on,
        purpose: "",
        control_count: "",
        control_total: "",
        file_name,
        size_bytes,
        digest,
        form_key: None,
    };
    call.act(|tx| {
        let what = (&upload, source, calling.client.id);
        let number = upload_sent(tx, &calling.actor, what, &mut file, call.now)?;
        Ok(Answer::ok(&BatchTaken {
            merchant_account_number: heading.account.get(),
            batch_number: number.get(),
            batch_status_code: "Q",
        }))
    })
    .map_err(|error: ApiError| error.in_words_of(&[("name", "fileName"), ("pay_on", "scheduledDate")]))
}
