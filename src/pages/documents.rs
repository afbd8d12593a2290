//! The documents of a batch: the list, one of them, adding and removing.
//!
//! The invariant: what is downloaded was looked at when it came, and is saved, never opened in the
//! portal.

use super::attached::{Unfit, recognised, too_large};
use super::error::PageError;
use super::reply::Reply;
use super::view::documents::{DocumentRow, DocumentsPage};
use super::view::field::{FieldKind, FieldView};
use super::view::link::LinkView;
use super::view::notice::Notice;
use super::view::tone::Tone;
use super::{batch as batch_page, files, frame, text};
use crate::domain::account::Account;
use crate::domain::batch::Batch;
use crate::domain::ids::BatchNumber;
use crate::domain::occasion::EvidenceKind;
use crate::domain::permission::Permission;
use crate::flows::FlowError;
use crate::flows::documents::{self, are_open};
use crate::http::visit::Visit;
use crate::store::document::{self, Document};
use crate::store::file::NewFile;
use crate::store::person::{self, Person};
use crate::store::{StoreError, account, batch};
use askama::Template;
use uuid::Uuid;

/// Of a digest, what is shown to tell documents apart; the evidence pack has all of it.
const DIGEST_BYTES_SHOWN: usize = 8;

/// Where a batch's documents are.
pub(super) fn address(number: BatchNumber) -> String {
    format!("{}/documents", batch_page::address(number))
}

/// Where one of them is.
pub(super) fn address_of(number: BatchNumber, id: Uuid) -> String {
    format!("{}/{id}", address(number))
}

/// GET `/batches/{number}/documents`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    Ok(Reply::Page(page(visit, None)?))
}

/// GET `/batches/{number}/documents/{document}`: for whoever may see the batch, removed ones too.
pub(super) fn download(visit: &Visit) -> Result<Reply, PageError> {
    let (read, id) = (read(visit)?, id(visit)?);
    let found = read.documents.into_iter().find(|one| one.id == id);
    let found = found.ok_or(StoreError::NotFound("document"))?;
    files::download(visit, found.file, found.kind.media_type())
}

/// POST `/batches/{number}/documents`.
pub(super) fn add(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, number) = (visit.actor()?, batch_page::number(visit)?);
    let received = visit.file.lock().map_err(|_| PageError::Lost)?.take();
    let Some(received) = received else {
        let error = PageError::Malformed("the form has no file".to_owned());
        return refused(visit, error, "Choose a file.");
    };
    let (mut received, kind) = match recognised(received)? {
        Ok(known) => known,
        Err(Unfit::TooLarge(message)) => return refused(visit, too_large(), &message),
        Err(Unfit::Unknown(message)) => {
            return refused(
                visit,
                FlowError::invalid("document", message.clone()).into(),
                &message,
            );
        }
    };
    let document = documents::Received {
        file: NewFile {
            name: &received.name,
            size_bytes: received.size_bytes,
            digest: received.digest,
        },
        kind,
        bytes: &mut received.file,
    };
    match visit.act(|tx| documents::add(tx, actor, number, document, visit.now)) {
        Ok(_) => Ok(Reply::SeeOther(address(number))),
        Err(FlowError::Invalid { field, message }) => {
            let told = message.clone();
            refused(visit, FlowError::Invalid { field, message }.into(), &told)
        }
        Err(other) => Err(other.into()),
    }
}

/// POST `/batches/{number}/documents/{document}/removal`.
pub(super) fn remove(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, number, id) = (visit.actor()?, batch_page::number(visit)?, id(visit)?);
    visit.act(|tx| documents::remove(tx, actor, (number, id), visit.now))?;
    Ok(Reply::SeeOther(address(number)))
}

fn id(visit: &Visit) -> Result<Uuid, PageError> {
    let read = visit.param("document").parse();
    read.map_err(|_| StoreError::NotFound("document").into())
}

fn refused(visit: &Visit, error: PageError, message: &str) -> Result<Reply, PageError> {
    let html = page(visit, Some(message))?;
    Ok(Reply::Refusal { error, html })
}

struct Read {
    batch: Batch,
    account: Account,
    documents: Vec<Document>,
    people: Vec<Person>,
}

fn read(visit: &Visit) -> Result<Read, PageError> {
    let number = batch_page::number(visit)?;
    let scope = visit
        .actor()?
        .require(Permission::BatchView)
        .map_err(FlowError::from)?;
    visit.read(|conn| {
        let batch = batch::load(conn, &scope, number)?;
        let documents = document::list(conn, &batch)?;
        let ids: Vec<_> = documents.iter().map(|one| one.added_by).collect();
        Ok(Read {
            account: account::load(conn, batch.account)?,
            people: person::list(conn, &ids)?,
            documents,
            batch,
        })
    })
}

fn page(visit: &Visit, fault: Option<&str>) -> Result<String, PageError> {
    let read = read(visit)?;
    let number = read.batch.number;
    let may = visit.actor()?.may(Permission::BatchCapture, read.batch.account);
    let is_open = are_open(read.batch.status);
    let mut notices = Vec::new();
    if may && !is_open && !read.batch.status.is_final() {
        let why = "Take the batch back, or have it sent back; its signatures are void then.";
        notices.push(Notice::new(
            Tone::Info,
            format!(
                "A batch that is “{}” keeps its documents.",
                read.batch.status.label()
            ),
            why,
        ));
    }
    let present = read.documents.iter().filter(|one| one.removed.is_none());
    let page = DocumentsPage {
        layout: frame::layout(visit, &format!("Documents of {}", read.batch.name)),
        batch: LinkView::new(&read.batch.name, batch_page::address(number)),
        notices,
        rows: present.map(|one| row(one, &read, may && is_open)).collect(),
        form: (may && is_open).then(|| {
            let field = FieldView::new("document", "File", FieldKind::File)
                .hint("A PDF, PNG or JPEG of at most 10 MB. Whoever adds one can't review or approve the batch.")
                .accept(".pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg")
                .error(fault.map(str::to_owned))
                .required();
            (address(number), field)
        }),
    };
    Ok(page.render()?)
}

fn row(one: &Document, read: &Read, can_go: bool) -> DocumentRow {
    let href = address_of(read.batch.number, one.id);
    let by = read.people.iter().find(|person| person.id == one.added_by);
    let by = by.map_or("somebody who left", |person| person.name.as_str());
    let digest = one.file.digest.iter().map(|byte| format!("{byte:02x}"));
    DocumentRow {
        what: format!("{}, {}", kind(one.kind), size(one.file.size_bytes)),
        added: format!("{by}, {}", text::moment(one.added_at, read.account.zone)),
        digest: digest.take(DIGEST_BYTES_SHOWN).collect::<String>() + "…",
        removal: can_go.then(|| format!("{href}/removal")),
        link: LinkView::new(name(one), href),
    }
}

/// What it is called; some browsers name nothing.
pub(super) fn name(one: &Document) -> &str {
    if one.file.name.is_empty() {
        "Document"
    } else {
        &one.file.name
    }
}

const fn kind(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Pdf => "PDF",
        EvidenceKind::Png => "PNG picture",
        EvidenceKind::Jpeg => "JPEG picture",
    }
}

fn size(bytes: i64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
