//! Pages: what they show.

mod view_samples;
