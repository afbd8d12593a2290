//! CSV, TSV and their kin: encodings, separators, row numbers.

use super::{all, read, reader};
use countersign::domain::money::NumberStyle;
use encoding_rs::{Encoding, ISO_8859_2, ISO_8859_15, MACINTOSH, WINDOWS_1250, WINDOWS_1252};

const GERMAN: &str = "Name;IBAN;Betrag;Währung;Verwendungszweck\r\nMüller & Söhne GmbH;DE89 3704 0044 0532 0130 00;1.234,56;EUR;\"Größe \"\"XL\"\", Straße 5\"\r\nFrançois Lefèvre;FR14 2004 1010 0505 0001 3M02 606;99,90;€;Déjeuner, été\r\nJosé Peña;ES91 2100 0418 4502 0005 1332;0,01;EUR;Año nuevo\r\n";
const POLISH: &str = "Nazwa;IBAN;Kwota\r\nŁukasz Żółć;PL61109010140000071219812874;1 234,56\r\nŚwięty Józef;PL27114020040000300201355387;10,00\r\n";
const TABS: &str = "name\tamount\tnote\nA\t1,5\tx;y;z\nB\t2,5\tx;y;z\n";

fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let text = if mark {
        format!("\u{feff}{text}")
    } else {
        text.to_owned()
    };
    text.encode_utf16()
        .flat_map(|unit| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        })
        .collect()
}

/// Reads the bytes and checks that the German file came out, letter by letter.
fn assert_german(bytes: &[u8]) {
    let read = read(bytes).unwrap();
    assert_eq!(
        read.header,
        ["Name", "IBAN", "Betrag", "Währung", "Verwendungszweck"]
    );
    assert_eq!(
        read.rows[0],
        (
            2,
            [
                "Müller & Söhne GmbH",
                "DE89 3704 0044 0532 0130 00",
                "1.234,56",
                "EUR",
                "Größe \"XL\", Straße 5"
            ]
            .map(String::from)
            .to_vec()
        )
    );
    assert_eq!(read.rows[1].1[0], "François Lefèvre");
    assert_eq!(read.rows[1].1[3], "€");
    assert_eq!((read.rows.len(), read.rows[2].0), (3, 4));
}

#[test]
fn encodings_are_found_by_looking() {
    assert_german(GERMAN.as_bytes());
    assert_german(format!("\u{feff}{GERMAN}").as_bytes());
    assert_german(&encoded(GERMAN, WINDOWS_1252));
    assert_german(&utf16(GERMAN, true, true));
    assert_german(&utf16(GERMAN, false, true));
    assert_german(&utf16(&GERMAN.replace(';', "\t"), false, true));
    assert_german(&utf16(GERMAN, false, false));
    assert_german(&utf16(GERMAN, true, false));
    for encoding in [ISO_8859_15, MACINTOSH] {
        let read = read(&encoded(GERMAN, encoding)).unwrap();
        assert_eq!(
            (read.header.len(), read.rows.len()),
            (5, 3),
            "{}",
            encoding.name()
        );
    }
}

#[test]
fn central_european_text_is_read_too() {
    for encoding in [WINDOWS_1250, ISO_8859_2] {
        let read = read(&encoded(POLISH, encoding)).unwrap();
        assert_eq!(read.rows[0].1[0], "Łukasz Żółć", "{}", encoding.name());
    }
}

#[test]
fn a_short_file_with_one_umlaut() {
    let read = read(&encoded("name;amount\nMüller;10\n", WINDOWS_1252)).unwrap();
    assert_eq!(read.rows, [(2, vec!["Müller".to_owned(), "10".to_owned()])]);
}

#[test]
fn text_that_stops_being_utf8_late() {
    let mut bytes = b"name,amount\n".to_vec();
    for _ in 0..20_000 {
        bytes.extend(b"Ann,10\n");
    }
    bytes.extend(encoded("Müller,10\n", WINDOWS_1252));
    let read = read(&bytes).unwrap();
    assert_eq!(read.rows.last().unwrap().1[0], "Müller");
}

#[test]
fn separators_are_found_by_looking() {
    let header = |text: &str| read(text.as_bytes()).unwrap().header;
    assert_eq!(
        header("name,iban,amount\n\"Smith, John\",GB29,\"1,234.56\"\nAnn,GB29,10\n"),
        ["name", "iban", "amount"]
    );
    assert_eq!(header(TABS), ["name", "amount", "note"]);
    assert_eq!(header("a|b|c\n1|2,5|3\n1|2,5|3\n"), ["a", "b", "c"]);
    assert_eq!(header("iban\nDE1\nDE2\n"), ["iban"]);
    assert_eq!(header(&format!("sep=;\n{GERMAN}")).len(), 5);
    assert_eq!(header("\"sep=|\"\r\na|b\r\n1|2\r\n"), ["a", "b"]);
    assert_eq!(read(TABS.as_bytes()).unwrap().format, "TSV");
    assert_eq!(read(GERMAN.as_bytes()).unwrap().format, "CSV");
}

#[test]
fn row_numbers_are_the_spreadsheets_own() {
    let numbers = |text: &str| {
        read(text.as_bytes())
            .unwrap()
            .rows
            .into_iter()
            .map(|row| row.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers("a,b\n1,2\n\n\n3,4\n"), [2, 5]);
    assert_eq!(numbers("a,b\r\n1,2\r\n\r\n\r\n3,4\r\n"), [2, 5]);
    assert_eq!(numbers("\n\na,b\n1,2\n3,4"), [4, 5]);
    assert_eq!(numbers("a,b\n\"x\ny\nz\",2\n,\n3,4\n"), [2, 4]);
    assert_eq!(numbers("a,b\r\n\"x\r\ny\",2\r\n3,4"), [2, 3]);
    assert_eq!(numbers("a,b\r1,2\r3,4\r"), [2, 3]);
    // Excel does not show the separator's line as a row.
    assert_eq!(numbers("sep=,\na,b\n1,2\n"), [2]);
}

#[test]
fn cells_are_trimmed_and_nothing_is_run() {
    let read = read("a,b,c,d\n\u{a0} x \u{feff},=1+1,'=SUM(A1),'-5\n".as_bytes()).unwrap();
    assert_eq!(read.rows[0].1, ["x", "=1+1", "=SUM(A1)", "-5"]);
}

#[test]
fn short_rows_are_filled_and_empty_columns_ignored() {
    let read = read(b"a,b,c,,\n1\n1,2,3,,,,\n").unwrap();
    assert_eq!(read.header, ["a", "b", "c"]);
    assert_eq!(
        read.rows,
        [
            (2, ["1", "", ""].map(String::from).to_vec()),
            (3, ["1", "2", "3"].map(String::from).to_vec())
        ]
    );
}

#[test]
fn samples_tell_the_number_style() {
    let mut text = "name;amount\n".to_owned();
    for n in 0..500 {
        text.push_str(&format!("A;{n}.000,50\n"));
    }
    let reader = reader(text.as_bytes()).unwrap();
    assert_eq!(reader.samples(1).len(), 200);
    assert_eq!(NumberStyle::of(reader.samples(1)), NumberStyle::Comma);
    let rows = all(reader).unwrap();
    assert_eq!(
        (rows.len(), rows[199].number, rows[200].number, rows[499].number),
        (500, 201, 202, 501)
    );
}
