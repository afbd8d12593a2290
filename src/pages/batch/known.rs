//! What the page of a batch is written from, read at one go.
//!
//! Not here: words. The invariant: the number of queries does not depend on the batch.

use super::again::{self, Repayments};
use super::repeat::{self, Repeating};
use crate::domain::account::Account;
use crate::domain::account::rules::AccountRules;
use crate::domain::authorisation::{Act, Candidate, Level, Policy, Refusal, may};
use crate::domain::batch::{Batch, Status};
use crate::domain::beneficiary::Flag;
use crate::domain::field::Field;
use crate::domain::ids::PersonId;
use crate::domain::permission::{Permission, Scope};
use crate::flows::FlowError;
use crate::http::visit::Visit;
use crate::pages::error::PageError;
use crate::pages::text;
use crate::store::beneficiary::Check;
use crate::store::document::Document;
use crate::store::duplicate::{Counts, Duplicate};
use crate::store::event::Past;
use crate::store::payout::{Faulty, Payout, Tab};
use crate::store::person::Person;
use crate::store::single::Single;
use crate::store::slice::Progress;
use crate::store::standing::Situation;
use crate::store::{
    Conn, StoreError, account, account_rules, batch, beneficiary, document, due, duplicate, event, file,
    ledger, passkey, payout, person, rework, second_factor, single, slice, standing,
};
use chrono::{DateTime, Utc};

/// Rows on a page.
pub(super) const ROWS_A_PAGE: usize = 50;
/// Different values of a column that are offered for correction together.
const VALUES_MAX: i64 = 20;
/// Lines of the history that are shown.
const PAST_MAX: i64 = 200;

/// What is below the tabs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Every row.
    All,
    /// Rows with faults.
    Faults,
    /// Rows that look like others.
    Duplicates,
    /// Rows that can be paid.
    Ready,
    /// What was not paid.
    Failed,
    /// What happened.
    History,
}

impl Shown {
    /// The word in the address.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Faults => "faults",
            Self::Duplicates => "duplicates",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::History => "history",
        }
    }

    /// What was asked for; else what there is to do.
    fn chosen(asked: Option<&str>, batch: &Batch) -> Self {
        let correctable = matches!(batch.status, Status::Open | Status::Error) || batch.status.is_awaiting();
        match asked {
            Some("history") => Self::History,
            _ if batch.rows_done == 0 => Self::History,
            Some("failed") => Self::Failed,
            Some("faults") => Self::Faults,
            Some("duplicates") => Self::Duplicates,
            Some("ready") => Self::Ready,
            Some(_) => Self::All,
            None if correctable && batch.fault_count > 0 => Self::Faults,
            None => Self::All,
        }
    }

    const fn rows(self) -> Option<Tab> {
        match self {
            Self::All => Some(Tab::All),
            Self::Faults => Some(Tab::Faults),
            Self::Failed => Some(Tab::NotPaid),
            Self::Duplicates | Self::Ready | Self::History => None,
        }
    }
}

/// Everything that the page says something about.
pub(super) struct Known {
    /// The batch.
    pub(super) batch: Batch,
    /// What it is paid from.
    pub(super) account: Account,
    /// What is available there, in minor units.
    pub(super) available: i64,
    /// How batch and reader stand to each other.
    pub(super) situation: Situation,
    /// Whether the reader gives a code to approve or release.
    pub(super) has_second_factor: bool,
    /// Whether passkeys are part of it.
    pub(super) has_passkeys: bool,
    /// Who is active and may review or approve on the account, whatever they did to this batch.
    pub(super) signers: Vec<(Person, Candidate)>,
    /// The policy in force.
    pub(super) policy: Policy,
    /// Everyone the page may have to name.
    people: Vec<Person>,
    /// Why it was typed, with the one payout, where it is a batch of one.
    pub(super) single: Option<(Single, Payout)>,
    /// By which rule it repeats, and what was made of it.
    pub(super) repeating: Repeating,
    /// What it pays again, and who pays its rows again.
    pub(super) repayments: Repayments,
    /// What the file was called.
    pub(super) file: Option<String>,
    /// The documents that signers see beside the rows.
    pub(super) documents: Vec<Document>,
    /// When the next payouts are due, where a date says so.
    pub(super) due: Option<DateTime<Utc>>,
    /// Whether a slice of it was ever claimed.
    begun: bool,
    /// How fast the file is read, in words.
    pub(super) pace: String,
    /// How far the paying is.
    pub(super) paying: Progress,
    /// What happened, newest first, where the page says it.
    pub(super) past: Vec<Past>,
    /// What is below the tabs.
    pub(super) shown: Shown,
    /// The page's rows, and one more where there is a next page.
    pub(super) rows: Vec<Payout>,
    /// The column whose faults alone are shown.
    pub(super) field: Option<Field>,
    /// In how many rows which column has a fault, where the page says what to do.
    pub(super) faults: Vec<(Field, i64)>,
    /// What was entered in that column, and how often.
    pub(super) values: Vec<(String, i64)>,
    /// What rows of the page look like, and the whole file.
    pub(super) duplicates: Vec<Duplicate>,
    /// How many rows look like others, and how many of them are answered.
    pub(super) likenesses: Counts,
    /// What rows would have come to that were left out or cancelled, where a total was announced.
    pub(super) given_up: i64,
    /// How many rows were left out.
    pub(super) left_out_count: i64,
    /// Why rows of the page were left out.
    pub(super) left_out: Vec<(i32, String)>,
    /// Why the last correction of many rows was not taken over.
    pub(super) rework_refused: Option<String>,
    /// What a signer should look at in them.
    flags: Vec<(i32, Flag)>,
    /// What was found when all of it was compared with what was paid before.
    pub(super) check: Option<Check>,
    /// The account's calendar and cool-down.
    pub(super) rules: AccountRules,
    /// When rows without a date of their own go, where the calendar moved that.
    pub(super) goes_at: Option<DateTime<Utc>>,
    /// The row before the page's first.
    pub(super) after: i32,
    /// When it is read.
    pub(super) now: DateTime<Utc>,
}

impl Known {
    /// Who may not do this now, and why.
    pub(super) fn may(&self, act: Act) -> Result<(), Refusal> {
        may(act, &self.situation.stand, &self.situation.standing)
    }

    /// Whether something of the batch was sent already.
    pub(super) fn has_begun(&self) -> bool {
        self.begun
    }

    /// What an edit would do to the batch as a whole, said before it is made.
    pub(super) fn means_of_edit(&self) -> String {
        means_of_edit(&self.batch, self.situation.signatures.len())
    }

    /// Who reads the page.
    pub(super) fn reader(&self) -> PersonId {
        self.situation.standing.person
    }

    /// A person's name.
    pub(super) fn name(&self, id: PersonId) -> &str {
        self.people
            .iter()
            .chain(self.signers.iter().map(|(person, _)| person))
            .find(|person| person.id == id)
            .map_or("somebody who left", |person| person.name.as_str())
    }

    /// An amount of the account in words.
    pub(super) fn money(&self, minor: i64) -> String {
        self.account.money(minor).to_string()
    }

    /// The level: fixed once submitted, before that what the policy would demand now.
    pub(super) fn level(&self) -> Level {
        let fixed = self.batch.level.filter(|_| self.batch.status != Status::Open);
        fixed.unwrap_or_else(|| self.policy.level(self.batch.payable_total, self.batch.largest))
    }

    /// The batch of which this is the same file again.
    pub(super) fn same_file(&self) -> Option<&Duplicate> {
        self.duplicates.iter().find(|duplicate| duplicate.row == 0)
    }

    /// Whether rows were taken in and judged.
    pub(super) fn has_rows(&self) -> bool {
        self.batch.rows_done > 0
    }

    /// What a signer should look at in a row.
    pub(super) fn flag(&self, row: i32) -> Option<Flag> {
        self.flags
            .iter()
            .find(|(flagged, _)| *flagged == row)
            .map(|(_, flag)| *flag)
    }

    /// When it is wanted and when it would go, were it approved now, where the calendar moves that.
    pub(super) fn moves(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let wanted = self.due.map_or(self.now, |due| due.max(self.now));
        let goes = self.rules.calendar.effective(wanted, self.account.zone);
        (self.is_ahead() && goes != wanted).then_some((wanted, goes))
    }

    /// Whether it is judged and neither paid nor given up: what it would do to the account counts.
    pub(super) fn is_ahead(&self) -> bool {
        self.batch.status == Status::Open || self.batch.status.is_awaiting()
    }
}

/// What an edit of a batch with this many signatures does to it.
pub(in crate::pages) fn means_of_edit(batch: &Batch, signatures: usize) -> String {
    if !batch.status.is_signed() {
        return "The batch stays open; whoever changes it can't review or approve it.".to_owned();
    }
    let voids = text::counted(i64::try_from(signatures).unwrap_or(0), "signature", "signatures");
    let frees = if batch.status.is_reserved() {
        ", and what is reserved for it is free again"
    } else {
        ""
    };
    format!("This voids {voids}{frees}. The batch returns to open and has to be sent again.")
}

/// Reads it all.
pub(super) fn load(visit: &Visit, conn: &mut Conn<'_>) -> Result<Known, PageError> {
    let actor = visit.actor()?;
    let scope = actor.require(Permission::BatchView).map_err(FlowError::from)?;
    let batch = batch::load(conn, &scope, super::number(visit)?)?;
    let (shown, after, field) = asked(visit, &batch);
    let faults = load_faults(conn, &batch, shown)?;
    // Of a column without faults there is nothing to look for among a million rows.
    let is_faulty = field.is_none_or(|field| faults.iter().any(|(other, _)| *other == field));
    let rows = if is_faulty {
        load_rows(conn, (&scope, &batch), (shown, field), after)?
    } else {
        Vec::new()
    };
    let numbers: Vec<i32> = rows.iter().map(|payout| payout.row).collect();
    let duplicates = duplicate::list(conn, (&scope, &batch), &numbers)?;
    let correctable = matches!(batch.status, Status::Open | Status::Error) && shown == Shown::Faults;
    let situation = standing::load(conn, actor, &batch)?;
    let past = load_past(conn, &batch, shown)?;
    let paying = crate::pages::progress::of_paying(conn, &batch)?;
    Ok(Known {
        account: account::load(conn, batch.account)?,
        available: ledger::load_balances(conn, batch.account)?.available,
        has_second_factor: second_factor::is_on(conn, actor.person())?,
        has_passkeys: passkey::has_any(conn, actor.person())?,
        signers: person::list_signers(conn, batch.organisation, batch.account)?,
        policy: account::load_policy(conn, batch.account)?.1,
        people: load_people(conn, &batch, &situation, (&past, &duplicates))?,
        single: load_single(conn, &batch)?,
        file: match batch.file {
            Some(id) => Some(file::load(conn, id)?.name),
            None => None,
        },
        documents: load_documents(conn, &batch)?,
        due: slice::find_next_due(conn, batch.id, None)?,
        begun: !batch.status.is_final() && slice::has_begun(conn, batch.id)?,
        pace: crate::pages::progress::pace(conn, &batch, visit.now)?,
        flags: load_flags(conn, &batch, &rows)?,
        check: beneficiary::find_check(conn, &batch)?,
        rules: account_rules::load(conn, batch.account)?,
        goes_at: due::find_moved(conn, batch.id)?,
        repeating: repeat::load(conn, &batch)?,
        repayments: again::load(conn, (&batch, &paying), shown, &rows)?,
        paying,
        rows,
        field,
        faults,
        values: match field {
            Some(field) if correctable && is_faulty => payout::count_values(conn, &batch, field, VALUES_MAX)?,
            _ => Vec::new(),
        },
        duplicates,
        likenesses: duplicate::count(conn, &scope, &batch)?,
        given_up: match batch.control_total {
            Some(_) => rework::load_given_up(conn, &batch)?,
            None => 0,
        },
        left_out_count: match batch.fault_count {
            0 => 0,
            _ => rework::count_left_out(conn, &batch)?,
        },
        left_out: rework::list_left_out(conn, &batch, &numbers)?,
        rework_refused: rework::find_last_refusal(conn, &batch)?,
        past,
        shown,
        after,
        situation,
        now: visit.now,
        batch,
    })
}

/// In how many rows which column has a fault, where those rows are shown.
fn load_faults(conn: &mut Conn<'_>, batch: &Batch, shown: Shown) -> Result<Vec<(Field, i64)>, StoreError> {
    if shown == Shown::Faults {
        payout::list_fault_counts(conn, batch)
    } else {
        Ok(Vec::new())
    }
}

/// Which rows are asked for: of which tab, after which row, and with a fault in which field.
fn asked(visit: &Visit, batch: &Batch) -> (Shown, i32, Option<Field>) {
    // A refused answer comes back to what it was about.
    let answers = visit.path.ends_with("/duplicates").then_some("duplicates");
    let shown = Shown::chosen(visit.asked("show").or(answers), batch);
    let after = visit.asked("after").and_then(|row| row.parse().ok()).unwrap_or(0);
    let field = visit
        .asked("field")
        // A refused correction of many rows comes back to the rows it was about.
        .or_else(|| visit.sent("field"))
        .and_then(Field::parse)
        .filter(|_| shown == Shown::Faults);
    (shown, after, field)
}

/// The documents that are there, without those removed again.
fn load_documents(conn: &mut Conn<'_>, batch: &Batch) -> Result<Vec<Document>, StoreError> {
    let all = document::list(conn, batch)?;
    Ok(all.into_iter().filter(|one| one.removed.is_none()).collect())
}

/// What signers should look at in these rows, until they are sent. One question for all of them.
fn load_flags(conn: &mut Conn<'_>, batch: &Batch, rows: &[Payout]) -> Result<Vec<(i32, Flag)>, StoreError> {
    let is_unsent = matches!(batch.status, Status::Open | Status::Approved) || batch.status.is_awaiting();
    let mut payable = rows.iter().filter(|row| row.content.is_ok()).map(|row| row.row);
    let Some(first) = payable.next().filter(|_| is_unsent) else {
        return Ok(Vec::new());
    };
    let last = payable.next_back().unwrap_or(first);
    let compared = beneficiary::list_compared(conn, batch.id, (first, last))?;
    Ok(compared
        .into_iter()
        .filter_map(|row| Some((row.row, Flag::of(row.amount, row.past)?)))
        .collect())
}

fn load_rows(
    conn: &mut Conn<'_>,
    (scope, batch): (&Scope, &Batch),
    (shown, field): (Shown, Option<Field>),
    after: i32,
) -> Result<Vec<Payout>, StoreError> {
    let limit = ROWS_A_PAGE as i64 + 1;
    if field.is_some() {
        let faulty = Faulty {
            field,
            ..Faulty::default()
        };
        return payout::list_faulty(conn, batch.id, &faulty, after, limit);
    }
    if shown == Shown::Duplicates {
        let numbers = duplicate::list_numbers(conn, (scope, batch), after, limit)?;
        return payout::list_rows(conn, batch.id, &numbers);
    }
    if shown == Shown::Ready {
        let numbers = duplicate::list_ready(conn, (scope, batch), after, limit)?;
        return payout::list_rows(conn, batch.id, &numbers);
    }
    match shown.rows() {
        Some(tab) => payout::list_of_batch(conn, batch.id, tab, after, limit),
        None => Ok(Vec::new()),
    }
}

fn load_single(conn: &mut Conn<'_>, batch: &Batch) -> Result<Option<(Single, Payout)>, StoreError> {
    let Some(single) = single::find(conn, batch.id)? else {
        return Ok(None);
    };
    Ok(Some((single, payout::load_row(conn, batch.id, 1)?)))
}

/// The history is read where it is shown, and where a notice says who sent the batch back.
fn load_past(conn: &mut Conn<'_>, batch: &Batch, shown: Shown) -> Result<Vec<Past>, StoreError> {
    let sent_back = batch.status == Status::Open && batch.returned_reason.is_some();
    if shown == Shown::History || sent_back {
        event::list_of_batch(conn, batch.id, PAST_MAX)
    } else {
        Ok(Vec::new())
    }
}

fn load_people(
    conn: &mut Conn<'_>,
    batch: &Batch,
    situation: &Situation,
    (past, answers): (&[Past], &[Duplicate]),
) -> Result<Vec<Person>, StoreError> {
    let mut ids = vec![batch.captured_by];
    ids.extend(batch.closed_by);
    ids.extend(situation.signatures.iter().map(|signature| signature.person));
    ids.extend(past.iter().filter_map(|past| past.actor));
    ids.extend(
        answers
            .iter()
            .filter_map(|duplicate| duplicate.answer.as_ref().map(|(_, by)| *by)),
    );
    ids.sort_unstable();
    ids.dedup();
    person::list(conn, &ids)
}
