//! A bulk as it is sent: every fault of its form at once, by path. Whether a payout can be paid is
//! judged like a row's: a well-formed one that can't is taken in as VALIDATION_FAILED.

use crate::api::faults::Faults;
use crate::api::json::Node;
use crate::api::words::Arg;
use crate::domain::account::Account;
use crate::domain::field::Field;
use crate::domain::headings::METADATA_NAME_CHARS_MAX;
use crate::domain::purpose::Purpose;
use crate::domain::row::Entered;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Payouts in one bulk.
pub(super) const PAYOUTS_MAX: usize = 1_000;
/// Pieces of metadata of one payout.
const METADATA_MAX: usize = 50;
/// Characters of a text whose own limit is told with the payout.
const TEXT_CHARS: std::ops::RangeInclusive<usize> = 0..=1_000;
/// The least and the largest number of 16 digits.
const SEQUENCE_DIGITS: usize = 16;

/// Texts beside the destination, and the field each fills.
const TEXTS: [(&str, Field); 3] = [
    ("comment", Field::Comment),
    ("reference", Field::Reference),
    ("scheduled_date", Field::PayOn),
];
/// Texts of a destination, and the field each fills.
const DESTINATION: [(&str, Field); 8] = [
    ("iban", Field::Iban),
    ("account_number", Field::AccountNumber),
    ("bank_code", Field::BankCode),
    ("provider", Field::Provider),
    ("name", Field::BeneficiaryName),
    ("mobile", Field::Mobile),
    ("country", Field::Country),
    ("city", Field::City),
];

/// One payout as it was sent.
pub(super) struct Given {
    /// Where it stands in the body.
    pub(super) path: String,
    /// The payout that is meant, where one is named.
    pub(super) id: Option<Uuid>,
    /// Its number, where it has one.
    pub(super) sequence_number: Option<i64>,
    /// What it says, as a person would have entered it.
    pub(super) entered: Entered,
}

/// Reads the payouts of a body.
pub(super) fn payouts(body: &Node<'_>, account: &Account, faults: &mut Faults) -> Vec<Given> {
    let list = body
        .field("payouts")
        .required(faults)
        .items(faults, 1..=PAYOUTS_MAX);
    let given: Vec<Given> = list
        .into_iter()
        .filter_map(|node| {
            let node = node.object(faults)?;
            Some(payout(&node, account, faults))
        })
        .collect();
    refuse_doubles(&given, faults);
    given
}

/// No number twice: which of the two would be paid?
fn refuse_doubles(given: &[Given], faults: &mut Faults) {
    let mut seen = BTreeMap::new();
    for payout in given {
        let Some(number) = payout.sequence_number else {
            continue;
        };
        if let Some(other) = seen.insert(number, payout.path.clone()) {
            let path = format!("{}.sequence_number", payout.path);
            faults.add(&path, "fault-sequence-twice", &[("other", Arg::from(other))]);
        }
    }
}

fn payout(node: &Node<'_>, account: &Account, faults: &mut Faults) -> Given {
    let mut entered = Entered::new();
    let amount = node
        .field("amount")
        .required(faults)
        .integer(faults, 1..=i64::MAX);
    if let Some(minor) = amount {
        entered.set(Field::Amount, &account.money(minor).plain());
        entered.set_amount_is_number();
    }
    let purpose = node.field("purpose").required(faults);
    if let Some(text) = purpose.text(faults, 0..=100) {
        match Purpose::ALL.iter().find(|purpose| purpose.code() == text) {
            Some(known) => entered.set(Field::Purpose, known.code()),
            None => {
                let codes: Vec<&str> = Purpose::ALL.iter().map(|purpose| purpose.code()).collect();
                faults.add(
                    &purpose.path,
                    "fault-one-of",
                    &[("list", Arg::from(codes.join(", ")))],
                );
            }
        }
    }
    if let Some(destination) = node.field("destination").required(faults).object(faults) {
        read_destination(&destination, &mut entered, faults);
    }
    for (name, field) in TEXTS {
        if let Some(text) = node.field(name).text(faults, TEXT_CHARS) {
            entered.set(field, text);
        }
    }
    let metadata = node.field("metadata");
    for (name, text) in metadata.texts(faults, METADATA_MAX, TEXT_CHARS) {
        let count = name.chars().count();
        if (1..=METADATA_NAME_CHARS_MAX).contains(&count) {
            entered.set_metadata(&name, &text);
        } else {
            let args = [
                ("count", Arg::from(count)),
                ("min", Arg::from(1)),
                ("max", Arg::from(METADATA_NAME_CHARS_MAX)),
            ];
            faults.add(&metadata.path, "fault-length", &args);
        }
    }
    Given {
        path: node.path.clone(),
        id: id(&node.field("id"), faults),
        sequence_number: sequence_number(&node.field("sequence_number"), faults),
        entered,
    }
}

fn read_destination(node: &Node<'_>, entered: &mut Entered, faults: &mut Faults) {
    let kind = node.field("type").required(faults);
    let Some(text) = kind.text(faults, 0..=20) else {
        return;
    };
    let is_given = |name: &str| node.field(name).is_present();
    match text {
        "bank" => {
            let is_local = is_given("account_number") && is_given("bank_code");
            if !(is_given("iban") || is_local) {
                faults.add(&node.field("iban").path, "fault-bank", &[]);
            }
            let _noted = node.field("name").required(faults);
        }
        "wallet" => {
            let _noted = node.field("mobile").required(faults);
            // A wallet with a bank account beside it would be paid to the account.
            for name in ["iban", "account_number", "bank_code"] {
                if is_given(name) {
                    faults.add(&node.field(name).path, "fault-not-of-wallet", &[]);
                }
            }
        }
        _ => faults.add(&kind.path, "fault-one-of", &[("list", Arg::from("bank, wallet"))]),
    }
    for (name, field) in DESTINATION {
        if let Some(text) = node.field(name).text(faults, TEXT_CHARS) {
            entered.set(field, text);
        }
    }
}

fn id(node: &Node<'_>, faults: &mut Faults) -> Option<Uuid> {
    let text = node.text(faults, 0..=50)?;
    let id = text.parse().ok();
    if id.is_none() {
        faults.add(&node.path, "fault-uuid", &[]);
    }
    id
}

fn sequence_number(node: &Node<'_>, faults: &mut Faults) -> Option<i64> {
    let text = node.text(faults, 0..=50)?;
    let is_one = text.len() == SEQUENCE_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_one);
    if number.is_none() {
        faults.add(&node.path, "fault-sequence", &[]);
    }
    number
}
