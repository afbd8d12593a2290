//! Pages: what they show.

mod accounts;
mod guide;
mod matrix;
mod matrix_other;
mod view_samples;
