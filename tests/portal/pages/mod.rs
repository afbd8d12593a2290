//! Pages: what they show.

mod guide;
mod view_samples;
