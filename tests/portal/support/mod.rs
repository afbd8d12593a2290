//! Shared by the tests: databases, the portal, people, pages, files.

pub mod authenticator;
pub mod database;
pub mod files;
pub mod integrator;
pub mod ledger;
pub mod mail;
pub mod outsider;
pub mod page;
pub mod people;
pub mod phone;
pub mod portal;
pub mod receiver;

pub use files::Payroll;
pub use integrator::json;
pub use people::{People, Person, UploadForm};
pub use portal::Portal;
