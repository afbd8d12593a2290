//! XLS and ODS: read by a child process, within limits on memory and time.

use super::{read, read_within, refused};
use countersign::domain::fault::FileFault;
use countersign::intake::{Limits, child, open};
use std::fs::{self, File};
use std::io::Seek as _;
use std::os::unix::fs::MetadataExt as _;
use std::process::{Command, Stdio};

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
fn hidden_rows_columns_and_sheets_are_skipped() {
    for (name, sheet) in [("hidden-parts.xls", 1), ("hidden-parts.ods", 3)] {
        let found = read(&sent(name)).unwrap();
        assert_eq!(found.header[..4], ["name", "mobile", "", "amount"], "{name}");
        let numbers: Vec<u32> = found.rows.iter().map(|(row, _)| *row).collect();
        let rows = if sheet == 1 { vec![2, 4] } else { vec![4, 6, 9, 10] };
        assert_eq!(numbers, rows, "{name}");
        assert!(found.rows.iter().all(|(_, cells)| cells[2].is_empty()));
    }
    let document = read(&sent("hidden-parts.ods")).unwrap();
    assert_eq!(
        document.rows[0].1,
        ["Mary Jere", "0991204118", "", "4500.1", "2024-02-01"]
    );
    // A space of its own element, and a note beside the text.
    assert_eq!(document.rows[1].1, ["Limbani Zulu", "12", "", "800.5", ""]);
}

#[test]
fn broken_ones_end_in_a_message() {
    let old = sent("excel-97.xls");
    for cut in [600, 1_600, 2_000] {
        let told = refused(&old[..cut]);
        assert!(told.starts_with("The ") && told.len() > 40, "{cut}: {told}");
    }
    let torn = |content: &str| {
        super::hostile::zipped([
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", "<manifest/>"),
            ("content.xml", content),
        ])
    };
    for content in [
        "<table:table><table:table-row>",
        "<table:table><table:table-row><table:table-cell><text:p>a",
        "<table:table><table:table-row><table:table-cell office:value-type='string'><text:p>&lol;</text:p></table:table-cell></table:table-row></table:table>",
    ] {
        assert!(
            refused(&torn(content)).starts_with("The workbook is damaged"),
            "{content}"
        );
    }
    assert_eq!(
        refused(&sent("repeating-bomb.ods")),
        "Row 1 has more than 200 columns. Remove the columns that aren't needed and upload it again."
    );
}

#[test]
fn memory_time_and_silence_have_limits() {
    let told = |bytes: &[u8], child: child::Limits| {
        let limits = Limits {
            sheet_rows_max: u32::MAX,
            text_bytes_max: usize::MAX,
            child,
            ..Limits::default()
        };
        read_within(bytes, limits).unwrap_err().to_string()
    };
    let usual = Limits::default().child;
    assert_eq!(
        told(
            &sent("far-corners.xls"),
            child::Limits {
                memory_mib: 700,
                ..usual
            }
        ),
        "The file takes more than 700 MiB of memory or 60 seconds to read. Save it as XLSX or CSV in your spreadsheet program and upload that."
    );
    let endless = document(
        "<table:table-row table:number-rows-repeated=\"4000000000\"><table:table-cell office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row>",
    );
    assert!(told(&endless, child::Limits { seconds: 1, ..usual }).contains("or 1 seconds to read"));
    let silent = child::Limits {
        silence_seconds: 0,
        ..usual
    };
    assert!(told(&sent("excel-97.xls"), silent).starts_with("The file takes more than"));
}

fn document(rows: &str) -> Vec<u8> {
    let content = format!(
        "<office:body><office:spreadsheet><table:table table:name=\"A\">{rows}</table:table></office:spreadsheet></office:body>"
    );
    super::hostile::zipped([
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest/>"),
        ("content.xml", &content),
    ])
}

/// The process whose standard input is this file.
fn child_of(file: &File) -> Option<String> {
    let inode = file.metadata().unwrap().ino();
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    processes
        .map(|process| process.path().display().to_string())
        .filter(|process| {
            fs::read_to_string(format!("{process}/cmdline")).is_ok_and(|line| line.contains("read-sheet"))
        })
        .find(|process| fs::metadata(format!("{process}/fd/0")).is_ok_and(|input| input.ino() == inode))
}

#[test]
fn the_child_knows_nothing_and_does_not_stay() {
    let many = document(
        "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row>",
    );
    let file = super::file(&many);
    let reader = open(file.try_clone().unwrap(), Limits::default()).unwrap();
    let child = child_of(&file).expect("it waits to be read");
    // Nothing of ours: how its allocator reserves is all it is told.
    assert_eq!(
        fs::read_to_string(format!("{child}/environ")).unwrap(),
        "MIMALLOC_ARENA_RESERVE=32MiB\0"
    );
    let limits = fs::read_to_string(format!("{child}/limits")).unwrap();
    for (name, most) in [
        ("Max cpu time", "60"),
        ("Max address space", "1073741824"),
        ("Max core file size", "0"),
        ("Max file size", "0"),
    ] {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        assert!(
            line[name.len()..]
                .split_whitespace()
                .take(2)
                .all(|limit| limit == most),
            "{line}"
        );
    }
    drop(reader);
    assert_eq!(child_of(&file), None);
}

#[test]
fn a_child_ends_with_the_one_who_listens() {
    let mut file = super::file(&sent("far-corners.xls"));
    file.rewind().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["read-sheet", "xls", "--memory-mib=16000", "--seconds=600"])
        .stdin(file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // As the system closes it when the parent is killed.
    drop(child.stdout.take());
    let ended = child.wait().unwrap();
    assert_eq!(ended.code(), Some(1));
}
