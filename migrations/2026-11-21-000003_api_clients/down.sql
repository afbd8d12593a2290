DROP TABLE idempotency_key, token_key, api_client;
