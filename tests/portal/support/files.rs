//! Payroll files as merchants send them: rows of even mix (IBAN, account number, wallet), all valid
//! until a test spoils one.

use rust_xlsxwriter::Workbook;

/// Every column of the batch file, in the order that the files have them.
const COLUMNS: [&str; 15] = [
    "reference",
    "beneficiary_name",
    "iban",
    "account_number",
    "bank_code",
    "mobile",
    "provider",
    "country",
    "city",
    "email",
    "amount",
    "currency",
    "purpose",
    "comment",
    "pay_on",
];
const FIRST_NAMES: [&str; 7] = [
    "Mary",
    "Blessings",
    "Tamanda",
    "Yankho",
    "Chisomo",
    "Limbani",
    "Fatsani",
];
const LAST_NAMES: [&str; 5] = ["Nyirenda", "Kamanga", "Msiska", "Jere", "Chavula"];

/// A file to upload.
#[derive(Clone, Debug)]
pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Rows by column; row `i` stands in line `i + 2` of the file.
#[derive(Clone)]
pub struct Payroll {
    rows: Vec<[String; COLUMNS.len()]>,
}

impl Payroll {
    /// `count` rows of 1,000.00, 1,010.00, …, with the references `SAL-0001`, `SAL-0002`, …
    pub fn of(count: usize) -> Self {
        let mut payroll = Self {
            rows: vec![Default::default(); count],
        };
        for i in 0..count {
            let name = format!("{} {}", FIRST_NAMES[i % 7], LAST_NAMES[i % 5]);
            payroll = payroll
                .with(i, "reference", format!("SAL-{:04}", i + 1))
                .with(i, "beneficiary_name", name)
                .with(i, "amount", format!("{}.00", 1_000 + 10 * i));
            payroll = match i % 3 {
                0 => payroll.with(i, "iban", iban(i)),
                1 => {
                    payroll
                        .with(i, "account_number", format!("1003{i:06}"))
                        .with(i, "bank_code", "NBMAMWMW")
                }
                _ => payroll.with(i, "mobile", format!("+26599{:07}", 1_204_118 + i)),
            };
        }
        payroll
    }

    /// Changes one cell.
    pub fn with(mut self, row: usize, column: &str, value: impl Into<String>) -> Self {
        self.rows[row][place(column)] = value.into();
        self
    }

    /// Changes a whole column.
    pub fn all(mut self, column: &str, value: &str) -> Self {
        for row in &mut self.rows {
            row[place(column)] = value.to_owned();
        }
        self
    }

    /// Other references, so that the same people can be paid again.
    pub fn references(mut self, prefix: &str) -> Self {
        for (i, row) in self.rows.iter_mut().enumerate() {
            row[place("reference")] = format!("{prefix}-{:04}", i + 1);
        }
        self
    }

    /// What the rows add up to, in minor units.
    pub fn total(&self) -> i64 {
        self.amounts().iter().sum()
    }

    /// The amounts in minor units; 0 where one can't be read.
    pub fn amounts(&self) -> Vec<i64> {
        let minor = |row: &[String; COLUMNS.len()]| {
            let text = row[place("amount")].replace('.', "");
            text.parse().unwrap_or(0)
        };
        self.rows.iter().map(minor).collect()
    }

    /// As a CSV file.
    pub fn csv(&self) -> File {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(COLUMNS).unwrap();
        for row in &self.rows {
            writer.write_record(row).unwrap();
        }
        File {
            name: "january-salaries.csv".to_owned(),
            bytes: writer.into_inner().unwrap(),
        }
    }

    /// As an XLSX file; amounts are numbers where they can be.
    pub fn xlsx(&self) -> File {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        for (column, name) in (0_u16..).zip(COLUMNS) {
            sheet.write_string(0, column, name).unwrap();
        }
        for (line, row) in (1_u32..).zip(&self.rows) {
            for (column, text) in (0_u16..).zip(row) {
                match text.parse::<f64>() {
                    Ok(number) if usize::from(column) == place("amount") => {
                        sheet.write_number(line, column, number).unwrap();
                    }
                    _ if text.is_empty() => {}
                    _ => {
                        sheet.write_string(line, column, text).unwrap();
                    }
                }
            }
        }
        File {
            name: "january-salaries.xlsx".to_owned(),
            bytes: workbook.save_to_buffer().unwrap(),
        }
    }
}

fn place(column: &str) -> usize {
    COLUMNS
        .iter()
        .position(|name| *name == column)
        .unwrap_or_else(|| panic!("no column {column}"))
}

/// A Saudi IBAN with its check digits (ISO 13616: the whole, moved by four, is 1 modulo 97).
pub fn iban(account: usize) -> String {
    let bban = format!("80{account:018}");
    let digits = bban.bytes().map(|byte| u64::from(byte - b'0'));
    // S is 28, A is 10, and the check digits are 00 while they are computed.
    let tail = [2, 8, 1, 0, 0, 0];
    let rest = digits.chain(tail).fold(0, |rest, digit| (rest * 10 + digit) % 97);
    format!("SA{:02}{bban}", 98 - rest)
}
