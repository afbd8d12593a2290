//! Requests over sockets that stay open, so that what is measured is the server and not the client.

use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

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

/// An answer as far as it has come: its status, where its body begins and how long that is; `None`
/// until its head is there.
fn begun(held: &[u8]) -> Option<(u16, usize, usize)> {
    let ends = held.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&held[..ends]).expect("a head in ASCII");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    let named = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().expect("a length"))
    };
    let length = head.lines().find_map(named).unwrap_or(0);
    Some((status.expect("a status"), ends, length))
}

/// Asks once: status, head and body.
pub(crate) fn ask(address: &str, request: &[u8]) -> (u16, String, Vec<u8>) {
    let runtime = runtime();
    let held = runtime.block_on(async {
        let mut line = connect(address).await;
        let mut held = Vec::new();
        exchange(&mut line, request, &mut held).await;
        held
    });
    let (status, ends, _) = begun(&held).expect("an answer");
    let head = String::from_utf8_lossy(&held[..ends]).to_lowercase();
    (status, head, held[ends..].to_vec())
}

async fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("a socket");
    stream
}

/// Sends and takes the whole answer into `held`; its status.
async fn exchange(line: &mut TcpStream, request: &[u8], held: &mut Vec<u8>) -> u16 {
    line.write_all(request).await.expect("sent");
    held.clear();
    let mut known = None;
    loop {
        let read = line.read_buf(held).await.expect("an answer");
        assert!(read > 0, "the server hung up");
        known = known.or_else(|| begun(held));
        if let Some((status, ends, length)) = known
            && held.len() >= ends + length
        {
            return status;
        }
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// What many connections saw in a while.
pub(crate) struct Seen {
    pub(crate) per_second: f64,
    pub(crate) p99_ms: f64,
}

/// Asks the same from `connections` at once, for a while. Every answer must be 200. All of them are one
/// thread's: the server has the cores.
pub(crate) fn hammer(address: &str, request: &[u8], connections: usize, time: Duration) -> Seen {
    let begin = Instant::now();
    let until = begin + time;
    let mut times: Vec<f64> = runtime().block_on(async {
        let mut asking = JoinSet::new();
        for _ in 0..connections {
            asking.spawn(ask_until(address.to_owned(), request.to_vec(), until));
        }
        asking.join_all().await.into_iter().flatten().collect()
    });
    let seconds = begin.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    Seen {
        per_second: times.len() as f64 / seconds,
        p99_ms: times[times.len() * 99 / 100] * 1e3,
    }
}

async fn ask_until(address: String, request: Vec<u8>, until: Instant) -> Vec<f64> {
    let mut line = connect(&address).await;
    let mut held = Vec::with_capacity(1 << 17);
    let mut times = Vec::new();
    while Instant::now() < until {
        let asked = Instant::now();
        let status = exchange(&mut line, &request, &mut held).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&held));
        times.push(asked.elapsed().as_secs_f64());
    }
    times
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
