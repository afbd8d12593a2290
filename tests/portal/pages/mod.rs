//! Pages: what they show.

mod guide;
mod matrix;
mod view_samples;
