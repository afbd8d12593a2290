//! The API: as an integrator meets it.

mod door;
mod language;
mod table;
