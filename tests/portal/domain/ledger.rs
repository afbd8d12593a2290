//! Money moves in balanced postings, and no balance goes below zero, whatever is asked.

use countersign::domain::ledger::{Balances, Bucket, LedgerError, Movement, Posting};
use proptest::prelude::*;

fn movement() -> impl Strategy<Value = Movement> {
    prop::sample::select(Movement::ALL.to_vec())
}

proptest! {
    #[test]
    fn any_order_of_postings_stays_balanced_and_above_zero(
        asked in prop::collection::vec((movement(), 1_i64..1_000_000), 1..200),
    ) {
        let mut balances = Balances::default();
        for (movement, amount) in asked {
            let posting = Posting::of(movement, amount).unwrap();
            match balances.after(&posting) {
                Ok(after) => balances = after,
                Err(LedgerError::Short { bucket, shortfall }) => {
                    prop_assert_ne!(bucket, Bucket::Outside);
                    prop_assert!((1..=amount).contains(&shortfall));
                    // With exactly what is missing it would have gone through.
                    if bucket == Bucket::Available {
                        let topped = balances.after(&Posting::of(Movement::Fund, shortfall).unwrap()).unwrap();
                        prop_assert!(topped.after(&posting).is_ok());
                    }
                }
                Err(other) => prop_assert!(false, "{}", other),
            }
            prop_assert!(balances.is_balanced());
            prop_assert!(balances.available >= 0 && balances.reserved >= 0 && balances.in_transit >= 0);
        }
    }

    #[test]
    fn legs_that_do_not_sum_to_zero_are_no_posting(changes in prop::collection::vec(-1_000_i64..1_000, 0..6)) {
        let buckets = [Bucket::Available, Bucket::Reserved, Bucket::InTransit, Bucket::Outside];
        let legs: Vec<_> = buckets.into_iter().cycle().zip(changes.iter().copied()).collect();
        let sum: i64 = changes.iter().sum();
        prop_assert_eq!(Posting::try_new(legs).is_ok(), sum == 0);
    }

    #[test]
    fn nothing_and_less_is_not_moved(movement in movement(), amount in i64::MIN..=0) {
        prop_assert_eq!(Posting::of(movement, amount), Err(LedgerError::NotPositive));
    }
}

#[test]
fn the_edge_of_64_bits_is_refused() {
    let full = Balances::default()
        .after(&Posting::of(Movement::Fund, i64::MAX).unwrap())
        .unwrap();
    let one_more = Posting::of(Movement::Fund, 1).unwrap();
    assert_eq!(full.after(&one_more), Err(LedgerError::OutOfRange));
    let legs = vec![(Bucket::Available, i64::MAX), (Bucket::Reserved, 1)];
    assert_eq!(Posting::try_new(legs), Err(LedgerError::OutOfRange));
}

#[test]
fn a_payout_that_is_paid_and_one_that_fails() {
    let ways: Vec<(Movement, i64)> = vec![
        (Movement::Fund, 100),
        (Movement::Reserve, 30),
        (Movement::Send, 30),
        (Movement::Settle, 20),
        (Movement::ReleaseSent, 10),
    ];
    let end = ways
        .into_iter()
        .fold(Balances::default(), |at, (movement, amount)| {
            at.after(&Posting::of(movement, amount).unwrap()).unwrap()
        });
    let wanted = Balances {
        available: 80,
        outside: -80,
        ..Balances::default()
    };
    assert_eq!(end, wanted);
}
