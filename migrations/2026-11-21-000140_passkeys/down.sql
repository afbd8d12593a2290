DROP TABLE passkey_question;
DROP FUNCTION factor_of;
DROP TABLE passkey;
