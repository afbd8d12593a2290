//! The matching step: POST `/batches/{number}/columns` with one `column_N` for each column.

use super::act::ActForm;
use super::field::Choice;
use super::layout::Layout;
use super::notice::Notice;
use super::step::Step;
use super::tone::StatusPill;
use askama::Template;

/// What the columns of a file mean.
#[derive(Debug, Template)]
#[template(path = "columns.html")]
pub struct ColumnsPage {
    /// The frame.
    pub layout: Layout,
    /// The batch's number.
    pub number: String,
    /// Its status in words.
    pub status: StatusPill,
    /// "january-salaries.xlsx · sheet “Lilongwe” · 100 rows · nothing is paid yet".
    pub facts: String,
    /// Acts on the batch: cancelling it.
    pub acts: Vec<ActForm>,
    /// Where the upload stands.
    pub steps: Vec<Step>,
    /// Why the attempt before was refused, or why the reader can't answer.
    pub notices: Vec<Notice>,
    /// Where the form posts; empty where the reader can't answer.
    pub action: String,
    /// The columns in order.
    pub columns: Vec<ColumnRow>,
    /// What is missing and why it matters.
    pub missing: Vec<String>,
    /// "1 answer is missing".
    pub missing_title: String,
    /// What becomes of the answer.
    pub remembered: String,
}

/// One column of the file.
#[derive(Debug)]
pub struct ColumnRow {
    /// `column_1`.
    pub name: String,
    /// The column's letters.
    pub letters: String,
    /// The heading as written; empty is shown as a dash.
    pub heading: String,
    /// Its first values; empty is shown as a dash.
    pub first: String,
    /// What it might mean, and why.
    pub hint: Option<String>,
    /// What is wrong with the choice.
    pub error: Option<String>,
    /// What it can mean.
    pub choices: Vec<Choice>,
    /// The choice.
    pub value: String,
}

impl ColumnRow {
    /// The ids of hint and fault, for `aria-describedby`.
    pub fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if self.hint.is_some() {
            ids.push(format!("{}-hint", self.name));
        }
        if self.error.is_some() {
            ids.push(format!("{}-error", self.name));
        }
        ids.join(" ")
    }
}
