//! Somebody who receives webhooks: a plain listener on this machine that keeps what comes and answers
//! what the test tells it to, 204 where it tells nothing.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use ureq::http::{HeaderMap, HeaderName, HeaderValue};

/// An answer.
#[derive(Clone)]
pub enum Reply {
    /// A status with headers and a body.
    Status(u16, Vec<(&'static str, String)>, String),
    /// Nothing; the connection is held until the sender gives up.
    Silence,
    /// Waits for the test, then answers 204.
    Held(Arc<Mutex<()>>),
}

impl Reply {
    pub fn status(status: u16) -> Self {
        Self::Status(status, Vec::new(), format!("said {status}"))
    }
}

/// What came.
#[derive(Clone)]
pub struct Hook {
    pub headers: HeaderMap,
    pub body: String,
}

impl Hook {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn event(&self) -> &str {
        self.header("x-onekhusa-webhook-event")
    }

    /// Whether one of its signatures is the secret's; the library's own signing decides.
    pub fn is_signed_by(&self, secret: &str) -> bool {
        let hook = standardwebhooks::Webhook::new(secret).unwrap();
        let timestamp = self.header("webhook-timestamp").parse().unwrap();
        let wanted = hook
            .sign(self.header("webhook-id"), timestamp, self.body.as_bytes())
            .unwrap();
        self.header("webhook-signature")
            .split(' ')
            .any(|signature| signature == wanted)
    }
}

pub struct Receiver {
    pub port: u16,
    hooks: Arc<Mutex<Vec<Hook>>>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
}

impl Receiver {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Self {
            port: listener.local_addr().unwrap().port(),
            hooks: Arc::default(),
            replies: Arc::default(),
        };
        let (hooks, replies) = (receiver.hooks.clone(), receiver.replies.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (hooks, replies) = (hooks.clone(), replies.clone());
                std::thread::spawn(move || serve(stream, &hooks, &replies));
            }
        });
        receiver
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hooks", self.port)
    }

    /// The next answers, in order.
    pub fn answers(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().unwrap().extend(replies);
    }

    /// Everything that came so far.
    pub fn received(&self) -> Vec<Hook> {
        self.hooks.lock().unwrap().clone()
    }

    /// The events that came so far.
    pub fn events(&self) -> Vec<String> {
        let hooks = self.received();
        hooks.iter().map(|hook| hook.event().to_owned()).collect()
    }
}

fn serve(stream: TcpStream, hooks: &Mutex<Vec<Hook>>, replies: &Mutex<VecDeque<Reply>>) -> Option<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut headers = HeaderMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(": ") else {
            break;
        };
        headers.append(
            name.parse::<HeaderName>().ok()?,
            HeaderValue::from_str(value).ok()?,
        );
    }
    let length: usize = headers.get("content-length")?.to_str().ok()?.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let hook = Hook {
        headers,
        body: String::from_utf8(body).ok()?,
    };
    // One lock over both: answers go out in the order in which messages come in.
    let reply = {
        let mut hooks = hooks.lock().unwrap();
        hooks.push(hook);
        replies.lock().unwrap().pop_front()
    };
    let (status, extra, text) = match reply {
        None => (204, Vec::new(), String::new()),
        Some(Reply::Status(status, extra, text)) => (status, extra, text),
        Some(Reply::Held(gate)) => {
            drop(gate.lock().unwrap());
            (204, Vec::new(), String::new())
        }
        Some(Reply::Silence) => {
            // Until the other side closes.
            let _ = reader.read_to_end(&mut Vec::new());
            return None;
        }
    };
    let mut answer = format!(
        "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n",
        text.len()
    );
    for (name, value) in extra {
        answer.push_str(&format!("{name}: {value}\r\n"));
    }
    answer.push_str("\r\n");
    answer.push_str(&text);
    let mut stream = stream;
    stream.write_all(answer.as_bytes()).ok()
}
