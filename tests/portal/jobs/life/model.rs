//! What must be: a batch, its payouts and the account's money, in memory, by the rules as people would
//! tell them. It shares words with the portal and no code.

use super::payout::{At, Kind, Payout};
use super::{Op, Rows, Who};
use chrono::{DateTime, Duration, Utc};
use countersign::domain::batch::Status;

/// Minor units up to which four eyes are enough.
const FOUR_EYES_UP_TO: i64 = 25_000_000;
/// How long a worker may be silent.
const LEASE: Duration = Duration::seconds(60);
/// How long after a call without an outcome the rail is asked.
const ASKED_AFTER: Duration = Duration::seconds(5);

/// Why something is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum No {
    /// This person may not.
    Duty,
    /// The batch does not stand so.
    State,
    /// They saw another batch.
    Stale,
    /// There is too little money.
    Short,
}

/// A worker with a slice.
#[derive(Clone, Debug)]
struct Hand {
    rows: Vec<usize>,
    since: DateTime<Utc>,
    called: bool,
    alive: bool,
    lost: bool,
}

pub struct Model {
    pub status: Status,
    pub revision: i32,
    pub payouts: Vec<Payout>,
    beginning: DateTime<Utc>,
    /// Available then.
    funds: i64,
    approved_at: Option<DateTime<Utc>>,
    /// The batch's date, once it was rescheduled.
    date: Option<DateTime<Utc>>,
    six_eyes: bool,
    signed: Vec<Who>,
    hands: Vec<Hand>,
}

type Done = Result<(), No>;

impl Model {
    pub fn new(payouts: &[Payout], now: DateTime<Utc>, funds: i64) -> Self {
        Self {
            status: Status::Open,
            revision: 1,
            payouts: payouts.to_vec(),
            beginning: now,
            funds,
            approved_at: None,
            date: None,
            six_eyes: false,
            signed: Vec::new(),
            hands: Vec::new(),
        }
    }

    /// Available, reserved, in transit.
    pub fn balances(&self) -> (i64, i64, i64) {
        let reserved = if self.is_reserved() {
            self.sum(|payout| payout.at == At::Waiting)
        } else {
            0
        };
        let in_transit = self.sum(Payout::is_in_flight);
        let paid = self.sum(|payout| payout.at == At::Paid);
        (self.funds - reserved - in_transit - paid, reserved, in_transit)
    }

    pub fn is_final(&self) -> bool {
        matches!(
            self.status,
            Status::Completed | Status::Cancelled | Status::Rejected
        ) && !self.payouts.iter().any(Payout::is_in_flight)
    }

    /// Payments that the rail has.
    pub fn sent(&self) -> usize {
        self.payouts.iter().filter(|payout| payout.booked).count()
    }

    /// How many payouts are ready to be claimed at `now`.
    pub fn due(&self, now: DateTime<Utc>) -> Vec<usize> {
        (0..self.payouts.len())
            .filter(|row| self.payouts[*row].at == At::Waiting && self.due_at(*row) <= now)
            .collect()
    }

    fn due_at(&self, row: usize) -> DateTime<Utc> {
        match self.payouts[row].days {
            Some(days) => super::world::date(self.beginning, days),
            None => self.date.or(self.approved_at).unwrap_or(self.beginning),
        }
    }

    /// What a step changes, and whether it is refused. `claimed` claims in the portal and answers the
    /// rows; which slice comes first is the portal's to say.
    pub fn step(
        &mut self,
        op: &Op,
        claimed: &mut dyn FnMut(&Self) -> Vec<usize>,
        now: DateTime<Utc>,
    ) -> Done {
        match op {
            Op::Submit(who, fresh) => self.submit(*who, *fresh),
            Op::Review(who, fresh) => self.review(*who, *fresh),
            Op::Approve(who, fresh) => self.approve(*who, *fresh, now),
            Op::SendBack(who) => {
                self.may_refuse(*who)?;
                self.reopen();
                Ok(())
            }
            Op::Reject(who) => {
                self.may_refuse(*who)?;
                self.close(Status::Rejected);
                Ok(())
            }
            Op::Recall(who) => {
                duty(*who == Who::Thoko)?;
                state(self.is_awaiting())?;
                self.reopen();
                Ok(())
            }
            Op::Cancel(who) => {
                self.may_cancel(*who)?;
                self.close(Status::Cancelled);
                Ok(())
            }
            Op::Edit(who, rows, amount) => self.edit(*who, *rows, *amount),
            Op::CancelSome(who, rows) => self.cancel_some(*who, *rows),
            Op::Reschedule(who, days, own) => {
                self.may_edit(*who)?;
                let date = Some(super::world::date(now, *days));
                // The date that it has already is no edit.
                if !own && self.date == date {
                    return Ok(());
                }
                self.edited();
                self.date = date;
                for payout in self.payouts.iter_mut().filter(|_| *own) {
                    payout.days = payout.days.filter(|_| payout.at != At::Waiting);
                }
                Ok(())
            }
            Op::Pause(who) => {
                duty(*who == Who::James)?;
                state(matches!(self.status, Status::Approved | Status::Paying))?;
                state(self.has_waiting())?;
                self.status = Status::Paused;
                Ok(())
            }
            Op::Resume(who) => {
                duty(*who == Who::James)?;
                state(self.status == Status::Paused)?;
                self.status = if self.has_begun() {
                    Status::Paying
                } else {
                    Status::Approved
                };
                Ok(())
            }
            Op::Claim => {
                let rows = claimed(self);
                self.claim(rows, now);
                Ok(())
            }
            Op::Call => {
                self.call();
                Ok(())
            }
            Op::Apply => self.apply(now),
            Op::Die => {
                if let Some(hand) = self.hand() {
                    hand.alive = false;
                }
                Ok(())
            }
            Op::Hours(_) => Ok(()),
            Op::Work => {
                self.work(now);
                Ok(())
            }
        }
    }

    fn submit(&mut self, who: Who, fresh: bool) -> Done {
        duty(who == Who::Thoko)?;
        state(self.status == Status::Open && self.has_waiting())?;
        saw(fresh)?;
        // What was paid in part never falls below what it was signed at.
        self.six_eyes = self.total() > FOUR_EYES_UP_TO || (self.six_eyes && self.has_begun());
        self.signed = vec![who];
        self.status = if self.six_eyes {
            Status::AwaitingReview
        } else {
            Status::AwaitingApproval
        };
        Ok(())
    }

    fn review(&mut self, who: Who, fresh: bool) -> Done {
        self.may_sign(who, Who::Chikondi, Status::AwaitingReview)?;
        saw(fresh)?;
        self.signed.push(who);
        self.status = Status::AwaitingApproval;
        Ok(())
    }

    fn approve(&mut self, who: Who, fresh: bool, now: DateTime<Utc>) -> Done {
        self.may_sign(who, Who::James, Status::AwaitingApproval)?;
        saw(fresh)?;
        // Of what was paid in part, the rest is reserved.
        if self.sum(|payout| payout.at == At::Waiting) > self.balances().0 {
            return Err(No::Short);
        }
        self.signed.push(who);
        self.approved_at = Some(now);
        self.status = Status::Approved;
        Ok(())
    }

    fn may_sign(&self, who: Who, signer: Who, status: Status) -> Done {
        duty(who == signer && !self.signed.contains(&who))?;
        state(self.status == status)
    }

    /// Who may sign the step that waits, may also send back and reject.
    fn may_refuse(&self, who: Who) -> Done {
        match self.status {
            Status::AwaitingReview => self.may_sign(who, Who::Chikondi, self.status),
            Status::AwaitingApproval => self.may_sign(who, Who::James, self.status),
            _ => {
                duty(who != Who::Thoko)?;
                Err(No::State)
            }
        }
    }

    fn reopen(&mut self) {
        self.status = Status::Open;
        self.revision += 1;
        self.signed.clear();
    }

    fn may_cancel(&self, who: Who) -> Done {
        let is_own = who == Who::Thoko;
        if self.is_final_status() {
            duty(is_own || who == Who::James)?;
            return Err(No::State);
        }
        duty(who == Who::James || (is_own && !self.is_reserved()))?;
        state(!self.is_reserved() || self.has_waiting())
    }

    /// Rejected or cancelled; where something was sent, the rest only, and the batch is paid out.
    fn close(&mut self, status: Status) {
        if !self.has_begun() {
            self.status = status;
            return;
        }
        for payout in &mut self.payouts {
            if payout.at == At::Waiting {
                payout.at = At::Cancelled;
            }
        }
        if !self.is_reserved() || self.status == Status::Approved {
            self.status = Status::Paying;
        }
    }

    fn cancel_some(&mut self, who: Who, rows: Rows) -> Done {
        self.may_cancel(who)?;
        for row in self.all_waiting(rows)? {
            self.payouts[row].at = At::Cancelled;
        }
        if !self.has_waiting() {
            self.close(Status::Cancelled);
        }
        Ok(())
    }

    fn may_edit(&self, who: Who) -> Done {
        duty(who == Who::Thoko)?;
        state(self.status == Status::Open || self.is_awaiting() || self.is_reserved())?;
        state(!self.is_reserved() || self.has_waiting())
    }

    fn edit(&mut self, who: Who, rows: Rows, amount: i64) -> Done {
        self.may_edit(who)?;
        let rows = self.all_waiting(rows)?;
        let is_as_it_was = |payout: &Payout| {
            payout.days.is_none() && (payout.kind == Kind::Silent || payout.amount == amount)
        };
        if rows.iter().all(|row| is_as_it_was(&self.payouts[*row])) {
            return Ok(());
        }
        self.edited();
        for row in rows {
            let payout = &mut self.payouts[row];
            payout.days = None;
            if payout.kind != Kind::Silent {
                payout.amount = amount;
            }
        }
        Ok(())
    }

    /// A signed batch goes back to open, its signatures void.
    fn edited(&mut self) {
        if self.status != Status::Open {
            self.reopen();
        }
    }

    /// All of these rows, where none of them is claimed or final.
    fn all_waiting(&self, rows: Rows) -> Result<Vec<usize>, No> {
        let rows = rows.of(self.payouts.len());
        state(rows.iter().all(|row| self.payouts[*row].at == At::Waiting))?;
        Ok(rows)
    }

    fn claim(&mut self, rows: Vec<usize>, now: DateTime<Utc>) {
        let due = self.due(now);
        let is_open = matches!(self.status, Status::Approved | Status::Paying);
        if !is_open || due.is_empty() {
            assert!(rows.is_empty(), "{rows:?} was claimed, and nothing is due");
            return;
        }
        self.status = Status::Paying;
        assert!(!rows.is_empty(), "{due:?} is due, and nothing was claimed");
        for row in &rows {
            assert!(due.contains(row), "{row} was claimed, and only {due:?} is due");
            self.payouts[*row].at = At::InHand;
        }
        self.hands.push(Hand {
            rows,
            since: now,
            called: false,
            alive: true,
            lost: false,
        });
    }

    /// The worker that claimed last, of those alive.
    fn hand(&mut self) -> Option<&mut Hand> {
        self.hands.iter_mut().rev().find(|hand| hand.alive)
    }

    fn call(&mut self) {
        let Some(hand) = self.hand().filter(|hand| !hand.called && !hand.lost) else {
            return;
        };
        hand.called = true;
        for row in hand.rows.clone() {
            let payout = &mut self.payouts[row];
            payout.booked = payout.kind != Kind::Refused;
        }
    }

    fn apply(&mut self, now: DateTime<Utc>) -> Done {
        let Some(place) = self.hands.iter().rposition(|hand| hand.alive) else {
            return Ok(());
        };
        let hand = self.hands.remove(place);
        if hand.lost {
            return Err(No::Stale);
        }
        for row in hand.rows {
            self.payouts[row].answered(now);
        }
        Ok(())
    }

    /// Everything due is sent, silent workers are followed by others, open outcomes are asked about,
    /// and what is done is completed.
    fn work(&mut self, now: DateTime<Utc>) {
        for payout in &mut self.payouts {
            if matches!(payout.at, At::Open(since) if now - since >= ASKED_AFTER) {
                payout.asked(now);
            }
        }
        if matches!(self.status, Status::Approved | Status::Paying) {
            for row in self.due(now) {
                self.status = Status::Paying;
                self.payouts[row].answered(now);
            }
        }
        let lapsed: Vec<usize> = self
            .hands
            .iter_mut()
            .filter(|hand| now - hand.since > LEASE && !hand.lost)
            .flat_map(|hand| {
                hand.lost = true;
                hand.rows.clone()
            })
            .collect();
        for row in lapsed {
            self.payouts[row].asked(now);
        }
        let is_done = !self.has_waiting() && !self.payouts.iter().any(Payout::is_in_flight);
        if matches!(self.status, Status::Paying | Status::Paused) && is_done {
            self.status = Status::Completed;
        }
    }

    fn sum(&self, of: impl Fn(&Payout) -> bool) -> i64 {
        self.payouts
            .iter()
            .filter(|payout| of(payout))
            .map(|payout| payout.amount)
            .sum()
    }

    /// What is signed: paid or not, but not called off.
    fn total(&self) -> i64 {
        self.sum(|payout| payout.at != At::Cancelled)
    }

    fn has_waiting(&self) -> bool {
        self.payouts.iter().any(|payout| payout.at == At::Waiting)
    }

    fn has_begun(&self) -> bool {
        let is_begun = |payout: &Payout| !matches!(payout.at, At::Waiting | At::Cancelled);
        self.payouts.iter().any(is_begun)
    }

    fn is_awaiting(&self) -> bool {
        matches!(self.status, Status::AwaitingReview | Status::AwaitingApproval)
    }

    fn is_reserved(&self) -> bool {
        matches!(self.status, Status::Approved | Status::Paying | Status::Paused)
    }

    fn is_final_status(&self) -> bool {
        matches!(
            self.status,
            Status::Completed | Status::Cancelled | Status::Rejected
        )
    }
}

fn duty(holds: bool) -> Done {
    if holds { Ok(()) } else { Err(No::Duty) }
}

fn state(holds: bool) -> Done {
    if holds { Ok(()) } else { Err(No::State) }
}

fn saw(fresh: bool) -> Done {
    if fresh { Ok(()) } else { Err(No::Stale) }
}
