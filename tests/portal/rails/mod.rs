//! What rails answer.

mod sandbox;

use countersign::domain::destination::{BankAccount, Destination};
use countersign::domain::ids::IntentId;
use countersign::domain::money::{Currency, Money};
use countersign::domain::payout::Result;
use countersign::domain::purpose::Purpose;
use countersign::domain::rail::{Answer, Found, Order};
use countersign::rails::instant::Instant;
use countersign::rails::sandbox::{MemoryBooks, Sandbox};
use countersign::rails::{Rail, Rails};
use std::sync::Arc;
use uuid::Uuid;

fn bank() -> Destination {
    Destination::Bank(BankAccount::Iban("SA0380000000608010167519".to_owned()))
}

fn wallet() -> Destination {
    Destination::Wallet {
        mobile: "+265991204118".to_owned(),
        provider: None,
    }
}

fn order(minor: i64, currency: &str, destination: Destination) -> Order {
    Order {
        intent: IntentId(Uuid::now_v7()),
        amount: Money::new(minor, Currency::parse(currency).unwrap()),
        destination,
        beneficiary_name: Some("Thoko Banda".to_owned()),
        purpose: None,
        reference: "SAL-1".to_owned(),
    }
}

fn with_purpose(purpose: Purpose, minor: i64) -> Order {
    Order {
        purpose: Some(purpose),
        ..order(minor, "MWK", bank())
    }
}

#[test]
fn instant_pays_everything_and_says_so_again() {
    let orders = [order(1, "MWK", bank()), with_purpose(Purpose::MoneyExchange, 5)];
    let answers = Instant.send(&orders);
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer, Answer::Taken(outcome) if outcome.result == Result::Paid))
    );
    let found: Vec<_> = answers.into_iter().map(Found::Known).collect();
    assert_eq!(Instant.look_up(&orders), found);
}

#[test]
fn rails_are_found_by_name() {
    let rails = Rails::new([
        Arc::new(Sandbox::new(Arc::new(MemoryBooks::default()))) as Arc<dyn Rail>,
        Arc::new(Instant),
    ]);
    assert_eq!(rails.names().collect::<Vec<_>>(), ["instant", "sandbox"]);
    assert_eq!(rails.get("sandbox").unwrap().name(), "sandbox");
    assert!(rails.get("swift").is_none());
}
