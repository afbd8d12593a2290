//! Posting: a letter becomes a message with a text and an HTML part, and goes to the mail server or
//! into a folder.
//!
//! Invariant: the Message-ID is the outbox row's, on every attempt.

use super::words::{Words, words};
use crate::domain::letter::Letter;
use askama::Template;
use chrono::{DateTime, Utc};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message, SmtpTransport, Transport};
use secrecy::{ExposeSecret, SecretString};
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

/// How long the mail server may take for one step.
const PATIENCE: Duration = Duration::from_secs(30);

/// How letters leave.
#[derive(Clone, Debug)]
pub enum Way {
    /// To a mail server: `smtp://`, `smtps://` or `starttls://`, with user and password where it asks.
    Smtp(SecretString),
    /// As files of this folder; their links are in the log.
    Folder(PathBuf),
}

/// Why a letter was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// A setting, or the receiver's address, can't be used; trying again does not help.
    #[error("{0}")]
    Final(String),
    /// The server is away, or said to come back.
    #[error("{0}")]
    Passing(String),
}

/// Who gets it, and under which id.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// Where to.
    pub email: &'a str,
    /// Their name, where known.
    pub name: Option<&'a str>,
    /// The outbox row's.
    pub message_id: Uuid,
    /// When it is sent.
    pub at: DateTime<Utc>,
}

/// Posts letters.
pub struct Mailer {
    post: Post,
    from: Mailbox,
    origin: String,
}

enum Post {
    Smtp(Box<SmtpTransport>),
    Folder(PathBuf),
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Html<'a> {
    words: &'a Words,
    name: Option<&'a str>,
    link: Option<(&'a str, &'a str)>,
    origin: &'a str,
}

#[derive(Template)]
#[template(path = "mail/letter.txt")]
struct Text<'a> {
    words: &'a Words,
    name: Option<&'a str>,
    link: Option<(&'a str, &'a str)>,
    origin: &'a str,
}

impl Mailer {
    /// `from` is whose name letters carry; `origin` is where links lead: `scheme://host`.
    ///
    /// # Errors
    /// `Final` where a setting can't be used.
    pub fn try_new(way: &Way, from: &str, origin: &str) -> Result<Self, MailError> {
        let from = from
            .parse()
            .map_err(|error| MailError::Final(format!("{from} is no address to send from: {error}")))?;
        let post = match way {
            Way::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(|error| {
                    MailError::Final(format!("the folder {} can't be made: {error}", folder.display()))
                })?;
                Post::Folder(folder.clone())
            }
            Way::Smtp(url) => Post::Smtp(Box::new(server(url.expose_secret())?)),
        };
        Ok(Self {
            post,
            from,
            origin: origin.trim_end_matches('/').to_owned(),
        })
    }

    /// Sends a letter. No connection to the database may be held.
    ///
    /// # Errors
    /// `Passing` where it should be tried again.
    pub fn send(&self, to: &Recipient<'_>, letter: &Letter) -> Result<(), MailError> {
        let words = words(letter);
        let link = words
            .act
            .as_ref()
            .map(|(label, path)| (*label, format!("{}{path}", self.origin)));
        let message = self.message(
            to,
            &words,
            link.as_ref().map(|(label, href)| (*label, href.as_str())),
        )?;
        match &self.post {
            Post::Smtp(server) => {
                let sent = server.send(&message);
                sent.map(|_| ()).map_err(|error| {
                    let said = with_sources(&error);
                    if error.is_permanent() {
                        MailError::Final(said)
                    } else {
                        MailError::Passing(said)
                    }
                })
            }
            Post::Folder(folder) => {
                let path = folder.join(format!("{}.eml", to.message_id));
                write_whole(folder, &path, &message.formatted())
                    .map_err(|error| MailError::Passing(format!("{}: {error}", path.display())))?;
                let link = link.map(|(_, href)| href).unwrap_or_default();
                tracing::info!(to = to.email, subject = words.subject, link, file = %path.display(), "a letter");
                Ok(())
            }
        }
    }

    fn message(
        &self,
        to: &Recipient<'_>,
        words: &Words,
        link: Option<(&str, &str)>,
    ) -> Result<Message, MailError> {
        let unfit =
            |error: &dyn std::fmt::Display| MailError::Final(format!("the letter can't be written: {error}"));
        let (name, origin) = (to.name, self.origin.as_str());
        let html = Html {
            words,
            name,
            link,
            origin,
        };
        let html = html.render().map_err(|error| unfit(&error))?;
        let text = Text {
            words,
            name,
            link,
            origin,
        };
        let text = text.render().map_err(|error| unfit(&error))?;
        let address: Address = to
            .email
            .parse()
            .map_err(|error| MailError::Final(format!("{} is no e-mail address: {error}", to.email)))?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(to.name.map(str::to_owned), address))
            .subject(&words.subject)
            .date(to.at.into())
            .message_id(Some(format!("<{}@{}>", to.message_id, self.from.email.domain())))
            // So that nobody's holiday answers it (RFC 3834).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .multipart(MultiPart::alternative_plain_html(text, html))
            .map_err(|error| unfit(&error))
    }
}

fn server(url: &str) -> Result<SmtpTransport, MailError> {
    // The password in it must not get into any message.
    let unusable = |_| {
        MailError::Final("SMTP_URL can't be used: it takes smtp://, smtps:// or starttls://, then user:password@ where needed, then host:port".to_owned())
    };
    let url = match url.strip_prefix("starttls://") {
        Some(rest) => format!("smtp://{rest}?tls=required"),
        None => url.to_owned(),
    };
    let builder = SmtpTransport::from_url(&url).map_err(unusable)?;
    Ok(builder.timeout(Some(PATIENCE)).build())
}

/// Under its name only when it is whole: a reader never sees half a letter.
fn write_whole(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file, bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn with_sources(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(next) = source {
        said = format!("{said}: {next}");
        source = next.source();
    }
    said
}
