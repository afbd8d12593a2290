//! What people and time do. Each step is a sync function over one transaction in five beats: may I,
//! what is it, the rule, write it, say so. Steps never import each other; what two need is in
//! `domain` or `store`, or one of the few shared parts: `error`, `judge`, `revise`, `typed`, `settle`,
//! `tell`. `now` is an argument.
//!
//! The story in order: `sign_in` → `upload` → `match_columns` → `validate` → `edit`, `rework` → `submit` →
//! `review` → `approve` (or `send_back`, `recall`, `cancel`, `reschedule`) → `execute` → `settle`;
//! `announce` → `deliver` tell the outside.

pub mod acting;
pub mod announce;
pub mod api_client;
pub mod approve;
pub mod audit;
pub mod calling;
pub mod cancel;
pub mod change_rules;
pub mod close;
pub mod come_back;
pub mod compare;
pub mod deliver;
pub mod demonstrate;
pub mod denial;
pub mod documents;
pub mod duplicates;
pub mod edit;
pub mod error;
pub mod execute;
pub mod found;
pub mod heading;
pub mod idempotency;
pub mod join;
pub mod judge;
pub mod match_columns;
pub mod password;
pub mod pause;
pub mod pay_one;
pub mod payout_template;
pub mod places;
pub mod practise;
pub mod profile;
pub mod propose;
pub mod recall;
pub mod references;
pub mod repay;
pub mod repeat;
pub mod report;
pub mod reschedule;
pub mod resubmit;
pub mod review;
pub mod revise;
pub mod rework;
pub mod second_factor;
pub mod send_back;
pub mod sent;
pub mod session;
pub mod settle;
pub mod sign_in;
pub mod submission;
pub mod submit;
pub mod tell;
pub mod token_key;
pub mod turn;
pub mod type_rows;
pub mod typed;
pub mod upload;
pub mod validate;
pub mod warn;
pub mod webhook;

pub use error::FlowError;
