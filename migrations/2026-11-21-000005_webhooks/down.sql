DROP TRIGGER webhook_followed ON batch;
DROP FUNCTION webhook_follow();
DROP TABLE webhook_attempt, webhook_lane, webhook_delivery, webhook_message, webhook_cursor, webhook_secret,
    webhook_endpoint;
