//! Reports: a GET form whose buttons are the downloads.

use super::field::FieldView;
use super::layout::Layout;
use super::link::ButtonLink;
use askama::Template;

/// The reports a person may download.
#[derive(Debug, Template)]
#[template(path = "reports.html")]
pub struct ReportsPage {
    /// The frame.
    pub layout: Layout,
    /// One card each.
    pub reports: Vec<ReportCard>,
}

/// One report.
#[derive(Debug)]
pub struct ReportCard {
    /// "Payout report".
    pub heading: String,
    /// What is in it, and in which zone.
    pub text: String,
    /// `from`, `to`, `account`, `status`.
    pub fields: Vec<FieldView>,
    /// "Download CSV" to `/reports/payouts.csv`, "Download XLSX" to `/reports/payouts.xlsx`; the
    /// first is where the form goes.
    pub downloads: Vec<ButtonLink>,
    /// The report's column headings, in order.
    pub columns: Vec<String>,
}

impl ReportCard {
    /// Where the form goes when it is sent by the return key.
    pub fn action(&self) -> &str {
        self.downloads
            .first()
            .map_or("/reports", |download| download.link.href.as_str())
    }
}
