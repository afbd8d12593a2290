//! Empty files to fill in: downloaded, filled and uploaded without a question.

use crate::support::Portal;
use crate::support::files::File;
use calamine::{Data, Reader as _, Xlsx};
use std::io::{Cursor, Read as _};

#[test]
fn a_filled_template_goes_through_without_matching() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    thoko.get("/batches/new").says("wallets (Excel)");
    let bank = thoko
        .asks("/batches/template.csv?account=35253486&kind=bank")
        .is(200)
        .text();
    assert!(bank.starts_with('\u{feff}'));
    let filled = format!("{bank}T-1,Mary Jere,0011239845,NBM,,4500.00,payroll_benefits,,,\r\n");
    let wallet = thoko.asks("/batches/template.csv?kind=wallet").is(200).text();
    let paid = format!("{wallet}T-2,Limbani Zulu,0991204118,,12.00,,,,\r\n");
    for text in [filled, paid] {
        let number = thoko.uploads(File {
            name: "filled.csv".to_owned(),
            bytes: text.into_bytes(),
        });
        portal.run_jobs();
        assert_eq!(portal.db_status(&number), "open");
        assert_eq!(
            portal.db_number(&format!("SELECT fault_count FROM batch WHERE number = {number}")),
            0
        );
    }
    thoko
        .asks("/batches/template.csv?kind=cash")
        .refused(400, "bank or wallet");
    thoko.asks("/batches/template.csv?account=99999999").is(404);
    people.ruth().asks("/batches/template.csv").is(403);
}

#[test]
fn the_workbook_has_typed_columns_a_list_of_purposes_and_a_sheet_that_explains() {
    let (portal, people) = Portal::start();
    let bytes = people
        .thoko()
        .asks("/batches/template.xlsx?account=35253502&kind=bank")
        .is(200)
        .body;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.clone())).unwrap();
    assert_eq!(book.sheet_names(), ["Payouts", "How to fill it in"]);
    let guide = book.worksheet_range("How to fill it in").unwrap();
    let texts: Vec<String> = guide
        .rows()
        .map(|row| row.iter().map(Data::to_string).collect::<Vec<_>>().join(" | "))
        .collect();
    insta::assert_snapshot!(texts.join("\n"));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes.clone())).unwrap();
    let mut sheet = String::new();
    archive
        .by_name("xl/worksheets/sheet1.xml")
        .unwrap()
        .read_to_string(&mut sheet)
        .unwrap();
    assert!(sheet.contains("dataValidation type=\"list\""), "{sheet}");
    assert!(sheet.contains("'How to fill it in'!$A$14:$A$33"), "{sheet}");
    // As it is, it has a header and nothing below it.
    let number = people.thoko().uploads(File {
        name: "template.xlsx".to_owned(),
        bytes,
    });
    portal.run_jobs();
    people
        .thoko()
        .batch(&number)
        .says("has a header but no rows below it");
}
