//! The connections of the pools: how they begin, and how one that was lost is known.
//!
//! A connection is not asked whether it still works before every use: that costs a request as much as
//! a query does. It is asked where there is a doubt: when it lay idle for a while, or when another
//! connection was lost since it last worked. One that is lost at work says so by its error and is not
//! used again. So a restart of the server costs the requests that were at work, or one that follows at
//! once, and none later.

use super::{SERVER_STOPS, is_lost};
use diesel::Connection;
use diesel::connection::{Instrumentation, InstrumentationEvent, SimpleConnection};
use diesel::pg::PgConnection;
use diesel::r2d2::{Error as PoolError, ManageConnection, R2D2Connection};
use diesel::result::Error as DieselError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A connection that worked so short a while ago still does.
const TRUSTED_FOR: Duration = Duration::from_millis(500);
/// Connections made by this process.
static MADE: AtomicU64 = AtomicU64::new(0);

/// A connection, and what is known of its health.
pub(super) struct Line {
    /// The connection.
    pub(super) pg: PgConnection,
    lost: Arc<AtomicBool>,
    worked_at: Instant,
    /// How many losses the pool had seen then.
    losses: u64,
    /// Which connection of this process it is.
    pub(super) id: u64,
}

/// Makes and judges connections.
pub(super) struct Connections {
    url: String,
    /// How long a statement may take, if there is a limit.
    statement_max: Option<Duration>,
    losses: AtomicU64,
}

impl Connections {
    /// To the server at `url`.
    pub(super) fn new(url: &str, statement_max: Option<Duration>) -> Self {
        Self {
            url: url.to_owned(),
            statement_max,
            losses: AtomicU64::new(0),
        }
    }

    fn worked(&self, line: &mut Line) {
        line.worked_at = Instant::now();
        line.losses = self.losses.load(Ordering::Acquire);
    }
}

/// Hears what each statement of a connection ends with.
struct Watch(Arc<AtomicBool>);

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::FinishQuery {
            error: Some(error), ..
        } = event
            && ends_connection(error)
        {
            self.0.store(true, Ordering::Release);
        }
    }
}

/// Whether nothing more can be asked after this error.
fn ends_connection(error: &DieselError) -> bool {
    if let DieselError::DatabaseError(kind, info) = error {
        return is_lost(kind) || SERVER_STOPS.iter().any(|stop| info.message().contains(stop));
    }
    matches!(error, DieselError::BrokenTransactionManager)
}

impl ManageConnection for Connections {
    type Connection = Line;
    type Error = PoolError;

    /// Statements are stopped after so long, where they are at all, and are never compiled first:
    /// compiling takes 50 to 250 ms and is chosen by estimates of cost; what is asked here is either
    /// short or waits for the disk.
    fn connect(&self) -> Result<Line, PoolError> {
        let losses = self.losses.load(Ordering::Acquire);
        let mut pg = PgConnection::establish(&self.url).map_err(PoolError::ConnectionError)?;
        let milliseconds = self.statement_max.map_or(0, |limit| limit.as_millis());
        pg.batch_execute(&format!("SET jit = off; SET statement_timeout = {milliseconds}"))
            .map_err(PoolError::QueryError)?;
        let lost = Arc::new(AtomicBool::new(false));
        pg.set_instrumentation(Watch(lost.clone()));
        Ok(Line {
            pg,
            lost,
            worked_at: Instant::now(),
            losses,
            id: MADE.fetch_add(1, Ordering::Relaxed),
        })
    }

    fn is_valid(&self, line: &mut Line) -> Result<(), PoolError> {
        let is_trusted = line.worked_at.elapsed() < TRUSTED_FOR
            && line.losses == self.losses.load(Ordering::Acquire)
            && !line.lost.load(Ordering::Acquire);
        if !is_trusted {
            line.pg.ping().map_err(PoolError::QueryError)?;
            self.worked(line);
        }
        Ok(())
    }

    fn has_broken(&self, line: &mut Line) -> bool {
        if line.lost.load(Ordering::Acquire) {
            self.losses.fetch_add(1, Ordering::AcqRel);
            return true;
        }
        if std::thread::panicking() || line.pg.is_broken() {
            return true;
        }
        self.worked(line);
        false
    }
}
