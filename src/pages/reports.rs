//! Reports: the page that asks for them (the statement's own part is `statement`), and the payout
//! report as CSV and XLSX, streamed in constant memory. What can't be read is refused before the
//! download begins, and every download is written to the log before its first byte.

use super::error::PageError;
use super::reply::{Broken, Reply};
use super::view::field::{Choice, FieldKind};
use super::view::link::{ButtonLink, ButtonTone};
use super::view::reports::{ReportCard, ReportsPage};
use super::{asked, frame, statement};
use crate::domain::ids::PersonId;
use crate::domain::payout::Status;
use crate::domain::permission::{Permission, Scope};
use crate::domain::report::PAYOUT_HEADINGS;
use crate::export::csv::{Bom, Sheet};
use crate::export::xlsx::Book;
use crate::export::{RowSink, payout_report};
use crate::flows::{FlowError, report::note_download};
use crate::http::places::Taken;
use crate::http::visit::Visit;
use crate::store::report::{self, Filter};
use crate::store::{ExportConn, account, member};
use chrono::NaiveDate;
use serde_json::json;
use std::path::PathBuf;

/// GET `/reports`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let scope = visit
        .actor()?
        .require(Permission::ReportDownload)
        .map_err(FlowError::from)?;
    let accounts = visit.read(|conn| account::list(conn, &scope))?;
    let mut statuses = vec![Choice::new("", "All")];
    statuses.extend(
        Status::ALL
            .into_iter()
            .map(|status| Choice::new(status.as_str(), status.label())),
    );
    let card = ReportCard {
        heading: "Payout report".to_owned(),
        text: "One line a payout, faulty ones too. Leave a field empty for everything. Days and times are those of each account's zone.".to_owned(),
        fields: vec![
            asked::input(visit, "from", "From", FieldKind::Date),
            asked::input(visit, "to", "To", FieldKind::Date),
            asked::account_field(visit, &accounts),
            asked::select(visit, "status", "Status", statuses),
            asked::input(visit, "person", "Person", FieldKind::Email)
                .hint("By e-mail: whoever captured, submitted, edited, reviewed, approved, released or closed."),
            asked::select(visit, "bom", "CSV encoding", bom_choices()),
        ],
        downloads: vec![
            ButtonLink::new("Download CSV", "/reports/payouts.csv", ButtonTone::Primary),
            ButtonLink::new("Download XLSX", "/reports/payouts.xlsx", ButtonTone::Plain),
        ],
        columns: PAYOUT_HEADINGS.iter().map(|heading| (*heading).to_owned()).collect(),
    };
    let mut layout = frame::layout(visit, "Reports");
    layout.account = Some(frame::chip_all());
    Ok(Reply::page(&ReportsPage {
        layout,
        reports: vec![card, statement::card(visit, &accounts)],
    })?)
}

/// The choices of the field `bom`.
pub(super) fn bom_choices() -> Vec<Choice> {
    vec![
        Choice::new("", "Without a mark, for programs"),
        Choice::new("1", "With a mark (BOM), for Excel"),
    ]
}

/// GET `/reports/payouts.csv`.
pub(super) fn csv(visit: &Visit) -> Result<Reply, PageError> {
    let bom = bom(visit)?;
    let order = order(visit, "csv")?;
    Ok(Reply::Download {
        name: order.name.clone(),
        media_type: "text/csv; charset=utf-8",
        write: Box::new(move |body| order.fill(Sheet::create(body, bom)?)),
    })
}

/// Whether a CSV begins with a byte order mark.
pub(super) fn bom(visit: &Visit) -> Result<Bom, PageError> {
    match visit.asked("bom") {
        Some("1") => Ok(Bom::With),
        None | Some("0") => Ok(Bom::Without),
        Some(other) => Err(asked::malformed("bom", other, "1 or 0")),
    }
}

/// What a download of these days is called: `payouts-2024-01-01-today.csv`.
pub(super) fn file_name(stem: &str, days: (Option<NaiveDate>, Option<NaiveDate>), format: &str) -> String {
    let part =
        |day: Option<NaiveDate>, open: &str| day.map_or_else(|| open.to_owned(), |day| day.to_string());
    match days {
        (None, None) => format!("{stem}.{format}"),
        (from, to) => format!("{stem}-{}-{}.{format}", part(from, "start"), part(to, "today")),
    }
}

/// GET `/reports/payouts.xlsx`.
pub(super) fn xlsx(visit: &Visit) -> Result<Reply, PageError> {
    let order = order(visit, "xlsx")?;
    Ok(Reply::Download {
        name: order.name.clone(),
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write: Box::new(move |body| {
            let book = Book::create(body, "Payouts", &order.scratch)?;
            order.fill(book)
        }),
    })
}

/// A download that was granted and noted.
struct Order {
    scratch: PathBuf,
    scope: Scope,
    filter: Filter,
    name: String,
    rows: ExportConn,
    _place: Taken,
}

fn order(visit: &Visit, format: &str) -> Result<Order, PageError> {
    let actor = visit.actor()?;
    let scope = actor
        .require(Permission::ReportDownload)
        .map_err(FlowError::from)?;
    let accounts = visit.read(|conn| account::list(conn, &scope))?;
    let (from, to) = asked::days(visit)?;
    let filter = Filter {
        from,
        to,
        account: asked::account(visit, &accounts)?.map(|account| account.number),
        status: asked::payout_status(visit)?,
        batch: None,
        person: person(visit, &scope)?,
    };
    // Both before the answer begins: where none is free, that is what is answered.
    let place = visit.portal.downloads.take(actor.person().0)?;
    let rows = visit.portal.db.export_connection()?;
    let name = file_name("payouts", (from, to), format);
    let what = json!({ "report": "payouts", "format": format, "from": from, "to": to,
        "account": filter.account, "status": filter.status.map(Status::as_str),
        "person": filter.person.and(visit.asked("person")) });
    let scope = visit.act(|tx| note_download(tx, actor, what, visit.now))?;
    Ok(Order {
        scratch: visit.portal.scratch.clone(),
        scope,
        filter,
        name,
        rows,
        _place: place,
    })
}

/// Somebody of the organisation, where one is asked for; who left is still named in its reports.
fn person(visit: &Visit, scope: &Scope) -> Result<Option<PersonId>, PageError> {
    let Some(email) = visit.asked("person") else {
        return Ok(None);
    };
    let lower = email.trim().to_lowercase();
    let found = visit.read(|conn| member::find_by_email(conn, scope.organisation(), &lower))?;
    found.map(|(person, _)| Some(person)).ok_or_else(|| {
        let accepted = "the e-mail address of somebody in your organisation";
        asked::malformed("person", email, accepted)
    })
}

impl Order {
    fn fill(mut self, mut sheet: impl RowSink) -> Result<(), Broken> {
        payout_report::write_header(&mut sheet)?;
        report::stream(&mut self.rows.reading(), &self.scope, &self.filter, |line| {
            Ok::<_, Broken>(payout_report::write_line(&mut sheet, &line)?)
        })?;
        Ok(sheet.finish()?)
    }
}
