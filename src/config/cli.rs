//! The commands of the binary and their arguments. Settings come from the environment alone, so
//! that no secret is ever on a command line, where every user of the machine could read it.

use super::table;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// A portal for bulk payouts: upload, sign, pay, report.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, about, after_help = table::help(), args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

/// What the binary is asked to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the portal and run its workers (this is what happens without a command)
    Serve(Serve),
    /// Run the workers only
    Work,
    /// Bring the database to this version and stop
    Migrate,
    /// Make the demonstration organisation in an empty database
    Demo,
    /// Make an organisation's first administrator, or a new one when the others are lost
    CreateOwner(CreateOwner),
    /// Questions to the audit log
    #[command(subcommand)]
    Audit(Audit),
    /// Read a spreadsheet from standard input for another process of this binary
    #[command(hide = true)]
    ReadSheet {
        /// Which reader
        format: SheetFormat,
        /// Address space it may take
        #[arg(long)]
        memory_mib: u64,
        /// Processor time it may take
        #[arg(long)]
        seconds: u64,
    },
}

/// A spreadsheet that is read in a process of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SheetFormat {
    /// Excel 97 to 2003
    Xls,
    /// OpenDocument
    Ods,
}

/// How to serve.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Serve {
    /// Serve pages and API only; `countersign work` must then run elsewhere
    #[arg(long)]
    pub no_workers: bool,
}

/// Who becomes administrator, and of what.
#[derive(Debug, Args)]
pub struct CreateOwner {
    /// The person's e-mail address
    #[arg(long)]
    pub email: String,
    /// The person's name
    #[arg(long)]
    pub name: String,
    /// The organisation: its 12-character id, or the name of a new one
    #[arg(long)]
    pub organisation: String,
}

/// Questions to the audit log.
#[derive(Debug, Clone, Subcommand)]
pub enum Audit {
    /// Recompute every chain and name the first broken link
    Verify {
        /// A checkpoint that was downloaded before: its organisation's log is compared with it
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
    },
}

impl Cli {
    /// The command that was given, or to serve.
    #[must_use]
    pub fn command(self) -> Command {
        self.command.unwrap_or(Command::Serve(self.serve))
    }
}
