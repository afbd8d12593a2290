//! Pages: what they show.

mod accounts;
mod guide;
mod matrix;
mod matrix_other;
mod pace;
mod view_samples;
