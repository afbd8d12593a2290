DROP TABLE ledger_entry, balance, policy, role_grant, payout_account;
DROP FUNCTION ledger_meets_balance(), balance_meets_ledger(), refuse_change();
