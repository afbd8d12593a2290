ALTER TABLE batch DROP COLUMN ask_columns, DROP COLUMN column_match_id;
DROP TABLE batch_columns;
DROP TABLE column_match;
