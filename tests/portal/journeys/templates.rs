//! Empty files to fill in: downloaded, filled and uploaded without a question.

use crate::support::Portal;
use crate::support::files::File;
use calamine::{Data, Reader as _, Xlsx};
use std::io::{Cursor, Read as _, Write as _};

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

/// A workbook as a spreadsheet saves it once these rows are typed under its headings: each cell takes
/// the format of its column.
fn filled(template: Vec<u8>, rows: &[&[&str]]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(template)).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let name = part.name().unwrap().to_string();
        let mut text = Vec::new();
        part.read_to_end(&mut text).unwrap();
        if name == "xl/worksheets/sheet1.xml" {
            text = with_rows(&String::from_utf8(text).unwrap(), rows).into_bytes();
        }
        writer
            .start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(&text).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn with_rows(sheet: &str, rows: &[&[&str]]) -> String {
    let value = |tag: &str, name: &str| {
        let after = tag.split(&format!("{name}=\"")).nth(1).unwrap();
        after.split('"').next().unwrap().to_owned()
    };
    // Columns of one format stand in one tag.
    let styles: Vec<String> = sheet
        .split("<col ")
        .skip(1)
        .flat_map(|tag| {
            let place = |name| value(tag, name).parse::<usize>().unwrap();
            std::iter::repeat_n(value(tag, "style"), place("max") + 1 - place("min"))
        })
        .collect();
    let mut typed = String::new();
    for (row, cells) in (2..).zip(rows) {
        typed.push_str(&format!("<row r=\"{row}\">"));
        for ((column, style), text) in ('A'..).zip(&styles).zip(*cells) {
            let (place, number) = (format!("{column}{row}"), text.strip_prefix('#'));
            typed.push_str(&match number {
                _ if text.is_empty() => format!("<c r=\"{place}\" s=\"{style}\"/>"),
                Some(number) => format!("<c r=\"{place}\" s=\"{style}\"><v>{number}</v></c>"),
                None => format!("<c r=\"{place}\" s=\"{style}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
            });
        }
        typed.push_str("</row>");
    }
    sheet.replace("</sheetData>", &format!("{typed}</sheetData>"))
}

#[test]
fn a_filled_workbook_goes_through_without_matching() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    // 45323 is how a spreadsheet keeps 1 February 2024.
    let bank: [&[&str]; 2] = [
        &[
            "T-1",
            "Mary Jere",
            "0011239845",
            "NBM",
            "",
            "#4500.5",
            "Payroll benefits",
            "January",
            "#45323",
            "mary@kachere.example",
        ],
        &[
            "T-2",
            "Zoe Zulu",
            "",
            "",
            "SA0380000000608010167519",
            "#3900",
            "",
            "",
            "",
            "",
        ],
    ];
    let wallet: [&[&str]; 1] = [&[
        "T-3",
        "Limbani Zulu",
        "0991204118",
        "",
        "#12",
        "gift_or_reward",
        "",
        "",
        "",
    ]];
    for (kind, rows, stored) in [
        (
            "bank",
            &bank[..],
            "0011239845|450050|payroll_benefits|2024-02-01\nSA0380000000608010167519|390000",
        ),
        ("wallet", &wallet[..], "+265991204118|1200|gift_or_reward"),
    ] {
        let template = thoko
            .asks(&format!("/batches/template.xlsx?account=35253486&kind={kind}"))
            .is(200)
            .body;
        let number = thoko.uploads(File {
            name: format!("{kind}.xlsx"),
            bytes: filled(template, rows),
        });
        portal.run_jobs();
        assert_eq!(portal.db_status(&number), "open", "{kind}");
        let found = portal.db_texts(&format!(
            "SELECT concat_ws('|', coalesce(iban, account_number, mobile), amount, purpose, pay_on::date)
             FROM payout WHERE faults IS NULL AND batch_id = {} ORDER BY \"row\"",
            portal.db_batch(&number)
        ));
        assert_eq!(found.join("\n"), stored);
    }
}
