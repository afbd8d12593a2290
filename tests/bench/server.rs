//! The real binary on a free port with a data folder of its own, and `psql` beside it.

use countersign::postgres::{self, Durability, PgServer, Place};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    pub(crate) folder: tempfile::TempDir,
    postgres: Option<PgServer>,
}

/// A durable private Postgres in `folder`, joined if it runs.
pub(crate) fn postgres(folder: &std::path::Path) -> PgServer {
    let place = Place {
        folder: folder.join("postgres"),
        durability: Durability::Full,
        bin_dir: None,
    };
    postgres::start(&place).expect("Postgres")
}

/// A folder that Postgres' own user may enter.
pub(crate) fn folder() -> tempfile::TempDir {
    let target = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target");
    tempfile::tempdir_in(target).expect("a folder below target")
}

impl Server {
    pub(crate) fn start() -> Self {
        let folder = folder();
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|l| l.local_addr())
            .expect("a free port")
            .port();
        let address = format!("127.0.0.1:{port}");
        let child = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .env("COUNTERSIGN_DATA_DIR", folder.path())
            .env("COUNTERSIGN_LISTEN", &address)
            .env("COUNTERSIGN_RATE_PER_SECOND", "10000")
            .env("COUNTERSIGN_RATE_BURST", "100000")
            .env("RUST_LOG", "warn")
            .env_remove("DATABASE_URL")
            .stdout(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let until = Instant::now() + Duration::from_secs(60);
        while std::net::TcpStream::connect(&address).is_err()
            || ureq::get(format!("http://{address}/sign-in")).call().is_err()
        {
            assert!(Instant::now() < until, "the server did not come up");
            std::thread::sleep(Duration::from_millis(50));
        }
        let postgres = Some(postgres(folder.path()));
        Self {
            child,
            address,
            folder,
            postgres,
        }
    }

    /// The database's address.
    pub(crate) fn url(&self) -> String {
        self.postgres.as_ref().expect("running").url("countersign")
    }

    /// The server's process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Waits until nothing is left to do and nothing to be written: what is measured next has the
    /// machine to itself.
    pub(crate) fn rest(&self) {
        let until = Instant::now() + Duration::from_secs(900);
        while psql(&self.url(), "SELECT count(*) FROM task WHERE failed_at IS NULL") != "0" {
            assert!(Instant::now() < until, "the workers did not come to rest");
            std::thread::sleep(Duration::from_millis(100));
        }
        psql(&self.url(), "CHECKPOINT");
    }

    /// The most memory the server process has held, in MiB.
    pub(crate) fn peak_mib(&self) -> u64 {
        self.status_mib("VmHWM")
    }

    /// The memory that the server process holds now, in MiB.
    pub(crate) fn resident_mib(&self) -> u64 {
        self.status_mib("VmRSS")
    }

    fn status_mib(&self, what: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status
            .lines()
            .find(|line| line.starts_with(what))
            .unwrap_or_default();
        line.split_whitespace()
            .nth(1)
            .and_then(|kib| kib.parse::<u64>().ok())
            .unwrap_or(0)
            / 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.postgres.take());
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// Runs SQL in psql; answers what it prints, unaligned.
pub(crate) fn psql(url: &str, sql: &str) -> String {
    let mut child = Command::new("psql")
        .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", url])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("psql is on the PATH");
    use std::io::Write;
    child
        .stdin
        .take()
        .expect("stdin")
        .write_all(sql.as_bytes())
        .expect("psql reads");
    let output = child.wait_with_output().expect("psql ends");
    assert!(output.status.success(), "psql failed");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
