//! `audit verify`: recomputes every organisation's chain and, where a checkpoint is given, compares its
//! organisation's log with it. The recomputing is the page's.

use super::{App, AppError};
use crate::domain::checkpoint::{Checkpoint, FILE_BYTES_MAX, Outcome};
use crate::flows::audit;
use crate::store::event::Verdict;
use crate::store::event::chain::Walk;
use crate::store::{Conn, organisation};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// What to say of each organisation, a line each.
///
/// # Errors
/// The first broken link, or what differs from the checkpoint.
pub(super) fn verify_logs(app: &App, file: Option<&Path>) -> Result<String, AppError> {
    let checkpoint = file.map(|path| read(app, path)).transpose()?;
    let organisations = app.db().read(|conn: &mut Conn<'_>| organisation::list(conn))?;
    let mut said = String::new();
    let mut is_compared = checkpoint.is_none();
    for (id, code, name) in organisations {
        let own = checkpoint.as_ref().filter(|found| found.organisation == code);
        is_compared |= own.is_some();
        let mark = own.and_then(|found| found.hash_bytes().map(|hash| (found.line, hash)));
        let mut walk = app
            .db()
            .read(|conn| Walk::begin(conn, id, mark.map(|(line, _)| line)))?;
        let verdict = loop {
            if let Some(verdict) = app.db().read(|conn| walk.go_on(conn))? {
                break verdict;
            }
        };
        let chain = match verdict {
            Verdict::Whole(lines) => Ok(lines),
            Verdict::BrokenAt(line) => Err(line),
        };
        let place = mark.as_ref().map(|(line, hash)| (*line, hash.as_slice()));
        said.push_str(&sentence(&name, own, Outcome::of(chain, place, walk.at_mark()))?);
    }
    if is_compared {
        Ok(said)
    } else {
        Err(AppError::Checkpoint(
            "the checkpoint is of an organisation that is not in this database".to_owned(),
        ))
    }
}

fn sentence(name: &str, checkpoint: Option<&Checkpoint>, outcome: Outcome) -> Result<String, AppError> {
    match (outcome, checkpoint) {
        (Outcome::Whole(lines), None) => Ok(format!("{name}: the audit log holds, {lines} lines.\n")),
        (Outcome::Whole(lines), Some(found)) => Ok(format!(
            "{name}: the audit log holds, {lines} lines, and line {} is the one of the checkpoint of {}.\n",
            found.line, found.at
        )),
        (Outcome::Broken(line), _) => Err(AppError::Broken {
            organisation: name.to_owned(),
            line,
        }),
        (Outcome::Shorter(_) | Outcome::Other(_) | Outcome::Failed, found) => {
            let line = found.map_or(0, |found| found.line);
            Err(AppError::Checkpoint(format!(
                "the audit log of {name} is not the one of the checkpoint (line {line}): {outcome}"
            )))
        }
    }
}

fn read(app: &App, path: &Path) -> Result<Checkpoint, AppError> {
    let unreadable = |error: std::io::Error| {
        AppError::Checkpoint(format!(
            "the checkpoint {} can't be read: {error}",
            path.display()
        ))
    };
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(FILE_BYTES_MAX).read_to_string(&mut text))
        .map_err(unreadable)?;
    let found = Checkpoint::parse(&text).map_err(|why| AppError::Checkpoint(why.to_string()))?;
    audit::read(app.checkpoints(), &found.organisation, &text)
        .map_err(|why| AppError::Checkpoint(why.to_string()))
}
