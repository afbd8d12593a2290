//! Every setting and every command of the binary, as plain data.
//!
//! `table` lists each setting once, with its default and its limit; `settings` reads them;
//! `secret` keeps the key of the installation; `cli` names the commands. Nothing here opens a
//! database or a socket: `app` hands each adapter its own small part by value.
//! Invariant: a value outside its limit, or a misspelt name, never starts the program.

mod cli;
mod error;
mod secret;
mod settings;
mod table;
mod url;

pub use cli::{Audit, Cli, Command, CreateOwner, Serve, SheetFormat};
pub use error::SettingError;
pub use settings::{Database, RateLimit, SessionLimits, Settings, WebhookSettings, unknown_names};
pub use table::{ALL, Fallback, Kind, Setting};
pub use url::PublicUrl;
