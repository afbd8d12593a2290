//! From a row of a file to what somebody entered, once its columns have meanings.

use super::Row;
use crate::domain::field::Field;
use crate::domain::headings::Meaning;
use crate::domain::row::Entered;

/// Keeps what stands in the columns that are not taken in.
pub fn keep_left_out(entered: &mut Entered, row: &Row, meanings: &[Meaning], headings: &[String]) {
    for ((cell, meaning), heading) in row.cells.iter().zip(meanings).zip(headings) {
        if *meaning == Meaning::LeaveOut {
            entered.set_left_out(heading, &cell.text);
        }
    }
}

/// Takes over each cell by its column's meaning, with what the spreadsheet has spoilt.
#[must_use]
pub fn enter(row: &Row, meanings: &[Meaning]) -> Entered {
    let mut entered = Entered::new();
    for (cell, meaning) in row.cells.iter().zip(meanings) {
        match meaning {
            Meaning::Field(field) => {
                entered.set(*field, &cell.text);
                if *field == Field::Amount && cell.is_number {
                    entered.set_amount_is_number();
                }
                if let Some(spoilt) = cell.spoilt {
                    entered.spoil(*field, spoilt);
                }
            }
            Meaning::Metadata(name) => entered.set_metadata(name, &cell.text),
            Meaning::LeaveOut => {}
        }
    }
    entered
}
