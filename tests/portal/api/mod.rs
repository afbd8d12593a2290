//! The API: as an integrator meets it.

mod clients;
mod door;
mod language;
mod table;
