//! Requests over sockets that stay open, so that what is measured is the server and not the client.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A request ready to be written.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: bench\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        text.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    format!("{text}\r\n{body}").into_bytes()
}

/// A connection.
pub(crate) struct Line {
    stream: TcpStream,
    held: Vec<u8>,
}

impl Line {
    pub(crate) fn to(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        Self {
            stream,
            held: Vec::new(),
        }
    }

    /// Sends and takes the whole answer: status, head and body.
    pub(crate) fn ask(&mut self, request: &[u8]) -> (u16, String, Vec<u8>) {
        self.stream.write_all(request).expect("sent");
        self.held.clear();
        let mut part = [0_u8; 65_536];
        let ends = loop {
            if let Some(at) = self.held.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            let read = self.stream.read(&mut part).expect("an answer");
            assert!(read > 0, "the server hung up");
            self.held.extend_from_slice(&part[..read]);
        };
        let head = String::from_utf8_lossy(&self.held[..ends]).to_lowercase();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .expect("a status");
        let length: usize = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .unwrap_or("0")
            .trim()
            .parse()
            .expect("a length");
        while self.held.len() < ends + length {
            let read = self.stream.read(&mut part).expect("a body");
            assert!(read > 0, "the server hung up");
            self.held.extend_from_slice(&part[..read]);
        }
        (status, head, self.held[ends..].to_vec())
    }
}

/// What many connections saw in a while.
pub(crate) struct Seen {
    pub(crate) per_second: f64,
    pub(crate) p99_ms: f64,
}

/// Asks the same from `connections` at once, for a while. Every answer must be 200.
pub(crate) fn hammer(address: &str, request: &[u8], connections: usize, time: Duration) -> Seen {
    let over = AtomicBool::new(false);
    let begin = Instant::now();
    let mut times: Vec<f64> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..connections)
            .map(|_| {
                scope.spawn(|| {
                    let mut line = Line::to(address);
                    let mut times = Vec::new();
                    while !over.load(Ordering::Relaxed) {
                        let asked = Instant::now();
                        let (status, head, _) = line.ask(request);
                        assert_eq!(status, 200, "{head}");
                        times.push(asked.elapsed().as_secs_f64());
                    }
                    times
                })
            })
            .collect();
        std::thread::sleep(time);
        over.store(true, Ordering::Relaxed);
        asking
            .into_iter()
            .flat_map(|one| one.join().expect("a client"))
            .collect()
    });
    let seconds = begin.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    Seen {
        per_second: times.len() as f64 / seconds,
        p99_ms: times[times.len() * 99 / 100] * 1e3,
    }
}

/// Keeps a process, with all its threads, on the first core.
pub(crate) fn on_one_core(process: u32) {
    let pinned = std::process::Command::new("taskset")
        .args(["-a", "-p", "-c", "0", &process.to_string()])
        .stdout(std::process::Stdio::null())
        .status();
    assert!(
        pinned.is_ok_and(|status| status.success()),
        "taskset keeps a process on a core"
    );
}
