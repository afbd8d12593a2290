//! The API: as an integrator meets it.

mod bulk;
mod door;
mod language;
mod onekhusa;
mod table;
