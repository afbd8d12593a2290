//! All SQL. Rows in, domain out; nobody else imports Diesel.
//!
//! Reading functions take a `Conn`; writing ones a `Tx`, which only `Db::write` makes, so a write
//! outside a transaction does not compile. Functions over tenants' data also take a `Scope`.
//!
//! Locks are taken in one order everywhere, so that transactions never wait in a ring: batch →
//! slice → payout and intent → balance → letter → event head.

pub mod account;
pub mod account_rules;
pub mod api_client;
pub mod audit_check;
pub mod batch;
pub mod batch_facts;
pub mod batch_form;
pub mod beneficiary;
pub mod block;
pub mod caller;
pub mod columns;
mod connections;
pub mod daily;
pub mod denial;
pub mod document;
pub mod due;
pub mod duplicate;
pub mod event;
pub mod evidence;
pub mod file;
pub mod funding;
pub mod holder;
pub mod idempotency;
pub mod intent;
pub mod invitation;
pub mod ledger;
pub mod letter;
pub mod member;
mod moment;
pub mod organisation;
pub mod passkey;
pub mod password;
pub mod payout;
pub mod payout_template;
pub mod person;
pub mod practice;
mod prepared;
pub mod proposal;
pub mod queue;
pub mod rail_news;
pub mod reading;
pub mod repayment;
pub mod repetition;
pub mod report;
pub mod rework;
pub mod role;
pub mod sandbox;
pub mod scheduled;
mod schema;
pub mod seal;
pub mod second_factor;
pub mod sent;
pub mod session;
pub mod sign_in;
pub mod signature;
pub mod signed_in;
pub mod single;
pub mod slice;
pub mod standing;
pub mod statistics;
pub mod token_key;
pub mod waiting;
pub mod webhook;

pub use moment::Moment;

use connections::Connections;
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::r2d2::{Builder, Pool, PooledConnection};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::{Connection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::time::Duration;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// How long a request waits for a connection before it is told to come back: 4 s.
const POOL_WAIT: Duration = Duration::from_secs(4);
/// How long one statement of a request may take: longer than any should, shorter than people wait.
const STATEMENT_MAX: Duration = Duration::from_secs(10);
/// How the server says that a statement took too long; Diesel hands on its words, not its SQLSTATE
/// 57014.
const STATEMENT_STOPPED: &str = "canceling statement due to";
/// How long a download waits for one of its own: less, because downloads take long.
const EXPORT_WAIT: Duration = Duration::from_secs(2);
/// What the server says to a query when it ends the connection; the driver keeps no code for it.
const SERVER_STOPS: [&str; 3] = [
    "terminating connection",
    "server closed the connection",
    "no connection to the server",
];
/// Connections that downloads may hold at once.
const EXPORTS_MAX: u32 = 8;

/// What can go wrong below the flows.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Every connection is busy, the server is away, or it took too long: try again later.
    #[error("the database has no free connection or took too long")]
    Unavailable,
    /// No such row, or not in the scope.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The row moved on between reading and writing.
    #[error("the {0} changed meanwhile")]
    Stale(&'static str),
    /// A constraint of the database refused, by its name.
    #[error("the database refused: {0}")]
    Refused(String),
    /// What is stored can't be read as what it should be.
    #[error("stored data is not valid: {0}")]
    Corrupt(String),
    /// Anything else of the database's.
    #[error(transparent)]
    Database(DieselError),
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        // A rollback over a connection that was lost fails as well, and hides why.
        if matches!(error, DieselError::BrokenTransactionManager) {
            return Self::Unavailable;
        }
        if let DieselError::DatabaseError(kind, info) = &error {
            let said = info.message();
            if is_lost(kind)
                || said.starts_with(STATEMENT_STOPPED)
                || SERVER_STOPS.iter().any(|stop| said.contains(stop))
            {
                return Self::Unavailable;
            }
            if let Some(name) = info.constraint_name() {
                return Self::Refused(name.to_owned());
            }
        }
        Self::Database(error)
    }
}

/// Whether the driver says that there is no connection any more.
const fn is_lost(kind: &DatabaseErrorKind) -> bool {
    matches!(
        kind,
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand
    )
}

/// A stored word that no type knows.
pub(crate) fn corrupt(what: &str, value: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("{what} {value}"))
}

/// A connection for reading.
pub struct Conn<'c>(&'c mut PgConnection);

/// A connection held for a download; goes back to its pool when dropped.
pub struct ExportConn(PooledConnection<Connections>);

impl ExportConn {
    /// For reading.
    pub fn reading(&mut self) -> Conn<'_> {
        Conn(&mut self.0.pg)
    }

    /// Reads everything as it stands at one moment, however long it takes.
    ///
    /// # Errors
    /// What `work` answers.
    pub fn snapshot<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Conn<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let outcome = self
            .0
            .pg
            .build_transaction()
            .repeatable_read()
            .read_only()
            .run(|connection| work(&mut Conn(connection)).map_err(Rollback::Work));
        outcome.map_err(Rollback::into_error)
    }
}

/// Where a request to write comes from.
#[derive(Clone, Copy, Default, Debug)]
pub struct Asked<'a> {
    /// The API client that called.
    pub client: Option<&'a str>,
    /// The address it came from.
    pub address: Option<&'a str>,
}

/// A transaction; the only way to write. It knows where it was asked from, so that no line of the log
/// written in it can forget to say so.
pub struct Tx<'c> {
    conn: Conn<'c>,
    asked: Asked<'c>,
}

impl<'c> std::ops::Deref for Tx<'c> {
    type Target = Conn<'c>;
    fn deref(&self) -> &Self::Target {
        &self.conn
    }
}

impl std::ops::DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.conn
    }
}

impl Tx<'_> {
    fn pg(&mut self) -> &mut PgConnection {
        self.conn.0
    }

    /// Does a part of the transaction: where it fails, what it wrote is taken back and the rest stands.
    ///
    /// # Errors
    /// What `work` answers.
    pub fn attempt<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let asked = self.asked;
        let outcome = self.pg().transaction(|connection| {
            let conn = Conn(connection);
            work(&mut Tx { conn, asked }).map_err(Rollback::Work)
        });
        outcome.map_err(Rollback::into_error)
    }

    /// Does not wait until this transaction is on the disk. Only for steps that nobody is told of and
    /// that are done again where a crash of the server loses them: it loses none of them without all
    /// that follow, and the next transaction that does wait makes them durable with itself.
    ///
    /// # Errors
    /// What the database says.
    pub fn wait_for_no_disk(&mut self) -> Result<(), StoreError> {
        Ok(self.pg().batch_execute("SET LOCAL synchronous_commit = off")?)
    }

    /// Where this transaction was asked from.
    pub(crate) const fn asked(&self) -> Asked<'_> {
        self.asked
    }
}

type PgPool = Pool<Connections>;

/// The database: a pool for requests, one for jobs, a small one for downloads, a connection that looks at
/// moments. Only requests are stopped when they take long.
#[derive(Clone)]
pub struct Db {
    pool: PgPool,
    jobs: PgPool,
    exports: PgPool,
    moments: PgPool,
}

impl Db {
    /// Opens the pools; fails where the server can't be reached.
    ///
    /// # Errors
    /// `Unavailable`.
    pub fn open(url: &str, size: u32) -> Result<Self, StoreError> {
        Self::open_limited(url, size, STATEMENT_MAX)
    }

    /// The same, with another limit on what one statement of a request may take.
    ///
    /// # Errors
    /// `Unavailable`.
    pub fn open_limited(url: &str, size: u32, statement_max: Duration) -> Result<Self, StoreError> {
        let open = |size: u32, wait: Duration, limit: Option<Duration>, idle: u32| {
            let pool: Builder<Connections> = Pool::builder();
            pool.max_size(size)
                .min_idle(Some(idle))
                .connection_timeout(wait)
                .build(Connections::new(url, limit))
                .map_err(|_| StoreError::Unavailable)
        };
        Ok(Self {
            pool: open(size, POOL_WAIT, Some(statement_max), 1)?,
            jobs: open(size, POOL_WAIT, None, 0)?,
            exports: open(EXPORTS_MAX, EXPORT_WAIT, None, 0)?,
            moments: open(1, POOL_WAIT, Some(statement_max), 0)?,
        })
    }

    /// The same database for work that nobody waits for: its statements take as long as they need.
    #[must_use]
    pub fn for_jobs(&self) -> Self {
        Self {
            pool: self.jobs.clone(),
            ..self.clone()
        }
    }

    /// Reads.
    ///
    /// # Errors
    /// What `work` answers, or `Unavailable`.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Conn<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.pool.get().map_err(|_| StoreError::Unavailable)?;
        work(&mut Conn(&mut connection.pg))
    }

    /// A connection of the small pool for a download, taken before its first byte goes out.
    ///
    /// # Errors
    /// `Unavailable` where too many downloads run.
    pub fn export_connection(&self) -> Result<ExportConn, StoreError> {
        let connection = self.exports.get().map_err(|_| StoreError::Unavailable)?;
        Ok(ExportConn(connection))
    }

    /// Writes: everything `work` does, or nothing.
    ///
    /// # Errors
    /// What `work` answers (then nothing is kept), or `Unavailable`.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_for(Asked::default(), work)
    }

    /// Writes for somebody outside: lines of the log say where they were asked from.
    ///
    /// # Errors
    /// What `work` answers (then nothing is kept), or `Unavailable`.
    pub fn write_for<T, E: From<StoreError>>(
        &self,
        asked: Asked<'_>,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.pool.get().map_err(|_| StoreError::Unavailable)?;
        let outcome = connection.pg.transaction(|connection| {
            let conn = Conn(connection);
            work(&mut Tx { conn, asked }).map_err(Rollback::Work)
        });
        outcome.map_err(Rollback::into_error)
    }
}

enum Rollback<E> {
    Work(E),
    Commit(DieselError),
}

impl<E: From<StoreError>> Rollback<E> {
    fn into_error(self) -> E {
        match self {
            Self::Work(error) => error,
            Self::Commit(error) => E::from(StoreError::from(error)),
        }
    }
}

impl<E> From<DieselError> for Rollback<E> {
    fn from(error: DieselError) -> Self {
        Self::Commit(error)
    }
}

/// Brings the database to this version. Any number of processes may call it at once.
///
/// # Errors
/// What the database says.
pub fn migrate(connection: &mut PgConnection) -> Result<(), StoreError> {
    // Any fixed number serves; it is shared by every Countersign on this database.
    const LOCK: i64 = 7_726_401_385;
    diesel::sql_query(format!("SELECT pg_advisory_lock({LOCK})")).execute(connection)?;
    let outcome = connection.run_pending_migrations(MIGRATIONS).map(|_| ());
    diesel::sql_query(format!("SELECT pg_advisory_unlock({LOCK})")).execute(connection)?;
    outcome.map_err(|error| StoreError::Corrupt(format!("migrations: {error}")))
}

/// Connects once and brings the database at `url` to this version.
///
/// # Errors
/// `Unavailable` with no server there, or what the database says.
pub fn migrate_at(url: &str) -> Result<(), StoreError> {
    let mut connection = PgConnection::establish(url).map_err(|_| StoreError::Unavailable)?;
    migrate(&mut connection)
}

/// Makes the database `name` on the server at `url` (a maintenance database) where it is missing.
///
/// # Errors
/// `Unavailable` with no server there, or what the database says.
pub fn create_database(url: &str, name: &str) -> Result<(), StoreError> {
    let mut connection = PgConnection::establish(url).map_err(|_| StoreError::Unavailable)?;
    let made = diesel::sql_query(format!("CREATE DATABASE \"{name}\"")).execute(&mut connection);
    match made {
        Err(DieselError::DatabaseError(_, info)) if info.message().contains("already exists") => Ok(()),
        other => other.map(|_| ()).map_err(StoreError::from),
    }
}

/// What a sum over many batches, which is only shown, is cut off at: batches that nobody could ever pay
/// must not take a page or a job down.
const MINOR_MAX: i64 = i64::MAX;

/// `text` so that LIKE takes every character of it as itself.
pub(crate) fn like_literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
