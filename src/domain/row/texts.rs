//! The free texts of a row and the beneficiary's contact, apart from the phone number, which
//! belongs to the destination.
//!
//! The invariant: lengths are counted in characters, as people count them.

use super::{COMMENT_CHARS_MAX, Faults, NAME_CHARS_MAX, REFERENCE_CHARS_MAX, Read};
use crate::domain::destination::Contact;
use crate::domain::field::Field;
use crate::domain::mobile::is_country;

/// How many characters a city may have.
const CITY_CHARS_MAX: usize = 100;
/// RFC 5321, section 4.5.3.1: what fits a forward path.
const EMAIL_CHARS_MAX: usize = 254;
const EMAIL_LOCAL_CHARS_MAX: usize = 64;

/// Notes texts that are longer than their limit.
pub(super) fn note_lengths(faults: &mut Faults<'_>) {
    faults.within(Field::Reference, REFERENCE_CHARS_MAX);
    faults.within(Field::BeneficiaryName, NAME_CHARS_MAX);
    faults.within(Field::City, CITY_CHARS_MAX);
    faults.within(Field::Comment, COMMENT_CHARS_MAX);
}

/// Country, city and e-mail.
pub(super) fn contact(faults: &mut Faults<'_>) -> Contact {
    Contact {
        mobile: None,
        country: country(faults),
        city: faults.sound(Field::City).map(str::to_owned),
        email: email(faults),
    }
}

fn country(faults: &mut Faults<'_>) -> Read<String> {
    let code = faults.sound(Field::Country)?.to_ascii_uppercase();
    if is_country(&code) {
        return Some(code);
    }
    faults.note(
        Field::Country,
        "Country is not a 2-letter code",
        "Write the ISO 3166-1 code of 2 letters, such as MW",
    );
    None
}

fn email(faults: &mut Faults<'_>) -> Read<String> {
    let text = faults.sound(Field::Email)?.to_owned();
    if is_email(&text) {
        return Some(text);
    }
    faults.note(
        Field::Email,
        "E-mail address can't be used",
        format!("Write one address of at most {EMAIL_CHARS_MAX} characters, such as name@example.com"),
    );
    None
}

/// One plain mailbox of RFC 5321: no quotes, no comments, no list.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let sign = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let dots = |part: &str| part.split('.').all(|label| !label.is_empty());
    let label = |label: &str| {
        label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    text.len() <= EMAIL_CHARS_MAX
        && (1..=EMAIL_LOCAL_CHARS_MAX).contains(&local.len())
        && local.chars().all(sign)
        && dots(local)
        && domain.contains('.')
        && dots(domain)
        && domain.split('.').all(label)
}
