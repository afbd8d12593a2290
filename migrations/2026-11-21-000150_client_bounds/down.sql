DROP TRIGGER api_client_bounds ON api_client;
DROP FUNCTION api_client_bounds_stay;
ALTER TABLE api_client DROP COLUMN ip_ranges_offered, DROP COLUMN expires_offered;
