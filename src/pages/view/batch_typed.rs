//! The form for rows that are pasted or typed: POST `/batches/new/rows` with account, name, pay_on,
//! purpose and either `rows`, the pasted text, or a column of fields for each column of the table.

use super::field::FieldView;
use super::layout::Layout;
use super::link::LinkView;
use super::notice::Notice;
use askama::Template;

/// A column of the table.
#[derive(Clone, Debug)]
pub struct SheetColumn {
    /// The fields' name; part of the contract.
    pub name: &'static str,
    /// Its heading.
    pub label: &'static str,
    /// Every name that a heading may have for it, with spaces between; the script reads it.
    pub names: String,
    /// How wide it is: `name`, `code`, `account`, `iban`, `amount` or `text`.
    pub width: &'static str,
}

/// The form.
#[derive(Debug, Template)]
#[template(path = "batch_typed.html")]
pub struct BatchTypedPage {
    /// The frame.
    pub layout: Layout,
    /// Why the attempt before was refused, where no field says it.
    pub refusal: Option<Notice>,
    /// The form's own key, hidden.
    pub key: FieldView,
    /// Account and name, then date and purpose.
    pub main: Vec<FieldView>,
    /// Where rows are pasted.
    pub paste: FieldView,
    /// Control count and total of what is pasted.
    pub control: Vec<FieldView>,
    /// The table's columns.
    pub columns: Vec<SheetColumn>,
    /// What stands in it, cell by cell.
    pub rows: Vec<Vec<String>>,
    /// The same page with more empty rows.
    pub more: Option<LinkView>,
    /// Choices for purpose, by label.
    pub purposes: Vec<&'static str>,
}
