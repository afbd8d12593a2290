//! The table of figures that a run prints.

use std::fmt;

#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<[String; 4]>,
}

impl Table {
    pub(crate) fn add(&mut self, what: &str, ours: String, beside: String, ratio: String) {
        println!("  {what}: {ours} | {beside} | {ratio}");
        self.rows.push([what.to_owned(), ours, beside, ratio]);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n| what | Countersign | beside | ratio |\n|---|---|---|---|")?;
        for [what, ours, beside, ratio] in &self.rows {
            writeln!(f, "| {what} | {ours} | {beside} | {ratio} |")?;
        }
        Ok(())
    }
}

/// The middle one.
pub(crate) fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
