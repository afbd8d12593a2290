//! Letters as people get them: read from the folder or received by a mail server of our own on
//! loopback, and taken apart as a mail reader would.

use super::Portal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A message with its two parts decoded.
#[derive(Clone, Debug)]
pub struct Message {
    pub raw: String,
    pub from: String,
    pub to: String,
    pub subject: String,
    pub id: String,
    pub text: String,
    pub html: String,
}

impl Message {
    /// Reads a message of two alternatives.
    pub fn read(raw: &str) -> Self {
        let raw = raw.replace("\r\n", "\n");
        let (head, body) = raw.split_once("\n\n").expect("a head and a body");
        let kind = header(head, "content-type");
        assert!(kind.starts_with("multipart/alternative"), "{kind}");
        let boundary = kind
            .split("boundary=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let parts: Vec<&str> = body
            .split(&format!("--{boundary}"))
            .filter(|part| part.contains("Content-Type"))
            .collect();
        assert_eq!(parts.len(), 2, "text and HTML");
        let part = |wanted: &str| {
            parts
                .iter()
                .map(|part| part.trim_start().split_once("\n\n").unwrap())
                .find(|(head, _)| header(head, "content-type").starts_with(wanted))
                .map(|(head, body)| decoded(&header(head, "content-transfer-encoding"), body))
                .unwrap_or_else(|| panic!("no {wanted}"))
        };
        Self {
            from: header(head, "from"),
            to: header(head, "to"),
            subject: header(head, "subject"),
            id: header(head, "message-id"),
            text: part("text/plain"),
            html: part("text/html"),
            raw,
        }
    }

    /// The one link of the letter, which both parts have.
    #[track_caller]
    pub fn link(&self) -> String {
        let link = self
            .text
            .lines()
            .find(|line| line.starts_with("http"))
            .unwrap_or_else(|| panic!("no link in {}", self.text));
        assert!(self.html.contains(&format!("href=\"{link}\"")), "{}", self.html);
        link.to_owned()
    }

    /// The path of its link, as a browser asks for it.
    #[track_caller]
    pub fn path(&self) -> String {
        let link = self.link();
        let path = link.strip_prefix("https://portal.example");
        path.unwrap_or_else(|| panic!("a link to {link}")).to_owned()
    }
}

fn header(head: &str, name: &str) -> String {
    let unfolded = head.replace("\n ", " ").replace("\n\t", " ");
    let found = unfolded.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    });
    words(&found.unwrap_or_default())
}

/// Opens `=?utf-8?b?…?=` words.
fn words(text: &str) -> String {
    text.split(' ')
        .map(|word| {
            let inner = word
                .strip_prefix("=?utf-8?b?")
                .and_then(|rest| rest.strip_suffix("?="));
            inner.map_or_else(
                || word.to_owned(),
                |inner| String::from_utf8(STANDARD.decode(inner).unwrap()).unwrap(),
            )
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn decoded(encoding: &str, body: &str) -> String {
    match encoding.to_ascii_lowercase().as_str() {
        "base64" => String::from_utf8(
            STANDARD
                .decode(body.split_whitespace().collect::<String>())
                .unwrap(),
        )
        .unwrap(),
        "quoted-printable" => quoted_printable(body),
        _ => body.to_owned(),
    }
}

fn quoted_printable(body: &str) -> String {
    let joined = body.replace("=\n", "");
    let (mut bytes, mut rest) = (Vec::new(), joined.as_str());
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend_from_slice(before.as_bytes());
        bytes.push(u8::from_str_radix(&after[..2], 16).unwrap());
        rest = &after[2..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).unwrap()
}

impl Portal {
    /// Everything that lies in the folder for letters, after the jobs have run.
    pub fn letters(&self) -> Vec<Message> {
        self.run_jobs();
        let files = fs::read_dir(self.mail_folder()).into_iter().flatten().flatten();
        files
            .map(|file| Message::read(&fs::read_to_string(file.path()).unwrap()))
            .collect()
    }

    /// The letters to this address with this in their subject.
    pub fn letters_to(&self, email: &str, subject: &str) -> Vec<Message> {
        let mut letters = self.letters();
        letters.retain(|letter| letter.to.contains(email) && letter.subject.contains(subject));
        letters
    }

    /// The one letter to this address with this in its subject.
    #[track_caller]
    pub fn letter_to(&self, email: &str, subject: &str) -> Message {
        let mut found = self.letters_to(email, subject);
        assert_eq!(
            found.len(),
            1,
            "letters to {email} about “{subject}” among {:?}",
            self.letters()
                .iter()
                .map(|l| (&l.to, &l.subject))
                .collect::<Vec<_>>()
        );
        found.remove(0)
    }
}

/// How the mail server takes the next letters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mood {
    Takes,
    /// "Come back later".
    Busy,
    /// "There is no such mailbox".
    Refuses,
    /// Takes the letter and goes away without a word.
    TakesAndHangsUp,
}

/// A mail server on loopback that keeps what it is sent.
pub struct MailServer {
    pub url: String,
    mood: Arc<Mutex<Mood>>,
    received: Arc<Mutex<Vec<Message>>>,
}

impl MailServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            url: format!("smtp://{}", listener.local_addr().unwrap()),
            mood: Arc::new(Mutex::new(Mood::Takes)),
            received: Arc::default(),
        };
        let (mood, received) = (server.mood.clone(), server.received.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (mood, received) = (mood.clone(), received.clone());
                std::thread::spawn(move || converse(stream, &mood, &received));
            }
        });
        server
    }

    pub fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub fn received(&self) -> Vec<Message> {
        self.received.lock().unwrap().clone()
    }
}

/// RFC 5321, as much of it as a client asks for.
fn converse(stream: TcpStream, mood: &Mutex<Mood>, received: &Mutex<Vec<Message>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut writer = stream;
    writer.write_all(b"220 loopback\r\n").ok()?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return Some(());
        }
        let now = *mood.lock().unwrap();
        let verb: String = line.chars().take(4).collect::<String>().to_ascii_uppercase();
        let answer: &[u8] = match (verb.as_str(), now) {
            ("EHLO", _) => b"250-loopback\r\n250 8BITMIME\r\n",
            ("RCPT", Mood::Busy) => b"451 come back later\r\n",
            ("RCPT", Mood::Refuses) => b"550 no such mailbox\r\n",
            ("DATA", _) => {
                writer.write_all(b"354 go on\r\n").ok()?;
                let message = data(&mut reader)?;
                received.lock().unwrap().push(Message::read(&message));
                if now == Mood::TakesAndHangsUp {
                    return None;
                }
                b"250 taken\r\n"
            }
            ("QUIT", _) => {
                writer.write_all(b"221 bye\r\n").ok()?;
                return Some(());
            }
            _ => b"250 ok\r\n",
        };
        writer.write_all(answer).ok()?;
    }
}

fn data(reader: &mut impl BufRead) -> Option<String> {
    let mut message = String::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line == ".\r\n" {
            return Some(message);
        }
        message.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
