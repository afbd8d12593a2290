//! The files of an evidence pack, one after the other.

use super::{Subject, readme};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::FileId;
use crate::domain::money::Money;
use crate::export::csv::{Bom, Sheet};
use crate::export::pack::{Pack, safe_name};
use crate::export::xlsx::Book;
use crate::export::{RowSink, Value, payout_report, statement};
use crate::http::stream::BodyWriter;
use crate::pages::reply::Broken;
use crate::store::file::StoredFile;
use crate::store::payout::Tab;
use crate::store::report::Filter;
use crate::store::{
    Conn, block, document as documents, evidence, file, ledger, payout, person, report, rework, single,
};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value as Json, json};
use std::io::Write;

/// Rows and lines read at a time.
const PAGE: i64 = 1_000;

type Out<'o> = &'o mut (dyn Write + Send);
type Packing = Pack<BodyWriter>;

/// Writes everything.
pub(super) fn write(conn: &mut Conn<'_>, of: &Subject, pack: &mut Packing) -> Result<(), Broken> {
    let original = match of.batch.file {
        Some(id) => Some(file::load(conn, id)?),
        None => None,
    };
    pack.entry("README.txt", |out| text(out, &readme::text(of)))?;
    let facts = facts(conn, of, original.as_ref())?;
    pack.entry("batch.json", |out| text(out, &format!("{facts:#}\n")))?;
    if let Some(original) = &original {
        let name = format!("file/{}", safe_name(&original.name));
        pack.entry(&name, |out| copy(conn, original.id, out))?;
    }
    pack.entry("validation.csv", |out| validation(conn, of, out))?;
    pack.entry("payouts.csv", |out| {
        payouts(conn, of, Sheet::create(out, Bom::Without)?)
    })?;
    pack.entry("payouts.xlsx", |out| {
        payouts(conn, of, Book::create(out, "Payouts", &of.scratch)?)
    })?;
    pack.entry("signatures.csv", |out| signatures(conn, of, out))?;
    pack.entry("fingerprint.csv", |out| blocks(conn, of, out))?;
    pack.entry("ledger.csv", |out| entries(conn, of, out))?;
    pack.entry("audit.jsonl", |out| audit(conn, of, out))?;
    attachments(conn, of, pack)
}

fn text(out: Out<'_>, text: &str) -> Result<(), Broken> {
    Ok(out.write_all(text.as_bytes())?)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A stored file, chunk by chunk.
fn copy(conn: &mut Conn<'_>, id: FileId, out: Out<'_>) -> Result<(), Broken> {
    let mut n = 0;
    while let Some(bytes) = file::find_chunk(conn, id, n)? {
        out.write_all(&bytes)?;
        n += 1;
    }
    Ok(())
}

fn facts(conn: &mut Conn<'_>, of: &Subject, original: Option<&StoredFile>) -> Result<Json, Broken> {
    let (batch, account) = (&of.batch, &of.account);
    let captured = person::list(conn, &[batch.captured_by])?;
    let file = original.map(|file| {
        json!({ "name": file.name, "in_pack": format!("file/{}", safe_name(&file.name)),
            "bytes": file.size_bytes, "sha256": hex(&file.digest) })
    });
    Ok(json!({
        "organisation": of.organisation,
        "batch": { "number": batch.number.get(), "name": batch.name, "status": batch.status.as_str(),
            "level": batch.level.map(|level| level.name()), "revision": batch.revision,
            "captured_by": captured.first().map(|person| &person.email),
            "captured_at": batch.captured_at, "pay_on": batch.pay_on,
            "rows": batch.rows_done, "faulty": batch.fault_count, "cancelled_since_signed": batch.cancelled_count,
            "closed_reason": batch.closed_reason },
        "account": { "number": account.number.get(), "name": account.name, "currency": account.currency.code(),
            "time_zone": account.zone.name() },
        "fingerprint": { "sha256": batch.fingerprint.map(Fingerprint::to_hex), "account": account.number.get(),
            "batch": batch.number.get(), "revision": batch.revision, "count": batch.payable_count,
            "total_minor": batch.payable_total },
        "file": file,
        "pack": { "made_by": of.by, "made_at": of.at },
    }))
}

/// What was wrong with which row, and why rows were left out.
fn validation(conn: &mut Conn<'_>, of: &Subject, out: Out<'_>) -> Result<(), Broken> {
    let mut sheet = Sheet::create(out, Bom::Without)?;
    sheet.header(&[
        "row",
        "column",
        "value",
        "what_is_wrong",
        "what_to_do",
        "left_out_because",
    ])?;
    let mut after = 0;
    loop {
        let page = payout::list_of_batch(conn, of.batch.id, Tab::Faults, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.row;
        let numbers: Vec<i32> = page.iter().map(|row| row.row).collect();
        let left_out = rework::list_left_out(conn, &of.batch, &numbers)?;
        for row in &page {
            let Err((_, faults)) = &row.content else { continue };
            let because = left_out.iter().find(|(number, _)| *number == row.row);
            for fault in faults {
                sheet.row(&[
                    Value::Integer(i64::from(row.row)),
                    Value::Text(fault.field.code()),
                    Value::Text(&fault.value),
                    Value::Text(&fault.message),
                    Value::Text(&fault.remedy),
                    Value::text(because.map(|(_, reason)| reason.as_str())),
                ])?;
            }
        }
    }
    Ok(sheet.finish()?)
}

/// The payout report, of this batch alone.
fn payouts(conn: &mut Conn<'_>, of: &Subject, mut sheet: impl RowSink) -> Result<(), Broken> {
    let filter = Filter {
        batch: Some(of.batch.id),
        ..Filter::default()
    };
    payout_report::write_header(&mut sheet)?;
    report::stream(conn, &of.scope, &filter, |line| {
        Ok::<_, Broken>(payout_report::write_line(&mut sheet, &line)?)
    })?;
    Ok(sheet.finish()?)
}

/// Every signature of every revision: those of earlier ones are void.
fn signatures(conn: &mut Conn<'_>, of: &Subject, out: Out<'_>) -> Result<(), Broken> {
    let mut sheet = Sheet::create(out, Bom::Without)?;
    sheet.header(&[
        "revision",
        "stands",
        "seat",
        "by",
        "name",
        "at",
        "released_at",
        "payouts",
        "total",
        "currency",
        "fingerprint",
    ])?;
    let zone = of.account.zone;
    for signed in evidence::list_signatures(conn, &of.batch)? {
        let total = Money::new(signed.payable_total, of.account.currency);
        let print = hex(&signed.fingerprint);
        sheet.row(&[
            Value::Integer(i64::from(signed.revision)),
            Value::Text(if signed.revision == of.batch.revision {
                "yes"
            } else {
                "void"
            }),
            Value::Text(&signed.seat),
            Value::Text(&signed.email),
            Value::Text(&signed.name),
            Value::Moment(signed.at.with_timezone(&zone)),
            Value::moment(signed.released_at.map(|at| at.with_timezone(&zone))),
            Value::Integer(signed.payable_count),
            Value::Amount(total),
            Value::Text(of.account.currency.code()),
            Value::Text(&print),
        ])?;
    }
    Ok(sheet.finish()?)
}

/// What the fingerprint is made of, beside its header.
fn blocks(conn: &mut Conn<'_>, of: &Subject, out: Out<'_>) -> Result<(), Broken> {
    let mut sheet = Sheet::create(out, Bom::Without)?;
    sheet.header(&["block", "sha256"])?;
    for (block, digest) in block::list(conn, of.batch.id)? {
        sheet.row(&[Value::Integer(i64::from(block)), Value::Text(&digest.to_hex())])?;
    }
    Ok(sheet.finish()?)
}

/// The ledger's lines about this batch.
fn entries(conn: &mut Conn<'_>, of: &Subject, out: Out<'_>) -> Result<(), Broken> {
    let mut sheet = Sheet::create(out, Bom::Without)?;
    statement::write_header(&mut sheet)?;
    let since = Some(of.batch.captured_at);
    ledger::stream(conn, &of.scope, &of.account, (since, None), |line| {
        if line
            .batch
            .as_ref()
            .is_some_and(|(number, _)| *number == of.batch.number)
        {
            statement::write_line(&mut sheet, &line)?;
        }
        Ok::<_, Broken>(())
    })?;
    Ok(sheet.finish()?)
}

/// The log's lines about this batch, each with what its hash covers.
fn audit(conn: &mut Conn<'_>, of: &Subject, out: Out<'_>) -> Result<(), Broken> {
    let mut after = 0;
    loop {
        let page = evidence::list_links(conn, &of.batch, (after, PAGE), of.reads_log)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.seq;
        for link in &page {
            let mut line: Map<String, Json> = link
                .covered
                .iter()
                .map(|(name, text)| ((*name).to_owned(), json!(text)))
                .collect();
            line.insert("by".to_owned(), json!(link.email));
            line.insert("previous".to_owned(), json!(hex(&link.previous)));
            line.insert("hash".to_owned(), json!(hex(&link.hash)));
            writeln!(out, "{}", Json::Object(line))?;
        }
    }
}

/// Supporting documents and evidence, removed ones too: they may have been signed over before.
fn attachments(conn: &mut Conn<'_>, of: &Subject, pack: &mut Packing) -> Result<(), Broken> {
    let all = documents::list(conn, &of.batch)?;
    let given = match single::find(conn, of.batch.id)?.and_then(|single| single.evidence) {
        Some((id, _)) => Some(file::load(conn, id)?),
        None => None,
    };
    let ids: Vec<_> = all
        .iter()
        .flat_map(|one| [Some(one.added_by), one.removed.map(|(by, _)| by)])
        .flatten()
        .collect();
    let people = person::list(conn, &ids)?;
    let email = |id| {
        people
            .iter()
            .find(|person| person.id == id)
            .map(|person| person.email.as_str())
    };
    let path = |n: usize, file: &StoredFile| format!("documents/{n:02}-{}", safe_name(&file.name));
    pack.entry("documents.csv", |out| {
        let mut sheet = Sheet::create(out, Bom::Without)?;
        sheet.header(&[
            "in_pack",
            "name",
            "bytes",
            "sha256",
            "added_by",
            "added_at",
            "removed_by",
            "removed_at",
        ])?;
        if let Some(file) = &given {
            let (path, digest) = (path(0, file), hex(&file.digest));
            sheet.row(&[
                Value::Text(&path),
                Value::Text(&file.name),
                Value::Integer(file.size_bytes),
                Value::Text(&digest),
                Value::Empty,
                Value::Empty,
                Value::Empty,
                Value::Empty,
            ])?;
        }
        for (n, one) in (1..).zip(&all) {
            let (path, digest) = (path(n, &one.file), hex(&one.file.digest));
            sheet.row(&[
                Value::Text(&path),
                Value::Text(&one.file.name),
                Value::Integer(one.file.size_bytes),
                Value::Text(&digest),
                Value::text(email(one.added_by)),
                Value::Text(&moment(one.added_at)),
                Value::text(one.removed.and_then(|(by, _)| email(by))),
                Value::text(one.removed.map(|(_, at)| moment(at)).as_deref()),
            ])?;
        }
        Ok::<_, Broken>(sheet.finish()?)
    })?;
    if let Some(file) = &given {
        pack.entry(&path(0, file), |out| copy(conn, file.id, out))?;
    }
    for (n, one) in (1..).zip(&all) {
        pack.entry(&path(n, &one.file), |out| copy(conn, one.file.id, out))?;
    }
    Ok(())
}
