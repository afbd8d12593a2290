//! What an evidence pack says of itself: what is in it, and how to check it without this portal.

use super::Subject;

/// The README.
pub(super) fn text(of: &Subject) -> String {
    format!(
        "EVIDENCE OF BATCH {number}
{rule}
{name}, paid from {account} ({account_number}) of {organisation}.
Made on {at} by {by}.

WHAT IS HERE
batch.json        What the batch is and where it stood when this pack was made.
file/             The file as it was uploaded, unless the rows were typed or sent as a list.
validation.csv    Each fault of each row that could not be paid, and why rows were left out.
payouts.csv       One line a payout with what became of it and who did what; also as payouts.xlsx.
signatures.csv    Every signature of every revision. Those of earlier revisions are marked void.
fingerprint.csv   The digests that the fingerprint of the present revision is made of.
ledger.csv        The account's ledger lines about this batch, each with the balances after it.
audit.jsonl       The lines of the audit log about this batch, each with its hash.
documents.csv     Supporting documents, those that were removed too; the files are in documents/.
SHA256SUMS        The SHA-256 of every other file.
Times in CSV files are in the account's zone ({zone}) with their offset; all others are UTC.

WHAT CAN BE CHECKED WITHOUT THE PORTAL
1. That no file was changed since: run `sha256sum -c SHA256SUMS` in the unpacked folder.
2. That the file is the one that was captured: its SHA-256 stands as \"sha256\" in the data of the line
   \"batch.captured\" of audit.jsonl. Each document's stands in its line \"batch.document_added\", and those
   that were signed over stand as \"documents\" in the line \"batch.submitted\".
3. Each line of the log. Its hash is the SHA-256 over: the text \"countersign event 1\" and a line feed; the
   32 bytes of \"previous\"; then, for organisation, seq, at, actor, kind, batch, payout and data in this
   order, the length in bytes as 8 bytes (big-endian) followed by the text as it stands there. \"previous\"
   is the hash of the line before it in the organisation's whole log, which may be about something else.
4. That the signatures are over this content: the fingerprint in signatures.csv is the SHA-256 over the text
   \"countersign batch 1\" and a line feed; then from \"fingerprint\" in batch.json, big-endian: account, batch
   and revision (4 bytes each), count and total_minor (8 bytes each); then for each line of fingerprint.csv
   the block (4 bytes) and its digest (32 bytes). It covers revision {revision}, whose signatures stand.
5. Sums: what ledger.csv reserves, less what it releases, is what it settles and what is still under way.

WHAT TAKES MORE THAN THIS PACK
That the log as a whole was not replaced: compare a hash of audit.jsonl with the log of the portal, or with
a copy of it that was kept elsewhere; `countersign audit verify` recomputes the whole chain. That the
digest of a block is that of its rows: the portal recomputes it whenever a row is judged.
Supporting documents are no part of the fingerprint. They can't be added or removed while the batch is
signed, and the log names the digest of each at every submission.
",
        number = of.batch.number,
        rule = "=".repeat(26),
        name = of.batch.name,
        account = of.account.name,
        account_number = of.account.number,
        organisation = of.organisation,
        at = of.at.format("%Y-%m-%d %H:%M UTC"),
        by = of.by,
        zone = of.account.zone.name(),
        revision = of.batch.revision,
    )
}
