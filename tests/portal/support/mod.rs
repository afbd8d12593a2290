//! Shared by the tests: databases, the portal, people, files.

pub mod database;
