//! The audit log: `/audit?person=&kind=&subject=&from=&to=`, newest first, in pages by time and line; and
//! the same lines as CSV, oldest first, streamed. Days are those of the zone that the page names.
//!
//! Not here: proving it (`audit_proof`), the words of a line (`domain::log`).

use super::error::PageError;
use super::reply::{Broken, Reply};
use super::view::audit::{AuditPage, AuditRow};
use super::view::field::{Choice, FieldKind, FieldView};
use super::view::link::{ButtonLink, ButtonTone, EmptyState, LinkView};
use super::view::notice::Notice;
use super::{asked, audit_proof, frame, proposals, reports, text};
use crate::domain::ids::{BatchNumber, PayoutId, PersonId};
use crate::domain::log::{KINDS, detail, title};
use crate::domain::permission::{Permission, Scope};
use crate::export::csv::Sheet;
use crate::export::{RowSink, Value};
use crate::flows::{FlowError, audit};
use crate::http::places::Taken;
use crate::http::visit::Visit;
use crate::store::event::log::{self, Entry, Filter, Place, Subject};
use crate::store::member::{self, Member};
use crate::store::{Conn, ExportConn};
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::json;
use uuid::Uuid;

/// The columns of the CSV.
const HEADINGS: [&str; 13] = [
    "line",
    "at",
    "person",
    "email",
    "client",
    "address",
    "kind",
    "what",
    "batch_number",
    "payout",
    "summary",
    "details",
    "hash",
];

/// The longest subject that is looked for, in characters.
const SUBJECT_CHARS_MAX: usize = 254;

/// GET `/audit`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::Page(page(visit, None)?))
}

fn scope(visit: &Visit) -> Result<Scope, PageError> {
    let scope = visit.actor()?.require(Permission::AuditRead);
    Ok(scope.map_err(FlowError::from)?)
}

/// The page; with what was refused above it.
pub(super) fn page(visit: &Visit, refused: Option<Notice>) -> Result<String, PageError> {
    let scope = scope(visit)?;
    let actor = visit.actor()?;
    let (zone, members, mut entries) = visit.read(|conn| {
        let zone = proposals::zone(conn, actor)?;
        let members = member::list(conn, scope.organisation(), None)?;
        let limit = i64::try_from(asked::PAGE_ROWS).unwrap_or(i64::MAX) + 1;
        let filter = filter(visit, conn, &scope, zone)?;
        let entries = log::list(conn, &scope, &filter, before(visit)?, limit)?;
        Ok::<_, PageError>((zone, members, entries))
    })?;
    let more = entries.len() > asked::PAGE_ROWS;
    entries.truncate(asked::PAGE_ROWS);
    let last = entries.last().filter(|_| more);
    let filters = asked::filters(visit, "/audit", fields(visit, &members, zone));
    let query: Vec<(&str, &str)> = ["person", "kind", "subject", "from", "to"]
        .into_iter()
        .filter_map(|name| visit.asked(name).map(|value| (name, value)))
        .collect();
    let csv = match asked::query_string(&query) {
        none if none.is_empty() => "/audit.csv".to_owned(),
        some => format!("/audit.csv?{some}"),
    };
    let page = AuditPage {
        layout: frame::layout(visit, "Audit log"),
        zone: zone.to_string(),
        buttons: vec![ButtonLink::new("Download CSV", csv, ButtonTone::Plain)],
        notices: refused.into_iter().collect(),
        empty: empty(filters.clear.is_some()),
        filters,
        rows: entries.iter().map(|entry| row(entry, zone)).collect(),
        pager: asked::pager(
            visit,
            last.map(|entry| format!("{}-{}", entry.at.timestamp_micros(), entry.seq)),
        ),
        proof: audit_proof::card(visit, &scope, zone)?,
    };
    Ok(page.render()?)
}

fn fields(visit: &Visit, members: &[Member], zone: Tz) -> Vec<FieldView> {
    let mut people = vec![Choice::new("", "Everybody")];
    people.extend(members.iter().map(|member| {
        let label = format!("{} · {}", member.name, member.email);
        Choice::new(member.id.0.to_string(), label)
    }));
    let mut kinds = vec![Choice::new("", "Everything")];
    kinds.extend(KINDS.iter().map(|(kind, title)| Choice::new(*kind, *title)));
    vec![
        asked::select(visit, "person", "Person", people),
        asked::select(visit, "kind", "What happened", kinds),
        asked::input(visit, "subject", "About", FieldKind::Search)
            .hint("A batch or account number, a payout's id, an e-mail, an API client, a role"),
        asked::input(visit, "from", "From", FieldKind::Date),
        asked::input(visit, "to", &format!("To ({zone})"), FieldKind::Date),
    ]
}

/// What is asked for.
fn filter(visit: &Visit, conn: &mut Conn<'_>, scope: &Scope, zone: Tz) -> Result<Filter, PageError> {
    let (from, to) = asked::days(visit)?;
    let person = match visit.asked("person") {
        None => None,
        Some(text) => {
            let id = text.parse().ok().map(PersonId);
            let id =
                id.ok_or_else(|| asked::malformed("person", text, "the number of a person of the list"))?;
            Some(id)
        }
    };
    let kind = visit.asked("kind").map(str::to_owned);
    if let Some(kind) = kind.as_deref().filter(|kind| title(kind) == *kind) {
        return Err(asked::malformed(
            "kind",
            kind,
            "a kind of the list, as batch.approved",
        ));
    }
    let subject = match visit.asked("subject") {
        None => None,
        Some(text) => Some(subject(conn, scope, text)?),
    };
    Ok(Filter {
        person,
        kind,
        subject,
        from: from.map(|day| asked::start_of_day(day, zone)),
        to: to.map(|day| asked::end_of_day(day, zone)),
    })
}

fn subject(conn: &mut Conn<'_>, scope: &Scope, text: &str) -> Result<Subject, PageError> {
    if let Ok(id) = Uuid::parse_str(text) {
        return Ok(Subject::Payout(PayoutId(id)));
    }
    if let Some(number) = BatchNumber::parse(text)
        && let Some(batch) = log::find_batch(conn, scope.organisation(), number)?
    {
        return Ok(Subject::Batch(batch));
    }
    Ok(Subject::Named(text.chars().take(SUBJECT_CHARS_MAX).collect()))
}

fn before(visit: &Visit) -> Result<Option<Place>, PageError> {
    let Some(text) = visit.asked("before") else {
        return Ok(None);
    };
    let place = text.split_once('-').and_then(|(micros, seq)| {
        Some(Place {
            at: DateTime::<Utc>::from_timestamp_micros(micros.parse().ok()?)?,
            seq: seq.parse().ok()?,
        })
    });
    place
        .map(Some)
        .ok_or_else(|| asked::malformed("before", text, "the address of a next page"))
}

fn word<'e>(entry: &'e Entry, name: &str) -> &'e str {
    let value = entry.data.get(name);
    value.and_then(|value| value.as_str()).unwrap_or_default()
}

fn row(entry: &Entry, zone: Tz) -> AuditRow {
    let local = entry.at.with_timezone(&zone);
    let (who, email) = match &entry.actor {
        Some((name, email)) => (name.clone(), email.clone()),
        None if entry.kind == "person.sign_in_failed" => ("Somebody".to_owned(), String::new()),
        None => ("Countersign".to_owned(), String::new()),
    };
    let client = word(entry, "client");
    AuditRow {
        line: text::count(entry.seq),
        at: local.format("%-d %b %Y, %H:%M:%S").to_string(),
        at_machine: local.to_rfc3339(),
        who,
        email: if client.is_empty() {
            email
        } else {
            format!("{email} by API client {client}")
        },
        title: title(&entry.kind).to_owned(),
        detail: detail(&entry.data),
        address: word(entry, "address").to_owned(),
        about: about(entry),
    }
}

fn about(entry: &Entry) -> Option<LinkView> {
    match (entry.payout, entry.batch) {
        (Some(id), _) => Some(LinkView::new("Payout", format!("/payouts/{id}"))),
        (None, Some(number)) => Some(LinkView::new(number.to_string(), format!("/batches/{number}"))),
        (None, None) => None,
    }
}

fn empty(is_narrowed: bool) -> EmptyState {
    EmptyState {
        heading: if is_narrowed {
            "No line matches".to_owned()
        } else {
            "The log is empty".to_owned()
        },
        text: if is_narrowed {
            "Change the filters, or clear them.".to_owned()
        } else {
            "Everything that people and the portal do is listed here.".to_owned()
        },
        act: is_narrowed.then(|| LinkView::new("Clear the filters", "/audit")),
    }
}

/// A download that was granted and noted.
struct Order {
    scope: Scope,
    filter: Filter,
    zone: Tz,
    rows: ExportConn,
    _place: Taken,
}

/// GET `/audit.csv`.
pub(super) fn csv(visit: &Visit) -> Result<Reply, PageError> {
    let bom = reports::bom(visit)?;
    let actor = visit.actor()?;
    let asked_for = scope(visit)?;
    let (zone, filter) = visit.read(|conn| {
        let zone = proposals::zone(conn, actor)?;
        Ok::<_, PageError>((zone, filter(visit, conn, &asked_for, zone)?))
    })?;
    // Both before the answer begins: where none is free, that is what is answered.
    let place = visit.portal.downloads.take(actor.person().0)?;
    let rows = visit.portal.db.export_connection()?;
    let days = asked::days(visit)?;
    let what = json!({ "format": "csv", "from": days.0, "to": days.1, "about": visit.asked("subject"),
        "person": visit.asked("person"), "kind": visit.asked("kind") });
    let order = Order {
        scope: visit.act(|tx| audit::note_download(tx, actor, what, visit.now))?,
        filter,
        zone,
        rows,
        _place: place,
    };
    Ok(Reply::Download {
        name: reports::file_name("audit", days, "csv"),
        media_type: "text/csv; charset=utf-8",
        write: Box::new(move |body| order.fill(Sheet::create(body, bom)?)),
    })
}

impl Order {
    fn fill(mut self, mut sheet: impl RowSink) -> Result<(), Broken> {
        sheet.header(&HEADINGS)?;
        let zone = self.zone;
        log::stream(&mut self.rows.reading(), &self.scope, &self.filter, |entry| {
            write(&mut sheet, entry, zone)
        })?;
        Ok(sheet.finish()?)
    }
}

fn write(sheet: &mut impl RowSink, entry: &Entry, zone: Tz) -> Result<(), Broken> {
    let (name, email) = entry
        .actor
        .as_ref()
        .map_or(("", ""), |(name, email)| (name.as_str(), email.as_str()));
    let batch = entry.batch.map(|number| number.to_string());
    let payout = entry.payout.map(|id| id.to_string());
    let (summary, details) = (detail(&entry.data), entry.data.to_string());
    let hash: String = entry.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let cells: [Value<'_>; HEADINGS.len()] = [
        Value::Integer(entry.seq),
        Value::Moment(entry.at.with_timezone(&zone)),
        Value::Text(name),
        Value::Text(email),
        Value::Text(word(entry, "client")),
        Value::Text(word(entry, "address")),
        Value::Text(&entry.kind),
        Value::Text(title(&entry.kind)),
        Value::text(batch.as_deref()),
        Value::text(payout.as_deref()),
        Value::Text(&summary),
        Value::Text(&details),
        Value::Text(&hash),
    ];
    Ok(sheet.row(&cells)?)
}
