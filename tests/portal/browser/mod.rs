//! The portal in real browsers: that pages work as pages (scripts, styles, forms, downloads), which
//! the other tests, reading HTML, can't see. What the product does is tested elsewhere, once.

mod driver;
mod looks;
mod passkeys;
mod walk;
mod window;
