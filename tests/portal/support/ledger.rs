//! What must hold of the money at any time, asked of the tables themselves.

use super::portal::Portal;

/// An account's balances: available, reserved, in transit, in minor units.
pub type Balances = (i64, i64, i64);

impl Portal {
    /// The main account's.
    #[track_caller]
    pub fn db_balances(&self) -> Balances {
        let of = |bucket: &str| {
            self.db_number(&format!(
                "SELECT {bucket} FROM balance b JOIN payout_account a ON a.id = b.account_id WHERE a.number = 35253486"
            ))
        };
        (of("available"), of("reserved"), of("in_transit"))
    }

    /// Results of a batch's payouts, sorted: `paid`, `failed`, …
    #[track_caller]
    pub fn db_results(&self, number: &str) -> Vec<String> {
        self.db_texts(&format!(
            "SELECT coalesce(p.result, p.status) FROM payout p JOIN batch b ON b.id = p.batch_id
             WHERE b.number = {number} ORDER BY p.\"row\""
        ))
    }
}

/// Sums to zero, agrees with the balances entry by entry, and nothing was paid twice.
pub fn check(portal: &Portal) {
    let none = |what: &str, sql: &str| {
        assert_eq!(
            portal.db_number(&format!("SELECT count(*) FROM ({sql}) AS found")),
            0,
            "{what}"
        );
    };
    none(
        "balances that do not sum to zero",
        "SELECT 1 FROM balance WHERE available + reserved + in_transit + outside <> 0",
    );
    let sum = |bucket: &str| {
        format!(
            "coalesce(sum(CASE WHEN e.to_bucket = '{bucket}' THEN e.amount ELSE 0 END
                - CASE WHEN e.from_bucket = '{bucket}' THEN e.amount ELSE 0 END), 0)"
        )
    };
    none(
        "balances that are not what the entries add up to",
        &format!(
            "SELECT b.account_id FROM balance b LEFT JOIN ledger_entry e USING (account_id)
             GROUP BY b.account_id, b.available, b.reserved, b.in_transit, b.outside
             HAVING (b.available, b.reserved, b.in_transit, b.outside) IS DISTINCT FROM ({}, {}, {}, {})",
            sum("available"),
            sum("reserved"),
            sum("in_transit"),
            sum("outside"),
        ),
    );
    none(
        "gaps in the numbers of entries",
        "SELECT account_id FROM ledger_entry GROUP BY 1 HAVING count(*) <> max(entry)",
    );
    none(
        "payouts with two live intents",
        "SELECT payout_id FROM intent WHERE NOT superseded GROUP BY 1 HAVING count(*) > 1",
    );
    none(
        "payouts settled twice",
        "SELECT payout_id FROM ledger_entry WHERE movement = 'settle' GROUP BY 1 HAVING count(*) > 1",
    );
    none(
        "payments that the rail was sent twice",
        "SELECT 1 FROM sandbox.payment WHERE received > 1",
    );
    none(
        "payments that the rail made and nobody ordered for that amount",
        "SELECT 1 FROM sandbox.payment s LEFT JOIN intent i ON i.id = s.intent_id
         LEFT JOIN payout p ON p.id = i.payout_id AND p.organisation_id = i.organisation_id
         WHERE p.amount IS DISTINCT FROM s.amount",
    );
}
