//! Two people and two workers at once on one batch, each in transactions and threads of their own,
//! in no order that anybody chose. Whatever comes of it: nothing is sent twice, no money is lost, no
//! two locks wait for each other, and the batch comes to an end.

use super::payout::{Kind, Payout};
use super::world::{Place, World, is_refusal};
use super::{Op, Rows, Who};
use chrono::Duration;
use std::sync::Barrier;

/// Worlds that are lived through.
const ROUNDS: u64 = 6;
/// What each person tries in one.
const TRIES: u64 = 24;

/// Numbers without a pattern, the same in every run.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn payouts() -> Vec<Payout> {
    let kinds = [Kind::Pays, Kind::Fails, Kind::Later, Kind::Pays, Kind::Refused];
    kinds
        .into_iter()
        .enumerate()
        .map(|(i, kind)| Payout::new(kind, 10_000 + i as i64, None))
        .collect()
}

/// One of the five rows.
fn some(dice: &mut Dice) -> Rows {
    Rows(1 << dice.throw(5))
}

fn maker(dice: &mut Dice) -> Op {
    match dice.throw(8) {
        0 => Op::Recall(Who::Thoko),
        1 | 2 => Op::Edit(Who::Thoko, some(dice), 5_000 + dice.throw(1_000) as i64),
        3 => Op::Reschedule(Who::Thoko, 0, false),
        _ => Op::Submit(Who::Thoko, true),
    }
}

fn signer(dice: &mut Dice) -> Op {
    match dice.throw(12) {
        0 => Op::SendBack(Who::James),
        1 | 2 => Op::Pause(Who::James),
        3..=5 => Op::Resume(Who::James),
        6 if dice.throw(4) == 0 => Op::Cancel(Who::James),
        7 if dice.throw(3) == 0 => Op::CancelSome(Who::James, some(dice)),
        _ => Op::Approve(Who::James, true),
    }
}

#[test]
fn two_people_and_two_workers_at_once() {
    let mut place = Place::new();
    for round in 0..ROUNDS {
        let world = World::new(place, &payouts());
        let barrier = Barrier::new(4);
        std::thread::scope(|scope| {
            let people: [fn(&mut Dice) -> Op; 2] = [maker, signer];
            for (i, next) in people.into_iter().enumerate() {
                let (barrier, flows) = (&barrier, world.flows());
                scope.spawn(move || {
                    let mut dice = Dice(round * 1_000 + i as u64 + 1);
                    barrier.wait();
                    for _ in 0..TRIES {
                        let op = next(&mut dice);
                        if let Err(error) = flows.act(&op) {
                            assert!(is_refusal(&error), "{op:?}: {error}");
                        }
                    }
                });
            }
            for _ in 0..2 {
                let (barrier, worker) = (&barrier, world.portal().app().worker().clone());
                scope.spawn(move || {
                    barrier.wait();
                    for _ in 0..TRIES {
                        worker.run_due().unwrap();
                    }
                });
            }
        });
        comes_to_rest(&world);
        place = world.left();
    }
}

fn comes_to_rest(world: &World) {
    let flows = world.flows();
    for op in [
        Op::Resume(Who::James),
        Op::Cancel(Who::James),
        Op::Cancel(Who::Thoko),
    ] {
        if let Err(error) = flows.act(&op) {
            assert!(is_refusal(&error), "{op:?}: {error}");
        }
    }
    for _ in 0..3 {
        world.pass(Duration::hours(3));
        world.portal().run_jobs();
    }
    let found = world.found();
    assert!(found.status.is_final(), "{:?}", found.status);
    let portal = world.portal();
    let of_batch = format!("p.batch_id = {}", found.id.0);
    let booked = portal.db_number(&format!(
        "SELECT count(*) FROM payout p WHERE {of_batch} AND p.status = 'PROCESSED' AND p.result IN ('paid', 'failed')"
    ));
    world.nothing_was_sent_twice(usize::try_from(booked).unwrap());
    let paid = portal.db_number(&format!(
        "SELECT coalesce(sum(amount), 0) FROM payout p WHERE {of_batch} AND p.result = 'paid'"
    ));
    assert_eq!(
        portal.db_balances(),
        (world.funds() - paid, 0, 0),
        "nothing is left on the way"
    );
    assert_eq!(
        portal.db_number("SELECT count(*) FROM payout WHERE status = 'PROCESSING_IN_PROGRESS'"),
        0
    );
}
