//! Pages: what they show.

mod accounts;
mod guide;
mod matrix;
mod pace;
mod view_samples;
