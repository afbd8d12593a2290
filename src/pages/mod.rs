//! HTML for people: one file a noun, GET shows, POST acts and redirects. What a page looks like
//! lives in `view` and in `templates/`; what may happen is asked of `flows`, never decided here.

pub mod view;
