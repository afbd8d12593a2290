//! What the pages show: plain structs of ready-made text, and the templates that print them.
//!
//! Two kinds live here. *Pages* (`HomePage`, `BatchPage`, …) are whole documents; every one embeds a
//! [`layout::Layout`] and is rendered by the handler. *Parts* (`StatusPill`, `SealView`, …) are pieces
//! with a template and a stylesheet of the same name; a page prints one by `{{ part }}`.
//!
//! What does not live here: rules, formatting of money and dates, translation of statuses. The
//! handlers bring finished text; a template only loops and asks whether something is there.
//!
//! The invariant: all text is escaped by askama exactly once. A part may be printed unescaped inside
//! a page ([`askama::filters::HtmlSafe`]) because its own template has escaped what it holds; nothing
//! here uses `|safe`.

pub mod accounts;
pub mod act;
pub mod again;
pub mod api_client;
pub mod audit;
pub mod batch;
pub mod batch_new;
pub mod batch_typed;
pub mod batches;
pub mod chart;
pub mod chosen;
pub mod columns;
pub mod corrections;
pub mod documents;
pub mod error;
pub mod field;
pub mod form;
pub mod form_page;
pub mod guide;
pub mod home;
pub mod layout;
pub mod link;
pub mod meter;
pub mod notice;
pub mod pace;
pub mod payout;
pub mod payout_new;
pub mod payouts;
pub mod practice;
pub mod progress;
pub mod proposal;
pub mod reference;
pub mod reports;
pub mod row;
pub mod rows;
pub mod scheduled;
pub mod seal;
pub mod sessions;
pub mod sign_in;
pub mod step;
pub mod team;
pub mod timeline;
pub mod tone;
pub mod webhooks;
