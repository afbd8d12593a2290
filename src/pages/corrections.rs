//! Many rows of a batch corrected at once: POST `/batches/{number}/corrections` with a corrected error
//! file, `/batches/{number}/rows` with one column, `/batches/{number}/left-out` with a reason; and the
//! error file itself.

use super::batch::{self, Refused};
use super::chosen;
use super::error::PageError;
use super::reply::{Broken, Reply};
use crate::domain::columns::Decided;
use crate::domain::field::Field;
use crate::domain::ids::BatchId;
use crate::domain::money::NumberStyle;
use crate::domain::permission::Permission;
use crate::export::RowSink;
use crate::export::csv::{Bom, Sheet};
use crate::export::error_file::ErrorFile;
use crate::export::xlsx::Book;
use crate::flows::report::note_file;
use crate::flows::rework::{
    ColumnCorrection, LeavingOut, correct_by_file, correct_column, leave_out, read_file,
};
use crate::flows::{FlowError, duplicates};
use crate::http::places::Taken;
use crate::http::portal::Shared;
use crate::http::visit::Visit;
use crate::store::file::NewFile;
use crate::store::payout::{Faulty, list_faulty};
use crate::store::{batch as batches, columns};
use std::io::{Seek as _, SeekFrom};
use std::sync::Arc;

/// Rows of one statement.
const PAGE_ROWS: i64 = 500;

/// POST `/batches/{number}/corrections`.
pub(super) fn upload(visit: &Visit) -> Result<Reply, PageError> {
    let number = batch::number(visit)?;
    answer(visit, "/corrections", by_file(visit))?.map_or_else(
        || Ok(Reply::SeeOther(format!("{}?show=faults", batch::address(number)))),
        Ok,
    )
}

fn by_file(visit: &Visit) -> Result<(), PageError> {
    let number = batch::number(visit)?;
    let actor = visit.actor()?;
    let scope = actor.require(Permission::BatchCapture).map_err(FlowError::from)?;
    let received = visit.file.lock().map_err(|_| PageError::Lost)?.take();
    let mut received =
        received.ok_or_else(|| FlowError::invalid("file", "Choose the corrected error file."))?;
    let (read_as, faulty) = visit.read::<_, PageError>(|conn| {
        let found = batches::load(conn, &scope, number)?;
        Ok((columns::load_read_as(conn, &found)?, found.fault_count))
    })?;
    let lost = |_| PageError::Lost;
    let corrections = read_file(received.file.try_clone().map_err(lost)?, &read_as, faulty)?;
    received.file.seek(SeekFrom::Start(0)).map_err(lost)?;
    let sent = NewFile {
        name: &received.name,
        size_bytes: received.size_bytes,
        digest: received.digest,
    };
    let file = &mut received.file;
    visit.act(|tx| correct_by_file(tx, actor, number, (corrections, &sent, file), visit.now))?;
    Ok(())
}

/// POST `/batches/{number}/rows`.
pub(super) fn column(visit: &Visit) -> Result<Reply, PageError> {
    let number = batch::number(visit)?;
    let done = (|| {
        let field = field(visit)?.ok_or_else(|| FlowError::invalid("field", "Choose the column."))?;
        let correction = ColumnCorrection {
            field,
            value: visit.sent("value").unwrap_or_default(),
            was: visit.sent("was").map(|was| was.strip_prefix('=').unwrap_or(was)),
        };
        let actor = visit.actor()?;
        visit.act(|tx| correct_column(tx, actor, number, &correction, visit.now))?;
        Ok(())
    })();
    answer(visit, "/rows", done)?.map_or_else(
        || Ok(Reply::SeeOther(format!("{}?show=faults", batch::address(number)))),
        Ok,
    )
}

/// POST `/batches/{number}/duplicates`.
pub(super) fn answer_duplicates(visit: &Visit) -> Result<Reply, PageError> {
    let number = batch::number(visit)?;
    let done = (|| {
        let rows = rows(visit)?;
        let reason = visit.sent("reason").unwrap_or_default();
        let actor = visit.actor()?;
        let unanswered = visit.sent("unanswered").and_then(|text| text.parse().ok());
        let given = (rows.as_slice(), unanswered, reason);
        visit.act(|tx| duplicates::answer(tx, actor, number, given, visit.now))?;
        Ok(())
    })();
    answer(visit, "/duplicates", done)?.map_or_else(
        || {
            let to = format!("{}?show=duplicates", batch::address(number));
            Ok(Reply::SeeOther(to))
        },
        Ok,
    )
}

/// The rows that were chosen; none is all.
fn rows(visit: &Visit) -> Result<Vec<i32>, FlowError> {
    let chosen = visit.form.iter();
    chosen
        .filter(|(name, text)| name == "row" && !text.trim().is_empty())
        .map(|(_, text)| text.trim().parse::<i32>())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| FlowError::invalid("row", "A row is a number."))
}

/// POST `/batches/{number}/left-out`.
pub(super) fn left_out(visit: &Visit) -> Result<Reply, PageError> {
    let number = batch::number(visit)?;
    let done = (|| {
        let (rows, payouts) = (rows(visit)?, chosen::payouts(visit)?);
        // Ticks that were not set never mean every faulty row.
        if visit.sent("chosen").is_some() && payouts.is_empty() {
            return Err(FlowError::invalid("payout", "Choose at least one row.").into());
        }
        let leaving = LeavingOut {
            rows: &rows,
            payouts: &payouts,
            field: field(visit)?,
            reason: visit.sent("reason").unwrap_or_default(),
        };
        let actor = visit.actor()?;
        visit.act(|tx| leave_out(tx, actor, number, &leaving, visit.now))?;
        Ok(())
    })();
    let back = visit.sent("show").unwrap_or("faults");
    answer(visit, "/left-out", done)?.map_or_else(
        || {
            Ok(Reply::SeeOther(format!(
                "{}?show={}",
                batch::address(number),
                batch::shown_word(back)
            )))
        },
        Ok,
    )
}

fn field(visit: &Visit) -> Result<Option<Field>, FlowError> {
    visit
        .sent("field")
        .map(|code| Field::parse(code).ok_or_else(|| FlowError::invalid("field", "There is no such column.")))
        .transpose()
}

/// The page again where something was malformed.
fn answer(visit: &Visit, form: &str, done: Result<(), PageError>) -> Result<Option<Reply>, PageError> {
    match done {
        Ok(()) => Ok(None),
        Err(PageError::Flow(FlowError::Invalid { field, message })) => {
            let refused = Refused {
                form,
                field,
                message: &message,
            };
            let html = batch::after_refused_correction(visit, refused)?;
            Ok(Some(Reply::Refusal {
                error: FlowError::Invalid { field, message }.into(),
                html,
            }))
        }
        Err(error) => Err(error),
    }
}

/// GET `/batches/{number}/errors.csv`.
pub(super) fn csv(visit: &Visit) -> Result<Reply, PageError> {
    let order = order(visit)?;
    Ok(Reply::Download {
        name: format!("batch-{}-errors.csv", batch::number(visit)?),
        media_type: "text/csv; charset=utf-8",
        write: Box::new(move |body| order.fill(Sheet::create(body, Bom::With)?)),
    })
}

/// GET `/batches/{number}/errors.xlsx`.
pub(super) fn xlsx(visit: &Visit) -> Result<Reply, PageError> {
    let order = order(visit)?;
    Ok(Reply::Download {
        name: format!("batch-{}-errors.xlsx", batch::number(visit)?),
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write: Box::new(move |body| {
            let book = Book::create(body, "Errors", &order.portal.scratch)?;
            order.fill(book)
        }),
    })
}

/// What a download needs once its answer has begun.
struct Order {
    portal: Shared,
    batch: BatchId,
    read_as: Decided,
    number_style: NumberStyle,
    _place: Taken,
}

fn order(visit: &Visit) -> Result<Order, PageError> {
    let number = batch::number(visit)?;
    let actor = visit.actor()?;
    let scope = actor.require(Permission::BatchView).map_err(FlowError::from)?;
    let (found, read_as) = visit.read::<_, PageError>(|conn| {
        let found = batches::load(conn, &scope, number)?;
        let read_as = columns::load_read_as(conn, &found)?;
        Ok((found, read_as))
    })?;
    let place = visit.portal.downloads.take(actor.person().0)?;
    visit.act(|tx| note_file(tx, actor, (found.id, "the error file"), visit.now))?;
    Ok(Order {
        portal: Arc::clone(&visit.portal),
        batch: found.id,
        read_as,
        number_style: found.number_style,
        _place: place,
    })
}

impl Order {
    /// Faulty rows page by page, with no connection held between two.
    fn fill(self, sheet: impl RowSink) -> Result<(), Broken> {
        let mut file = ErrorFile::begin(sheet, &self.read_as, self.number_style)?;
        // What is left out is not to be corrected, and must not come back unseen.
        let faulty = Faulty::default();
        let mut after = 0;
        loop {
            let page = self
                .portal
                .db
                .read::<_, Broken>(|conn| Ok(list_faulty(conn, self.batch, &faulty, after, PAGE_ROWS)?))?;
            let Some(last) = page.last() else { break };
            after = last.row;
            for payout in &page {
                if let Err((entered, faults)) = &payout.content {
                    file.row(payout.row, entered, faults)?;
                }
            }
        }
        Ok(file.finish()?)
    }
}
