DROP TRIGGER api_client_offered ON api_client;
DROP FUNCTION api_client_gains_what_was_offered;
ALTER TABLE api_client DROP COLUMN scopes_offered, DROP COLUMN code_factor;
ALTER TABLE second_factor DROP COLUMN number;
