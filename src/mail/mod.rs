//! Letters on their way out: text and HTML of each, posted over SMTP, or laid in a folder where no
//! mail server is set. What is told is `domain::letter`'s; when it is posted, `jobs`'.
//!
//! Invariant: a link begins with the address that this portal was told it has, never with anything
//! that a request said.

mod post;
mod words;

pub use post::{MailError, Mailer, Recipient, Way};
pub use words::{Words, words};
