//! Answers that are written while they are made: a bounded channel between a blocking writer and the
//! body. Memory stays at a few buffers; a client that goes away ends the writer; a writer that fails
//! breaks the download, so that it never looks complete.
//!
//! Server-sent events are asked for one at a time, so a client that goes away is asked for no more.

use actix_web::web::{self, Bytes};
use futures_util::Stream;
use futures_util::stream::unfold;
use std::io::{self, Write};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Bytes in a buffer before it goes out.
const BUFFER_BYTES: usize = 64 * 1024;
/// Buffers between writer and socket.
const BUFFERS: usize = 4;

/// Between two events: what people see as moving, and little work.
const EVENT_EVERY: Duration = Duration::from_millis(500);
/// A stream of events ends after this; who still listens asks again, as who they are then.
const EVENTS_FOR: Duration = Duration::from_secs(60);

/// Answers the next event, and `None` after the last. May block.
pub type NextEvent = Box<dyn FnMut() -> Option<serde_json::Value> + Send>;

type Piece = Result<Bytes, io::Error>;

/// Where the writer writes.
pub struct BodyWriter {
    pieces: Sender<Piece>,
    buffer: Vec<u8>,
}

impl Write for BodyWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let full = std::mem::replace(&mut self.buffer, Vec::with_capacity(BUFFER_BYTES + 4096));
        self.pieces
            .blocking_send(Ok(full.into()))
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// Runs `write` on a blocking thread and answers what it writes as a body. It must flush at its end.
pub fn body<E: std::fmt::Display>(
    write: impl FnOnce(BodyWriter) -> Result<(), E> + Send + 'static,
) -> impl Stream<Item = Piece> {
    let (pieces, received) = channel::<Piece>(BUFFERS);
    let verdict = pieces.clone();
    // Detached on purpose: it ends by itself, when it is done or nobody reads any more.
    drop(web::block(move || {
        let guard = Verdict {
            pieces: Some(verdict),
        };
        let outcome = write(BodyWriter {
            pieces,
            buffer: Vec::new(),
        });
        guard.settle(outcome.map_err(|error| error.to_string()));
    }));
    unfold(received, |mut received: Receiver<Piece>| async move {
        received.recv().await.map(|piece| (piece, received))
    })
}

/// Unnamed server-sent events: at most one in half a second, for at most a minute.
pub fn events(next: NextEvent) -> impl Stream<Item = Piece> {
    let begun = Instant::now();
    unfold((next, false), move |(mut next, waits)| async move {
        if begun.elapsed() >= EVENTS_FOR {
            return None;
        }
        if waits {
            tokio::time::sleep(EVENT_EVERY).await;
        }
        let (event, next) = web::block(move || (next(), next)).await.ok()?;
        event.map(|event| (Ok(Bytes::from(format!("data: {event}\n\n"))), (next, true)))
    })
}

/// Says at the end whether the body is whole; a writer that panics leaves it broken.
struct Verdict {
    pieces: Option<Sender<Piece>>,
}

impl Verdict {
    fn settle(mut self, outcome: Result<(), String>) {
        let pieces = self.pieces.take();
        if let (Some(pieces), Err(error)) = (pieces, outcome) {
            tracing::warn!(%error, "a download broke off");
            drop(pieces.blocking_send(Err(io::Error::other("the download broke off"))));
        }
    }
}

impl Drop for Verdict {
    fn drop(&mut self) {
        if let Some(pieces) = self.pieces.take() {
            drop(pieces.blocking_send(Err(io::Error::other("the download broke off"))));
        }
    }
}
