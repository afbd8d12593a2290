//! What a column might mean, by its values first and its heading second.
//!
//! The invariant: a field whose column is certain is never guessed for another one.

use super::Guess;
use crate::domain::field::Field;
use crate::domain::headings::Meaning;
use crate::domain::purpose::Purpose;

/// The share of values that must look alike: 4 of 5.
const ALIKE_OF_FIVE: usize = 4;

/// Whether a text looks like a value of a field.
type Look = fn(&str) -> bool;

/// Words in a heading that hint at a field.
const WORDS: &[(Field, &[&str])] = &[
    (
        Field::Mobile,
        &[
            "mobile", "phone", "cell", "tel", "msisdn", "wallet", "airtel", "tnm", "mpamba",
        ],
    ),
    (Field::Iban, &["iban"]),
    (Field::AccountNumber, &["account", "acct", "acc", "a/c"]),
    (Field::BankCode, &["bank", "sort", "bic", "swift"]),
    (
        Field::Amount,
        &[
            "amount", "total", "sum", "salary", "wage", "wages", "pay", "net", "gross", "value", "payable",
        ],
    ),
    (Field::PayOn, &["date", "due"]),
    (Field::Purpose, &["purpose", "category"]),
    (
        Field::Comment,
        &["note", "notes", "comment", "remark", "details", "narration"],
    ),
    (
        Field::BeneficiaryName,
        &["name", "beneficiary", "payee", "recipient"],
    ),
    (Field::Reference, &["ref", "reference", "number", "no", "id"]),
];

/// What the column might mean, given what the others certainly mean.
pub(super) fn of(heading: &str, texts: &[&str], certain: &[Option<Meaning>]) -> Option<Guess> {
    if texts.is_empty() {
        return None;
    }
    let free = |field: Field| {
        !certain
            .iter()
            .flatten()
            .any(|meaning| *meaning == Meaning::Field(field))
    };
    by_values(texts)
        .filter(|guess| free(guess.field))
        .or_else(|| by_heading(heading).filter(|guess| free(guess.field)))
}

fn by_values(texts: &[&str]) -> Option<Guess> {
    let looks: [(Field, Look, &str); 5] = [
        (Field::Iban, is_iban, "its values look like IBANs"),
        (Field::Email, is_email, "its values look like e-mail addresses"),
        (Field::Mobile, is_mobile, "its values look like mobile numbers"),
        (
            Field::Purpose,
            |text| Purpose::parse(text).is_some(),
            "its values are purposes",
        ),
        (Field::PayOn, is_date, "its values look like dates"),
    ];
    let alike = |test: Look| {
        let count = texts.iter().filter(|text| test(text)).count();
        count > 0 && count * 5 >= texts.len() * ALIKE_OF_FIVE
    };
    looks
        .into_iter()
        .find(|(_, test, _)| alike(*test))
        .map(|(field, _, reason)| Guess {
            field,
            reason: reason.to_owned(),
        })
}

fn by_heading(heading: &str) -> Option<Guess> {
    let lower = heading.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !(c.is_alphanumeric() || c == '/'))
        .filter(|word| !word.is_empty())
        .collect();
    let (field, hints) = WORDS
        .iter()
        .find(|(_, hints)| hints.iter().any(|hint| words.contains(hint)))?;
    let word = hints.iter().find(|hint| words.contains(hint))?;
    Some(Guess {
        field: *field,
        reason: format!("its heading says \u{201c}{word}\u{201d}"),
    })
}

fn is_iban(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (letters, rest) = text.split_at_checked(2).unwrap_or_default();
    let (digits, account) = rest.split_at_checked(2).unwrap_or_default();
    letters.bytes().all(|b| b.is_ascii_alphabetic())
        && digits.len() == 2
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (11..=30).contains(&account.len())
        && account.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn is_email(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !text.contains(' '))
}

fn is_mobile(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    text.starts_with('+')
        && (8..=15).contains(&digits)
        && text.chars().all(|c| c.is_ascii_digit() || " +-()".contains(c))
}

fn is_date(text: &str) -> bool {
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let digits = |part: &&str| part.bytes().all(|b| b.is_ascii_digit()) && matches!(part.len(), 1 | 2 | 4);
    parts.len() == 3 && parts.iter().all(digits) && parts.iter().any(|part| part.len() == 4)
}
