//! `getBatch` and `downloadBatchErrors`. The error file has the headings of the file that came, so that
//! who sent it knows their own columns; where no file came, the names of the API.

use super::shown::{error_file_name, shown};
use super::{Named, by_name, load};
use crate::api::error::ApiError;
use crate::api::json::Node;
use crate::api::told;
use crate::domain::fault::Fault;
use crate::domain::field::Field;
use crate::domain::ids::BatchId;
use crate::domain::permission::{Permission, Scope};
use crate::domain::row::Entered;
use crate::domain::source::Source;
use crate::export::csv::{Bom, Sheet};
use crate::export::error_file::ErrorFile;
use crate::export::{RowSink, Value};
use crate::flows::report::note_file;
use crate::flows::{FlowError, sent as sent_flow};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::language::Language;
use crate::http::stream::BodyWriter;
use crate::store::payout::Tab;
use crate::store::{ExportConn, batch_facts, columns as matches, payout};
use base64::engine::general_purpose::STANDARD;
use base64::write::EncoderWriter;
use std::collections::BTreeSet;
use std::io::Write as _;

/// Faulty rows read at once.
const PAGE: i64 = 1_000;

type Broken = Box<dyn std::error::Error + Send + Sync>;

fn named(call: &Call) -> Result<(Named, Scope), ApiError> {
    let body = call.json()?;
    let mut faults = call.faults();
    let named = by_name(call, &Node::root(&body), &mut faults)?;
    let named = faults.unless_any(named)?.ok_or(ApiError::NotFound("batch"))?;
    let scope = call
        .actor()?
        .require(Permission::BatchView)
        .map_err(FlowError::from)?;
    Ok((named, scope))
}

/// `getBatch`. What it shows can be signed by this client from now on.
pub(in crate::api) fn get(call: &Call) -> Result<Answer, ApiError> {
    let (named, scope) = named(call)?;
    let client = call.calling()?.client.id;
    let key = (named.account, named.number);
    let facts = call.read(|conn| batch_facts::load(conn, &scope, key, client))?;
    let answer = Answer::ok(&shown(&facts, call.language));
    let Some(fingerprint) = facts.batch.fingerprint else {
        return Ok(answer);
    };
    let answer = answer.with("x-batch-fingerprint", fingerprint.to_hex());
    if facts.last_sent == Some(fingerprint) {
        return Ok(answer);
    }
    call.act(|tx| {
        sent_flow::note_seen(tx, client, &facts.batch, call.now)?;
        Ok(answer)
    })
}

/// `downloadBatchErrors`: the faulty rows as they were sent, between their numbers and what to correct,
/// which alone is in the caller's language: by the headings the file is known when it comes back.
pub(in crate::api) fn errors(call: &Call) -> Result<Answer, ApiError> {
    let (named, scope) = named(call)?;
    let (found, account, read_as) = call.read(|conn| {
        let (found, account) = load(conn, &scope, named)?;
        let read_as = match found.source {
            // Pasted rows are a file too.
            Source::File | Source::Portal if found.file.is_some() => {
                Some(matches::load_read_as(conn, &found)?)
            }
            Source::File | Source::Json | Source::Portal => None,
        };
        Ok::<_, ApiError>((found, account, read_as))
    })?;
    let actor = call.actor()?;
    let place = call.portal.downloads.take(actor.person().0)?;
    let told = (found.id, "the error file");
    call.note_download(|tx| note_file(tx, actor, told, call.now))?;
    let mut rows = call.portal.db.export_connection()?;
    let (name, language) = (error_file_name(&found), call.language);
    let date = call
        .now
        .with_timezone(&account.zone)
        .format("%Y-%m-%d")
        .to_string();
    Ok(Answer::stream(Box::new(move |mut body: BodyWriter| {
        let _place = place;
        write!(
            body,
            r#"{{"documentName":"{name}","contentType":"text/csv","dateCreated":"{date}","documentBase64":""#
        )?;
        let mut coded = EncoderWriter::new(&mut body, &STANDARD);
        let sheet = Sheet::create(&mut coded, Bom::Without)?;
        match &read_as {
            Some(read_as) => {
                let mut file = ErrorFile::begin(sheet, read_as, found.number_style)?;
                each_faulty(&mut rows, found.id, |row, entered, faults| {
                    Ok(file.row_told(row, entered, &advice(language, faults))?)
                })?;
                file.finish()?;
            }
            None => {
                let columns = columns(&mut rows, found.id)?;
                write_rows(&mut rows, found.id, (&columns, language), sheet)?;
            }
        }
        coded.finish()?;
        drop(coded);
        body.write_all(b"\"}")?;
        Ok(body.flush()?)
    })))
}

/// The columns that the faulty rows have anything in.
struct Columns {
    fields: BTreeSet<Field>,
    metadata: BTreeSet<String>,
}

fn each_faulty(
    rows: &mut ExportConn,
    batch: BatchId,
    mut each: impl FnMut(i32, &Entered, &[Fault]) -> Result<(), Broken>,
) -> Result<(), Broken> {
    let mut after = 0;
    loop {
        let page = payout::list_of_batch(&mut rows.reading(), batch, Tab::Faults, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.row;
        for payout in &page {
            if let Err((entered, faults)) = &payout.content {
                each(payout.row, entered, faults)?;
            }
        }
    }
}

fn columns(rows: &mut ExportConn, batch: BatchId) -> Result<Columns, Broken> {
    let mut columns = Columns {
        fields: BTreeSet::new(),
        metadata: BTreeSet::new(),
    };
    each_faulty(rows, batch, |_, entered, faults| {
        columns.fields.extend(entered.texts().keys());
        // What is missing needs a column to be filled in.
        columns.fields.extend(faults.iter().map(|fault| fault.field));
        columns.metadata.extend(entered.metadata().keys().cloned());
        Ok(())
    })?;
    Ok(columns)
}

fn write_rows(
    rows: &mut ExportConn,
    batch: BatchId,
    (columns, language): (&Columns, Language),
    mut sheet: impl RowSink,
) -> Result<(), Broken> {
    let metadata: Vec<String> = columns
        .metadata
        .iter()
        .map(|name| format!("metadata.{name}"))
        .collect();
    let mut headings = vec!["Row"];
    headings.extend(columns.fields.iter().map(|field| field.code()));
    headings.extend(metadata.iter().map(String::as_str));
    headings.push("What to correct");
    sheet.header(&headings)?;
    each_faulty(rows, batch, |row, entered, faults| {
        let told = advice(language, faults);
        let mut values = vec![Value::Integer(i64::from(row))];
        values.extend(
            columns
                .fields
                .iter()
                .map(|field| Value::Text(entered.text(*field))),
        );
        let kept = |name| entered.metadata().get(name).map(String::as_str);
        values.extend(columns.metadata.iter().map(|name| Value::text(kept(name))));
        values.push(Value::Text(&told));
        Ok(sheet.row(&values)?)
    })?;
    Ok(sheet.finish()?)
}

fn advice(language: Language, faults: &[Fault]) -> String {
    let told: Vec<String> = faults.iter().map(|fault| told::advice(language, fault)).collect();
    told.join(" ")
}
