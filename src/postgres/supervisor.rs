//! Runs the server under a small `sh` that stops it when its last user is gone.
//!
//! Why a FIFO: the end of a writer is seen whatever ended it, also `kill -9`. (A parent-death
//! signal would come when the *thread* that started the server ends.) Why a process group of its
//! own: Ctrl-C reaches us, who still need the server to finish, and not Postgres.

use super::find::Programs;
use super::home::{Home, PORT};
use super::owner::Owner;
use super::{Durability, Ending, PgError, cluster, probe};
use rustix::fs::{CWD, Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process_group};
use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

const START_SECONDS_MAX: u64 = 60;
const STOP_SECONDS_MAX: u64 = 30;
const LOG_BYTES_MAX: u64 = 8 << 20;
const LOG_LINES_SHOWN: usize = 8;
/// What Postgres logs while sessions of a killed server still live.
const MEMORY_HELD: &str = "pre-existing shared memory block";
const PAUSE: Duration = Duration::from_millis(5);
/// Within this time a server that nobody uses is being stopped, and a supervisor sees that its
/// server died.
const NOTICE: Duration = Duration::from_secs(1);

/// $1 the FIFO, $2 seconds of grace, then the server's command line.
///
/// The watcher reads until the last writer is gone, waits for the grace, and moves the FIFO away so
/// that nobody can join. Somebody may have joined just before: then a second reader does not end
/// at once, the FIFO goes back to its place and the watch goes on.
const SCRIPT: &str = r#"
trap "" INT HUP
fifo=$1 grace=$2
shift 2
echo "$$" >"$fifo.group"
"$@" &
server=$!
(
  exec 3<"$fifo"
  while :; do
    cat <&3 >/dev/null
    sleep "$grace"
    rm -f "$fifo.gone"
    mv "$fifo" "$fifo.closing" || break
    { cat >/dev/null; : >"$fifo.gone"; } <&3 &
    reader=$!
    sleep 0.1
    [ -e "$fifo.gone" ] && break
    mv "$fifo.closing" "$fifo" || break
    wait "$reader"
  done
  kill -INT "$server"
) &
wait "$server"
code=$?
trap "" TERM
kill -TERM 0
exit "$code"
"#;

const ALWAYS: [&str; 7] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "logging_collector=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "shared_buffers=128MB",
    "max_wal_size=2GB",
];
const FULL: [&str; 1] = ["max_connections=100"];
const THROW_AWAY: [&str; 8] = [
    "max_connections=200",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "jit=off",
];

/// Joins the running server, if there is one. One that is about to stop is waited for: it either
/// turns out to be used and can be joined, or is gone.
pub(super) fn join(home: &Home) -> Result<Option<File>, PgError> {
    let began = Instant::now();
    while began.elapsed().as_secs() < START_SECONDS_MAX {
        if let Ok(alive) = open_writer(&home.alive()) {
            if probe::answers(&home.socket()) {
                return Ok(Some(alive));
            }
            // Starting up; or it died under its users, and its supervisor is about to go. A watcher
            // that is still there after that has lost both the server and the supervisor.
            if cluster::is_gone(home) && began.elapsed() > NOTICE {
                end_watcher(home);
            }
        } else if open_writer(&home.closing()).is_err() || !cluster::runs(home) {
            return Ok(None);
        }
        thread::sleep(PAUSE);
    }
    Err(PgError::NoAnswer {
        folder: home.base().to_owned(),
        seconds: START_SECONDS_MAX,
    })
}

/// Kills what is left of a supervisor. Called while somebody reads the FIFO: that one is in the
/// group, so its number can't have passed to strangers.
fn end_watcher(home: &Home) {
    let group = fs::read_to_string(home.group())
        .ok()
        .and_then(|text| text.trim().parse().ok());
    if let Some(group) = group.and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// Starts supervisor and server and waits until the server answers. The sessions of a server that
/// was killed take a moment to notice, and hold its memory until then: that is waited for.
pub(super) fn start(
    home: &Home,
    programs: &Programs,
    owner: &Owner,
    durability: Durability,
) -> Result<File, PgError> {
    let began = Instant::now();
    loop {
        let outcome = start_once(home, command(home, programs, owner, durability), owner);
        let is_held =
            matches!(&outcome, Err(PgError::DidNotStart { said, .. }) if said.contains(MEMORY_HELD));
        if !is_held || began.elapsed().as_secs() > STOP_SECONDS_MAX {
            return outcome;
        }
        thread::sleep(20 * PAUSE);
    }
}

fn start_once(home: &Home, mut command: Command, owner: &Owner) -> Result<File, PgError> {
    let fifo = home.alive();
    for stale in [&fifo, &home.closing(), &home.group()] {
        let _ = fs::remove_file(stale);
    }
    rustix::fs::mkfifoat(CWD, &fifo, Mode::RUSR | Mode::WUSR).map_err(PgError::io("make", &fifo))?;
    owner.take(&fifo)?;
    let (out, err) = log_files(home)?;
    let mut supervisor = command
        .stdout(out)
        .stderr(err)
        .spawn()
        .map_err(PgError::io("run", Path::new("/bin/sh")))?;
    let alive = await_start(home, &mut supervisor)?;
    // Nobody else collects its exit code, and an uncollected child stays as a dead entry.
    thread::spawn(move || supervisor.wait());
    Ok(alive)
}

fn command(home: &Home, programs: &Programs, owner: &Owner, durability: Durability) -> Command {
    let (grace, more) = match durability {
        Durability::Full => ("0", FULL.as_slice()),
        // Test processes follow each other: the next one finds the server still there.
        Durability::ThrowAway => ("3", THROW_AWAY.as_slice()),
    };
    let mut command = owner.command(Path::new("/bin/sh"));
    command
        .process_group(0)
        .arg("-c")
        .arg(SCRIPT)
        .arg("countersign-postgres")
        .arg(home.alive())
        .arg(grace);
    command
        .arg(programs.path("postgres"))
        .arg("-D")
        .arg(home.data())
        .arg("-k")
        .arg(home.sockets());
    command.arg("-c").arg(format!("port={PORT}"));
    for setting in ALWAYS.iter().chain(more) {
        command.arg("-c").arg(setting);
    }
    command
}

/// The log for both outputs; one that has grown large makes room.
fn log_files(home: &Home) -> Result<(File, File), PgError> {
    let path = home.log();
    if fs::metadata(&path).is_ok_and(|log| log.len() > LOG_BYTES_MAX) {
        let _ = fs::rename(&path, path.with_extension("log.old"));
    }
    let log = File::options()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(PgError::io("open", &path))?;
    let copy = log.try_clone().map_err(PgError::io("open", &path))?;
    Ok((log, copy))
}

fn await_start(home: &Home, supervisor: &mut Child) -> Result<File, PgError> {
    let began = Instant::now();
    let mut opened = None;
    while began.elapsed().as_secs() < START_SECONDS_MAX {
        opened = opened.or_else(|| open_writer(&home.alive()).ok());
        if probe::answers(&home.socket())
            && let Some(alive) = opened.take()
        {
            return Ok(alive);
        }
        if supervisor.try_wait().is_ok_and(|ended| ended.is_some()) {
            return Err(PgError::DidNotStart {
                log: home.log(),
                said: last_lines(&home.log()),
            });
        }
        thread::sleep(PAUSE);
    }
    Err(PgError::NoAnswer {
        folder: home.base().to_owned(),
        seconds: START_SECONDS_MAX,
    })
}

/// Waits until the server has stopped, unless others use it.
pub(super) fn await_end(home: &Home) -> Result<Ending, PgError> {
    let began = Instant::now();
    while cluster::runs(home) {
        if home.alive().exists() && began.elapsed() > NOTICE {
            return Ok(Ending::StillInUse);
        }
        if began.elapsed().as_secs() > STOP_SECONDS_MAX {
            return Err(PgError::DidNotStop {
                folder: home.base().to_owned(),
                seconds: STOP_SECONDS_MAX,
            });
        }
        thread::sleep(PAUSE);
    }
    Ok(Ending::Stopped)
}

/// Opens a FIFO for writing; fails at once where nobody reads it, and is not inherited by children.
fn open_writer(path: &Path) -> io::Result<File> {
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

fn last_lines(path: &Path) -> String {
    let text = String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    lines
        .get(lines.len().saturating_sub(LOG_LINES_SHOWN)..)
        .unwrap_or_default()
        .join("\n")
}
