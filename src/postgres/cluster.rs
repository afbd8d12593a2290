//! The data of a private Postgres: made aside and renamed, and freed from a server nobody supervises.
//!
//! Invariant: a folder `data` is a whole cluster, also after a `kill -9` in the middle of making it.

use super::find::Programs;
use super::home::Home;
use super::owner::Owner;
use super::{Durability, PgError};
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

/// C.UTF-8 sorts by code point and still knows letters beyond ASCII; macOS has no such locale.
const LOCALES: [&str; 3] = ["C.UTF-8", "en_US.UTF-8", "C"];

/// Greater than any process number of Linux or macOS.
const NOBODYS_PROCESS: i32 = i32::MAX;

/// The major version that made the cluster, if there is one.
pub(super) fn major(home: &Home) -> Option<u32> {
    fs::read_to_string(home.data().join("PG_VERSION"))
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// Makes the cluster, in the first locale that the machine has.
pub(super) fn initialise(
    home: &Home,
    programs: &Programs,
    owner: &Owner,
    durability: Durability,
) -> Result<(), PgError> {
    sweep(home);
    let fresh = home.base().join(format!("data.new.{}", std::process::id()));
    let mut outcome = Ok(());
    for locale in LOCALES {
        let _ = fs::remove_dir_all(&fresh);
        let mut initdb = owner.command(&programs.path("initdb"));
        initdb
            .args([
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-instructions",
                "--locale",
                locale,
            ])
            .arg("-D")
            .arg(&fresh);
        if durability == Durability::ThrowAway {
            initdb.arg("--no-sync");
        }
        outcome = owner.run(initdb);
        if outcome.is_ok() {
            break;
        }
    }
    outcome?;
    fs::rename(&fresh, home.data()).map_err(PgError::io("put in place", &fresh))
}

/// What a starter left that was killed while it made a cluster. Only one starter is ever here.
fn sweep(home: &Home) {
    for entry in fs::read_dir(home.base()).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("data.new.") {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Stops a server of this cluster whose supervisor is gone, and clears the trace of a dead one.
/// Called when nobody can join it any more.
pub(super) fn stop_orphan(home: &Home, programs: &Programs, owner: &Owner) -> Result<(), PgError> {
    match trace(home) {
        Trace::Server => (),
        Trace::Dead => return disown(home),
        Trace::Absent => {
            free_socket(home);
            return Ok(());
        }
        // Nothing that we may judge: Postgres itself does.
        Trace::Unclear => return Ok(()),
    }
    let mut stop = owner.command(&programs.path("pg_ctl"));
    stop.args(["stop", "-m", "fast", "-w", "-t", "30", "-D"])
        .arg(home.data());
    let outcome = owner.run(stop);
    // It may have ended by itself in the meantime; then that it could not be stopped is no fault.
    if runs(home) { outcome } else { Ok(()) }
}

/// Takes a dead server's process number out of its files. The number may be a stranger's by now (a
/// restarted container) or a dead entry that nobody collects, and Postgres would not start.
/// The rest of the file stays: it names the shared memory, by which Postgres waits for sessions
/// that outlived the server and could still write.
fn disown(home: &Home) -> Result<(), PgError> {
    free_socket(home);
    let path = home.pid_file();
    let text = fs::read_to_string(&path).map_err(PgError::io("read", &path))?;
    let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
    fs::write(&path, format!("{NOBODYS_PROCESS}\n{rest}")).map_err(PgError::io("write", &path))
}

/// The socket's folder is ours alone: what a dead server left there stands in nobody else's way.
fn free_socket(home: &Home) {
    let _ = fs::remove_file(home.socket().with_added_extension("lock"));
}

/// Whether a server runs on this cluster.
pub(super) fn runs(home: &Home) -> bool {
    trace(home) == Trace::Server
}

/// Whether certainly no server runs on this cluster.
pub(super) fn is_gone(home: &Home) -> bool {
    matches!(trace(home), Trace::Absent | Trace::Dead)
}

/// What the file with the server's process number tells.
#[derive(Debug, PartialEq, Eq)]
enum Trace {
    Absent,
    Server,
    Dead,
    Unclear,
}

fn trace(home: &Home) -> Trace {
    let first_line = |text: String| {
        text.lines()
            .next()
            .and_then(|line| line.trim().parse::<u32>().ok())
    };
    let Ok(text) = fs::read_to_string(home.pid_file()) else {
        return Trace::Absent;
    };
    let Some(pid) = first_line(text) else {
        return Trace::Unclear;
    };
    if Path::new("/proc/self/cwd").exists() {
        // A server works in its data folder; a dead one that nobody has waited for works nowhere.
        return match fs::read_link(format!("/proc/{pid}/cwd")) {
            Ok(cwd) if cwd == home.data() => Trace::Server,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Trace::Unclear,
            Ok(_) | Err(_) => Trace::Dead,
        };
    }
    let output = Command::new("ps")
        .args(["-o", "comm=", "-p", &pid.to_string()])
        .output();
    let Ok(output) = output else { return Trace::Unclear };
    let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if name.ends_with("postgres") || name.ends_with("postmaster") {
        Trace::Server
    } else {
        Trace::Dead
    }
}
