//! What a password must be, after NIST SP 800-63B-4 (3.1.1.2): long, not a common one, not made of
//! what everybody knows of the person. No rules of composition, and no rotation.

use zxcvbn::zxcvbn;

/// The fewest characters of a password that stands alone.
pub const CHARS_MIN_ALONE: usize = 15;
/// The fewest where a second factor stands beside it.
pub const CHARS_MIN_BESIDE: usize = 8;
/// The most characters.
pub const CHARS_MAX: usize = 128;
/// What can be guessed within this many tries is on every list.
const GUESSES_MIN: u64 = 1_000_000;
/// Letters and digits that must be left of a password when what everybody knows is taken out.
const OWN_CHARS_MIN: usize = 5;

/// What everybody knows of a person.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Their name.
    pub name: &'a str,
    /// Their e-mail.
    pub email: &'a str,
    /// Whether they have a second factor.
    pub has_second_factor: bool,
}

/// Why a password is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PasswordFault {
    /// Too short.
    #[error(
        "The password has {has} characters; it needs at least {least}. Three or four words in a row are easy to keep."
    )]
    Short {
        /// How many it has.
        has: usize,
        /// How many it needs.
        least: usize,
    },
    /// Too long.
    #[error("The password has {0} characters; the limit is {CHARS_MAX}. Shorten it.")]
    Long(usize),
    /// On the lists that guessing begins with.
    #[error("This password is among the first that are guessed. Choose another one.")]
    Common,
    /// Made of name, e-mail or product.
    #[error(
        "This password is made of your name, your e-mail or the name of this portal. Choose another one."
    )]
    Known,
}

/// Whether somebody may have this password.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(password: &str, known: &Known<'_>) -> Result<(), PasswordFault> {
    let has = password.chars().count();
    let least = if known.has_second_factor {
        CHARS_MIN_BESIDE
    } else {
        CHARS_MIN_ALONE
    };
    if has < least {
        return Err(PasswordFault::Short { has, least });
    }
    if has > CHARS_MAX {
        return Err(PasswordFault::Long(has));
    }
    let words = known_words(known);
    if own_chars(password, &words) < OWN_CHARS_MIN {
        return Err(PasswordFault::Known);
    }
    let inputs: Vec<&str> = words.iter().map(String::as_str).collect();
    if zxcvbn(password, &inputs).guesses() < GUESSES_MIN {
        return Err(PasswordFault::Common);
    }
    Ok(())
}

/// Name, e-mail and product, cut into words; short ones say nothing.
fn known_words(known: &Known<'_>) -> Vec<String> {
    let text = format!("{} {} countersign", known.name, known.email).to_lowercase();
    let mut words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 2)
        .map(str::to_owned)
        .collect();
    // Longer ones first, so that none is left over from another.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

/// How many letters and digits are left without these words.
fn own_chars(password: &str, words: &[String]) -> usize {
    let mut rest = password.to_lowercase();
    for word in words {
        rest = rest.replace(word.as_str(), " ");
    }
    rest.chars().filter(|c| c.is_alphanumeric()).count()
}
