//! Why a batch of one was typed: category, reason, evidence. Written once, with the batch.

use super::schema::{batch, single_payout};
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::ids::{BatchId, BatchNumber, FileId, OrganisationId};
use crate::domain::occasion::{CategoryReason, EvidenceKind, Occasion};
use diesel::prelude::*;
use uuid::Uuid;

/// What is kept beside a batch of one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Single {
    /// Category and reason.
    pub occasion: Occasion,
    /// The evidence and what it is, where somebody gave one.
    pub evidence: Option<(FileId, EvidenceKind)>,
}

/// Keeps it; `form_key` names the form it was typed in.
///
/// # Errors
/// `Refused` by `single_payout_once` where that form was sent before.
pub fn insert(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    id: BatchId,
    single: &Single,
    form_key: Option<Uuid>,
) -> Result<(), StoreError> {
    diesel::insert_into(single_payout::table)
        .values((
            single_payout::batch_id.eq(id.0),
            single_payout::organisation_id.eq(organisation.0),
            single_payout::category.eq(single.occasion.category().code()),
            single_payout::category_reason.eq(single.occasion.reason().map(CategoryReason::code)),
            single_payout::evidence_file_id.eq(single.evidence.map(|(file, _)| file.0)),
            single_payout::evidence_kind.eq(single.evidence.map(|(_, kind)| kind.as_str())),
            single_payout::form_key.eq(form_key),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// What is kept beside this batch, which was found in a scope, if it is a batch of one.
///
/// # Errors
/// What the database says.
pub fn find(conn: &mut Conn<'_>, id: BatchId) -> Result<Option<Single>, StoreError> {
    type Row = (String, Option<String>, Option<i64>, Option<String>);
    let row: Option<Row> = single_payout::table
        .find(id.0)
        .select((
            single_payout::category,
            single_payout::category_reason,
            single_payout::evidence_file_id,
            single_payout::evidence_kind,
        ))
        .first(conn.0)
        .optional()?;
    let Some((category, reason, file, kind)) = row else {
        return Ok(None);
    };
    let occasion = Occasion::parse(&category, reason.as_deref().unwrap_or_default())
        .map_err(|_| corrupt("occasion", &category))?;
    let kind = kind.as_deref().and_then(EvidenceKind::parse);
    Ok(Some(Single {
        occasion,
        evidence: file.map(FileId).zip(kind),
    }))
}

/// The batch that this form opened, if it was sent before.
///
/// # Errors
/// What the database says.
pub fn find_by_form(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    form_key: Uuid,
) -> Result<Option<BatchNumber>, StoreError> {
    let number: Option<i32> = single_payout::table
        .inner_join(batch::table.on(batch::id.eq(single_payout::batch_id)))
        .filter(
            single_payout::organisation_id
                .eq(organisation.0)
                .and(single_payout::form_key.eq(form_key)),
        )
        .select(batch::number)
        .first(conn.0)
        .optional()?;
    number
        .map(|number| BatchNumber::try_new(number).ok_or_else(|| corrupt("batch number", number)))
        .transpose()
}
