//! The API: as an integrator meets it.

mod admission;
mod agreements;
mod bulk;
mod clients;
mod door;
mod keys;
mod language;
mod onekhusa;
mod reference;
mod repeats;
mod table;
