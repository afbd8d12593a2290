//! Templates: an empty batch file for one account and kind of destination, as CSV or as a workbook with
//! typed columns, a list of purposes to choose from and a sheet that explains.
//!
//! The invariant: its headings are our own field names, so a filled one is read without any question.

use super::ExportError;
use crate::domain::account::Account;
use crate::domain::field::Field;
use crate::domain::purpose::Purpose;
use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Formula, Workbook};
use std::io::Write;

/// The sheet that explains.
const GUIDE: &str = "How to fill it in";
/// The sheet that is filled in.
const PAYOUTS: &str = "Payouts";
/// Rows that the list of purposes is offered in: what a sheet holds.
const LAST_ROW: u32 = 1_048_575;

/// Where the money goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// To bank accounts.
    Bank,
    /// To wallets.
    Wallet,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Bank, Self::Wallet];

    /// The word in addresses and file names.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::Wallet => "wallet",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The columns, in the order in which they are filled in.
    #[must_use]
    pub const fn columns(self) -> &'static [Field] {
        match self {
            Self::Bank => &[
                Field::Reference,
                Field::BeneficiaryName,
                Field::AccountNumber,
                Field::BankCode,
                Field::Iban,
                Field::Amount,
                Field::Purpose,
                Field::Comment,
                Field::PayOn,
                Field::Email,
            ],
            Self::Wallet => &[
                Field::Reference,
                Field::BeneficiaryName,
                Field::Mobile,
                Field::Provider,
                Field::Amount,
                Field::Purpose,
                Field::Comment,
                Field::PayOn,
                Field::Email,
            ],
        }
    }
}

/// Writes the CSV template: its headings.
///
/// # Errors
/// Where bytes can't be written.
pub fn csv(mut output: impl Write, kind: Kind) -> Result<(), ExportError> {
    let headings: Vec<&str> = kind.columns().iter().map(|field| field.code()).collect();
    // With the mark, without which Excel takes the file for the machine's old encoding.
    write!(output, "\u{feff}{}\r\n", headings.join(","))?;
    Ok(output.flush()?)
}

/// Writes the workbook.
///
/// # Errors
/// Where it can't be made or written.
pub fn xlsx(mut output: impl Write + Send, account: &Account, kind: Kind) -> Result<(), ExportError> {
    let mut workbook = Workbook::new();
    payouts(&mut workbook, account, kind)?;
    guide(&mut workbook, account, kind)?;
    let bytes = workbook.save_to_buffer()?;
    output.write_all(&bytes)?;
    Ok(output.flush()?)
}

fn payouts(workbook: &mut Workbook, account: &Account, kind: Kind) -> Result<(), ExportError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(PAYOUTS)?;
    sheet.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    // The purposes stand on the second sheet: a list inside the rule may have 255 characters only.
    let first = kind.columns().len() + 4;
    let last = first + Purpose::ALL.len() - 1;
    let purposes = Formula::new(format!("='{GUIDE}'!$A${first}:$A${last}"));
    for (column, field) in (0_u16..).zip(kind.columns()) {
        sheet.set_column_format(column, &cell_format(*field, account))?;
        sheet.set_column_width(column, width(*field))?;
        sheet.write_string_with_format(0, column, field.code(), &bold)?;
        if *field == Field::Purpose {
            let rule = DataValidation::new()
                .allow_list_formula(purposes.clone())
                .set_error_title("Not a purpose")?
                .set_error_message("Choose one of the list, or leave the cell empty.")?;
            sheet.add_data_validation(1, column, LAST_ROW, column, &rule)?;
        }
    }
    Ok(())
}

/// Numbers that are names are text, or a spreadsheet drops their zeros.
fn cell_format(field: Field, account: &Account) -> Format {
    if field == Field::Amount {
        let decimals = usize::from(account.currency.decimals());
        let format = if decimals == 0 {
            "0".to_owned()
        } else {
            format!("0.{}", "0".repeat(decimals))
        };
        return Format::new().set_num_format(format);
    }
    if field == Field::PayOn {
        return Format::new().set_num_format("yyyy-mm-dd");
    }
    Format::new().set_num_format("@")
}

const fn width(field: Field) -> u32 {
    match field {
        Field::BeneficiaryName | Field::Iban | Field::Comment | Field::Email => 30,
        Field::Reference
        | Field::AccountNumber
        | Field::BankCode
        | Field::Mobile
        | Field::Provider
        | Field::Country
        | Field::City
        | Field::Amount
        | Field::Currency
        | Field::Purpose
        | Field::PayOn => 20,
    }
}

fn guide(workbook: &mut Workbook, account: &Account, kind: Kind) -> Result<(), ExportError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(GUIDE)?;
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_column_width(0, 24)?;
    sheet.set_column_width(1, 90)?;
    sheet.write_string_with_format(0, 0, "Column", &bold)?;
    let title = format!(
        "What to write. Paid from {} ({}), {}.",
        account.name, account.number, account.currency
    );
    sheet.write_string_with_format(0, 1, title, &bold)?;
    let mut row = 1;
    for field in kind.columns() {
        sheet.write_string(row, 0, field.code())?;
        sheet.write_string_with_format(row, 1, rule(*field, account), &wrapped)?;
        row += 1;
    }
    row += 1;
    sheet.write_string_with_format(row, 0, "Purposes", &bold)?;
    for purpose in Purpose::ALL {
        row += 1;
        sheet.write_string(row, 0, purpose.code())?;
        sheet.write_string(row, 1, purpose.label())?;
    }
    Ok(())
}

fn rule(field: Field, account: &Account) -> String {
    match field {
        Field::Reference => {
            "Your own, up to 64 characters, each once in the file. May be left empty.".to_owned()
        }
        Field::BeneficiaryName => "Who is paid, up to 140 characters. Needed for bank accounts.".to_owned(),
        Field::AccountNumber => "The account, with its leading zeros; the bank code beside it.".to_owned(),
        Field::BankCode => "The bank's code. Needed with an account number.".to_owned(),
        Field::Iban => "Instead of account number and bank code, never beside them.".to_owned(),
        Field::Mobile => format!(
            "The wallet's number, as +265991204118 or as it is written in {}.",
            account.country
        ),
        Field::Provider => {
            "The wallet's provider, where there is more than one. May be left empty.".to_owned()
        }
        Field::Amount => format!(
            "Needed. In {} with at most {} decimals, without the currency.",
            account.currency,
            account.currency.decimals()
        ),
        Field::Purpose => "Choose from the list. Left empty: the batch's, else the account's.".to_owned(),
        Field::Comment => "The rationale, up to 500 characters.".to_owned(),
        Field::PayOn => format!(
            "The day, as 2026-01-31, in {}. Left empty: the batch's, else when it is approved.",
            account.zone
        ),
        Field::Email => "The beneficiary's; told when the payout is paid. May be left empty.".to_owned(),
        Field::Country => "The beneficiary's, by its 2 letters.".to_owned(),
        Field::City => "The beneficiary's.".to_owned(),
        Field::Currency => format!("{}, or empty.", account.currency),
    }
}
