//! The API: as an integrator meets it.

mod admission;
mod again;
mod agreements;
mod bulk;
mod clients;
mod dialects;
mod door;
mod keys;
mod language;
mod manners;
mod names;
mod onekhusa;
mod reference;
mod repeats;
mod restart;
mod resubmission;
mod table;
