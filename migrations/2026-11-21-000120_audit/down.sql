DROP TABLE audit_check;
DROP INDEX event_by_subject, event_by_payout, event_by_batch, event_by_kind, event_by_actor, event_by_time;
