//! P2: an XLSX from its first byte sent to `open`, beside calamine that only reads its cells, in this
//! process and from memory. What is taken in is read, judged and stored besides.

use crate::client::{Client, payroll};
use crate::server::Server;
use crate::table::{Table, median};
use calamine::{DataRef, Reader as _, Xlsx};
use rust_xlsxwriter::Workbook;
use std::io::Cursor;
use std::time::Instant;

pub(crate) fn measure(server: &Server, rows: usize, repeats: usize, table: &mut Table) {
    let thoko = Client::sign_in(&server.address, "thoko@kachere.example");
    let (mut ours, mut alone) = (Vec::new(), Vec::new());
    for run in 0..repeats {
        let book = workbook(&payroll(rows, 20_000 + run));
        server.rest();
        let begin = Instant::now();
        let batch = thoko.upload(&book, "");
        thoko.wait_for(&batch, "open");
        ours.push(begin.elapsed().as_secs_f64());
        server.rest();
        let begin = Instant::now();
        assert!(cells(&book) >= rows * 5, "every cell is read");
        alone.push(begin.elapsed().as_secs_f64());
    }
    let (ours, alone) = (median(ours), median(alone));
    table.add(
        &format!("P2 XLSX of {rows} → open"),
        format!("{ours:.2} s, {:.0} rows/s", rows as f64 / ours),
        format!("calamine alone {alone:.2} s"),
        format!("{:.2}× its time", ours / alone),
    );
}

/// The same rows in a workbook, amounts as numbers.
fn workbook(csv: &[u8]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory().expect("a sheet");
    let text = std::str::from_utf8(csv).expect("text");
    for (row, line) in text.lines().enumerate() {
        let row = u32::try_from(row).expect("a row");
        for (column, cell) in line.split(',').enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let column = u16::try_from(column).expect("a column");
            let is_amount = row > 0 && column == 6;
            let written = if is_amount {
                sheet.write_number(row, column, cell.parse::<f64>().expect("an amount"))
            } else {
                sheet.write_string(row, column, cell)
            };
            written.expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn cells(book: &[u8]) -> usize {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(book)).expect("a workbook");
    let name = book.sheet_names().first().expect("a sheet").clone();
    let mut cells = book.worksheet_cells_reader(&name).expect("a sheet");
    let mut count = 0;
    while let Some(cell) = cells.next_cell().expect("a cell") {
        count += usize::from(!matches!(cell.get_value(), DataRef::Empty));
    }
    count
}
