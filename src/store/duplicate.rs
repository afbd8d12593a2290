//! Payouts that look alike, as they are told: by row, with what they resemble and the maker's answer.
//! How they are found is in `find`.
//!
//! The invariant: a reader is told, in lists and in counts alike, only of what resembles a payout of
//! an account in their scope; and no page counts rows.

mod find;

pub use find::{Rows, clear_away, compare, compare_file, keep_check, list_companions, list_echoes, remember};

use super::prepared::numbered;
use super::schema::{duplicate_answer, duplicate_count};
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::batch::{Batch, Status};
use crate::domain::ids::{BatchNumber, PersonId};
use crate::domain::permission::{Accounts, Scope};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Bytea, Integer, Nullable, Text, Timestamptz};

/// How a row resembles another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The same file again.
    SameFile,
    /// Destination and amount twice in the file.
    InFile,
    /// Destination and amount in another batch within 30 days.
    InBatch,
}

/// A row that looks like another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Duplicate {
    /// The row; 0 is the whole file.
    pub row: i32,
    /// How.
    pub kind: Kind,
    /// The batch it resembles.
    pub other_batch: BatchNumber,
    /// Where that one stands now.
    pub other_status: Status,
    /// The row there; 0 is the whole file.
    pub other_row: i32,
    /// What the maker says, and who.
    pub answer: Option<(String, PersonId)>,
    /// When the other batch was captured.
    pub other_captured_at: DateTime<Utc>,
}

/// How many rows of a batch look like others.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Rows that do.
    pub found: i64,
    /// Of these, rows with an answer.
    pub answered: i64,
    /// Whether the batch was compared as it stands now.
    pub compared: bool,
}

/// The accounts of a scope as a parameter: nothing is all of them.
fn accounts_of(scope: &Scope) -> Option<Vec<i64>> {
    match scope.accounts() {
        Accounts::All => None,
        Accounts::Only(ids) => Some(ids.iter().map(|id| id.0).collect()),
    }
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    found: i64,
    #[diesel(sql_type = BigInt)]
    answered: i64,
    #[diesel(sql_type = Bool)]
    compared: bool,
}

/// How many rows look like others that the scope may see.
///
/// # Errors
/// What the database says.
pub fn count(conn: &mut Conn<'_>, scope: &Scope, batch: &Batch) -> Result<Counts, StoreError> {
    let row: CountRow = numbered(
        "SELECT coalesce(sum(found), 0)::bigint AS found, coalesce(sum(answered), 0)::bigint AS answered,
             EXISTS (SELECT 1 FROM duplicate_check c
                 WHERE c.organisation_id = $1 AND c.batch_id = $2 AND c.fingerprint = $4) AS compared
         FROM duplicate_count
         WHERE organisation_id = $1 AND batch_id = $2 AND ($3 IS NULL OR account_id = ANY($3))",
    )
    .bind::<BigInt, _>(scope.organisation().0)
    .bind::<BigInt, _>(batch.id.0)
    .bind::<Nullable<Array<BigInt>>, _>(accounts_of(scope))
    .bind::<Nullable<Bytea>, _>(batch.fingerprint.map(|print| print.0.to_vec()))
    .get_result(conn.0)?;
    Ok(Counts {
        found: row.found,
        answered: row.answered,
        compared: row.compared,
    })
}

#[derive(QueryableByName)]
struct NumberRow {
    #[diesel(sql_type = Integer)]
    row_number: i32,
}

/// The numbers of rows that look like others, after row number `after`, at most `limit`.
///
/// # Errors
/// What the database says.
pub fn list_numbers(
    conn: &mut Conn<'_>,
    (scope, batch): (&Scope, &Batch),
    after: i32,
    limit: i64,
) -> Result<Vec<i32>, StoreError> {
    numbers(
        conn,
        (scope, batch),
        "SELECT DISTINCT d.\"row\" AS row_number FROM duplicate d
         WHERE d.organisation_id = $1 AND d.batch_id = $2 AND d.\"row\" > $4
           AND ($3 IS NULL OR d.other_account_id = ANY($3))
         ORDER BY 1 LIMIT $5",
        (after, limit),
    )
}

/// The numbers of rows that can be paid and look like no other, after row number `after`, at most
/// `limit`.
///
/// # Errors
/// What the database says.
pub fn list_ready(
    conn: &mut Conn<'_>,
    (scope, batch): (&Scope, &Batch),
    after: i32,
    limit: i64,
) -> Result<Vec<i32>, StoreError> {
    numbers(
        conn,
        (scope, batch),
        "SELECT p.\"row\" AS row_number FROM payout p
         WHERE p.batch_id = $2 AND p.\"row\" > $4 AND p.slice_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM duplicate d WHERE d.organisation_id = $1 AND d.batch_id = $2
               AND d.\"row\" = p.\"row\" AND ($3 IS NULL OR d.other_account_id = ANY($3)))
         ORDER BY 1 LIMIT $5",
        (after, limit),
    )
}

fn numbers(
    conn: &mut Conn<'_>,
    (scope, batch): (&Scope, &Batch),
    query: &str,
    (after, limit): (i32, i64),
) -> Result<Vec<i32>, StoreError> {
    let rows: Vec<NumberRow> = diesel::sql_query(query)
        .bind::<BigInt, _>(scope.organisation().0)
        .bind::<BigInt, _>(batch.id.0)
        .bind::<Nullable<Array<BigInt>>, _>(accounts_of(scope))
        .bind::<Integer, _>(after.max(0))
        .bind::<BigInt, _>(limit)
        .load(conn.0)?;
    Ok(rows.into_iter().map(|row| row.row_number).collect())
}

#[derive(QueryableByName)]
struct FoundRow {
    #[diesel(sql_type = Integer)]
    row_number: i32,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Integer)]
    other_batch: i32,
    #[diesel(sql_type = Text)]
    other_status: String,
    #[diesel(sql_type = Integer)]
    other_row: i32,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    answered_by: Option<i64>,
    #[diesel(sql_type = Timestamptz)]
    captured_at: DateTime<Utc>,
}

/// What these rows look like, and the whole file.
///
/// # Errors
/// What the database says.
pub fn list(
    conn: &mut Conn<'_>,
    (scope, batch): (&Scope, &Batch),
    rows: &[i32],
) -> Result<Vec<Duplicate>, StoreError> {
    // A look into the index for each row: what was found a moment ago is in no statistics yet, and the
    // planner would read all that the batch has.
    let rows: Vec<FoundRow> = numbered(
        "SELECT d.\"row\" AS row_number, d.kind, o.number AS other_batch, o.status AS other_status, d.other_row,
             coalesce(d.reason, s.reason) AS reason, coalesce(d.answered_by, s.by_person) AS answered_by, o.captured_at
         FROM unnest($4) AS w (\"row\")
         CROSS JOIN LATERAL (SELECT * FROM duplicate x
             WHERE x.organisation_id = $1 AND x.batch_id = $2 AND x.\"row\" = w.\"row\" OFFSET 0) d
         JOIN batch o ON o.id = d.other_batch_id
         LEFT JOIN duplicate_answer s ON s.organisation_id = d.organisation_id AND s.batch_id = d.batch_id AND s.n = d.asked + 1
         WHERE $3 IS NULL OR d.other_account_id = ANY($3)
         ORDER BY d.\"row\", d.kind DESC",
    )
    .bind::<BigInt, _>(scope.organisation().0)
    .bind::<BigInt, _>(batch.id.0)
    .bind::<Nullable<Array<BigInt>>, _>(accounts_of(scope))
    .bind::<Array<Integer>, _>(rows.iter().copied().chain([0]).collect::<Vec<i32>>())
    .load(conn.0)?;
    rows.into_iter().map(read).collect()
}

fn read(row: FoundRow) -> Result<Duplicate, StoreError> {
    Ok(Duplicate {
        row: row.row_number,
        kind: match row.kind.as_str() {
            "same_file" => Kind::SameFile,
            "in_file" => Kind::InFile,
            "in_batch" => Kind::InBatch,
            other => return Err(corrupt("likeness", other)),
        },
        other_batch: BatchNumber::try_new(row.other_batch)
            .ok_or_else(|| corrupt("batch number", row.other_batch))?,
        other_status: Status::parse(&row.other_status).ok_or_else(|| corrupt("status", &row.other_status))?,
        other_row: row.other_row,
        answer: row.reason.zip(row.answered_by.map(PersonId)),
        other_captured_at: row.captured_at,
    })
}

/// A maker's answer.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Why it is right to pay.
    pub reason: &'a str,
    /// Who says so.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether answers that were given before may be replaced.
    pub again: bool,
}

/// Answers what these rows resemble, as far as the scope may see it; says how many hits.
///
/// # Errors
/// What the database says.
pub fn answer(
    tx: &mut Tx<'_>,
    (scope, batch): (&Scope, &Batch),
    rows: &[i32],
    answer: Answer<'_>,
) -> Result<usize, StoreError> {
    find::lock(tx, batch)?;
    find::count(tx, batch, Rows::These(rows), find::Sign::Minus)?;
    let answered = diesel::sql_query(
        "UPDATE duplicate d SET reason = $5, answered_by = $6, answered_at = $7
         WHERE d.organisation_id = $1 AND d.batch_id = $2 AND d.\"row\" = ANY($4)
           AND ($3 IS NULL OR d.other_account_id = ANY($3))
           AND ($8 OR (d.reason IS NULL AND NOT EXISTS (SELECT 1 FROM duplicate_answer s
               WHERE s.organisation_id = $1 AND s.batch_id = $2 AND s.n = d.asked + 1)))",
    )
    .bind::<BigInt, _>(scope.organisation().0)
    .bind::<BigInt, _>(batch.id.0)
    .bind::<Nullable<Array<BigInt>>, _>(accounts_of(scope))
    .bind::<Array<Integer>, _>(rows)
    .bind::<Text, _>(answer.reason)
    .bind::<BigInt, _>(answer.by.0)
    .bind::<Timestamptz, _>(answer.at)
    .bind::<Bool, _>(answer.again)
    .execute(tx.pg())?;
    find::count(tx, batch, Rows::These(rows), find::Sign::Plus)?;
    Ok(answered)
}

/// Answers all that is not answered yet, for a scope over every account; says how many rows.
///
/// One line, however many rows: a hit is answered by the first such line after it was found.
///
/// # Errors
/// What the database says.
pub fn answer_all(
    tx: &mut Tx<'_>,
    batch: &Batch,
    waiting: i64,
    answer: Answer<'_>,
) -> Result<i64, StoreError> {
    find::lock(tx, batch)?;
    let last: Option<i32> = duplicate_answer::table
        .filter(
            duplicate_answer::organisation_id
                .eq(batch.organisation.0)
                .and(duplicate_answer::batch_id.eq(batch.id.0)),
        )
        .select(diesel::dsl::max(duplicate_answer::n))
        .first(tx.pg())?;
    diesel::insert_into(duplicate_answer::table)
        .values((
            duplicate_answer::organisation_id.eq(batch.organisation.0),
            duplicate_answer::batch_id.eq(batch.id.0),
            duplicate_answer::n.eq(last.unwrap_or(0) + 1),
            duplicate_answer::reason.eq(answer.reason),
            duplicate_answer::by_person.eq(answer.by.0),
            duplicate_answer::at.eq(answer.at),
        ))
        .execute(tx.pg())?;
    diesel::update(
        duplicate_count::table.filter(
            duplicate_count::organisation_id
                .eq(batch.organisation.0)
                .and(duplicate_count::batch_id.eq(batch.id.0)),
        ),
    )
    .set(duplicate_count::answered.eq(duplicate_count::found))
    .execute(tx.pg())?;
    Ok(waiting)
}

/// The rows that have no answer yet and that the scope may see, the whole file among them, at most
/// `limit`.
///
/// # Errors
/// What the database says.
pub fn list_unanswered(
    conn: &mut Conn<'_>,
    (scope, batch): (&Scope, &Batch),
    limit: i64,
) -> Result<Vec<i32>, StoreError> {
    numbers(
        conn,
        (scope, batch),
        "SELECT DISTINCT d.\"row\" AS row_number FROM duplicate d
         WHERE d.organisation_id = $1 AND d.batch_id = $2 AND d.\"row\" >= $4 AND d.reason IS NULL
           AND ($3 IS NULL OR d.other_account_id = ANY($3))
           AND NOT EXISTS (SELECT 1 FROM duplicate_answer s WHERE s.organisation_id = $1 AND s.batch_id = $2
               AND s.n = d.asked + 1)
         ORDER BY 1 LIMIT $5",
        (0, limit),
    )
}
