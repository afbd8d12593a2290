//! Answers that are written while they are made: a bounded channel between a blocking writer and the
//! body. Memory stays at a few buffers; a client that goes away, or takes nothing for too
//! long, ends the writer; a writer that fails breaks the download, so that it never looks complete.
//!
//! Server-sent events are asked for one at a time, so a client that goes away is asked for no more.

use actix_web::web::{self, Bytes};
use futures_util::Stream;
use futures_util::stream::unfold;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::mpsc::error::SendTimeoutError;
use tokio::sync::mpsc::{Sender, channel};

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
    pieces: Sender<Bytes>,
    buffer: Vec<u8>,
    patience: Duration,
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
        let sending = self.pieces.send_timeout(full.into(), self.patience);
        Handle::current().block_on(sending).map_err(|error| match error {
            SendTimeoutError::Timeout(_) => io::ErrorKind::TimedOut.into(),
            SendTimeoutError::Closed(_) => io::ErrorKind::BrokenPipe.into(),
        })
    }
}

/// Runs `write` on a blocking thread and answers what it writes as a body. It must flush at its end.
/// A client that takes nothing for as long as `patience` ends the writer.
pub fn body<E: std::fmt::Display>(
    patience: Duration,
    write: impl FnOnce(BodyWriter) -> Result<(), E> + Send + 'static,
) -> impl Stream<Item = Piece> {
    let (pieces, received) = channel::<Bytes>(BUFFERS);
    let is_whole = Arc::new(AtomicBool::new(false));
    let verdict = Arc::clone(&is_whole);
    // Outlives the verdict, so that the end is never seen before it.
    let open = pieces.clone();
    // Detached on purpose: it ends by itself, when it is done or nobody reads any more.
    drop(web::block(move || {
        let outcome = write(BodyWriter {
            pieces,
            buffer: Vec::new(),
            patience,
        });
        match outcome {
            Ok(()) => verdict.store(true, Ordering::Release),
            Err(error) => tracing::warn!(%error, "a download broke off"),
        }
        drop(open);
    }));
    unfold(Some((received, is_whole)), |state| async move {
        let (mut received, is_whole) = state?;
        match received.recv().await {
            Some(piece) => Some((Ok(piece), Some((received, is_whole)))),
            None if is_whole.load(Ordering::Acquire) => None,
            // Failed, stalled or panicked: the client must not take it for the whole.
            None => Some((Err(io::Error::other("the download broke off")), None)),
        }
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
