//! A fingerprint changes with anything a signer saw, and with nothing else.

use chrono::{TimeZone, Utc};
use countersign::domain::destination::{BankAccount, Contact, Destination};
use countersign::domain::fingerprint::{BlockDigest, Fingerprint, Header, block_of, of_revision};
use countersign::domain::ids::{AccountNumber, BatchNumber};
use countersign::domain::money::{Currency, Money};
use countersign::domain::purpose::Purpose;
use countersign::domain::row::Payable;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn payable() -> Payable {
    Payable {
        reference: Some("SAL-1".to_owned()),
        beneficiary_name: Some("Mary Nyirenda".to_owned()),
        destination: Destination::Bank(BankAccount::Local {
            account_number: "100200300".to_owned(),
            bank_code: "NBM".to_owned(),
        }),
        contact: Contact::default(),
        amount: Money::new(450_000, Currency::parse("MWK").unwrap()),
        purpose: None,
        comment: None,
        pay_on: None,
        metadata: BTreeMap::new(),
    }
}

fn digest(row: u32, payable: &Payable) -> Fingerprint {
    let mut digest = BlockDigest::default();
    digest.add(row, payable);
    digest.finish()
}

/// Every single thing that can differ, each in a row of its own.
fn variants() -> Vec<Payable> {
    let changed = |change: &dyn Fn(&mut Payable)| {
        let mut other = payable();
        change(&mut other);
        other
    };
    let wallet = |provider: Option<&str>| Destination::Wallet {
        mobile: "+265991204118".to_owned(),
        provider: provider.map(str::to_owned),
    };
    let some = |text: &str| Some(text.to_owned());
    vec![
        payable(),
        changed(&|p| p.reference = None),
        changed(&|p| p.reference = some("SAL-2")),
        changed(&|p| p.beneficiary_name = None),
        changed(&|p| p.beneficiary_name = some("Mary")),
        changed(&|p| p.destination = Destination::Bank(BankAccount::Iban("SA0380000000608010167519".into()))),
        changed(&|p| p.destination = wallet(None)),
        changed(&|p| p.destination = wallet(Some("TNM"))),
        changed(&|p| p.contact.mobile = some("x")),
        changed(&|p| p.contact.country = some("x")),
        changed(&|p| p.contact.city = some("x")),
        changed(&|p| p.contact.email = some("x")),
        changed(&|p| p.amount = Money::new(450_001, Currency::parse("MWK").unwrap())),
        changed(&|p| p.amount = Money::new(450_000, Currency::parse("SAR").unwrap())),
        changed(&|p| p.purpose = Purpose::parse("payroll_benefits")),
        changed(&|p| p.comment = some("x")),
        changed(&|p| p.pay_on = Utc.timestamp_opt(0, 0).single()),
        changed(&|p| p.metadata = BTreeMap::from([("a".to_owned(), "b".to_owned())])),
        changed(&|p| p.metadata = BTreeMap::from([("ab".to_owned(), String::new())])),
    ]
}

#[test]
fn every_field_counts() {
    let all: BTreeSet<[u8; 32]> = variants().iter().map(|payable| digest(2, payable).0).collect();
    assert_eq!(all.len(), variants().len());
    assert_ne!(
        digest(2, &payable()),
        digest(3, &payable()),
        "the row number counts"
    );
    assert_eq!(digest(2, &payable()), digest(2, &payable()));
}

#[test]
fn the_header_counts() {
    let header = Header {
        account: AccountNumber::try_new(35_253_486).unwrap(),
        batch: BatchNumber::try_new(20_240_017).unwrap(),
        revision: 1,
        count: 1,
        total: 450_000,
    };
    let blocks = [(0, digest(2, &payable()))];
    let of = |header: &Header| of_revision(header, blocks.iter().copied()).0;
    let headers = [
        header,
        Header {
            account: AccountNumber::try_new(35_253_502).unwrap(),
            ..header
        },
        Header {
            batch: BatchNumber::try_new(20_240_018).unwrap(),
            ..header
        },
        Header {
            revision: 2,
            ..header
        },
        Header { count: 2, ..header },
        Header {
            total: 450_001,
            ..header
        },
    ];
    let all: BTreeSet<[u8; 32]> = headers.iter().map(of).collect();
    assert_eq!(all.len(), headers.len());
    let moved = of_revision(&header, [(1, blocks[0].1)].into_iter());
    assert_ne!(moved.0, of(&header), "a block's place counts");
}

#[test]
fn blocks_are_of_500_row_numbers() {
    assert_eq!([0, 499, 500, 999, 1000].map(block_of), [0, 0, 1, 1, 2]);
}

proptest! {
    #[test]
    fn hexadecimal_there_and_back(bytes in prop::array::uniform32(any::<u8>())) {
        let one = Fingerprint(bytes);
        prop_assert_eq!(Fingerprint::parse(&one.to_hex()), Some(one));
    }

    #[test]
    fn no_text_but_64_digits_is_a_fingerprint(text in "\\PC{0,70}") {
        let is_hex = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        prop_assert_eq!(Fingerprint::parse(&text).is_some(), is_hex);
    }

    /// Letters that wander over a field's end make other bytes.
    #[test]
    fn texts_never_run_together(name in "[ab]{0,4}", comment in "[ab]{0,4}", name_2 in "[ab]{0,4}", comment_2 in "[ab]{0,4}") {
        let with = |name: &str, comment: &str| {
            let mut payable = payable();
            payable.beneficiary_name = Some(name.to_owned());
            payable.comment = Some(comment.to_owned());
            digest(2, &payable)
        };
        prop_assert_eq!(with(&name, &comment) == with(&name_2, &comment_2), (name, comment) == (name_2, comment_2));
    }
}
