//! XLS and ODS: read by a child process, within limits on memory and time.

use super::{read, read_within, refused};
use countersign::domain::fault::FileFault;
use countersign::intake::Limits;
use std::fs;

fn sent(name: &str) -> Vec<u8> {
    fs::read(format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn old_workbooks_and_open_documents_are_read() {
    for (name, format) in [("excel-97.xls", "XLS"), ("open-document.ods", "ODS")] {
        let found = read(&sent(name)).unwrap();
        assert_eq!(found.format, format);
        assert_eq!(found.header, ["name", "mobile", "amount"], "{name}");
        let texts: Vec<Vec<&str>> = found
            .rows
            .iter()
            .map(|(_, cells)| cells.iter().map(String::as_str).collect())
            .collect();
        assert_eq!(
            texts,
            [
                ["Mary Jere", "0991204118", "4500"],
                ["Limbani Zulu", "12", "3900.5"]
            ],
            "{name}"
        );
    }
}

#[test]
fn limits_hold_for_them_too() {
    let limits = Limits {
        columns_max: 2,
        ..Limits::default()
    };
    assert!(matches!(
        read_within(&sent("excel-97.xls"), limits),
        Err(FileFault::TooManyColumns { .. })
    ));
    let limits = Limits {
        sheet_rows_max: 1,
        ..Limits::default()
    };
    assert!(matches!(
        read_within(&sent("open-document.ods"), limits),
        Err(FileFault::TooManyRows { .. })
    ));
}

#[test]
fn broken_ones_end_in_a_message() {
    let old = sent("excel-97.xls");
    for cut in [600, 1_600, 2_000] {
        let told = refused(&old[..cut]);
        assert!(told.starts_with("The ") && told.len() > 40, "{cut}: {told}");
    }
    // A document whose one row says that it stands there a billion times in 16,384 columns.
    let bomb = "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
        xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\">\
        <office:body><office:spreadsheet><table:table table:name=\"A\"><table:table-row table:number-rows-repeated=\"1000000000\">\
        <table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"16384\"><text:p>x</text:p></table:table-cell>\
        </table:table-row></table:table></office:spreadsheet></office:body></office:document-content>";
    let bytes = super::hostile::zipped([
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest/>"),
        ("content.xml", bomb),
    ]);
    let told = refused(&bytes);
    assert!(told.starts_with("The "), "{told}");
}
