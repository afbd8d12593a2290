//! Pages: what they show.

mod accounts;
mod guide;
mod matrix;
mod view_samples;
