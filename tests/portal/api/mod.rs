//! The API: as an integrator meets it.

mod clients;
mod door;
mod keys;
mod language;
mod table;
