//! A batch's life in any order: people and workers do things at random, wanted and unwanted ones,
//! over a batch of a few payouts, and a model of some lines says after each what must stand there:
//! status, revision, every payout, and every amount of money. What the model refuses, the portal
//! refuses, for the same kind of reason.
//!
//! Time moves by hand, workers die between claim, call and apply, and leases run out. At the end
//! everything comes to rest: nothing was sent twice, and what was in flight is found.

mod model;
mod payout;
mod together;
mod world;

use chrono::Duration;
use payout::{Kind, Payout};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::RefCell;
use world::{Hands, Place, World};

/// Somebody of the demonstration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// Initiator.
    Thoko,
    /// Reviewer.
    Chikondi,
    /// Approver, who also cancels, pauses and resumes.
    James,
}

/// Some rows of the batch: a bit each, and at least the first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rows(pub u8);

impl Rows {
    /// Which of so many rows these are.
    pub fn of(self, count: usize) -> Vec<usize> {
        let some: Vec<usize> = (0..count).filter(|row| self.0 >> row & 1 == 1).collect();
        if some.is_empty() { vec![0] } else { some }
    }
}

/// One thing that is tried.
#[derive(Clone, Debug)]
pub enum Op {
    Submit(Who, bool),
    Review(Who, bool),
    Approve(Who, bool),
    SendBack(Who),
    Reject(Who),
    Recall(Who),
    Cancel(Who),
    /// These rows get this amount, and no date of their own.
    Edit(Who, Rows, i64),
    CancelSome(Who, Rows),
    /// Another date, in days from now; rows with dates of their own follow it or keep theirs.
    Reschedule(Who, u8, bool),
    Pause(Who),
    Resume(Who),
    /// A worker claims one due slice and keeps it in hand.
    Claim,
    /// It calls the rail.
    Call,
    /// It writes down what the rail said, calling first where it has not.
    Apply,
    /// It dies.
    Die,
    /// Time passes.
    Hours(u8),
    /// All workers do what is due, until nothing is.
    Work,
}

fn any_who() -> impl Strategy<Value = Who> {
    prop_oneof![Just(Who::Thoko), Just(Who::Chikondi), Just(Who::James)]
}

/// Who does it most of the time, and whether they saw the batch as it is.
fn by(usual: Who) -> impl Strategy<Value = (Who, bool)> {
    let who = prop_oneof![8 => Just(usual), 1 => any_who()];
    (who, prop_oneof![9 => Just(true), 1 => Just(false)])
}

fn any_op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => by(Who::Thoko).prop_map(|(who, fresh)| Op::Submit(who, fresh)),
        2 => by(Who::Chikondi).prop_map(|(who, fresh)| Op::Review(who, fresh)),
        8 => by(Who::James).prop_map(|(who, fresh)| Op::Approve(who, fresh)),
        1 => any_who().prop_map(Op::SendBack),
        1 => any_who().prop_map(Op::Recall),
        1 => by(Who::James).prop_map(|(who, _)| Op::Cancel(who)),
        4 => (by(Who::Thoko), any_rows(), any_amount()).prop_map(|((who, _), rows, amount)| Op::Edit(who, rows, amount)),
        2 => (by(Who::James), any_rows()).prop_map(|((who, _), rows)| Op::CancelSome(who, rows)),
        2 => (by(Who::Thoko), 0_u8..3, any::<bool>()).prop_map(|((who, _), days, own)| Op::Reschedule(who, days, own)),
        2 => by(Who::James).prop_map(|(who, _)| Op::Pause(who)),
        2 => by(Who::James).prop_map(|(who, _)| Op::Resume(who)),
        1 => any_who().prop_map(Op::Reject),
        6 => Just(Op::Claim),
        2 => Just(Op::Call),
        4 => Just(Op::Apply),
        2 => Just(Op::Die),
        4 => (1_u8..40).prop_map(Op::Hours),
        3 => Just(Op::Work),
    ]
}

fn any_rows() -> impl Strategy<Value = Rows> {
    (1_u8..16).prop_map(Rows)
}

/// Mostly small; some make the batch one of six eyes, some more than there is.
fn any_amount() -> impl Strategy<Value = i64> {
    prop_oneof![8 => 2_000_i64..90_000, 1 => Just(26_000_000), 1 => Just(1_300_000_000)]
}

fn any_payout() -> impl Strategy<Value = Payout> {
    let kind = prop_oneof![
        4 => Just(Kind::Pays),
        1 => Just(Kind::Fails),
        1 => Just(Kind::Later),
        1 => Just(Kind::Refused),
        1 => Just(Kind::Silent),
    ];
    let days = prop_oneof![3 => Just(None), 1 => (1_u8..3).prop_map(Some)];
    (kind, any_amount(), days).prop_map(|(kind, amount, days)| Payout::new(kind, amount, days))
}

fn any_life() -> impl Strategy<Value = (Vec<Payout>, Vec<Op>)> {
    let payouts = proptest::collection::vec(any_payout(), 1..5);
    (payouts, proptest::collection::vec(any_op(), 4..40))
}

/// Lives the life, comparing after each step, then lets everything come to rest.
fn live(place: Place, payouts: &[Payout], ops: &[Op]) -> Place {
    let world = World::new(place, payouts);
    let mut model = world.model(payouts);
    let mut hands = Hands::default();
    let mut told = Vec::new();
    world.agrees(&model, "captured");
    for op in ops {
        let expected = model.step(op, &mut |_| world.claim(&mut hands), world.now());
        let found = world.step(op, &mut hands);
        told.push(format!("{op:?} → {found:?}"));
        assert_eq!(found, expected, "after {told:#?}");
        world.agrees(&model, &format!("{told:#?}"));
    }
    for op in [Op::Resume(Who::James), Op::Cancel(Who::James)] {
        let expected = model.step(&op, &mut |_| Vec::new(), world.now());
        assert_eq!(world.step(&op, &mut hands), expected, "{op:?} after {told:#?}");
    }
    for _ in 0..3 {
        world.pass(Duration::hours(30));
        model.step(&Op::Work, &mut |_| Vec::new(), world.now()).unwrap();
        world.step(&Op::Work, &mut hands).unwrap();
    }
    world.agrees(&model, &format!("at rest after {told:#?}"));
    assert!(model.is_final(), "{:?} after {told:#?}", model.status);
    world.nothing_was_sent_twice(model.sent());
    world.left()
}

/// Lives are lived in one place, one after the other; one that failed leaves it in disorder, so the
/// shorter one that is tried next gets a new place.
#[test]
fn a_life_in_any_order() {
    let config = Config {
        cases: 64,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let place = RefCell::new(None);
    let outcome = TestRunner::new(config).run(&any_life(), |(payouts, ops)| {
        let mine = place.borrow_mut().take();
        let left = live(mine.unwrap_or_else(Place::new), &payouts, &ops);
        *place.borrow_mut() = Some(left);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// Paid in part, put off, signed again and then called off: nothing waits, so it ends.
#[test]
fn what_was_signed_again_and_called_off_ends() {
    let payouts = [Some(1), None].map(|days| Payout::new(Kind::Pays, 2_000, days));
    let ops = [
        Op::Submit(Who::Thoko, true),
        Op::Approve(Who::James, true),
        Op::Work,
        Op::Reschedule(Who::Thoko, 0, false),
        Op::Submit(Who::Thoko, true),
        Op::Approve(Who::James, true),
    ];
    live(Place::new(), &payouts, &ops);
}
