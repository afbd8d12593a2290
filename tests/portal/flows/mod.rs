//! Flows that more than one door leads to, walked without a door.

mod references;
mod typed;
