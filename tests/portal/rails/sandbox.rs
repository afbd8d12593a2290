//! The sandbox's magic values, and its books through lost answers and repeated calls.

use super::{bank, order, wallet, with_purpose};
use countersign::domain::ids::IntentId;
use countersign::domain::payout::Result as R;
use countersign::domain::purpose::Purpose;
use countersign::domain::rail::{Answer, Found, Order, Outcome};
use countersign::rails::Rail;
use countersign::rails::sandbox::{Books, BooksError, MAGIC, MemoryBooks, Receipt, Sandbox};
use std::collections::HashSet;
use std::sync::Arc;

fn sandbox() -> (Sandbox, Arc<MemoryBooks>) {
    let books = Arc::new(MemoryBooks::default());
    (Sandbox::new(books.clone()), books)
}

fn send_one(order: &Order) -> Answer {
    let (rail, _) = sandbox();
    rail.send(std::slice::from_ref(order)).remove(0)
}

fn taken(answer: Answer) -> Outcome {
    match answer {
        Answer::Taken(outcome) => outcome,
        other => panic!("not taken: {other:?}"),
    }
}

fn known(found: Found) -> Outcome {
    match found {
        Found::Known(answer) => taken(answer),
        other => panic!("not known: {other:?}"),
    }
}

#[test]
fn whatever_holds_no_magic_is_paid() {
    let outcome = taken(send_one(&order(250_000, "MWK", bank())));
    assert_eq!(outcome.result, R::Paid);
    assert_eq!(outcome.failure_reason, None);
    let near = with_purpose(Purpose::PayrollBenefits, 1006);
    assert_eq!(taken(send_one(&near)).result, R::Paid);
}

#[test]
fn expenses_fail_at_the_beneficiarys_bank() {
    let (rail, _) = sandbox();
    let orders = [with_purpose(Purpose::ExpensesServices, 5000)];
    let outcome = taken(rail.send(&orders).remove(0));
    assert_eq!(outcome.result, R::Failed);
    assert_eq!(
        outcome.failure_reason.as_deref(),
        Some("beneficiary_bank_rejected")
    );
    assert_eq!(known(rail.look_up(&orders).remove(0)), outcome);
}

#[test]
fn government_dues_are_paid_at_the_look_up() {
    let (rail, _) = sandbox();
    let orders = [with_purpose(Purpose::GovernmentDues, 5000)];
    let sent = taken(rail.send(&orders).remove(0));
    let looked_up = known(rail.look_up(&orders).remove(0));
    assert_eq!((sent.result, looked_up.result), (R::Initiated, R::Paid));
    assert_eq!(sent.rail_reference, looked_up.rail_reference);
}

#[test]
fn a_lost_answer_is_found_again() {
    let (rail, books) = sandbox();
    let orders = [with_purpose(Purpose::PayrollBenefits, 1005)];
    assert_eq!(rail.send(&orders), [Answer::Unknown]);
    assert_eq!(books.received(orders[0].intent), 1);
    assert_eq!(known(rail.look_up(&orders).remove(0)).result, R::Paid);
}

#[test]
fn money_exchange_is_refused_and_not_booked() {
    let (rail, books) = sandbox();
    let orders = [with_purpose(Purpose::MoneyExchange, 5000)];
    let answer = rail.send(&orders).remove(0);
    assert!(matches!(answer, Answer::Refused { message, .. } if message == "intent creation failed"));
    assert_eq!(books.received(orders[0].intent), 0);
    assert_eq!(rail.look_up(&orders), [Found::Never]);
}

#[test]
fn answers_come_in_the_order_of_the_orders() {
    let (rail, _) = sandbox();
    let orders = [
        order(1, "MWK", wallet()),
        with_purpose(Purpose::MoneyExchange, 2),
        with_purpose(Purpose::PayrollBenefits, 1005),
        with_purpose(Purpose::ExpensesServices, 4),
    ];
    let answers = rail.send(&orders);
    assert!(matches!(
        answers.as_slice(),
        [
            Answer::Taken(_),
            Answer::Refused { .. },
            Answer::Unknown,
            Answer::Taken(_)
        ]
    ));
    let asked = [orders[3].clone(), order(9, "MWK", bank()), orders[0].clone()];
    let found = rail.look_up(&asked);
    assert!(matches!(
        found.as_slice(),
        [Found::Known(_), Found::Never, Found::Known(_)]
    ));
}

#[test]
fn a_second_receipt_is_counted_and_changes_nothing() {
    let (rail, books) = sandbox();
    let orders = [order(5000, "MWK", bank())];
    let first = rail.send(&orders);
    assert_eq!(rail.send(&orders), first);
    let changed = [Receipt {
        intent: orders[0].intent,
        amount_minor: 1,
        result: R::Failed,
        comes_back: false,
    }];
    books.receive(&changed).unwrap();
    assert_eq!(books.received(orders[0].intent), 3);
    let kept = books.find(&[orders[0].intent]).unwrap()[0];
    assert_eq!((kept.amount_minor, kept.result), (5000, R::Paid));
}

#[test]
fn channels_follow_destination_and_amount() {
    for (order, channel) in [
        (order(5, "SAR", wallet()), "internal"),
        (order(9_000_000, "SAR", wallet()), "internal"),
        (order(2_000_000, "SAR", bank()), "ips"),
        (order(2_000_001, "SAR", bank()), "sarie"),
        (order(9_000_000, "MWK", bank()), "ips"),
    ] {
        assert_eq!(
            taken(send_one(&order)).channel.as_deref(),
            Some(channel),
            "{order:?}"
        );
    }
}

#[test]
fn each_intent_has_its_own_rail_reference() {
    let (rail, _) = sandbox();
    let orders: Vec<_> = (0..10_000).map(|_| order(5, "MWK", bank())).collect();
    let references: HashSet<_> = rail
        .send(&orders)
        .into_iter()
        .map(|answer| taken(answer).rail_reference.unwrap())
        .collect();
    assert_eq!(references.len(), orders.len());
}

struct Burnt;

impl Books for Burnt {
    fn receive(&self, _: &[Receipt]) -> Result<(), BooksError> {
        Err(BooksError("no connection".to_owned()))
    }

    fn find(&self, _: &[IntentId]) -> Result<Vec<Receipt>, BooksError> {
        Err(BooksError("no connection".to_owned()))
    }

    fn sent_back(&self, _: i64, _: usize) -> Result<Vec<(i64, IntentId)>, BooksError> {
        Err(BooksError("no connection".to_owned()))
    }
}

#[test]
fn without_books_nothing_is_known() {
    let rail = Sandbox::new(Arc::new(Burnt));
    let orders = [order(5, "MWK", bank()), with_purpose(Purpose::MoneyExchange, 5)];
    assert_eq!(rail.send(&orders), [Answer::Unknown, Answer::Unknown]);
    assert_eq!(rail.look_up(&orders), [Found::Unreachable, Found::Unreachable]);
    assert_eq!(rail.news(""), None);
}

#[test]
fn what_comes_back_is_told_in_pages_and_again_when_asked_again() {
    let rail = Sandbox::new(Arc::new(MemoryBooks::default()));
    let orders: Vec<_> = (0..600)
        .map(|_| with_purpose(Purpose::PayrollBenefits, 1006))
        .chain([order(5, "MWK", bank())])
        .collect();
    assert!(
        rail.send(&orders)
            .iter()
            .all(|answer| matches!(answer, Answer::Taken(outcome) if outcome.result == R::Paid))
    );
    let first = rail.news("").unwrap();
    let second = rail.news(&first.until).unwrap();
    assert_eq!((first.returned.len(), second.returned.len()), (500, 100));
    assert_eq!(rail.news(""), Some(first));
    let end = rail.news(&second.until).unwrap();
    assert_eq!((end.returned.len(), end.until), (0, second.until));
}

#[test]
fn the_guide_can_tell_every_magic_value() {
    let told: Vec<_> = MAGIC
        .iter()
        .map(|magic| format!("{}: {}", magic.when, magic.then))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    purpose expenses_services: taken, then failed: the beneficiary's bank rejects it (beneficiary_bank_rejected)
    purpose government_dues: initiated at first; paid when the rail is asked again
    purpose payroll_benefits and exactly 1005 minor units (10.05 in a currency of two decimals): paid, but the answer never comes: initiated until the rail is asked again
    purpose payroll_benefits and exactly 1006 minor units (10.06 in a currency of two decimals): paid, then sent back by the beneficiary's bank within minutes: returned
    purpose money_exchange: refused: no intent is created
    ");
}
