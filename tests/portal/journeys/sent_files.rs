//! Files as people really send them (`tests/files`), and what each of them is told.

use crate::support::Portal;
use crate::support::files::File;
use std::fs;
use std::path::Path;

const ROWS: &str = "SELECT 'row ' || \"row\" || ': ' || CASE WHEN faults IS NULL THEN
        concat_ws(' · ', beneficiary_name, coalesce(iban, bank_code || ' ' || account_number, mobile), amount,
            purpose, to_char(pay_on AT TIME ZONE 'Africa/Blantyre', 'YYYY-MM-DD HH24:MI'), comment, metadata)
    ELSE (SELECT string_agg(f ->> 'field' || ' “' || (f ->> 'value') || '”: ' || (f ->> 'message') || '. '
            || left(f ->> 'remedy', 120), ' | ') FROM jsonb_array_elements(faults) f) END
    FROM payout WHERE batch_id = ";

#[test]
fn what_people_are_told_of_the_files_they_send() {
    let (portal, people) = Portal::start();
    let thoko = people.thoko();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    let mut names: Vec<String> = fs::read_dir(folder.clone())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(names.len() >= 25, "{} files", names.len());
    let mut told = String::new();
    for name in names {
        let bytes = fs::read(folder.join(&name)).unwrap();
        let number = thoko.uploads(File {
            name: name.clone(),
            bytes,
        });
        portal.run_jobs();
        let status = portal.db_status(&number);
        told.push_str(&format!("{name}: {status}\n"));
        let page = thoko.batch(&number);
        match status.as_str() {
            "failed" => {
                let message = portal.db_text(&format!("SELECT message FROM batch WHERE number = {number}"));
                page.says(&message);
                told.push_str(&format!("  {message}\n"));
            }
            "matching" => {
                for line in page.texts(".match__reason") {
                    told.push_str(&format!("  {line}\n"));
                }
            }
            _ => {
                let rows = portal.db_texts(&format!("{ROWS}{} ORDER BY \"row\"", portal.db_batch(&number)));
                for row in rows {
                    told.push_str(&format!("  {row}\n"));
                }
            }
        }
    }
    insta::assert_snapshot!(told);
}
