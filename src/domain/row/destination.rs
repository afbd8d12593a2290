//! Where the money of a row goes: IBAN, account number with bank code, or wallet.
//!
//! The invariant: exactly one destination is read from a row, and a row that could mean two is a
//! fault. A mobile number beside a bank destination is the beneficiary's contact.

use super::{Faults, Read, RowRules};
use crate::domain::destination::{BankAccount, Destination};
use crate::domain::field::Field;
use crate::domain::mobile;
use iban::{Iban, IbanLike as _, ParseBaseIbanError, ParseIbanError};

/// ISO 20022 `Max34Text`: the longest account number a bank message carries.
const ACCOUNT_NUMBER_CHARS_MAX: usize = 34;
/// ISO 20022 `Max35Text`: the longest clearing member identification.
const BANK_CODE_CHARS_MAX: usize = 35;
const PROVIDER_CHARS_MAX: usize = 64;

/// The destination, the contact's mobile number, and the IBAN's country.
type Found = (Destination, Option<String>, Option<String>);

/// Reads the destination, noting every fault on the way.
pub(super) fn read(faults: &mut Faults<'_>, rules: &RowRules) -> Read<Found> {
    let given = |field| !faults.row.text(field).is_empty();
    let (has_iban, has_account, has_bank) = (
        given(Field::Iban),
        given(Field::AccountNumber),
        given(Field::BankCode),
    );
    let has_mobile = given(Field::Mobile);
    let mobile = read_mobile(faults, rules);
    if has_iban || has_account || has_bank {
        refuse_provider(faults);
        require_name(faults);
    }
    if has_iban {
        if has_account && !faults.has(Field::AccountNumber) {
            faults.note(
                Field::AccountNumber,
                "IBAN and account number are both filled in",
                "Keep the IBAN and clear the account number, or the other way round",
            );
        }
        let (account, country) = read_iban(faults)?;
        return Some((Destination::Bank(account), mobile, Some(country)));
    }
    if has_account || has_bank {
        let account = read_local(faults)?;
        return Some((Destination::Bank(account), mobile, None));
    }
    if !has_mobile {
        note_no_destination(faults);
    }
    let provider = read_provider(faults);
    Some((
        Destination::Wallet {
            mobile: mobile?,
            provider,
        },
        None,
        None,
    ))
}

/// Lines below a list are told apart from payouts that lack something, because what to do differs.
fn note_no_destination(faults: &mut Faults<'_>) {
    const FILL_IN: &str = "ill in the IBAN, or account number and bank code, or the mobile number";
    let row = faults.row;
    let mut labels = [Field::BeneficiaryName, Field::Reference, Field::Comment]
        .into_iter()
        .map(|field| row.text(field))
        .chain(row.metadata().values().map(String::as_str))
        .chain(row.left_out().values().map(String::as_str))
        .filter(|text| !text.is_empty())
        .peekable();
    let has_amount = !row.text(Field::Amount).is_empty();
    let is_total = has_amount && (labels.peek().is_none() || labels.any(is_total));
    let (message, remedy) = if is_total {
        (
            "Destination is missing, as in a line of totals",
            format!("Leave the row out if it is a total; else f{FILL_IN}"),
        )
    } else if has_amount {
        ("Destination is missing", format!("F{FILL_IN}"))
    } else {
        (
            "Destination is missing",
            format!("Leave the row out if it is a note and no payout; else f{FILL_IN}"),
        )
    };
    faults.note(Field::AccountNumber, message, remedy);
}

fn is_total(text: &str) -> bool {
    let first = text
        .split(|c: char| !c.is_alphanumeric())
        .find(|word| !word.is_empty());
    first.is_some_and(|word| {
        ["total", "totals", "subtotal", "grand", "sum"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    })
}

fn require_name(faults: &mut Faults<'_>) {
    if faults.row.text(Field::BeneficiaryName).is_empty() && !faults.has(Field::BeneficiaryName) {
        faults.note(
            Field::BeneficiaryName,
            "Beneficiary name is missing",
            "Write the account holder's name, 1 to 140 characters",
        );
    }
}

fn refuse_provider(faults: &mut Faults<'_>) {
    if faults.sound(Field::Provider).is_some() {
        faults.note(
            Field::Provider,
            "Wallet provider beside a bank account",
            "Clear the provider to pay the bank account, or clear the bank account to pay the wallet",
        );
    }
}

fn read_provider(faults: &mut Faults<'_>) -> Option<String> {
    faults.within(Field::Provider, PROVIDER_CHARS_MAX);
    faults.sound(Field::Provider).map(str::to_owned)
}

fn read_mobile(faults: &mut Faults<'_>, rules: &RowRules) -> Read<String> {
    match mobile::parse(faults.sound(Field::Mobile)?, &rules.country) {
        Ok(mobile) => Some(mobile),
        Err(fault) => {
            faults.note(Field::Mobile, fault.to_string(), fault.remedy(&rules.country));
            None
        }
    }
}

fn read_iban(faults: &mut Faults<'_>) -> Read<(BankAccount, String)> {
    let electronic = joined(faults.sound(Field::Iban)?).to_ascii_uppercase();
    match electronic.parse::<Iban>() {
        Ok(iban) => Some((
            BankAccount::Iban(electronic.clone()),
            iban.country_code().to_owned(),
        )),
        Err(fault) => {
            let (message, remedy) = iban_fault(fault);
            faults.note(Field::Iban, message, remedy);
            None
        }
    }
}

fn iban_fault(fault: ParseIbanError) -> (String, &'static str) {
    match fault {
        ParseIbanError::InvalidBaseIban {
            source: ParseBaseIbanError::InvalidChecksum,
        } => (
            "IBAN check digits don't match".into(),
            "Compare it with the beneficiary's, character by character",
        ),
        ParseIbanError::InvalidBaseIban {
            source: ParseBaseIbanError::InvalidFormat,
        } => (
            "IBAN is not 2 letters, 2 digits and up to 30 letters and digits".into(),
            "Copy the whole IBAN as the bank gives it",
        ),
        ParseIbanError::InvalidBban(base) => (
            format!(
                "IBAN has not the length or form of {}",
                mobile::country_name(base.country_code())
            ),
            "Copy the whole IBAN as the bank gives it",
        ),
        ParseIbanError::UnknownCountry(base) => (
            format!("IBAN begins with {}, which has no IBANs", base.country_code()),
            "Use account number and bank code for this country",
        ),
    }
}

fn read_local(faults: &mut Faults<'_>) -> Read<BankAccount> {
    require(
        faults,
        Field::AccountNumber,
        "Write the account number, or clear the bank code",
    );
    require(faults, Field::BankCode, "Write the bank's code, or use the IBAN");
    let account_number = read_code(faults, Field::AccountNumber, ACCOUNT_NUMBER_CHARS_MAX);
    let bank_code = read_code(faults, Field::BankCode, BANK_CODE_CHARS_MAX);
    Some(BankAccount::Local {
        account_number: account_number?,
        bank_code: bank_code?,
    })
}

fn require(faults: &mut Faults<'_>, field: Field, remedy: &str) {
    if faults.row.text(field).is_empty() && !faults.has(field) {
        faults.note(field, format!("{} is missing", field.label()), remedy);
    }
}

/// Letters and digits, without the spaces and hyphens people put between them.
fn read_code(faults: &mut Faults<'_>, field: Field, limit: usize) -> Read<String> {
    let code = joined(faults.sound(field)?);
    let label = field.label();
    if code.is_empty() || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        faults.note(
            field,
            format!("{label} has other characters than letters and digits"),
            "Write only letters and digits; spaces and hyphens may stand between them",
        );
        return None;
    }
    if code.len() > limit {
        faults.note(
            field,
            format!("{label} has {} characters; the limit is {limit}", code.len()),
            format!("Shorten it to {limit} characters"),
        );
        return None;
    }
    Some(code)
}

fn joined(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}
